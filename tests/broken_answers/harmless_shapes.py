"""Completions, refusals and streams of other shapes that break no requirement."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.broken_answers.answers import DATE, USAGE, statistics
from tests.broken_answers.change import Broken, broken, edited, field, header, in_turn, text
from tests.broken_answers.chat import with_message
from tests.broken_answers.merged_streams import (
    ATTEMPTS,
    DOWNLOAD,
    WORDS,
    attached_by_search,
    emptied,
    in_time,
    in_times,
    picture_at,
    saying,
    slowly,
    with_usage,
)
from tests.broken_answers.stream_change import each_chunk, stream_bytes, stream_edited
from tests.broken_answers.streams import COMPLETIONS, NOTE, STREAM, drawn, finished
from tests.replaying import Change

MESSAGE = "/choices/0/message"
CALLS = [{"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}]
DETAILS = {"prompt_tokens_details": {"cached_tokens": 0}}
FORM = {"type": "object", "properties": {}}
MORE_DISCARDED = {"discarded_messages": [0, 2], "usage_per_model": [USAGE, {**USAGE, "index": 1, **DETAILS}]}


def instead_of_text(how: str, **message: Any) -> Broken:
    """Make a row of an application that says this and no text, as a block and as a stream."""

    def edit(completion: Any) -> None:
        completion["choices"][0]["message"].update({"content": "", **message})

    def edit_stream(events: list[Any]) -> None:
        choice = {"index": 0, "finish_reason": None, "delta": {"role": "assistant", "content": "", **message}}
        events[:-2] = [{**events[0], "choices": [choice]}]

    row = broken(how, edited(edit), "accepted", deployment="echo-application")
    return row.also(stream_edited(edit_stream), STREAM)


def told_in_two_chunks(events: list[Any]) -> None:
    """Tell the statistics in two chunks without a part of the completion."""
    events[-1:-1] = [
        {"choices": [], "statistics": {"usage_per_model": [USAGE]}},
        {"choices": [], "statistics": {"usage_per_model": [{**USAGE, "index": 1}], "discarded_messages": []}},
    ]


def without_chunks() -> Change:
    """Answer without a word on when it came."""
    return lambda answer: replace(answer, chunks=())


FLOATS = {"prompt_tokens": 8.0, "completion_tokens": 8.0, "total_tokens": 16.0}

SHAPES = [
    broken("1.0 for 1", with_usage(FLOATS), STREAM, deployment="echo"),
    broken(
        "integers with a point",
        in_turn(field("/usage", FLOATS), field("/created", 1795347270.0), field("/choices/0/index", 0.0)),
        *COMPLETIONS,
        deployment="echo",
    ),
    broken("a time with a point", each_chunk(lambda one: one.update(created=1795347270.0)), STREAM, deployment="echo"),
    broken("content in parts", field(f"{MESSAGE}/content", [{"type": "text", "text": "a cube"}]), *COMPLETIONS),
    broken("an error that is null", field("/error", None), *COMPLETIONS),
    broken("when it was sent", DATE, "*"),
    broken("a date that is none", header("date", "yesterday"), *COMPLETIONS),
    broken("a clock that is hours late", in_turn(DATE, field("/created", 1795300000)), *COMPLETIONS),
    broken("a refusal of Core in words", text(400, "Bad Request"), "chat_that_is_not_json"),
    broken("a refusal with a charset", header("content-type", "Application/JSON;charset=utf-8"), "refused"),
    instead_of_text("a tool call", tool_calls=CALLS),
    instead_of_text("a function call", function_call=CALLS[0]["function"], content=None),
    instead_of_text("a refusal of the model", refusal="I cannot help with that"),
    instead_of_text("a stage", custom_content={"stages": [{"index": 0, "name": "Thinking", "status": "completed"}]}),
    instead_of_text("a state", custom_content={"state": {"turn": 1}}),
    instead_of_text("a form", custom_content={"form_schema": FORM}),
    instead_of_text("a note", custom_content={"attachments": [{"index": 0, **NOTE}]}).also(
        edited(lambda one: one["choices"][0]["message"]["custom_content"]["attachments"][0].pop("index")), "accepted"
    ),
    broken(
        "nothing more, because it was too long",
        in_turn(field(f"{MESSAGE}/content", ""), field("/choices/0/finish_reason", "length")),
        "accepted",
        deployment="echo",
    ),
    broken("words of the prompt", with_message(", but a red cube is no configuration"), "refused"),
    broken("statistics of the SDK", statistics(MORE_DISCARDED), *COMPLETIONS),
    broken("no statistics", statistics(None), *COMPLETIONS),
    broken("statistics of another kind", statistics({"calls": 3, "usage_per_model": []}), *COMPLETIONS),
    broken("statistics in a stream", stream_edited(told_in_two_chunks), STREAM, deployment="echo"),
    broken("cut by a filter", finished(-2, "content_filter"), STREAM, deployment="echo"),
    broken(
        "nothing, because of a filter",
        in_turn(each_chunk(emptied), finished(-2, "content_filter")),
        STREAM,
        deployment="search",
    ),
    broken(
        "more of the usage",
        with_usage({"prompt_tokens": 8, "completion_tokens": 8, "total_tokens": 16, **DETAILS}),
        STREAM,
        deployment="echo",
    ),
    broken(
        "the origin of a picture",
        drawn(lambda found: found[1].update(reference_type="text/html", reference_url="https://example.org/")),
        STREAM,
    ),
    attached_by_search("a note in a stream", NOTE),
    broken("a picture elsewhere", picture_at(lambda _: "https://images.example.org/x.png"), STREAM),
    broken(
        "a picture in the stream",
        drawn(lambda found: found[1].update(url="data:image/png;base64,iVBORw0KGgo=")),
        STREAM,
    ),
    broken("another picture each time", picture_at(lambda url: url.replace(".png", "1.png")), STREAM),
    broken("a picture sent as bytes", header("content-type", "application/octet-stream"), DOWNLOAD),
    slowly("slow, and bit by bit", in_times(2.5, 2.6, 2.7, 2.8)),
    slowly("slow, in two halves", in_times(2.5, 2.56)),
    slowly("slow, and nobody knows how it came", without_chunks(), deployment="echo-application"),
    broken("a picture that took its time", in_time(9.0), STREAM).also(in_time(9.0), *COMPLETIONS),
    broken("a short text that took its time", in_time(3.0), STREAM, deployment="buttons").also(
        in_time(3.0), "accepted"
    ),
    broken("fast, in one piece", in_time(0.2), STREAM, deployment="echo").also(in_time(1.9), "accepted"),
    broken("two attempts", header(ATTEMPTS, "2"), STREAM),
    broken("a blank at the end", saying(*WORDS, " "), STREAM, deployment="search"),
    broken("a piece for each character", saying(*"".join(WORDS)), STREAM, deployment="search"),
    broken("another text each time", saying("Found ", "nothing"), STREAM, deployment="search").also(
        field(f"{MESSAGE}/content", "Found 4 pages in fast mode"), "with_empty_configuration.null"
    ),
    broken("a short text", saying("Found ", "nothing"), STREAM, deployment="search").also(
        field(f"{MESSAGE}/content", "Found 4 pages"), *COMPLETIONS
    ),
    broken("events of CRLF", stream_bytes(lambda one: one.replace(b"\n", b"\r\n")), STREAM, deployment="search"),
]
