"""How a deployment, or what stands before it, gets wrong in a stream what is right in a block answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.core.waiting import wait
from conformance.standin.defect import defect
from conformance.standin.defects.completions import is_of_suite
from conformance.standin.defects.streams import each_chunk, of_echo, streamed
from conformance.standin.request_kinds import asks_block, asks_picture, asks_stream
from conformance.standin.response_edits import Edit, edited_picture, is_stream

NOWHERE = "0" * 64
SLOW = 3.0
"""Seconds."""


async def ended_by(request: IncomingRequest, serve: Handler, end: bytes) -> Response:
    """Answer with a stream that ends with other bytes."""
    response = await serve(request)
    if not is_stream(response) or not is_of_suite(request):
        return response
    whole = await response.whole()
    return whole.with_body(whole.body.removesuffix(b"data: [DONE]\n\n") + end)


@defect("STRM-02")
async def last_event_without_empty_line(request: IncomingRequest, serve: Handler) -> Response:
    """A stream ends with `[DONE]` and one line end, so that who reads by the standard never gets it."""
    return await ended_by(request, serve, b"data: [DONE]\n")


@defect("STRM-02", at="search")
async def last_event_without_line_end(request: IncomingRequest, serve: Handler) -> Response:
    """A stream is joined with empty lines between its events, and none after the last."""
    return await ended_by(request, serve, b"data: [DONE]")


@defect("STRM-03")
async def chunks_without_time(request: IncomingRequest, serve: Handler) -> Response:
    """No chunk says when it was created."""
    return await each_chunk(request, serve, lambda chunk: chunk.pop("created", None))


@defect("STRM-03", at="echo")
async def chunks_created_one_by_one(request: IncomingRequest, serve: Handler) -> Response:
    """Each chunk has a time of its own."""

    def edit(chunks: Any) -> None:
        for number, chunk in enumerate(chunks):
            chunk["created"] += number

    return await streamed(request, serve, edit)


@defect("STRM-03", at="search")
async def time_with_a_fraction(request: IncomingRequest, serve: Handler) -> Response:
    """The time of chunks is a number with a fraction."""
    return await each_chunk(request, serve, lambda chunk: chunk.update(created=chunk["created"] + 0.5))


@defect("STRM-03")
async def streamed_content_left_out(request: IncomingRequest, serve: Handler) -> Response:
    """A stream with a picture has no content, not even an empty one: an early OpenAI adapter."""

    def edit(chunk: Any) -> None:
        delta = chunk["choices"][0]["delta"]
        if "custom_content" in delta:
            delta.pop("content", None)

    return await each_chunk(request, serve, edit)


@defect("STRM-03", at="echo")
async def streamed_content_in_parts(request: IncomingRequest, serve: Handler) -> Response:
    """The content of a delta is a list of parts."""

    def edit(chunk: Any) -> None:
        delta = chunk["choices"][0]["delta"]
        if delta.get("content"):
            delta["content"] = [{"type": "text", "text": delta["content"]}]

    return await each_chunk(request, serve, edit)


@defect("STRM-03", at="buttons")
async def choices_of_a_stream_counted_from_one(request: IncomingRequest, serve: Handler) -> Response:
    """The choices of a stream are counted from 1."""
    return await each_chunk(request, serve, lambda chunk: chunk["choices"][0].update(index=1))


async def finished_with(request: IncomingRequest, serve: Handler, reason: str) -> Response:
    """Answer with a stream that ends with another finish_reason."""
    return await streamed(request, serve, lambda chunks: chunks[-1]["choices"][0].update(finish_reason=reason))


@defect("STRM-10", at="echo")
async def stream_ends_its_turn(request: IncomingRequest, serve: Handler) -> Response:
    """finish_reason is the word of another API, in streams only."""
    return await finished_with(request, serve, "end_turn")


@defect("STRM-10")
async def stream_stops_in_capitals(request: IncomingRequest, serve: Handler) -> Response:
    """finish_reason is written in capitals, in streams only."""
    return await finished_with(request, serve, "STOP")


async def counted(request: IncomingRequest, serve: Handler, **counts: Any) -> Response:
    """Answer with a stream whose usage has other counts."""
    return await each_chunk(request, serve, lambda chunk: chunk.get("usage") and chunk["usage"].update(counts))


@defect("STRM-11", at="echo")
async def streamed_total_not_summed(request: IncomingRequest, serve: Handler) -> Response:
    """total_tokens of a stream is 0."""
    return await counted(request, serve, total_tokens=0)


@defect("STRM-11")
async def streamed_usage_in_texts(request: IncomingRequest, serve: Handler) -> Response:
    """The counts of a stream are texts."""
    return await counted(request, serve, prompt_tokens="0")


@defect("STRM-11", at="search")
async def streamed_usage_is_a_number(request: IncomingRequest, serve: Handler) -> Response:
    """The usage of a stream is the total alone."""

    def edit(chunk: Any) -> None:
        if chunk.get("usage"):
            chunk["usage"] = chunk["usage"]["total_tokens"]

    return await each_chunk(request, serve, edit)


async def drawn(request: IncomingRequest, serve: Handler, edit: Edit) -> Response:
    """Answer with a stream after an edit of the attachment that is the picture."""
    response = await serve(request)
    return await edited_picture(response, edit) if asks_stream(request) and is_of_suite(request) else response


@defect("STRM-12")
async def streamed_url_lost(request: IncomingRequest, serve: Handler) -> Response:
    """The picture of a stream has neither data nor url."""
    return await drawn(request, serve, lambda one: one.pop("url"))


@defect("STRM-12")
async def streamed_type_is_extension(request: IncomingRequest, serve: Handler) -> Response:
    """The type of a stream's picture is an extension."""
    response = await serve(request)
    if not asks_stream(request) or not is_of_suite(request):
        return response
    return await edited_picture(response, lambda one: one.update(type="png"))


@defect("STRM-12")
async def streamed_reference_without_url(request: IncomingRequest, serve: Handler) -> Response:
    """The picture of a stream has the type of a reference that it does not have."""
    return await drawn(request, serve, lambda one: one.update(reference_type="text/html"))


def somewhere_else(url: str) -> str:
    """Return the url of a file beside another one, which nobody stored."""
    return f"{url.rpartition('/')[0]}/{NOWHERE}.png"


@defect("STRM-13")
async def streamed_picture_stored_never(request: IncomingRequest, serve: Handler) -> Response:
    """A stream tells the url of a picture that is not stored."""
    return await drawn(request, serve, lambda one: one.update(url=somewhere_else(one["url"])))


@defect("STRM-13")
async def streamed_picture_cut(request: IncomingRequest, serve: Handler, kept: dict[str, Any]) -> Response:
    """The picture of a stream is stored before all of it came."""
    if asks_picture(request) and request.path.endswith(f"{NOWHERE}.png") and "path" in kept:
        whole = await (await serve(replace(request, target=kept["path"]))).whole()
        return whole.with_body(whole.body[: len(whole.body) // 2])

    def edit(one: Any) -> None:
        kept["path"] = f"/v1/{one['url']}"
        one["url"] = somewhere_else(one["url"])

    return await drawn(request, serve, edit)


@defect("STRM-13")
async def streamed_picture_in_the_cluster(request: IncomingRequest, serve: Handler) -> Response:
    """The url of a stream's picture leads to a host that only the adapter can reach."""
    return await drawn(request, serve, lambda one: one.update(url=f"http://dial-core:8080/v1/{one['url']}"))


@defect("STRM-14", at="echo")
async def empty_deltas(request: IncomingRequest, serve: Handler) -> Response:
    """All deltas of a stream have an empty content."""

    def edit(chunk: Any) -> None:
        delta = chunk["choices"][0]["delta"]
        if "content" in delta:
            delta["content"] = ""

    return await each_chunk(request, serve, edit)


@defect("STRM-14", at="search")
async def text_under_another_name(request: IncomingRequest, serve: Handler) -> Response:
    """The text of a stream stands under the name of another API."""

    def edit(chunk: Any) -> None:
        delta = chunk["choices"][0]["delta"]
        if "content" in delta:
            delta["text"] = delta.pop("content")

    return await each_chunk(request, serve, edit) if "/search/" in request.path else await serve(request)


async def slow_block(request: IncomingRequest, serve: Handler) -> Response:
    """Answer the suite's block requests of the model that echoes late."""
    if asks_block(request) and "/echo/" in request.path and is_of_suite(request):
        await wait(SLOW)
    return await serve(request)


@defect("STRM-15", at="echo")
async def stream_buffered(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy keeps a stream until it is complete, and sends it in one piece."""
    response = await slow_block(request, serve)
    if not of_echo(request) or not is_stream(response):
        return response
    whole = await response.whole()
    await wait(SLOW)
    return whole


@defect("STRM-15", at="echo")
async def stream_from_a_cache(request: IncomingRequest, serve: Handler) -> Response:
    """A cache has the answer, and sends a stream of it at once."""
    response = await slow_block(request, serve)
    return await response.whole() if of_echo(request) and is_stream(response) else response


@defect("STRM-16")
async def attempts_not_told_in_a_stream(request: IncomingRequest, serve: Handler) -> Response:
    """A stream does not tell the attempts."""
    response = await serve(request)
    return response.without_header("x-upstream-attempts") if is_stream(response) else response


@defect("STRM-16", at="echo")
async def no_attempt_for_a_stream(request: IncomingRequest, serve: Handler) -> Response:
    """The attempts of a stream are counted when it is over, so that it always tells 0."""
    response = await serve(request)
    return response.with_header("x-upstream-attempts", "0") if is_stream(response) else response


WORDS = ["Found ", "3 ", "pages ", "in ", "fast ", "mode"]
"""What the sample that searches says without a configuration."""


async def said(request: IncomingRequest, serve: Handler, words: list[str]) -> Response:
    """Answer with a stream of these pieces of text, one in each chunk, where the deployment searches."""

    def edit(chunks: Any) -> None:
        choices = [{"index": 0, "finish_reason": None, "delta": {"content": word}} for word in words]
        chunks[1:-1] = [{**chunks[0], "choices": [one]} for one in choices]

    return await streamed(request, serve, edit) if "/search/" in request.path else await serve(request)


@defect("STRM-17", at="search")
async def words_lost(request: IncomingRequest, serve: Handler) -> Response:
    """A stream loses a word where a network packet ends."""
    return await said(request, serve, [*WORDS[:3], *WORDS[4:]])


@defect("STRM-17", at="search")
async def words_doubled(request: IncomingRequest, serve: Handler) -> Response:
    """A stream sends each chunk twice."""
    return await said(request, serve, [one for one in WORDS for _ in range(2)])


@defect("STRM-17", at="search")
async def deltas_cumulative(request: IncomingRequest, serve: Handler) -> Response:
    """Each delta of a stream has all of the text so far."""
    return await said(request, serve, ["".join(WORDS[: place + 1]) for place in range(len(WORDS))])


@defect("STRM-17", at="echo")
async def chunks_sent_twice(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy sends each chunk of a text twice, where the deployment has no configuration."""

    def edit(chunks: Any) -> None:
        chunks[:] = [one for chunk in chunks for one in ([chunk] * 2 if _has_text(chunk) else [chunk])]

    return await streamed(request, serve, edit) if "/echo/" in request.path else await serve(request)


def _has_text(chunk: Any) -> bool:
    return any(one["delta"].get("content") for one in chunk["choices"])
