"""How a deployment gets a stream wrong."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.defect import defect
from conformance.standin.defects.completions import is_of_suite
from conformance.standin.request_kinds import asks_stream
from conformance.standin.response_edits import Edit, edited_events, is_stream

USAGE = {"prompt_tokens": 8, "completion_tokens": 8, "total_tokens": 16}
ERROR = {"error": {"message": "The image cannot be stored", "type": "internal_server_error", "code": "500"}}


async def streamed(request: IncomingRequest, serve: Handler, edit: Edit) -> Response:
    """Answer with the stream after an edit of the list of its chunks; official clients get it as it is."""
    response = await serve(request)
    return await edited_events(response, edit) if asks_stream(request) and is_of_suite(request) else response


async def each_chunk(request: IncomingRequest, serve: Handler, edit: Edit) -> Response:
    """Answer with the stream after an edit of each chunk."""

    def each(chunks: Any) -> None:
        for chunk in chunks:
            edit(chunk)

    return await streamed(request, serve, each)


def of_echo(request: IncomingRequest) -> bool:
    """Tell whether it asks for a stream of the model that echoes."""
    return asks_stream(request) and "/echo/" in request.path


@defect("STRM-01")
async def stream_ignored(request: IncomingRequest, serve: Handler) -> Response:
    """`stream` is ignored, and the completion comes as a whole."""
    if not asks_stream(request) or not is_of_suite(request):
        return await serve(request)
    return await serve(request.with_json({**request.json(), "stream": False}))


@defect("STRM-01", at="echo")
async def stream_sent_as_json(request: IncomingRequest, serve: Handler) -> Response:
    """A stream of events has the Content-Type of JSON."""
    response = await serve(request)
    sent = is_stream(response) and is_of_suite(request)
    return response.with_header("content-type", "application/json") if sent else response


@defect("STRM-02")
async def stream_without_done(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy closes the stream before `[DONE]`."""
    response = await serve(request)
    asked = asks_stream(request) and is_of_suite(request)
    return await edited_events(response, lambda _: None, end=b"") if asked else response


@defect("STRM-02", at="echo")
async def stream_broken_off(request: IncomingRequest, serve: Handler) -> Response:
    """A stream ends in the middle of an event, though the connection was closed well."""
    response = await serve(request)
    if not is_stream(response) or not is_of_suite(request):
        return response
    whole = await response.whole()
    return whole.with_body(whole.body[: len(whole.body) // 2])


@defect("STRM-02", at="echo")
async def ping_as_event(request: IncomingRequest, serve: Handler) -> Response:
    """Heartbeats are events, not comments."""
    response = await serve(request)
    if not is_stream(response) or not is_of_suite(request):
        return response
    whole = await response.whole()
    return whole.with_body(whole.body.replace(b"\n\ndata:", b"\n\ndata: ping\n\ndata:", 1))


@defect("STRM-03", at="echo")
async def new_id_in_each_chunk(request: IncomingRequest, serve: Handler) -> Response:
    """Each chunk has an id of its own."""
    numbers = itertools.count()
    return await each_chunk(request, serve, lambda chunk: chunk.update(id=f"chatcmpl-{next(numbers)}"))


@defect("STRM-03")
async def object_of_completion(request: IncomingRequest, serve: Handler) -> Response:
    """Each chunk calls itself a whole completion."""
    return await each_chunk(request, serve, lambda chunk: chunk.update(object="chat.completion"))


@defect("STRM-04")
async def stream_never_finished(request: IncomingRequest, serve: Handler) -> Response:
    """No chunk has a finish_reason."""
    return await streamed(request, serve, lambda chunks: chunks[-1]["choices"][0].update(finish_reason=None))


@defect("STRM-04", at="echo")
async def finished_in_each_chunk(request: IncomingRequest, serve: Handler) -> Response:
    """Each chunk has a finish_reason."""
    return await each_chunk(request, serve, lambda chunk: chunk["choices"][0].update(finish_reason="stop"))


async def with_notes(request: IncomingRequest, serve: Handler, note: dict[str, Any], index: int | None) -> Response:
    """Answer as an application that attaches notes, with that index in a stream."""

    def attach(document: Any, attachment: dict[str, Any]) -> None:
        choice = document["choices"][0]
        choice.get("message", choice.get("delta"))["custom_content"] = {"attachments": [attachment]}

    response = await serve(request)
    if "/echo-application/chat/completions" not in request.path or response.status != 200:
        return response
    whole = await response.whole()
    if is_stream(whole):
        indexed = note if index is None else {"index": index, **note}
        return await edited_events(whole, lambda chunks: attach(chunks[1], indexed))
    document = whole.json()
    attach(document, note)
    return whole.with_json(document)


@defect("STRM-05", at="echo-application")
async def indexes_from_one(request: IncomingRequest, serve: Handler) -> Response:
    """Streamed attachments are counted from 1."""
    return await with_notes(request, serve, {"title": "Notes", "data": "What was found"}, 1)


@defect("STRM-05", at="echo-application")
async def streamed_without_index(request: IncomingRequest, serve: Handler) -> Response:
    """Streamed attachments have no index, so that clients cannot merge them: the OpenAI adapter, seen."""
    return await with_notes(request, serve, {"title": "Notes", "data": "What was found"}, None)


@defect("ATT-09", at="echo-application")
async def stored_in_the_bucket_of_the_application(request: IncomingRequest, serve: Handler) -> Response:
    """An application stores its files in its own bucket, where the caller may not read."""
    note = {"title": "Notes", "type": "text/plain", "url": "files/8QhLRkXvW5wqKdF2/notes.txt"}
    return await with_notes(request, serve, note, 0)


@defect("STRM-06")
async def attachments_only_in_blocks(request: IncomingRequest, serve: Handler) -> Response:
    """A stream has no attachments."""

    def edit(chunks: Any) -> None:
        for chunk in chunks:
            chunk["choices"][0]["delta"].pop("custom_content", None)

    return await streamed(request, serve, edit)


@defect("STRM-06")
async def attachments_twice(request: IncomingRequest, serve: Handler) -> Response:
    """The chunk with the attachments is sent twice, and without an index both count."""

    def edit(chunks: Any) -> None:
        chunks[1:1] = [one for one in chunks if "custom_content" in one["choices"][0]["delta"]]

    return await streamed(request, serve, edit)


@defect("STRM-07", at="echo")
async def usage_in_each_chunk(request: IncomingRequest, serve: Handler) -> Response:
    """Each chunk tells the usage."""
    return await each_chunk(request, serve, lambda chunk: chunk.update(usage=USAGE))


@defect("STRM-07", at="search")
async def no_usage_in_a_stream(request: IncomingRequest, serve: Handler) -> Response:
    """A model does not tell the usage of a stream."""
    return await each_chunk(request, serve, lambda chunk: chunk.pop("usage", None))


@defect("STRM-09")
async def storage_fails_in_a_stream(request: IncomingRequest, serve: Handler) -> Response:
    """The image cannot be stored, and the stream says so after 200."""
    return await streamed(request, serve, lambda chunks: chunks.insert(2, ERROR))


@defect("STRM-09", at="echo")
async def error_at_the_end(request: IncomingRequest, serve: Handler) -> Response:
    """A stream ends with an error, after all its text."""
    return await streamed(request, serve, lambda chunks: chunks.append(ERROR))


@defect("STRM-02", at="search")
async def stream_in_one_array(request: IncomingRequest, serve: Handler) -> Response:
    """The chunks come as one JSON array, below the Content-Type of a stream."""
    response = await serve(request)
    if not is_stream(response) or not is_of_suite(request):
        return response

    async def pieces() -> AsyncIterator[bytes]:
        whole = await response.whole()
        chunks = [line[6:] for line in whole.body.splitlines() if line.startswith(b"data: {")]
        yield b"[" + b",".join(chunks) + b"]"

    return replace(response, pieces=pieces())


@defect("STRM-18")
async def chunk_of_a_filter_without_id(request: IncomingRequest, serve: Handler) -> Response:
    """An adapter passes on the first chunk of Azure's content filter, with an empty id and object."""
    first = {"id": "", "object": "", "created": 0, "model": "", "choices": [], "prompt_filter_results": []}
    return await streamed(request, serve, lambda chunks: chunks.insert(0, first))
