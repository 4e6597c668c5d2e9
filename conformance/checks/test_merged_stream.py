"""Streamed completions as a whole: what is right in a block answer is right in a stream."""

from __future__ import annotations

from conformance.contract.exchange import Exchange
from conformance.contract.requirement import MUST, SHOULD, requirement
from conformance.contract.verdict import NotClaimedError
from conformance.dial.arrival import AT_ONCE, seconds_between
from conformance.dial.attachment import Attachments
from conformance.dial.completion import FINISH_REASONS, Completion, attempts_in
from conformance.dial.stream import Stream
from conformance.recipes.merged_stream import Download


@requirement("STRM-10", MUST, source="DIAL-5.2-11; OpenAI API, the chat completion chunk object")
def test_finish_reason_of_a_stream_is_known(finished_stream: Completion) -> None:
    """The finish_reason of a stream is stop, length, function_call, tool_calls or content_filter."""
    expected = ", ".join(sorted(FINISH_REASONS))
    assert finished_stream.finish_reason_is_known, finished_stream.because(expected, finished_stream.finish_reason)


@requirement("STRM-11", MUST, source="DIAL-5.2-11")
def test_usage_of_a_stream_adds_up(counted_stream: Completion) -> None:
    """The usage of a stream, if it tells one, has three counts, and the total is the sum of the two others."""
    fault = counted_stream.usage_fault
    assert fault is None, counted_stream.because("prompt + completion = total", fault)


@requirement("STRM-12", MUST, source="DIAL-5.2-11; OpenAPI document of DIAL Core")
def test_streamed_attachments_are_like_others(streamed_attachments: Attachments) -> None:
    """The attachments of a stream, put together, have what those of a block answer have: one of data and url, a media type or none, and a reference_type only with a reference_url."""  # noqa: E501 - one sentence
    fault = streamed_attachments.shape_fault
    assert fault is None, streamed_attachments.because(*fault)


@requirement("STRM-13", SHOULD, source="DIAL-5.2-12", requires=["STRM-06"], proven_by="accepted")
def test_picture_of_a_stream_can_be_downloaded(downloaded: Download, stream: Stream) -> None:
    """The picture of a stream is downloaded with the caller's credentials, and is of the type that its attachment tells."""  # noqa: E501 - one sentence
    shown = downloaded.exchange or stream
    assert downloaded.fault is None, shown.because(
        f"200, and an image of type {downloaded.picture.type}", downloaded.fault
    )


@requirement("STRM-14", MUST, source="DIAL-5.2-8, DIAL-5.2-15", proven_by="accepted")
def test_stream_has_a_text(streamed_completion: Completion, text_of_stream: str, text_of_block: str) -> None:
    """A stream has a text if the block answer to the same request has one; that of an image model is no answer."""
    if not text_of_block:
        raise NotClaimedError("the block answer has no text, or it draws, or it was not asked")
    assert text_of_stream, streamed_completion.because(text_of_block, "no text")


@requirement("STRM-15", SHOULD, source="DIAL-5.5-1; good practice", requires=["STRM-04"], proven_by="accepted")
def test_stream_comes_bit_by_bit(long_stream: Stream) -> None:
    """A stream of a text in five pieces or more, whose block answer took over 2 seconds, does not come within 50 ms; nothing is said of an image model."""  # noqa: E501 - one sentence
    seconds = seconds_between(long_stream.exchange)
    came = seconds is None or seconds >= AT_ONCE
    expected = "events one after the other; a cache, or a proxy that buffers (nginx: proxy_buffering), may be the cause"
    assert came, long_stream.because(expected, f"all within {seconds} s")


@requirement(
    "STRM-16", SHOULD, source="DIAL-5.2-13; OpenAPI document of DIAL Core", requires=["STRM-01"], proven_by="accepted"
)
def test_stream_tells_the_attempts(streamed: Exchange, attempts_of_block: str) -> None:
    """A streamed completion carries X-UPSTREAM-ATTEMPTS, at least 1, if the block answer does."""
    expected = f"X-UPSTREAM-ATTEMPTS of at least 1, as without a stream ({attempts_of_block})"
    assert attempts_in(streamed) is not None, streamed.because(
        expected, streamed.header("x-upstream-attempts") or "no such header"
    )


@requirement("STRM-17", SHOULD, source="DIAL-5.2-8; good practice", requires=["STRM-14"], proven_by="accepted")
def test_stream_says_the_same(streamed_completion: Completion, text_of_stream: str, repeated_text: str) -> None:
    """Where three block answers (no configuration, null and `{}`) are the same text of 20 characters or more, the stream is that text, too; and no stream tells the text of its block answer twice."""  # noqa: E501 - one sentence
    assert text_of_stream == repeated_text, streamed_completion.because(repeated_text, text_of_stream)
