"""Streams that break no requirement: what the event stream's standard allows, and what other adapters send."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from conformance.contract.exchange import Answer
from tests.broken_answers.change import broken, field, header, in_turn
from tests.broken_answers.stream_change import (
    DONE,
    attaching,
    delta_of,
    each_chunk,
    one_chunk,
    stream_bytes,
    stream_edited,
    streaming,
    with_event,
)
from tests.replaying import Change

STREAM = "streamed"
COMPLETIONS = ("accepted", "with_empty_configuration")


def in_pieces(size: int) -> Change:
    """Answer with a body that comes in pieces of so many bytes."""

    def change(answer: Answer) -> Answer:
        left = range(0, len(answer.body), size)
        return replace(answer, chunks=tuple((0.1, min(size, len(answer.body) - start)) for start in left))

    return change


def on_several_lines(events: list[Any]) -> None:
    """Write each chunk on several lines, as JSON that is easy to read."""
    for position, event in enumerate(events[:-1]):
        lines = json.dumps(event, indent=2).splitlines()
        events[position] = "\n".join(f"data: {line}" for line in lines)


def in_one_chunk(events: list[Any]) -> None:
    """Send the whole completion in one chunk."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": "A cube"}, "finish_reason": "stop"}
    events[:] = [{**events[-2], "choices": [choice]}, DONE]


def usage_alone(events: list[Any]) -> None:
    """Tell the usage in a chunk of its own, as OpenAI does."""
    usage = events[-2].pop("usage")
    events.insert(-1, {**events[-2], "choices": [], "usage": usage})


FILTERED = {"index": 0, "finish_reason": None, "content_filter_results": {}, "content_filter_offsets": {"start": 0}}
STATISTICS = {"usage_per_model": [{"index": 0, "name": "gpt-4o", "prompt_tokens": 1, "completion_tokens": 1}]}


def filtered_later(events: list[Any]) -> None:
    """Tell what the asynchronous filter of Azure found, between the chunks and after the last of them."""
    events.insert(1, {"choices": [FILTERED]})
    events.insert(-1, {"object": "chat.completion.chunk", "choices": [FILTERED]})


def of_core(events: list[Any]) -> None:
    """Add the chunk that Core writes itself since 0.47, without id, created and model."""
    events.insert(-1, {"object": "chat.completion.chunk", "choices": [], "statistics": STATISTICS})


STREAMS = [
    broken("a first chunk without choices", with_event(0, {"choices": [], "prompt_filter_results": []}), STREAM),
    broken("what an asynchronous filter found", stream_edited(filtered_later), STREAM, deployment="echo"),
    broken("what an asynchronous filter found of a picture", stream_edited(filtered_later), STREAM),
    broken("a chunk of Core itself", stream_edited(of_core), STREAM),
    broken("a chunk of Core itself, of an application", stream_edited(of_core), STREAM, deployment="echo-application"),
    broken("a heartbeat", with_event(1, ": heartbeat"), STREAM),
    broken("heartbeats between all events", stream_bytes(lambda one: one.replace(b"\n\n", b"\n\n:\n\n")), STREAM),
    broken("a comment in each event", stream_bytes(lambda one: one.replace(b"data:", b": x\ndata:")), STREAM),
    broken(
        "names, ids and times of events",
        stream_bytes(lambda one: one.replace(b"data:", b"event: message\nid: 7\nretry: 3000\ndata:")),
        STREAM,
    ),
    broken("a field that nobody knows", with_event(1, "trace: 7f3a"), STREAM),
    broken("a time to come again", with_event(0, "retry: 3000"), STREAM),
    broken("CRLF", stream_bytes(lambda one: one.replace(b"\n", b"\r\n")), STREAM),
    broken("CR", stream_bytes(lambda one: one.replace(b"\n", b"\r")), STREAM),
    broken("empty lines", stream_bytes(lambda one: b"\n" + one.replace(b"\n\n", b"\n\n\n\n")), STREAM),
    broken("a BOM", stream_bytes(lambda one: b"\xef\xbb\xbf" + one), STREAM),
    broken("no space behind the colon", stream_bytes(lambda one: one.replace(b"data: ", b"data:")), STREAM),
    broken("many empty lines at the end", stream_bytes(lambda one: one + b"\n\n\n"), STREAM),
    broken("a comment of one line at the end", stream_bytes(lambda one: one + b": bye"), STREAM, deployment="echo"),
    broken("a comment at the end", stream_edited(lambda events: events.append(": bye")), STREAM),
    broken("chunks on several lines", stream_edited(on_several_lines), STREAM),
    broken("no charset", header("content-type", "text/event-stream"), STREAM),
    broken("a media type of events in capitals", header("content-type", "Text/Event-Stream;charset=UTF-8"), STREAM),
    broken("pieces of seven bytes", in_pieces(7), STREAM),
    broken(
        "a character in two pieces",
        in_turn(
            one_chunk(1, lambda chunk: delta_of(chunk).update(content="ein kleiner Würfel 🟥")),
            stream_bytes(lambda one: one.replace(b"\\u00fc", "ü".encode())),
            in_pieces(1),
        ),
        STREAM,
        deployment="search",
    ).also(field("/choices/0/message/content", "ein kleiner Würfel 🟥"), *COMPLETIONS),
    broken(
        "a line separator in a text",
        stream_bytes(lambda one: one.replace(b"small", "a\u2028b\u0085c".encode())),
        STREAM,
        deployment="echo",
    ),
    broken("usage in a chunk of its own", stream_edited(usage_alone), STREAM, deployment="echo"),
    broken("usage in a chunk of its own, of a DALL-E 3", stream_edited(usage_alone), STREAM),
    broken("usage null until the end", each_chunk(lambda one: one.setdefault("usage")), STREAM),
    broken("the whole in one chunk", stream_edited(in_one_chunk), STREAM, deployment="echo"),
    broken("a role without content", one_chunk(0, lambda one: delta_of(one).update(content=None)), STREAM),
    broken("a role with empty content", one_chunk(0, lambda one: delta_of(one).update(content="")), STREAM),
    broken("the role in each chunk", each_chunk(lambda one: delta_of(one).update(role="assistant")), STREAM),
    broken("no role", one_chunk(0, lambda one: delta_of(one).pop("role")), STREAM, deployment="echo"),
    broken("nothing new", one_chunk(0, lambda one: delta_of(one).clear()), STREAM, deployment="search"),
    broken(
        "finish_reason left out until the end",
        one_chunk(0, lambda one: one["choices"][0].pop("finish_reason")),
        STREAM,
    ),
    broken("a long stream", one_chunk(-2, lambda one: one["choices"][0].update(finish_reason="length")), STREAM),
    broken(
        "new fields of chunks",
        each_chunk(lambda one: one.update(model="dall-e-3", system_fingerprint=None, statistics={"n": 1})),
        STREAM,
    ),
    broken("new fields of choices", each_chunk(lambda one: one["choices"][0].update(logprobs=None)), STREAM),
    broken(
        "another time where nothing is said",
        with_event(1, {"created": 0, "choices": []}),
        STREAM,
        deployment="echo",
    ),
    broken(
        "an attachment in pieces",
        streaming({"index": 0, "title": "Notes", "data": "What "}, {"index": 0, "data": "was found"}),
        STREAM,
        deployment="search",
    ).also(attaching({"title": "Notes", "data": "What was found"}), *COMPLETIONS),
    broken(
        "two attachments, one in two pieces",
        streaming(
            {"index": 0, "title": "A", "data": "a"},
            {"index": 1, "url": "https://example.org/x"},
            {"index": 0, "data": "b"},
        ),
        STREAM,
        deployment="echo",
    ).also(attaching({"title": "A", "data": "ab"}, {"url": "https://example.org/x"}), "accepted"),
    broken(
        "stages",
        one_chunk(1, lambda one: delta_of(one).update(custom_content={"stages": [{"index": 0}]})),
        STREAM,
        deployment="search",
    ),
    broken("a refusal sent as a stream", header("content-type", "text/event-stream"), "refused_stream"),
    broken(
        "addresses in a streamed text",
        stream_bytes(lambda one: one.replace(b"small", b"10.0.0.5")),
        STREAM,
        deployment="echo",
    ),
]
