"""Files: how the storage guards them."""

from __future__ import annotations

from conformance.contract.case import Case
from conformance.contract.exchange import Exchange
from conformance.contract.requirement import MUST, SHOULD, requirement
from conformance.contract.verdict import CouldNotRunError
from conformance.dial.callers_failure import let_the_listing_speak
from conformance.dial.metadata import folder_fault
from conformance.dial.second_key import second_key_fault
from conformance.recipes.requests import NOBODY, STRANGER
from conformance.recipes.storage import CONTENT


@requirement("FILE-07", MUST, source="DIAL-6.1-4", requires=["FILE-06"], unless_like=("FILE-01", "image_in_vain"))
def test_folder_is_no_file(folder: Exchange) -> None:
    """A folder is not downloaded: 400."""
    assert folder.status == 400, folder.because("400")


@requirement("FILE-08", MUST, source="DIAL-6.4-1, DIAL-10.27-1", unless_like=("FILE-01", "image_in_vain"))
def test_bucket_that_is_none_is_refused(foreign_file: Exchange) -> None:
    """A file in a bucket that is none, or not the caller's, is refused with 400 or 403."""
    assert foreign_file.status in (400, 403), foreign_file.because("400 or 403")


@requirement(
    "FILE-09",
    MUST,
    source="DIAL-6.4-2, DIAL-6.4-3; OWASP, path traversal",
    unless_like=("FILE-02", "image_in_vain"),
)
def test_path_does_not_leave_the_bucket(traversal: Exchange) -> None:
    """A path that would lead out of the bucket, plain or percent-encoded, is never answered with 2xx."""
    assert not 200 <= traversal.status < 300, traversal.because("400, 403 or 404")


@requirement("FILE-14", SHOULD, source="DIAL-6.1-7", requires=["FILE-13"])
def test_key_of_a_project_has_no_appdata(api_key: str, bucket: Exchange) -> None:
    """The bucket of a project's key is told without appdata, which is for keys of applications."""
    del api_key  # it is a project's key
    document = bucket.json_object or {}
    assert "appdata" not in document, bucket.because("no appdata", document.get("appdata"))


@requirement("FILE-16", SHOULD, source="DIAL-6.1-8", unless_like=("FILE-01", "image_in_vain"))
def test_file_can_be_written_read_and_deleted(
    uploaded: Exchange, read_back: Exchange, deleted: Exchange, read_when_deleted: Exchange
) -> None:
    """A file written into the own bucket can be read, and deleted, after which it is gone."""
    assert uploaded.status == 200, uploaded.because("200")
    assert read_back.status == 200, read_back.because("200")
    assert read_back.answer.body == CONTENT, read_back.because("what was written")
    assert deleted.status == 200, deleted.because("200")
    assert read_when_deleted.status == 404, read_when_deleted.because("404")


@requirement("FILE-17", SHOULD, source="DIAL-6.5-5", requires=["FILE-21"])
def test_listing_of_files_is_limited(too_long_listing: Exchange) -> None:
    """More than 1,000 files at once are refused with 400."""
    assert too_long_listing.status == 400, too_long_listing.because("400")


@requirement("FILE-18", MUST, source="DIAL-6.1-6", requires=["FILE-01"], unless_like=("FILE-02", "image_in_vain"))
def test_other_project_cannot_read_the_image(image_with_other_key: Exchange) -> None:
    """The key of another project does not read the image: 403 or 404."""
    assert image_with_other_key.status in (403, 404), image_with_other_key.because("403 or 404")


@requirement("FILE-19", MUST, source="DIAL-6.5-1")
def test_metadata_are_refused_like_the_image(  # noqa: PLR0913, PLR0917 - one for each answer that may speak first
    case: Case,
    metadata_for_others: Exchange,
    no_credentials: Exchange | None = None,
    unknown_key: Exchange | None = None,
    bucket: Exchange | None = None,
    bucket_with_other_key: Exchange | None = None,
) -> None:
    """The metadata of the image, and the listing of its folder, are refused: 401 without a key and with an unknown one, 403 or 404 with another project's."""  # noqa: E501 - one sentence
    if case.value.credentials == NOBODY:
        let_the_listing_speak("AUTH-01", no_credentials, metadata_for_others)
    if case.value.credentials == STRANGER:
        let_the_listing_speak("AUTH-02", unknown_key, metadata_for_others)
    if case.other_key and (why := second_key_fault(bucket, bucket_with_other_key)) is not None:
        raise CouldNotRunError(why)
    refusals = case.value.refusals
    expected = f"{' or '.join(map(str, refusals))} for {metadata_for_others.request.target}"
    assert metadata_for_others.status in refusals, metadata_for_others.because(expected)


@requirement("FILE-20", MUST, source="DIAL-6.5-2, DIAL-6.5-3")
def test_others_cannot_look_at_the_image_or_delete_a_file(
    case: Case,
    head_by_others: Exchange,
    delete_by_others: Exchange | None = None,
    bucket: Exchange | None = None,
    bucket_with_other_key: Exchange | None = None,
) -> None:
    """HEAD of the image by nobody, with an unknown key or with another project's is never 2xx; with --allow-writes, DELETE of a file of the caller's neither."""  # noqa: E501 - one sentence
    if case.other_key and (why := second_key_fault(bucket, bucket_with_other_key)) is not None:
        raise CouldNotRunError(why)
    assert not 200 <= head_by_others.status < 300, head_by_others.because("no 2xx for HEAD")
    if delete_by_others is not None:
        assert not 200 <= delete_by_others.status < 300, delete_by_others.because("no 2xx for DELETE")


@requirement("FILE-21", SHOULD, source="DIAL-6.5-4", requires=["FILE-13"])
def test_own_files_are_listed(own_files: Exchange) -> None:
    """The listing of the own bucket is answered with 200, a folder with an array of items."""
    fault = folder_fault(own_files)
    assert fault is None, own_files.because("200 with a folder, whose items are an array of objects", fault)
