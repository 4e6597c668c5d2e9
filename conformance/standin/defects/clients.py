"""How a DIAL fails the official clients, and serves others well."""

from __future__ import annotations

import hashlib
import struct
import zlib
from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.defect import defect
from conformance.standin.defects.auth import web_page
from conformance.standin.request_kinds import asks_block, asks_picture, asks_stream, body_of, configuration_of
from conformance.standin.response_edits import edited, edited_attachments, edited_events

PARTS = [{"type": "text", "text": "a cube"}]
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def is_openai(request: IncomingRequest) -> bool:
    """Tell whether the official client of OpenAI asks itself, not below that of DIAL."""
    return _is_library(request) and body_of(request).get("stream") is not False


def is_dial_client(request: IncomingRequest) -> bool:
    """Tell whether aidial-client asks: it is built on the client of OpenAI, and says that it wants no stream."""
    return _is_library(request) and body_of(request).get("stream") is False


def without_pixels(content: bytes) -> bytes:
    """Fill the pixels of a PNG with zeros, which are no compressed data; each chunk keeps its length and a true CRC."""
    picture = bytearray(content)
    start = len(SIGNATURE)
    while start < len(picture):
        (length,) = struct.unpack(">I", picture[start : start + 4])
        kind, data = slice(start + 4, start + 8), slice(start + 8, start + 8 + length)
        if picture[kind] == b"IDAT":
            picture[data] = bytes(length)
            picture[data.stop : data.stop + 4] = struct.pack(">I", zlib.crc32(picture[kind.start : data.stop]))
        start = data.stop + 4
    return bytes(picture)


def _is_library(request: IncomingRequest) -> bool:
    return "openai" in (request.header("user-agent") or "").lower()


@defect("CLI-01")
async def firewall_blocks_clients(request: IncomingRequest, serve: Handler) -> Response:
    """A firewall does not know the user agent of the official client, and asks it to sign in."""
    blocked = is_openai(request) and asks_block(request) and configuration_of(request) != {"quality": 42}
    return web_page() if blocked else await serve(request)


@defect("CLI-02")
async def custom_content_filtered(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy for the OpenAI API drops the fields that OpenAI does not have."""

    def edit(completion: Any) -> None:
        completion["choices"][0]["message"].pop("custom_content", None)

    response = await serve(request)
    return await edited(response, edit) if is_openai(request) and asks_block(request) else response


@defect("CLI-03")
async def last_chunk_without_choices(request: IncomingRequest, serve: Handler) -> Response:
    """A stream for the official client of OpenAI ends with a chunk that its model cannot hold."""
    response = await serve(request)
    if not is_openai(request) or not asks_stream(request):
        return response
    return await edited_events(response, lambda chunks: chunks.append({"usage": None}))


@defect("CLI-04")
async def refusal_is_a_page(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy for the OpenAI API replaces each error by its own page."""
    response = await serve(request)
    return web_page(response.status) if is_openai(request) and response.status in (400, 422) else response


@defect("CLI-05", at="echo")
async def content_in_parts(request: IncomingRequest, serve: Handler) -> Response:
    """The content of an answer is a list of parts, which aidial-client does not read."""

    def edit(completion: Any) -> None:
        completion["choices"][0]["message"]["content"] = PARTS

    response = await serve(request)
    asked = asks_block(request) and "/echo/" in request.path
    return await edited(response, edit) if asked else response


@defect("CLI-06")
async def picture_without_pixels(request: IncomingRequest, serve: Handler) -> Response:
    """The picture has a good head and lost its pixels on the way to the storage."""
    response = await serve(request)
    if not asks_picture(request) or response.status != 200:
        return response
    content = without_pixels((await response.whole()).body)
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return response.with_body(content).with_header("etag", digest)


@defect("CLI-05")
async def attachments_lost_for_dial_client(request: IncomingRequest, serve: Handler) -> Response:
    """Attachments are lost where a request says `"stream": false`, as aidial-client does."""
    response = await serve(request)
    if not asks_block(request) or not is_dial_client(request):
        return response
    return await edited_attachments(response, lambda found: found.clear())
