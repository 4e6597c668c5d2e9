"""The file storage as Core guards it, and one file that is written and taken away again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from conformance.contract.case import Case
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange, Request
from conformance.contract.recipe import WRITES, facts, recipe
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.attachment import PUBLIC_BUCKET, Attachment
from conformance.dial.second_key import bucket_told_by, second_key_fault
from conformance.recipes.listing import NO_ROUTE
from conformance.recipes.requests import CALLER, FOREIGN_FILE, OTHER_CALLER, get

OWN_FILE: Final = "conformance/a%20b.txt"
CONTENT: Final = b"hello world"
_BOUNDARY: Final = "conformance-7f3a"
_TRAVERSALS: Final = ("../x.png", "..%2fx.png", "%2e%2e/x.png", "%2e%2e%2fx.png", "../../x.png")


def upload(path: str, name: str) -> Request:
    """Write a small text into a file of that name."""
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    body = f"{head}Content-Type: text/plain\r\n\r\n".encode() + CONTENT + f"\r\n--{_BOUNDARY}--\r\n".encode()
    headers = (("content-type", f"multipart/form-data; boundary={_BOUNDARY}"),)
    return Request("PUT", path, (*CALLER, *headers), body)


@recipe(spared=True)
def folder(bucket_name: str, representative: Deployment) -> Request:
    """A folder, where a file is asked for."""
    return get(f"/v1/files/{bucket_name}/appdata/{representative.path}/images/")


@recipe
def foreign_file() -> Request:
    """A file in a bucket that is none."""
    return get(f"/v1/{FOREIGN_FILE}")


def traversals() -> Sequence[Case]:
    """Give paths that would lead out of the bucket, plain and percent-encoded."""
    return [Case(path, path) for path in _TRAVERSALS]


@recipe(for_each=traversals, answers=NO_ROUTE)
def traversal(bucket_name: str, case: Case) -> Request:
    """A path that would lead out of the bucket, sent as it is."""
    return get(f"/v1/files/{bucket_name}/{case.value}")


@recipe
def too_long_listing(bucket_name: str) -> Request:
    """More of the bucket's files at once than the storage gives."""
    return get(f"/v1/metadata/files/{bucket_name}/?limit=1001")


@recipe
def bucket_with_other_key(other_key: str) -> Request:
    """The bucket of the second key."""
    del other_key  # the headers have it
    return get("/v1/bucket", credentials=OTHER_CALLER)


@facts(requires=["FILE-13"])
def other_bucket(bucket_with_other_key: Exchange, bucket: Exchange) -> str:
    """The name of the second key's bucket: a key that nobody has, or of the same project, would prove nothing."""
    name, fault = bucket_told_by(bucket_with_other_key), second_key_fault(bucket, bucket_with_other_key)
    if name is None or fault is not None:
        raise CouldNotRunError(str(fault))
    return name


@recipe(spared=True)
def image_with_other_key(stored_image: Attachment, other_key: str, other_bucket: str) -> Request:
    """The image of a completion, with the key of another project."""
    del other_key, other_bucket  # the headers have the one, and the other is another than the caller's
    if stored_image.bucket == PUBLIC_BUCKET:
        raise NotClaimedError("the image is in everybody's bucket")
    return get(f"/v1/{stored_image.url}", credentials=OTHER_CALLER)


@recipe(opt_in=WRITES, undo="deleted")
def uploaded(bucket_name: str) -> Request:
    """A file of our own, written."""
    return upload(f"/v1/files/{bucket_name}/{OWN_FILE}", "a b.txt")


@recipe(opt_in=WRITES)
def read_back(bucket_name: str, uploaded: Exchange) -> Request:
    """The same file, read."""
    del uploaded  # it is there by now
    return get(f"/v1/files/{bucket_name}/{OWN_FILE}")


@recipe(opt_in=WRITES, after=("uploaded", "read_back"))
def deleted(bucket_name: str) -> Request:
    """The same file, deleted."""
    return Request("DELETE", f"/v1/files/{bucket_name}/{OWN_FILE}", CALLER)


@recipe(opt_in=WRITES)
def read_when_deleted(bucket_name: str, deleted: Exchange) -> Request:
    """The same file, when it should be gone."""
    del deleted  # it is gone by now
    return get(f"/v1/files/{bucket_name}/{OWN_FILE}")
