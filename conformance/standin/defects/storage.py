"""How a DIAL gets its file storage wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json, in_words
from conformance.standin.defect import defect
from conformance.standin.defects.auth import web_page
from conformance.standin.request_kinds import asks, asks_file, asks_metadata, is_known
from conformance.standin.response_edits import edited

FOLDER = {"name": "images", "nodeType": "FOLDER", "resourceType": "FILE", "items": []}


@defect("FILE-06")
async def missing_file_is_empty(request: IncomingRequest, serve: Handler) -> Response:
    """A file that does not exist is 200 with nothing."""
    response = await serve(request)
    missing = asks_file(request) and "no-such-file" in request.path and response.status == 404
    return in_words(200) if missing else response


@defect("FILE-06")
async def missing_file_fails(request: IncomingRequest, serve: Handler) -> Response:
    """A file that does not exist is an error of the storage."""
    response = await serve(request)
    missing = asks_file(request) and "no-such-file" in request.path and response.status == 404
    return in_words(500) if missing else response


@defect("FILE-07")
async def folder_for_browsers(request: IncomingRequest, serve: Handler) -> Response:
    """A folder is answered with a page for browsers."""
    if asks_file(request) and request.path.endswith("/") and is_known(request):
        return web_page()
    return await serve(request)


@defect("FILE-07")
async def folder_not_found(request: IncomingRequest, serve: Handler) -> Response:
    """A folder is looked for as a file."""
    return in_words(404) if asks_file(request) and request.path.endswith("/") else await serve(request)


@defect("FILE-08")
async def foreign_bucket_fails(request: IncomingRequest, serve: Handler) -> Response:
    """A bucket that cannot be decrypted is an error of the storage."""
    foreign = asks_file(request) and re.match(r"/v1/files/(abc|testbucket)/", request.path) and is_known(request)
    return in_words(500) if foreign else await serve(request)


@defect("FILE-09")
async def path_normalised(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy normalises the path, and another file comes."""
    up = asks_file(request) and "/../" in request.path
    if up and is_known(request):
        return Response(200, (("content-type", "text/plain"),), b"root:x:0:0:root:/root:/bin/sh")
    return await serve(request)


@defect("FILE-09")
async def path_decoded_before_it_is_checked(request: IncomingRequest, serve: Handler) -> Response:
    """The storage decodes the path after the gateway has looked for dots in it."""
    up = asks_file(request) and re.search(r"%2e%2e(/|%2f)|\.\.%2f", request.path, re.IGNORECASE)
    if up and is_known(request):
        return Response(200, (("content-type", "text/plain"),), b"root:x:0:0:root:/root:/bin/sh")
    return await serve(request)


@defect("FILE-13")
async def bucket_is_a_path(request: IncomingRequest, serve: Handler) -> Response:
    """The bucket is told as a path."""
    response = await serve(request)
    if not asks(request, "GET", "/v1/bucket"):
        return response
    return await edited(response, lambda one: one.update(bucket=f"Users/{one['bucket']}"))


@defect("FILE-13")
async def bucket_of_the_replica(request: IncomingRequest, serve: Handler, kept: dict[str, Any]) -> Response:
    """Each replica has another secret, so that buckets differ."""
    response = await serve(request)
    if not asks(request, "GET", "/v1/bucket") or response.status != 200:
        return response
    kept["calls"] = kept.get("calls", 0) + 1
    if kept["calls"] == 1:
        return response
    return await edited(response, lambda one: one.update(bucket=f"{one['bucket'][::-1]}"))


@defect("FILE-14")
async def appdata_for_projects(request: IncomingRequest, serve: Handler) -> Response:
    """The key of a project is told a folder for the data of applications."""
    response = await serve(request)
    if not asks(request, "GET", "/v1/bucket"):
        return response
    return await edited(response, lambda one: one.update(appdata=f"{one['bucket']}/appdata/dall-e-3"))


@defect("FILE-16")
async def storage_is_full(request: IncomingRequest, serve: Handler) -> Response:
    """The quota is used up."""
    return in_words(413, "Quota exceeded") if request.method == "PUT" else await serve(request)


@defect("FILE-16")
async def deleted_file_stays(request: IncomingRequest, serve: Handler, kept: dict[str, Any]) -> Response:
    """A cache goes on answering for a file that was deleted."""
    response = await (await serve(request)).whole()
    if asks_file(request) and response.status == 200:
        kept[request.path] = response
    return kept.get(request.path, response) if asks_file(request) and response.status == 404 else response


@defect("FILE-16")
async def stored_with_its_envelope(request: IncomingRequest, serve: Handler) -> Response:
    """What is stored is the whole body of the upload, with its boundaries."""
    response = await serve(request)
    if not asks_file(request) or "/conformance/" not in request.path or response.status != 200:
        return response
    return replace(response, body=b"--x\r\n\r\n" + response.body + b"\r\n--x--")


@defect("FILE-17")
async def limit_cut(request: IncomingRequest, serve: Handler) -> Response:
    """More than 1,000 files at once are cut to 1,000 without a word."""
    over = asks_metadata(request) and request.query.get("limit") == "1001"
    return in_json(FOLDER) if over and is_known(request) else await serve(request)
