"""Files of the caller, asked and deleted by nobody, a stranger and another project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from conformance.contract.case import Case
from conformance.contract.claim import CHAT
from conformance.contract.exchange import Exchange, Headers, Request
from conformance.contract.recipe import WRITES, facts, recipe
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.attachment import PUBLIC_BUCKET, Attachment
from conformance.dial.stream import Stream
from conformance.recipes.listing import NO_ROUTE
from conformance.recipes.requests import CALLER, NOBODY, OTHER_CALLER, STRANGER, get
from conformance.recipes.storage import upload

_PROTECTED_FILE: Final = "conformance/protected.txt"


@dataclass(frozen=True)
class Asker:
    """Who asks for a file that is not theirs.

    Attributes:
        credentials: What they have.
        refusals: The statuses with which they are refused.
        folder: They ask for the folder of the image, and not for the image.
    """

    credentials: Headers
    refusals: tuple[int, ...]
    folder: bool = False


_UNKNOWN: Final = (401,)
_FORBIDDEN: Final = (403, 404)


def others() -> Sequence[Case]:
    """Give those whose file it is not."""
    return [
        Case("nobody", Asker(NOBODY, _UNKNOWN)),
        Case("unknown-key", Asker(STRANGER, _UNKNOWN)),
        Case("other-project", Asker(OTHER_CALLER, _FORBIDDEN), other_key=True),
    ]


def others_of_metadata() -> Sequence[Case]:
    """Give the same, of the image's metadata and of the listing of its folder."""
    of_folder = (
        Case(
            f"folder-{one.name}", Asker(one.value.credentials, one.value.refusals, folder=True), other_key=one.other_key
        )
        for one in others()
    )
    return [*others(), *of_folder]


@facts(claims=CHAT)
def protected_image(stream: Stream) -> Attachment:
    """The picture of a stream, stored in the DIAL for the caller alone."""
    found = (Attachment(one) for one in stream.attachments if isinstance(one, dict))
    pictures = [one for one in found if one.is_image and one.bucket is not None]
    if not pictures:
        raise NotClaimedError("the stream has no picture that is stored in the DIAL")
    if pictures[0].bucket == PUBLIC_BUCKET:
        raise NotClaimedError("the picture is in everybody's bucket")
    return pictures[0]


@facts
def image_folder(protected_image: Attachment) -> str:
    """The folder that the picture is in."""
    return f"{str(protected_image.url).rpartition('/')[0]}/"


@recipe(spared=True)
def own_image_metadata(protected_image: Attachment) -> Request:
    """The metadata of the picture of a stream, asked by the caller: what others are refused must be there."""
    return get(f"/v1/metadata/{protected_image.url}")


@recipe(spared=True)
def own_image_folder(image_folder: str) -> Request:
    """The listing of the folder of that picture, asked by the caller."""
    return get(f"/v1/metadata/{image_folder}")


@recipe(for_each=others_of_metadata, spared=True)
def metadata_for_others(
    protected_image: Attachment,
    image_folder: str,
    own_image_metadata: Exchange,
    own_image_folder: Exchange,
    case: Case,
) -> Request:
    """The metadata of the picture, or the listing of its folder, asked by somebody else."""
    own = own_image_folder if case.value.folder else own_image_metadata
    if own.status != HTTPStatus.OK or own.json_object is None:
        raise CouldNotRunError(f"FILE-15: not even the caller is told: {own.excerpt}")
    path = image_folder if case.value.folder else protected_image.url
    return get(f"/v1/metadata/{path}", credentials=case.value.credentials)


@recipe(for_each=others, answers=NO_ROUTE, spared=True)
def head_by_others(protected_image: Attachment, case: Case) -> Request:
    """HEAD of the picture, asked by somebody else. No Core seen has such a route, and says 502 (dial-api 6.5)."""
    return Request("HEAD", f"/v1/{protected_image.url}", case.value.credentials)


@recipe(opt_in=WRITES, undo="protected_file_deleted")
def protected_file(bucket_name: str) -> Request:
    """A file of our own, written to see whether others can delete it."""
    return upload(f"/v1/files/{bucket_name}/{_PROTECTED_FILE}", "protected.txt")


@recipe(opt_in=WRITES)
def delete_by_others(bucket_name: str, protected_file: Exchange, case: Case) -> Request:
    """The deletion of that file, asked by somebody else."""
    if protected_file.status != HTTPStatus.OK:
        raise CouldNotRunError(f"FILE-16: the file was not written: {protected_file.excerpt}")
    return Request("DELETE", f"/v1/files/{bucket_name}/{_PROTECTED_FILE}", case.value.credentials)


@recipe(opt_in=WRITES, after=("protected_file", "delete_by_others"))
def protected_file_deleted(bucket_name: str) -> Request:
    """The same file, deleted by its owner."""
    return Request("DELETE", f"/v1/files/{bucket_name}/{_PROTECTED_FILE}", CALLER)


@recipe
def own_files(bucket_name: str) -> Request:
    """The listing of the caller's bucket."""
    return get(f"/v1/metadata/files/{bucket_name}/")
