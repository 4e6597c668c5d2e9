"""How a deployment breaks the requirements on streamed completions."""

from __future__ import annotations

import itertools
import json
from typing import Any

from tests.broken_answers.change import (
    Broken,
    Table,
    broken,
    header,
    html,
    in_turn,
    status,
    text,
    without_header,
)
from tests.broken_answers.chat import COMPLETION, completed, error
from tests.broken_answers.stream_change import (
    DONE,
    attaching,
    delta_of,
    each_chunk,
    one_chunk,
    stream_bytes,
    stream_edited,
    stream_of,
    streaming,
    with_event,
    without_event,
)
from tests.replaying import EVERYTHING, Change

STREAM = "streamed"
REFUSED = "refused_stream"
COMPLETIONS = ("accepted", "with_empty_configuration")
LAST = -2
"""The position of the last chunk: `[DONE]` comes behind it."""

ERROR = {"error": {"message": "The image cannot be stored", "type": "internal_server_error", "code": "500"}}
ERROR_STREAM = f"data: {json.dumps(ERROR)}\n\n{DONE}\n\n"
USAGE = {"prompt_tokens": 8, "completion_tokens": 8, "total_tokens": 16}
NOTE = {"title": "Notes", "data": "What was found"}
AZURE = {"id": "", "object": "", "created": 0, "model": ""}
FILTERED = {"index": 0, "finish_reason": None, "content_filter_results": {}, "content_filter_offsets": {"start": 0}}
SOURCE = {"title": "Source", "type": "text/html", "url": "https://example.org/"}


def event_stream(content: str, code: int = 200) -> Change:
    """Answer with a stream, whatever is in it."""
    return text(code, content, "text/event-stream; charset=utf-8")


def new_ids() -> Change:
    """Answer with another id in each chunk."""
    numbers = itertools.count()
    return each_chunk(lambda chunk: chunk.update(id=f"chatcmpl-{next(numbers)}"))


def finished(position: int, reason: Any) -> Change:
    """Answer with another finish_reason in one chunk."""
    return one_chunk(position, lambda chunk: chunk["choices"][0].update(finish_reason=reason))


def finished_everywhere(reason: Any) -> Change:
    """Answer with a finish_reason in each chunk that has none."""

    def edit(chunk: dict[str, Any]) -> None:
        choice = chunk["choices"][0]
        choice["finish_reason"] = choice["finish_reason"] or reason

    return each_chunk(edit)


def goes_on(events: list[Any]) -> None:
    """Send the last piece of the text after the chunk that ends the choice."""
    events[-2], events[-3] = events[-3], events[-2]


def streamed_by_search(how: str, *attachments: dict[str, Any]) -> Broken:
    """Make a row of a model that sends attachments, well outside of a stream, and in a stream as they are given."""
    plain = ({key: value for key, value in one.items() if key != "index"} for one in attachments)
    return broken(how, streaming(*attachments), STREAM, deployment="search").also(attaching(*plain), *COMPLETIONS)


def drawn(edit: Any) -> Change:
    """Answer with other attachments in the stream of the DALL-E 3, which has them in one chunk."""
    return one_chunk(1, lambda chunk: edit(delta_of(chunk)["custom_content"]["attachments"]))


STRM: Table = {
    "STRM-01": [
        broken("the completion as a whole", completed(), STREAM),
        broken("a web page", html(200), STREAM),
        broken("sent as JSON", header("content-type", "application/json"), STREAM),
        broken("sent without a type", without_header("content-type"), STREAM, deployment="echo-application"),
        broken("sent as JSON, one in a line", header("content-type", "application/x-ndjson"), STREAM),
        broken("fails", text(500, "Internal Server Error"), STREAM),
        broken("not supported", error(400, "stream is not supported"), STREAM, deployment="buttons"),
        broken("no body", text(204), STREAM),
    ],
    "STRM-02": [
        broken("ended by a timeout of the proxy", without_event(-1), STREAM, deployment="echo"),
        broken("broken off in an event", stream_bytes(lambda body: body[: len(body) // 2]), STREAM),
        broken("broken off in [DONE]", stream_bytes(lambda body: body[:-5]), STREAM, deployment="echo"),
        broken("nothing", event_stream(""), STREAM, deployment="search"),
        broken("the completion as the only event", event_stream(f"data: {json.dumps(COMPLETION)}\n\n"), STREAM),
        broken("JSON without data:", event_stream(json.dumps(COMPLETION)), STREAM, deployment="echo"),
        broken("an error without an end", stream_of([ERROR]), STREAM, deployment="echo"),
        broken("a ping as event", with_event(1, "event: ping\ndata: ping"), STREAM, deployment="echo"),
        broken("an event without data", with_event(1, "data:"), STREAM, deployment="echo"),
        broken("Python's own writing", with_event(1, "data: {'choices': []}"), STREAM, deployment="search"),
        broken("a number that JSON has not", with_event(1, 'data: {"usage": NaN}'), STREAM, deployment="search"),
        broken("two chunks in an event", with_event(0, "data: {}\ndata: {}"), STREAM, deployment="buttons"),
        broken("an array", with_event(1, "data: []"), STREAM),
        broken("goes on after [DONE]", with_event(1, DONE), STREAM, deployment="echo-application"),
        broken("usage after [DONE]", stream_edited(lambda events: events.append({"usage": USAGE})), STREAM),
        broken("done in other letters", stream_edited(lambda events: events.__setitem__(-1, "data: [done]")), STREAM),
        broken("no empty line at the end", stream_bytes(lambda body: body.rstrip()), STREAM),
        broken("one line end at the end", stream_bytes(lambda body: body[:-1]), STREAM, deployment="echo"),
        broken(
            "a comment in the place of the empty line",
            stream_bytes(lambda body: body[:-1] + b": bye\n"),
            STREAM,
            deployment="search",
        ),
        broken("not UTF-8", stream_bytes(lambda body: body.replace(b"small", b"sm\xe5ll")), STREAM, deployment="echo"),
    ],
    "STRM-03": [
        broken("choices null", each_chunk(lambda chunk: chunk.update(choices=None)), STREAM, deployment="echo"),
        broken("a new id in each chunk", new_ids(), STREAM, deployment="echo"),
        broken("a new id in each chunk, of a DALL-E 3", new_ids(), STREAM),
        broken("another id in the last chunk", one_chunk(LAST, lambda chunk: chunk.update(id="x")), STREAM),
        broken("no id", each_chunk(lambda chunk: chunk.pop("id")), STREAM, deployment="buttons"),
        broken("an id in the first chunk only", one_chunk(1, lambda chunk: chunk.pop("id")), STREAM),
        broken("an empty id", each_chunk(lambda chunk: chunk.update(id="")), STREAM, deployment="search"),
        broken("null", each_chunk(lambda chunk: chunk.update(id=None)), STREAM, deployment="search"),
        broken("no object", each_chunk(lambda chunk: chunk.pop("object")), STREAM, deployment="echo-application"),
        broken(
            "the object of a whole completion", each_chunk(lambda chunk: chunk.update(object="chat.completion")), STREAM
        ),
        broken("another object at the end", one_chunk(LAST, lambda chunk: chunk.update(object="usage")), STREAM),
        broken("an event of another kind", with_event(1, {"type": "ping"}), STREAM, deployment="echo"),
        broken("no time", each_chunk(lambda chunk: chunk.pop("created")), STREAM),
        broken("no time in the last chunk", one_chunk(LAST, lambda chunk: chunk.pop("created")), STREAM),
        broken("a time as text", each_chunk(lambda one: one.update(created="7")), STREAM, deployment="echo"),
        broken(
            "a time with a fraction",
            each_chunk(lambda one: one.update(created=1795347270.25)),
            STREAM,
            deployment="search",
        ),
        broken("another time", one_chunk(1, lambda one: one.update(created=1795347299)), STREAM),
        broken("counted from 1", each_chunk(lambda one: one["choices"][0].update(index=1)), STREAM, deployment="echo"),
        broken("content as parts", one_chunk(1, lambda one: delta_of(one).update(content=[{"text": "a"}])), STREAM),
        broken(
            "a number as content", one_chunk(1, lambda one: delta_of(one).update(content=7)), STREAM, deployment="echo"
        ),
        broken("no content", one_chunk(1, lambda one: delta_of(one).pop("content")), STREAM),
    ],
    "STRM-04": [
        broken(
            "ended by a filter only",
            in_turn(finished(LAST, None), with_event(-1, {"choices": [FILTERED]})),
            STREAM,
            deployment="echo",
        ),
        broken("never set", finished(LAST, None), STREAM),
        broken("never set by echo", finished(LAST, None), STREAM, deployment="echo"),
        broken("no last chunk", without_event(LAST), STREAM, deployment="buttons").also(
            one_chunk(LAST, lambda chunk: chunk.update(usage=USAGE)), STREAM
        ),
        broken("left out", each_chunk(lambda chunk: chunk["choices"][0].pop("finish_reason")), STREAM),
        broken("set in each chunk", finished_everywhere("stop"), STREAM, deployment="echo"),
        broken("empty until the end", finished_everywhere(""), STREAM, deployment="echo"),
        broken("set twice", finished(-3, "length"), STREAM, deployment="echo-application"),
        broken("goes on", stream_edited(goes_on), STREAM, deployment="echo"),
        broken(
            "set in the first chunk",
            in_turn(finished(0, "stop"), finished(LAST, None)),
            STREAM,
            deployment="search",
        ),
        broken("no choice", each_chunk(lambda chunk: chunk.update(choices=[])), STREAM),
        broken(
            "a second choice never finished",
            one_chunk(1, lambda chunk: chunk["choices"].append({**chunk["choices"][0], "index": 1})),
            STREAM,
            deployment="search",
        ),
    ],
    "STRM-05": [
        streamed_by_search("no index", NOTE, SOURCE),
        streamed_by_search("counted from 1", {**NOTE, "index": 1}, {**SOURCE, "index": 2}),
        streamed_by_search("one left out", {**NOTE, "index": 0}, {**SOURCE, "index": 2}),
        streamed_by_search("an index for the first only", {**NOTE, "index": 0}, SOURCE),
        streamed_by_search("texts", {**NOTE, "index": "0"}, {**SOURCE, "index": "1"}),
        streamed_by_search("null", {**NOTE, "index": None}),
        streamed_by_search("booleans", {**NOTE, "index": False}, {**SOURCE, "index": True}),
        broken(
            "of a DALL-E 3, counted from 1",
            drawn(lambda found: [one.update(index=position) for position, one in enumerate(found, 1)]),
            STREAM,
        ),
    ],
    "STRM-06": [
        broken("all at one index", drawn(lambda found: [one.update(index=0) for one in found]), STREAM),
        broken("no attachments", one_chunk(1, lambda chunk: delta_of(chunk).pop("custom_content")), STREAM),
        broken("an empty array", drawn(lambda found: found.clear()), STREAM),
        broken("twice, without an index", stream_edited(lambda events: events.insert(2, events[1])), STREAM),
        broken("the image only", drawn(lambda found: found.pop(0)), STREAM),
        broken("the prompt only", drawn(lambda found: found.pop()), STREAM),
        broken("another title", drawn(lambda found: found[0].update(title="Prompt")), STREAM),
        broken("no title", drawn(lambda found: found[1].pop("title")), STREAM),
        broken("another type", drawn(lambda found: found[1].update(type="image/webp")), STREAM),
        broken("no type", drawn(lambda found: found[1].pop("type")), STREAM),
        broken("only in a stream", streaming({**NOTE, "index": 0}), STREAM, deployment="echo"),
        broken("never in a stream", attaching(NOTE), "accepted", deployment="echo-application"),
        broken(
            "the title repeated in each piece",
            streaming({**NOTE, "index": 0}, {**NOTE, "index": 0}),
            STREAM,
            deployment="search",
        ).also(attaching(NOTE), *COMPLETIONS),
    ],
    "STRM-07": [
        broken("in each chunk", each_chunk(lambda chunk: chunk.update(usage=USAGE)), STREAM, deployment="echo"),
        broken("twice", one_chunk(-3, lambda chunk: chunk.update(usage=USAGE)), STREAM),
        broken("never", one_chunk(LAST, lambda chunk: chunk.pop("usage")), STREAM, deployment="echo"),
        broken("null to the end", one_chunk(LAST, lambda chunk: chunk.update(usage=None)), STREAM, deployment="search"),
        broken(
            "in the last chunk and once more",
            stream_edited(lambda events: events.insert(-1, {**events[LAST], "choices": []})),
            STREAM,
            deployment="buttons",
        ),
        broken("an empty one in each chunk", each_chunk(lambda one: one.update(usage=one.get("usage") or {})), STREAM),
    ],
    "STRM-08": [
        broken("an event after 200", event_stream(ERROR_STREAM), REFUSED),
        broken("an event after 200, of a searching model", event_stream(ERROR_STREAM), REFUSED, deployment="search"),
        broken("the error alone with 200", status(200), REFUSED, deployment="buttons"),
        broken("accepted and billed", event_stream(f"{DONE}\n\n"), REFUSED),
        broken("another status", status(400), REFUSED),
        broken("another status outside", status(400), "refused", deployment="search"),
        broken("fails", text(500, "Internal Server Error"), REFUSED),
        broken("forbidden", status(403), REFUSED, deployment="search"),
        broken("fails in a thorough run too", text(500), REFUSED, deployment="buttons", opt_ins=EVERYTHING),
    ],
    "STRM-09": [
        broken("the storage fails", with_event(1, ERROR), STREAM),
        broken("the storage fails, and it ends", stream_edited(lambda events: events.__setitem__(1, ERROR)), STREAM),
        broken("an error at the end", with_event(-1, ERROR), STREAM, deployment="echo"),
        broken("nothing but an error", stream_of([ERROR, DONE]), STREAM, deployment="search"),
        broken("an error that is text", with_event(LAST, {"error": "timeout"}), STREAM, deployment="buttons"),
        broken("an error beside a choice", one_chunk(LAST, lambda chunk: chunk.update(ERROR)), STREAM),
        broken(
            "an event of another name",
            with_event(-1, f"event: error\ndata: {json.dumps(ERROR)}"),
            STREAM,
            deployment="echo-application",
        ),
    ],
    "STRM-18": [
        broken("Azure's first chunk", with_event(0, {**AZURE, "choices": [], "prompt_filter_results": []}), STREAM),
        broken("Azure's asynchronous filter", with_event(2, {**AZURE, "choices": [FILTERED]}), STREAM),
        broken("Azure's filter, after stop", with_event(-1, {**AZURE, "choices": [FILTERED]}), STREAM),
        broken(
            "an id of its own",
            with_event(-1, {"id": "chatcmpl-x", "choices": [], "usage": None}),
            STREAM,
            deployment="echo",
        ),
    ],
}
