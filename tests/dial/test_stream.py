"""Streams: which bytes are events, what is wrong with them, and what they are together."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.exchange import Answer, Exchange, Request
from conformance.dial.chunk_merging import UnmergeableStreamError
from conformance.dial.stream import DONE, Stream, read_stream

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def received(body: bytes) -> Stream:
    return read_stream(Exchange("one", Request("POST", "/"), Answer(200, "", (), body)))


def streamed(*chunks: Any) -> Stream:
    return received("".join(f"data: {json.dumps(one)}\n\n" for one in chunks).encode() + b"data: [DONE]\n\n")


def chunk(delta: Any, index: int = 0, reason: str | None = None, **fields: Any) -> dict[str, Any]:
    choice = {"index": index, "delta": delta, "finish_reason": reason}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "choices": [choice], **fields}


def attached(*attachments: dict[str, Any]) -> dict[str, Any]:
    return {"custom_content": {"attachments": list(attachments)}}


WHOLE = b'data: {"a": 1}\n\ndata: [DONE]\n\n'


@pytest.mark.parametrize(
    "body",
    [
        WHOLE,
        WHOLE.replace(b"\n", b"\r\n"),
        WHOLE.replace(b"\n", b"\r"),
        b"\xef\xbb\xbf" + WHOLE,
        b": heartbeat\n\n" + WHOLE,
        b"id: 7\nretry: 5\nevent: message\n" + WHOLE,
        WHOLE.replace(b"data: ", b"data:"),
        b'data: {"a":\ndata: 1}\n\ndata: [DONE]\n\n',
        b"\n\n\n" + WHOLE,
    ],
    ids=["plain", "CRLF", "CR", "BOM", "comment", "other fields", "no space", "two lines", "blank lines"],
)
def test_what_the_standard_allows(body: bytes) -> None:
    stream = received(body)
    assert stream.event_fault is None
    assert stream.documents == ({"a": 1},)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", "the last event is missing"),
        (b'data: {"a": 1}\n\n', 'the last event is {"a": 1}'),
        (WHOLE[:-1], "no empty line ends the last event"),
        (WHOLE[:-2], "no empty line ends the last event"),
        (WHOLE[:-1].replace(b"\n", b"\r\n"), "no empty line ends the last event"),
        (WHOLE[:-1] + b": bye\n", "no empty line ends the last event"),
        (b"data: [DONE]\n\ndata: [DONE]\n\n", "an event is [DONE]"),
        (b"data: no\n\ndata: [DONE]\n\n", "an event is no"),
        (b"data: 7\n\ndata: [DONE]\n\n", "an event is 7"),
        (b"data: NaN\n\ndata: [DONE]\n\n", "an event is NaN"),
        (b"data: \xff\n\ndata: [DONE]\n\n", "not UTF-8"),
        (b"data: " + b"[" * 1000 + b"\n\ndata: [DONE]\n\n", "an event is [["),
        (b'{"object": "chat.completion"}', "the last event is missing"),
    ],
    ids=[
        "empty",
        "no end",
        "one line end",
        "no line end",
        "CRLF",
        "comment instead",
        "two ends",
        "text",
        "number",
        "NaN",
        "bytes",
        "deep",
        "JSON",
    ],
)
def test_event_that_is_none(body: bytes, fault: str) -> None:
    assert (received(body).event_fault or "").startswith(fault)


@pytest.mark.parametrize(
    "wrong",
    [
        chunk({}, object="chat.completion"),
        chunk({}, id="2"),
        chunk({}, choices=None),
        chunk({}, choices=[7]),
        chunk({}, choices=[{"delta": {}}]),
        chunk({}, choices=[{"index": True, "delta": {}}]),
        chunk([]),
        chunk({"role": "user"}),
        chunk({}, created=None),
        chunk({}, created="1"),
        chunk({}, created=1.5),
        chunk({}, created=True),
        chunk({}, created=2),
        chunk({"content": ["a"]}),
        chunk({"content": {"text": "a"}}),
    ],
)
def test_chunk_that_is_none(wrong: dict[str, Any]) -> None:
    good = chunk({"role": "assistant"})
    assert streamed(good, chunk({}, reason="stop")).chunk_fault is None
    assert streamed(good, wrong).chunk_fault is not None


@pytest.mark.parametrize("index", [1, 2])
def test_first_choice_is_the_first(index: int) -> None:
    assert streamed(chunk({}, index), chunk({}, 0)).chunk_fault == f"the first choice has index {index}"
    assert streamed(chunk({}, 0), chunk({}, index)).chunk_fault is None


def test_remark_tells_nothing_of_the_whole() -> None:
    remark = {"id": "", "object": "", "created": 0, "model": "", "choices": [{"index": 0, "finish_reason": None}]}
    stream = streamed(remark, chunk({"content": "a"}, model="m"), chunk({}, reason="stop"), remark)
    whole = stream.completion
    assert (whole.document["id"], whole.document["created"], whole.document["model"]) == ("1", 1, "m")
    assert whole.text == "a"


@pytest.mark.parametrize(
    ("reasons", "good"),
    [(["stop"], True), ([None, "stop"], True), ([None], False), (["stop", "stop"], False), (["stop", None], False)],
)
def test_finish_reason(reasons: list[str | None], good: bool) -> None:  # noqa: FBT001 - a column of the table
    stream = streamed(*(chunk({}, reason=one) for one in reasons))
    assert (stream.finish_fault is None) is good


def test_chunks_are_parts_of_one_completion() -> None:
    stream = streamed(
        chunk({"role": "assistant", "content": "a "}),
        chunk({"content": "red"}),
        chunk({"content": None, **attached({"index": 0, "title": "R", "data": "a"})}),
        chunk(attached({"index": 1, "title": "I"}, {"index": 0, "data": "b"})),
        chunk({}, reason="stop", usage={"total_tokens": 1}),
    )
    whole = stream.merged()
    message = whole["choices"][0]["message"]
    assert (message["role"], message["content"]) == ("assistant", "a red")
    assert message["custom_content"]["attachments"] == [{"title": "R", "data": "ab"}, {"title": "I"}]
    assert whole["choices"][0]["finish_reason"] == "stop"
    assert whole["usage"] == {"total_tokens": 1}


def test_attachments_are_put_where_their_index_says() -> None:
    stream = streamed(chunk(attached({"index": 1, "title": "b"})), chunk(attached({"index": 0, "title": "a"})))
    assert [one["title"] for one in stream.merged()["choices"][0]["message"]["custom_content"]["attachments"]] == [
        "a",
        "b",
    ]
    assert stream.index_fault is None


def test_chunks_that_contradict_each_other() -> None:
    with pytest.raises(UnmergeableStreamError):
        streamed(chunk({"custom_content": {}}), chunk({"custom_content": "text"})).merged()


def test_error_among_the_events() -> None:
    assert streamed(chunk({}), {"error": {"message": "no storage"}}).error == {"error": {"message": "no storage"}}
    assert streamed(chunk({}, error=None)).error is None
    assert len(streamed(chunk({}, error=None)).chunks) == 1


@given(st.binary(max_size=200))
def test_any_bytes_are_read(body: bytes) -> None:
    stream = received(body)
    assert isinstance(stream.event_fault, str) or stream.events[-1] == DONE


@given(st.lists(JSON, max_size=4))
def test_any_documents_are_looked_at(documents: list[Any]) -> None:
    stream = streamed(*documents)
    assert isinstance(stream.chunk_fault, str | None)
    assert isinstance(stream.finish_fault, str | None)
    assert isinstance(stream.index_fault, str | None)
    assert stream.usages <= len(documents)


@given(st.text(max_size=30), st.lists(st.integers(0, 30), max_size=5))
def test_text_is_the_same_however_it_was_cut(text: str, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in pairwise(edges)]
    whole = streamed(*(chunk({"content": piece}) for piece in pieces)).merged()
    assert whole["choices"][0]["message"]["content"] == text


FILTERED: dict[str, Any] = {"index": 0, "finish_reason": None, "content_filter_results": {}}


@pytest.mark.parametrize(
    "remark",
    [
        {"id": "", "object": "", "choices": [], "prompt_filter_results": []},
        {"id": "", "object": "", "choices": [FILTERED]},
        {"object": "chat.completion.chunk", "choices": [], "statistics": {"usage_per_model": []}},
    ],
    ids=["Azure's first", "Azure's filter", "Core's own"],
)
def test_chunk_that_says_nothing_of_the_completion(remark: dict[str, Any]) -> None:
    stream = streamed(remark, chunk({"role": "assistant"}), chunk({}, reason="stop"), remark)
    assert stream.chunk_fault is None
    assert stream.finish_fault is None
    assert len(stream.parts) == 2


def test_end_without_a_delta_is_a_part() -> None:
    assert streamed(chunk({}), {"id": "", "choices": [{"index": 0, "finish_reason": "stop"}]}).chunk_fault is not None
