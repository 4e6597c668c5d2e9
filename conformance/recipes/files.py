"""Files: the bucket, and the image of a completion."""

from __future__ import annotations

from http import HTTPStatus

from conformance.contract.exchange import Exchange, Request
from conformance.contract.recipe import facts, recipe
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.attachment import Attachment, Attachments
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.image import is_web_page
from conformance.recipes.requests import MISSING_FILE, NOBODY, STRANGER, get


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


@recipe(spared=True)
def image(stored_image: Attachment) -> Request:
    """The image of a completion."""
    return get(f"/v1/{stored_image.url}")


@recipe(spared=True)
def image_again(stored_image: Attachment) -> Request:
    """The image of a completion a second time."""
    return get(f"/v1/{stored_image.url}")


@recipe(spared=True)
def image_without_credentials(stored_image: Attachment) -> Request:
    """The image of a completion, asked by nobody."""
    return get(f"/v1/{stored_image.url}", credentials=NOBODY)


@recipe(spared=True)
def image_with_unknown_key(stored_image: Attachment) -> Request:
    """The image of a completion, with a key that nobody has."""
    return get(f"/v1/{stored_image.url}", credentials=STRANGER)


@recipe(spared=True)
def image_if_none_match(stored_image: Attachment, etag: str) -> Request:
    """The image of a completion, if it is another than the one we have (RFC 9110 section 13.1.2)."""
    return get(f"/v1/{stored_image.url}", headers=(("If-None-Match", etag),))


@recipe(spared=True)
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


@facts(requires=["ATT-03", "ATT-07", "ATT-08"])
def stored_image(attachments: Attachments) -> Attachment:
    """The image among the attachments of a completion, a file of the DIAL."""
    if not attachments.images:
        raise NotClaimedError("the completion has no image")
    image = attachments.images[0]
    if image.bucket is None:
        raise NotClaimedError("the image is not stored in the DIAL")
    return image


@facts
def image_in_vain(every_exchange: EveryExchange) -> Exchange | None:
    """The download of an image of which not even the caller gets an image, or None.

    Where the storage answers all alike, FILE-01 or FILE-02 says so, and what it answers to others shows nothing more.
    """
    asked = every_exchange.of_recipes("image")
    return next((one for one in asked if one.status != HTTPStatus.OK or is_web_page(one)), None)


@facts(requires=["FILE-01"])
def etag(image: Exchange) -> str:
    """The ETag of the image."""
    value = image.header("etag")
    if not value:
        raise CouldNotRunError("FILE-10: the image has no ETag")
    return value
