"""Files: the bucket, and the image of a completion."""

from __future__ import annotations

from http import HTTPStatus

from conformance.dial.attachment import Attachment, Attachments
from conformance.dial.deployment import Deployment
from conformance.dial.image import media_type_of
from conformance.exchange import Exchange, Request
from conformance.recipe import facts, recipe
from conformance.recipes.requests import MISSING_FILE, NOBODY, STRANGER, get
from conformance.verdict import CouldNotRunError, NotClaimedError


@recipe
def bucket() -> Request:
    """The caller's bucket."""
    return get("/v1/bucket")


@recipe
def bucket_again() -> Request:
    """The caller's bucket a second time."""
    return get("/v1/bucket")


@recipe
def missing_file(bucket_name: str) -> Request:
    """A file that does not exist, in the caller's bucket."""
    return get(f"/v1/files/{bucket_name}/{MISSING_FILE}")


@recipe
def image(stored_image: Attachment) -> Request:
    """The image of a completion."""
    return get(f"/v1/{stored_image.url}")


@recipe
def image_again(stored_image: Attachment) -> Request:
    """The image of a completion a second time."""
    return get(f"/v1/{stored_image.url}")


@recipe
def image_without_credentials(stored_image: Attachment) -> Request:
    """The image of a completion, asked by nobody."""
    return get(f"/v1/{stored_image.url}", credentials=NOBODY)


@recipe
def image_with_unknown_key(stored_image: Attachment) -> Request:
    """The image of a completion, with a key that nobody has."""
    return get(f"/v1/{stored_image.url}", credentials=STRANGER)


@recipe
def image_if_none_match(stored_image: Attachment, etag: str) -> Request:
    """The image of a completion, if it is another than the one we have (RFC 9110 section 13.1.2)."""
    return get(f"/v1/{stored_image.url}", headers=(("If-None-Match", etag),))


@recipe
def image_metadata(stored_image: Attachment) -> Request:
    """The metadata of a completion's image."""
    return get(f"/v1/metadata/{stored_image.url}")


@facts
def bucket_name(bucket: Exchange) -> str:
    """The name of the caller's bucket."""
    name = (bucket.json_object or {}).get("bucket")
    if bucket.status != HTTPStatus.OK or not isinstance(name, str) or not (name.isascii() and name.isalnum()):
        raise CouldNotRunError(f"FILE-13: no bucket: {bucket.excerpt}")
    return name


@facts
def stable_bucket(bucket_name: str, bucket_again: Exchange) -> str:
    """The name of the caller's bucket, if it is the same in two calls."""
    if (bucket_again.json_object or {}).get("bucket") != bucket_name:
        raise CouldNotRunError(f"FILE-13: another bucket the second time: {bucket_again.excerpt}")
    return bucket_name


@facts
def image_attachment(deployment: Deployment, good_attachments: Attachments) -> Attachment:
    """The image among the attachments of a completion."""
    if not good_attachments.images:
        wrong = good_attachments.wrong_type()
        if wrong is not None:
            raise CouldNotRunError(f"ATT-03: no image to download: {wrong!r}")
        if deployment.dalle3:
            raise CouldNotRunError("ATT-05: no image to download")
        raise NotClaimedError("the completion has no image")
    return good_attachments.images[0]


@facts
def stored_image(deployment: Deployment, image_attachment: Attachment, placed_attachments: Attachments) -> Attachment:
    """The image among the attachments of a completion, if it is a file of the DIAL."""
    del placed_attachments  # ATT-08 speaks first
    if deployment.dalle3 and not image_attachment.is_stored:
        raise CouldNotRunError("ATT-07: no image to download: it is in the attachment itself")
    if image_attachment.bucket is None:
        raise NotClaimedError("the image is not stored in the DIAL")
    return image_attachment


@facts
def downloaded(image: Exchange) -> Exchange:
    """The image of a completion, if it could be downloaded."""
    if image.status != HTTPStatus.OK:
        raise CouldNotRunError(f"FILE-01: no image: {image.excerpt}")
    return image


@facts
def intact_image(downloaded: Exchange, stored_image: Attachment) -> Exchange:
    """The image of a completion, if its bytes are one of the type that the attachment tells."""
    found = media_type_of(downloaded.answer.body)
    if found != stored_image.type:
        raise CouldNotRunError(f"FILE-02: the bytes are {found or 'no image'}")
    return downloaded


@facts
def etag(downloaded: Exchange) -> str:
    """The ETag of the image."""
    value = downloaded.header("etag")
    if not value:
        raise CouldNotRunError("FILE-10: the image has no ETag")
    return value
