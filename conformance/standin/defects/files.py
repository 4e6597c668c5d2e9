"""How a DIAL gets the files wrong that deployments have made."""

from __future__ import annotations

import hashlib
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json, in_words
from conformance.standin.defect import defect
from conformance.standin.request_kinds import asks_metadata, asks_picture, is_anonymous, is_known, is_stranger
from conformance.standin.response_edits import Edit, edited

EXPIRED = b'{"error":{"message":"The upload has expired"}}'


async def stored(request: IncomingRequest, serve: Handler, content: bytes) -> Response:
    """Answer as if other bytes were stored: ETag and metadata fit them."""
    response = await serve(request)
    if response.status != 200:
        return response
    if asks_metadata(request) and request.path.endswith(".png"):
        return await edited(response, lambda one: one.update(contentLength=len(content)))
    if not asks_picture(request):
        return response
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return response.with_body(content).with_header("etag", digest)


async def described(request: IncomingRequest, serve: Handler, edit: Edit) -> Response:
    """Answer with the metadata of a picture after an edit."""
    response = await serve(request)
    return await edited(response, edit) if asks_metadata(request) and request.path.endswith(".png") else response


@cache
def picture(width: int, height: int) -> bytes:
    """Draw an empty picture."""
    drawn = BytesIO()
    Image.new("L", (width, height), 128).save(drawn, "PNG")
    return drawn.getvalue()


def is_plain(request: IncomingRequest) -> bool:
    """Tell whether it asks for a picture with a key, and without a condition."""
    return asks_picture(request) and is_known(request) and request.header("if-none-match") is None


@defect("FILE-01")
async def picture_forbidden(request: IncomingRequest, serve: Handler) -> Response:
    """The picture belongs to the deployment, and its caller may not read it."""
    return in_words(403, "You don't have an access to the file") if is_plain(request) else await serve(request)


@defect("FILE-01")
async def picture_expired(request: IncomingRequest, serve: Handler) -> Response:
    """The picture is deleted before it can be read."""
    return in_words(404) if is_plain(request) else await serve(request)


@defect("FILE-02")
async def error_stored_as_picture(request: IncomingRequest, serve: Handler) -> Response:
    """An error of the upstream was stored as the picture."""
    return await stored(request, serve, EXPIRED)


@defect("FILE-03")
async def picture_as_octets(request: IncomingRequest, serve: Handler) -> Response:
    """The picture is sent as bytes of any kind."""
    response = await serve(request)
    sent = asks_picture(request) and response.status == 200
    return response.with_header("content-type", "application/octet-stream") if sent else response


@defect("FILE-04")
async def size_ignored(request: IncomingRequest, serve: Handler) -> Response:
    """Whatever size is asked for, the picture is a small square."""
    return await stored(request, serve, picture(512, 512))


@defect("FILE-05")
async def picture_public(request: IncomingRequest, serve: Handler, kept: dict[str, Any]) -> Response:
    """A cache in front of the storage answers whoever has the url."""
    if not asks_picture(request):
        return await serve(request)
    if request.path in kept and (is_anonymous(request) or is_stranger(request)):
        cached: Response = kept[request.path]
        return cached
    response = await (await serve(request)).whole()
    if response.status == 200:
        kept[request.path] = response
    return response


@defect("FILE-05")
async def stranger_not_found(request: IncomingRequest, serve: Handler) -> Response:
    """An unknown key gets 404 for a picture."""
    return in_words(404) if asks_picture(request) and is_stranger(request) else await serve(request)


@defect("FILE-10")
async def no_etag(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy that compresses drops the ETag."""
    response = await serve(request)
    return response.without_header("etag") if asks_picture(request) else response


@defect("FILE-10")
async def etag_of_the_replica(request: IncomingRequest, serve: Handler, kept: dict[str, int]) -> Response:
    """A second replica makes ETags of its own."""
    response = await serve(request)
    if not is_plain(request) or response.status != 200:
        return response
    kept[request.path] = kept.get(request.path, 0) + 1
    return response if kept[request.path] == 1 else response.with_header("etag", f"{kept[request.path]:032x}")


@defect("FILE-11")
async def etag_of_the_time(request: IncomingRequest, serve: Handler) -> Response:
    """The ETag is the time of the last change."""
    response = await serve(request)
    has_one = asks_picture(request) and response.header("etag")
    return response.with_header("etag", '"1672534800"') if has_one else response


@defect("FILE-12")
async def condition_fails(request: IncomingRequest, serve: Handler) -> Response:
    """If-None-Match is taken for If-Match."""
    conditional = asks_picture(request) and request.header("if-none-match") is not None
    return in_words(412) if conditional else await serve(request)


@defect("FILE-15")
async def length_as_text(request: IncomingRequest, serve: Handler) -> Response:
    """The metadata tell the length as a text."""
    return await described(request, serve, lambda one: one.update(contentLength=str(one["contentLength"])))


@defect("FILE-15")
async def picture_is_folder(request: IncomingRequest, serve: Handler) -> Response:
    """The metadata call the picture a folder."""
    return await described(request, serve, lambda one: one.update(nodeType="FOLDER"))


@defect("FILE-18")
async def readable_by_all_projects(request: IncomingRequest, serve: Handler, kept: dict[str, Any]) -> Response:
    """Every known key reads every picture."""
    if not is_plain(request):
        return await serve(request)
    response = await (await serve(request)).whole()
    if response.status == 200:
        kept[request.path] = response
    return kept.get(request.path, response) if response.status == 403 else response


@defect("FILE-18")
async def other_project_fails(request: IncomingRequest, serve: Handler) -> Response:
    """To refuse another project is an error of the storage."""
    response = await serve(request)
    return in_json({"error": {"message": "no"}}, 500) if is_plain(request) and response.status == 403 else response
