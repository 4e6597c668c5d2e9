"""How a deployment breaks the requirements on the shape of completions and refusals."""

from __future__ import annotations

import json
from typing import Any

from tests.broken_answers.change import (
    Broken,
    Table,
    broken,
    edited,
    field,
    header,
    in_turn,
    without_header,
)
from tests.broken_answers.chat import with_message
from tests.broken_answers.stream_change import each_chunk, one_chunk, stream_edited
from tests.replaying import Change

COMPLETIONS = ("accepted", "with_empty_configuration")
STREAM = "streamed"
CONTENT = "/choices/0/message/content"
DATE = header("date", "Sun, 22 Nov 2026 15:14:57 GMT")
"""When the set was recorded."""
PROMPT = "A small red cube on a white table"
TYPE = "content-type"


def sent_as(media_type: str) -> Change:
    """Answer with another Content-Type."""
    return header(TYPE, media_type)


def silent(how: str, content: Any, deployment: str = "echo") -> Broken:
    """Make a row of a deployment that says this only, as a block and as a stream."""

    def said_at_once(events: list[Any]) -> None:
        choice = {"index": 0, "finish_reason": None, "delta": {"role": "assistant", "content": content}}
        events[:-2] = [{**events[0], "choices": [choice]}]

    row = broken(how, field(CONTENT, content), *COMPLETIONS, deployment=deployment)
    return row.also(stream_edited(said_at_once), STREAM)


def silent_where_nothing_is_configured(how: str, content: Any) -> Broken:
    """Make a row of a model without configuration, which says this only."""
    row = silent(how, content)
    first, *others = row.places
    return Broken(row.how, (type(first)(first.change, ("accepted",)), *others), row.deployment)


def quoted(name: str, value: Any) -> Change:
    """Answer with something more in the error object."""
    return edited(lambda document: document["error"].update({name: value}))


def statistics(value: Any) -> Change:
    """Answer with statistics."""
    return field("/statistics", value)


USAGE = {"index": 0, "model": "gpt-4o", "prompt_tokens": 8, "completion_tokens": 8, "total_tokens": 16}
BY_NAME = {"usage_per_model": {"gpt-4o": USAGE}}

ANSWERS: Table = {
    "CHAT-32": [
        broken("plain text", sent_as("text/plain"), *COMPLETIONS),
        broken("a page", sent_as("text/html; charset=utf-8"), *COMPLETIONS),
        broken("no type", without_header(TYPE), "accepted", deployment="echo"),
        broken("a stream", sent_as("text/event-stream"), "accepted", deployment="echo-application"),
        broken("another kind of JSON", sent_as("application/vnd.dial+json"), "accepted", deployment="buttons"),
        broken("a type and another", sent_as("application/json, text/plain"), *COMPLETIONS),
        broken("a refusal as text", sent_as("text/plain; charset=utf-8"), "refused"),
        broken("one refusal without a type", without_header(TYPE), "refused.quality=42"),
        broken(
            "a refusal of an application as problem",
            sent_as("application/problem+json"),
            "refused",
            deployment="buttons",
        ),
        broken("a refusal without messages, as text", sent_as("text/plain"), "without_messages", deployment="echo"),
        broken("a refusal of no messages, as page", sent_as("text/html"), "with_empty_messages"),
    ],
    "CHAT-33": [
        broken("one id for all", field("/id", "chatcmpl-1"), *COMPLETIONS),
        broken("one id for two", field("/id", "chatcmpl-1"), "accepted.absent", "with_empty_configuration.null"),
        broken(
            "that of the stream",
            field("/id", "chatcmpl-1"),
            "accepted",
            deployment="echo",
        ).also(each_chunk(lambda one: one.update(id="chatcmpl-1")), STREAM),
        broken("in milliseconds", in_turn(DATE, field("/created", 1795347269000)), *COMPLETIONS),
        broken("in 1970", in_turn(DATE, field("/created", 0)), "accepted", deployment="echo"),
        broken("two days ago", in_turn(DATE, field("/created", 1795187697)), "accepted", deployment="echo-application"),
        broken(
            "a stream in milliseconds",
            in_turn(DATE, each_chunk(lambda one: one.update(created=one["created"] * 1000))),
            STREAM,
            deployment="search",
        ),
    ],
    "CHAT-34": [
        silent_where_nothing_is_configured("nothing", ""),
        silent_where_nothing_is_configured("null", None),
        silent_where_nothing_is_configured("blanks", " \n"),
        silent("nothing, by a searching model", "", deployment="search"),
        broken(
            "an empty state beside it",
            in_turn(field(CONTENT, ""), field("/choices/0/message/custom_content", {"state": {}, "attachments": []})),
            "accepted",
            deployment="echo-application",
        ).also(each_chunk(lambda one: one["choices"][0]["delta"].update(content="")), STREAM),
        broken(
            "no calls",
            in_turn(
                field(CONTENT, None),
                field("/choices/0/message/tool_calls", []),
                field("/choices/0/message/refusal", ""),
            ),
            "accepted",
            deployment="echo-application",
        ).also(each_chunk(lambda one: one["choices"][0]["delta"].update(content=None)), STREAM),
        broken(
            "a stage in a block only",
            in_turn(
                field(CONTENT, ""),
                field("/choices/0/message/custom_content", {"stages": [{"name": "A", "status": None}]}),
            ),
            "accepted",
            deployment="echo",
        ).also(each_chunk(lambda one: one["choices"][0]["delta"].update(content="")), STREAM),
    ],
    "CHAT-35": [
        broken("the whole", with_message(f" in {PROMPT}"), "refused"),
        broken("the beginning", with_message(f": {PROMPT[:20]}..."), "refused.quality=42"),
        broken("in capitals", with_message(f": {PROMPT.upper()}"), "wrong_root"),
        broken(
            "beside the message", quoted("input", [{"role": "user", "content": PROMPT}]), "refused", deployment="search"
        ),
        broken("in JSON in JSON", quoted("body", json.dumps({"content": PROMPT})), "refused", deployment="buttons"),
        broken("in a header", header("location", f"/x?prompt={PROMPT}"), "with_attachment_in_no_bucket"),
        broken("on two lines", with_message(": " + PROMPT.replace(" on ", "\non ")), "refused"),
        broken("in a refused stream", with_message(f": {PROMPT}"), "refused_stream"),
        broken("to a wrong attachment", with_message(PROMPT), "wrong_root", deployment="search"),
    ],
    "CHAT-37": [
        broken("by the names of models", statistics(BY_NAME), *COMPLETIONS),
        broken("a text", statistics("16 tokens"), *COMPLETIONS),
        broken("an array", statistics([USAGE]), "accepted", deployment="echo"),
        broken("names of models", statistics({"usage_per_model": ["gpt-4o"]}), *COMPLETIONS, deployment="search"),
        broken(
            "texts", statistics({"usage_per_model": [{**USAGE, "total_tokens": "16"}]}), "accepted", deployment="echo"
        ),
        broken("null", statistics({"usage_per_model": [{**USAGE, "prompt_tokens": None}]}), *COMPLETIONS),
        broken("a number as model", statistics({"usage_per_model": [{**USAGE, "model": 4}]}), *COMPLETIONS),
        broken("how many were discarded", statistics({"discarded_messages": 2}), *COMPLETIONS),
        broken("discarded messages themselves", statistics({"discarded_messages": ["a cube"]}), *COMPLETIONS),
        broken("in a stream", one_chunk(-2, lambda one: one.update(statistics=BY_NAME)), STREAM),
        broken(
            "by Core, in a stream",
            stream_edited(lambda events: events.insert(-1, {"choices": [], "statistics": BY_NAME})),
            STREAM,
            deployment="echo-application",
        ),
    ],
}
