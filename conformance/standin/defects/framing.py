"""How a gateway or a deployment breaks the rules of HTTP itself: lengths, chunks and content codings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from conformance.standin.core.http import Handler, IncomingRequest, Response, to_json
from conformance.standin.defect import defect
from conformance.standin.request_kinds import (
    asks_block,
    asks_completion,
    asks_picture,
    asks_schema,
    asks_stream,
    lists,
)
from conformance.standin.response_edits import is_stream

ERROR = {"error": {"message": "The image cannot be stored", "type": "internal_server_error", "code": "500"}}


def raw(response: Response, *fields: tuple[str, str], body: bytes | None = None) -> Response:
    """Write a response as a message of HTTP/1.1, byte for byte.

    Args:
        response: Status, headers and body.
        fields: Headers about the framing, in place of Content-Length and Transfer-Encoding.
        body: What follows the headers; by default the body.
    """
    framing = ("content-length", "transfer-encoding")
    own = [one for one in response.headers if one[0].lower() not in framing]
    lines = [f"HTTP/1.1 {response.status} As-Is", *(f"{name}: {value}" for name, value in (*own, *fields))]
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return replace(response, raw=head + (response.body if body is None else body))


def longer_by(response: Response, more: int) -> Response:
    """Write a response whose Content-Length is more than its body, or less."""
    return raw(response, ("Content-Length", str(len(response.body) + more)))


def coded(response: Response, coding: str) -> Response:
    """Return a response with a Content-Encoding that its body has not."""
    return response.with_header("Content-Encoding", coding)


@defect("HTTP-02")
async def completions_said_to_be_gzip(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy says that completions are gzip, and sends them plain."""
    response = await serve(request)
    return coded(await response.whole(), "gzip") if asks_completion(request) and response.status == 200 else response


@defect("HTTP-02", at="search")
async def schemas_said_to_be_gzip(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy says that schemas are gzip, and sends them plain."""
    response = await serve(request)
    return coded(await response.whole(), "gzip") if asks_schema(request) and response.status == 200 else response


@defect("HTTP-02")
async def applications_said_to_be_gzip(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy says that the listing of applications is gzip, and sends it plain."""
    response = await serve(request)
    return coded(response, "gzip") if lists(request, "applications") else response


@defect("HTTP-02")
async def images_said_to_be_gzip(request: IncomingRequest, serve: Handler) -> Response:
    """A storage says that images are gzip, and sends them plain."""
    response = await serve(request)
    return coded(response, "gzip") if asks_picture(request) and response.status == 200 else response


@defect("HTTP-02", at="echo")
async def coding_that_was_not_offered(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy packs completions with zstd, whatever the client offers."""
    response = await serve(request)
    if not asks_block(request) or response.status != 200:
        return response
    return coded(response.with_body(b"\x28\xb5\x2f\xfd" + response.body), "zstd")


@defect("HTTP-01")
async def completions_shorter_than_said(request: IncomingRequest, serve: Handler) -> Response:
    """The Content-Length of a completion counts bytes that never come: it was measured before a filter cut the body."""
    response = await serve(request)
    return longer_by(await response.whole(), 7) if asks_block(request) and response.status == 200 else response


@defect("HTTP-01")
async def completions_longer_than_said(request: IncomingRequest, serve: Handler) -> Response:
    """The Content-Length of a completion counts characters, not bytes, so that its end is lost."""
    response = await serve(request)
    return longer_by(await response.whole(), -7) if asks_block(request) and response.status == 200 else response


@defect("HTTP-01")
async def listing_longer_than_said(request: IncomingRequest, serve: Handler) -> Response:
    """The Content-Length of the listing of applications is too small."""
    response = await serve(request)
    return longer_by(response, -2) if lists(request, "applications") and response.status == 200 else response


@defect("HTTP-01", at="search")
async def schema_shorter_than_said(request: IncomingRequest, serve: Handler) -> Response:
    """The Content-Length of a schema is too large."""
    response = await serve(request)
    return longer_by(await response.whole(), 9) if asks_schema(request) and "search" in request.path else response


@defect("HTTP-01")
async def length_beside_chunks(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy adds Transfer-Encoding to completions, and leaves their Content-Length."""
    response = await serve(request)
    if not asks_block(request) or response.status != 200:
        return response
    whole = await response.whole()
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(whole.body), whole.body)
    length = ("Content-Length", str(len(whole.body)))
    return raw(whole, length, ("Transfer-Encoding", "chunked"), body=chunked)


@defect("HTTP-01", at="search")
async def garbage_for_chunk_sizes(request: IncomingRequest, serve: Handler) -> Response:
    """The chunks of an image, or of a schema, have sizes that are no numbers."""
    response = await serve(request)
    if not (asks_schema(request) and "search" in request.path):
        return response
    whole = await response.whole()
    return raw(whole, ("Transfer-Encoding", "chunked"), body=b"size\r\n%b\r\n0\r\n\r\n" % whole.body)


@defect("HTTP-01")
async def not_modified_with_a_body(request: IncomingRequest, serve: Handler) -> Response:
    """A storage sends the file with 304."""
    response = await serve(request)
    if response.status != 304:
        return response
    return raw(response, body=b"the file itself")


@defect("HTTP-01")
async def stream_ends_after_its_headers(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment begins a stream, and hangs up before its first event."""
    response = await serve(request)
    return raw(response, ("Transfer-Encoding", "chunked"), body=b"") if is_stream(response) else response


@defect("HTTP-01")
async def stream_ends_abruptly(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment tells of an error in the middle of a stream, and hangs up without its end."""
    response = await serve(request)
    if not is_stream(response):
        return response
    whole = await response.whole()
    beginning = whole.body.partition(b"\n\n")[0] + b"\n\ndata: " + to_json(ERROR) + b"\n\n"

    async def pieces() -> AsyncIterator[bytes]:
        yield beginning
        raise ConnectionResetError("the deployment hung up")

    return replace(response, pieces=pieces())


@defect("HTTP-01")
async def refused_stream_never_answered(request: IncomingRequest, serve: Handler) -> Response:
    """An adapter raises before it has begun a stream, and hangs up without an answer."""
    response = await serve(request)
    if not asks_stream(request) or response.status not in (400, 422):
        return response
    return replace(response, raw=b"")


@defect("HTTP-03")
async def name_twice_in_the_listing(request: IncomingRequest, serve: Handler) -> Response:
    """A gateway adds its own `object` to the listing of applications, beside that which is there."""
    response = await serve(request)
    if not lists(request, "applications") or response.status != 200:
        return response
    return response.with_body(b'{"object":"list",' + (await response.whole()).body[1:])
