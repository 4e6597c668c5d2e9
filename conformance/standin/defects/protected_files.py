"""How a DIAL lets others look at files, or loses the listing of them."""

from __future__ import annotations

from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json, in_words
from conformance.standin.defect import defect
from conformance.standin.defects.storage import FOLDER
from conformance.standin.request_kinds import asks_metadata, is_anonymous, is_known, is_stranger
from conformance.standin.response_edits import edited


def asks_image_metadata(request: IncomingRequest) -> bool:
    """Tell whether it asks for the metadata of what a deployment has stored."""
    return asks_metadata(request) and "/appdata/" in request.path


def heads_file(request: IncomingRequest) -> bool:
    """Tell whether it is HEAD of a file."""
    return request.method == "HEAD" and request.path.startswith("/v1/files/")


@defect("FILE-19")
async def metadata_for_everybody(request: IncomingRequest, serve: Handler, kept: dict[str, Any]) -> Response:
    """A cache in front of the storage answers metadata to whoever has the url."""
    if not asks_image_metadata(request):
        return await serve(request)
    response = await (await serve(request)).whole()
    if response.status == 200:
        kept[request.path] = response
    return kept.get(request.path, response) if is_anonymous(request) else response


@defect("FILE-19")
async def folder_for_other_projects(request: IncomingRequest, serve: Handler) -> Response:
    """The listing of a folder does not look at whose it is."""
    response = await serve(request)
    refused = asks_image_metadata(request) and request.path.endswith("/") and response.status == 403
    return in_json(FOLDER) if refused else response


@defect("FILE-19")
async def metadata_not_found_by_strangers(request: IncomingRequest, serve: Handler) -> Response:
    """An unknown key gets 404 for metadata."""
    return in_words(404) if asks_image_metadata(request) and is_stranger(request) else await serve(request)


@defect("FILE-20")
async def head_without_authentication(request: IncomingRequest, serve: Handler) -> Response:
    """The ingress answers HEAD from its cache, whoever asks."""
    return Response(200, (("content-type", "image/png"),)) if heads_file(request) else await serve(request)


@defect("FILE-20")
async def head_for_other_projects(request: IncomingRequest, serve: Handler) -> Response:
    """HEAD is a route of its own, and looks at the key, but not at whose file it is."""
    if heads_file(request) and is_known(request):
        return Response(200, (("content-type", "image/png"),))
    return await serve(request)


@defect("FILE-20")
async def deleted_by_other_projects(request: IncomingRequest, serve: Handler) -> Response:
    """Every known key deletes every file."""
    response = await serve(request)
    return in_words(200) if request.method == "DELETE" and response.status == 403 else response


@defect("FILE-21")
async def root_folder_fails(request: IncomingRequest, serve: Handler) -> Response:
    """The root folder of a bucket has no name, and its listing fails (issue 662 of DIAL Core)."""
    of_root = asks_metadata(request) and request.path.count("/") == 5 and request.path.endswith("/")
    return in_words(500) if of_root and is_known(request) else await serve(request)


@defect("FILE-21")
async def empty_folder_without_items(request: IncomingRequest, serve: Handler) -> Response:
    """A folder tells what is in it as null."""
    response = await serve(request)
    root = asks_metadata(request) and request.path.count("/") == 5 and request.path.endswith("/")
    return await edited(response, lambda one: one.update(items=None)) if root else response
