"""Streamed completions."""

from __future__ import annotations

from conformance.contract.deployment import MODEL, Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.json_text import json_text
from conformance.contract.requirement import MUST, SHOULD, requirement
from conformance.contract.verdict import NotClaimedError
from conformance.dial.attachment import Attachments, kinds_of_attachments
from conformance.dial.input_attachment import see_that_no_attachment_is_missing
from conformance.dial.stream import Stream, attachments_difference


@requirement("STRM-01", MUST, source="DIAL-5.2-1", unless_like=("CHAT-01", "without_stream"))
def test_stream_is_an_event_stream(deployment: Deployment, streamed: Exchange) -> None:
    """A completion that is asked with `"stream": true` is answered with 200 and text/event-stream."""
    see_that_no_attachment_is_missing(deployment, streamed)
    assert streamed.status == 200, streamed.because("200")
    assert streamed.answer.media_type == "text/event-stream", streamed.because("text/event-stream")


@requirement("STRM-02", MUST, source="DIAL-5.2-2, DIAL-5.2-14; WHATWG HTML, server-sent events")
def test_events_are_json_and_the_last_is_done(stream: Stream) -> None:
    """Every event of a stream is JSON, and the last is `[DONE]` with an empty line after it."""
    fault = stream.event_fault
    assert fault is None, stream.because("JSON, and [DONE] and an empty line at the end", fault)


@requirement(
    "STRM-03",
    MUST,
    source="DIAL-5.2-3, DIAL-5.2-7, DIAL-5.2-9, DIAL-5.2-10; OpenAI API, the chat completion chunk object",
    requires=["STRM-09"],
)
def test_chunks_are_of_one_completion(stream: Stream, text_of_block: str) -> None:
    """All chunks of a stream with a part of the completion have object "chat.completion.chunk", the same id and time, choices with index, the first 0, and delta, and content that is a text or null, in one of them at least."""  # noqa: E501 - one sentence
    fault = stream.chunk_fault
    assert fault is None, stream.because('object "chat.completion.chunk", one id and time, and choices', fault)
    if not text_of_block:  # or else STRM-14 misses the text
        assert stream.has_content or not stream.parts, stream.because("a delta with content", "no delta has content")


@requirement("STRM-04", MUST, source="DIAL-5.2-4", requires=["STRM-03"])
def test_choice_finishes_once(stream: Stream) -> None:
    """Each choice of a stream has exactly one finish_reason, in its last chunk."""
    fault = stream.finish_fault
    assert fault is None, stream.because("one finish_reason, at the end", fault)


@requirement("STRM-05", SHOULD, source="DIAL-5.3-4; OpenAPI document of DIAL Core", requires=["STRM-03"])
def test_streamed_attachments_have_an_index(stream: Stream) -> None:
    """Streamed attachments have the indexes 0, 1, ..."""
    if not stream.attachments:
        raise NotClaimedError("the stream has no attachments")
    assert stream.index_fault is None, stream.because("indexes from 0 on", stream.index_fault)


@requirement("STRM-06", MUST, source="DIAL-5.2-8", requires=["STRM-04", "STRM-12"], proven_by="accepted")
def test_stream_has_the_same_attachments(stream: Stream, comparable_attachments: Attachments) -> None:
    """A stream has attachments with the same titles and types as the completion that is not streamed."""
    block = comparable_attachments.completion
    difference = attachments_difference(stream, block)
    assert difference is None, stream.because(json_text(kinds_of_attachments(block)), difference)


@requirement(
    "STRM-07",
    SHOULD,
    source="DIAL-5.2-4, DIAL-5.1-11; OpenAI API, the chat completion chunk object",
    requires=["STRM-04"],
)
def test_usage_comes_once(deployment: Deployment, stream: Stream) -> None:
    """The usage is told in one chunk of a stream; only an application may leave it out."""
    if not stream.usages and deployment.kind != MODEL:
        raise NotClaimedError("an application may leave usage out")
    assert stream.usages == 1, stream.because("one usage", f"{stream.usages} usages")


@requirement("STRM-08", MUST, source="DIAL-5.2-5", proven_by="accepted")
def test_refusal_comes_before_the_stream(refused_stream: Exchange, status_of_refusal: int | None) -> None:
    """A configuration that is refused is refused with the same status in a stream, not with an event after 200."""
    expected = [400, 422] if status_of_refusal is None else [status_of_refusal]
    assert refused_stream.status in expected, refused_stream.because(" or ".join(map(str, expected)))


@requirement("STRM-09", SHOULD, source="DIAL-5.2-6", requires=["STRM-02"])
def test_good_stream_tells_of_no_error(stream: Stream) -> None:
    """A stream of a valid request has no error event."""
    assert stream.error is None, stream.because("no error", stream.error)


@requirement("STRM-18", SHOULD, source="DIAL-5.2-7; good practice", requires=["STRM-03"])
def test_chunk_without_a_part_is_of_the_stream(stream: Stream) -> None:
    """A chunk without a part of the completion has the id and the object of the other chunks, or none."""
    if not stream.remarks:
        raise NotClaimedError("every chunk has a part of the completion")
    expected = "the id and object of the others (the OpenAI adapter drops such chunks by ELIMINATE_EMPTY_CHOICES=true)"
    assert stream.remark_fault is None, stream.because(expected, stream.remark_fault)
