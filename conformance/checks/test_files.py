"""Files: the image of a completion, and the bucket."""

from __future__ import annotations

from conformance.contract.case import Case
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.json_text import json_text
from conformance.contract.requirement import MUST, SHOULD, requirement
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.attachment import Attachment
from conformance.dial.callers_failure import is_in_vain, let_the_listing_speak
from conformance.dial.etag import has_md5_of_another, md5_of
from conformance.dial.image import is_of_type, is_size, media_type_of, size_of
from conformance.dial.image_types import usual_name


@requirement("FILE-01", MUST, source="DIAL-6-1, DIAL-6.1-2, DIAL-NOTEBOOK-8")
def test_image_can_be_downloaded(image: Exchange) -> None:
    """The image is downloaded with the caller's credentials: 200."""
    assert image.status == 200, image.because("200")


@requirement(
    "FILE-02",
    MUST,
    source="DIAL-6.1-2, DIAL-NOTEBOOK-8",
    requires=["FILE-01", "ATT-12"],
    unless_like=("ATT-12", "misnamed_picture"),
)
def test_image_is_of_its_type(image: Exchange, stored_image: Attachment) -> None:
    """The bytes of the image are an image of the type that the attachment tells."""
    fits = is_of_type(image.answer.body, stored_image.type)
    if fits is None and image.answer.body:
        raise NotClaimedError(f"the bytes of {stored_image.type} are not told here")
    found = media_type_of(image.answer.body)
    assert fits, image.because(f"{stored_image.type}", f"{found or 'no image'}: {image.excerpt}")


@requirement("FILE-03", SHOULD, source="DIAL-6.1-2", requires=["FILE-02"])
def test_image_is_sent_as_its_type(image: Exchange, stored_image: Attachment) -> None:
    """The Content-Type of the image is the type that the attachment tells."""
    sent = image.answer.media_type
    same = usual_name(sent) == usual_name(stored_image.type)
    assert same, image.because(f"Content-Type {stored_image.type}", f"Content-Type {sent}")


@requirement(
    "FILE-04",
    SHOULD,
    source="DIAL-4.3-13, DIAL-NOTEBOOK-6; good practice",
    requires=["FILE-02"],
    unless_like=("CHAT-05", "with_a_forbidden_value"),
)
def test_image_has_the_configured_size(deployment: Deployment, image: Exchange, case: Case) -> None:
    """The image is as large as the configuration says, and that of an image model 1024x1024 where it says nothing."""
    said = case.value.get("size") if isinstance(case.value, dict) else None
    asked = deployment.profile.default_size if said is None and deployment.profile else said
    if not is_size(asked):
        raise NotClaimedError("no size is asked for" if asked is None else f"{json_text(asked)} is no width and height")
    found = size_of(image.answer.body)
    if found is None:  # FILE-02 says whether it is an image
        raise NotClaimedError("an image of this type has no size that is read here")
    assert found == asked, image.because(f"{asked}", found)


@requirement("FILE-05", MUST, source="DIAL-6.1-5", requires=["FILE-01"], unless_like=("FILE-02", "image_in_vain"))
def test_image_is_not_public(
    image_without_credentials: Exchange,
    image_with_unknown_key: Exchange,
    no_credentials: Exchange | None = None,
    unknown_key: Exchange | None = None,
) -> None:
    """Without credentials, or with an unknown key, the image is refused with 401."""
    let_the_listing_speak("AUTH-01", no_credentials, image_without_credentials)
    let_the_listing_speak("AUTH-02", unknown_key, image_with_unknown_key)
    assert image_without_credentials.status == 401, image_without_credentials.because("401")
    assert image_with_unknown_key.status == 401, image_with_unknown_key.because("401")


@requirement("FILE-06", MUST, source="DIAL-6.1-3", unless_like=("FILE-01", "image_in_vain"))
def test_missing_file_is_not_found(missing_file: Exchange) -> None:
    """A file that does not exist in the caller's bucket is answered with 404."""
    assert missing_file.status == 404, missing_file.because("404")


@requirement("FILE-10", SHOULD, source="DIAL-6.3-2, DIAL-6.1-2; RFC 9110 section 8.8.3", requires=["FILE-02"])
def test_etag_is_stable(image: Exchange, image_again: Exchange) -> None:
    """The image has an ETag, the same in two calls."""
    first, second = image.header("etag"), image_again.header("etag")
    assert first, image.because("an ETag", "no ETag")
    assert image_again.status == 200, image_again.because("200, as before")
    assert first == second, image_again.because(f"ETag {first}", f"ETag {second}")


@requirement("FILE-11", SHOULD, source="DIAL-6.3-1", requires=["FILE-02", "FILE-10"])
def test_etag_is_the_md5_of_the_image(image: Exchange, etag: str) -> None:
    """The ETag is the MD5 of the body, with or without quotes."""
    digest = md5_of(image)
    assert etag.strip('"') == digest, image.because(f"ETag {digest}", f"ETag {etag}")


@requirement("FILE-12", SHOULD, source="DIAL-6.3-3; RFC 9110 section 13.1.2")
def test_known_image_is_not_an_error(image_if_none_match: Exchange) -> None:
    """With If-None-Match and its ETag, the image is answered with 304, or with 200."""
    assert image_if_none_match.status in (200, 304), image_if_none_match.because("304 or 200")


@requirement("FILE-13", MUST, source="DIAL-6.1-1")
def test_bucket_is_told(bucket: Exchange, bucket_again: Exchange) -> None:
    """GET /v1/bucket tells the name of the caller's bucket, letters and digits, the same in two calls."""
    name = (bucket.json_object or {}).get("bucket")
    assert bucket.status == 200, bucket.because("200")
    assert isinstance(name, str), bucket.because('{"bucket": "..."}')
    assert name.isascii(), bucket.because("letters and digits", name)
    assert name.isalnum(), bucket.because("letters and digits", name)
    assert bucket_again.status == 200, bucket_again.because("200, as before")
    assert (bucket_again.json_object or {}).get("bucket") == name, bucket_again.because(f"bucket {name}")


@requirement("FILE-15", SHOULD, source="DIAL-6.2-1", requires=["FILE-02"])
def test_metadata_fits_the_image(
    image_metadata: Exchange, stored_image: Attachment, image: Exchange, own_files: Exchange | None = None
) -> None:
    """The metadata of the image name it as an item and a file, with its url and its length."""
    if own_files is not None and own_files.status == image_metadata.status and is_in_vain(own_files):
        raise CouldNotRunError(f"FILE-21: no metadata are told at all: {own_files.excerpt}")
    wanted: dict[str, object] = {"nodeType": "ITEM", "resourceType": "FILE", "url": stored_image.url}
    if not has_md5_of_another(image):  # of which FILE-11 speaks
        wanted["contentLength"] = len(image.answer.body)
    assert image_metadata.status == 200, image_metadata.because("200")
    metadata = image_metadata.json_object or {}
    assert wanted.items() <= metadata.items(), image_metadata.because(json_text(wanted))
