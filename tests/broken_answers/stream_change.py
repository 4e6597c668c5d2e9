"""Changes of a streamed answer: of its events, and of the bytes in which they come."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from conformance.contract.exchange import Answer
from tests.broken_answers.change import edited
from tests.replaying import Change

DONE = "data: [DONE]"

Event = dict[str, Any] | str
"""A chunk as its JSON, or an event as the lines in which it comes."""


def stream_of(events: Iterable[Event]) -> Change:
    """Answer with a stream of these events."""
    body = "".join(f"{_lines(one)}\n\n" for one in events).encode()
    return stream_bytes(lambda _: body)


def stream_bytes(change: Callable[[bytes], bytes]) -> Change:
    """Answer with other bytes of the stream, the rest as before."""

    def changed(answer: Answer) -> Answer:
        body = change(answer.body)
        return replace(answer, body=body, chunks=((0.1, len(body)),))

    return changed


def stream_edited(edit: Callable[[list[Any]], None]) -> Change:
    """Answer with the same stream after an edit of the list of its events: the chunks' JSON, and `DONE`."""

    def changed(answer: Answer) -> Answer:
        events = [_read(one) for one in answer.text.split("\n\n") if one]
        edit(events)
        return stream_of(events)(answer)

    return changed


def each_chunk(edit: Callable[[dict[str, Any]], None]) -> Change:
    """Answer with the same stream after an edit of each chunk."""

    def edit_all(events: list[Any]) -> None:
        for one in events:
            if isinstance(one, dict):
                edit(one)

    return stream_edited(edit_all)


def one_chunk(position: int, edit: Callable[[dict[str, Any]], None]) -> Change:
    """Answer with the same stream after an edit of one chunk; the last of them has position -2, before `DONE`."""
    return stream_edited(lambda events: edit(events[position]))


def with_event(position: int, event: Event) -> Change:
    """Answer with one event more, before the one at a position."""
    return stream_edited(lambda events: events.insert(position, event))


def without_event(position: int) -> Change:
    """Answer without the event at a position."""
    return stream_edited(lambda events: events.__delitem__(position))


def delta_of(chunk: dict[str, Any]) -> dict[str, Any]:
    """Return what a chunk adds to the message of its choice."""
    delta: dict[str, Any] = chunk["choices"][0]["delta"]
    return delta


def streaming(*attachments: Any) -> Change:
    """Answer with attachments in the stream, each in a chunk of its own, as the SDK sends them."""

    def edit(events: list[Any]) -> None:
        for one in attachments:
            delta = {"custom_content": {"attachments": [one]}}
            choice = {"index": 0, "finish_reason": None, "delta": delta}
            events.insert(-2, {**events[0], "choices": [choice]})

    return stream_edited(edit)


def attaching(*attachments: Any) -> Change:
    """Answer with attachments outside of a stream."""

    def edit(completion: dict[str, Any]) -> None:
        completion["choices"][0]["message"]["custom_content"] = {"attachments": list(attachments)}

    return edited(edit)


def _read(event: str) -> Event:
    if event == DONE:
        return event
    chunk: dict[str, Any] = json.loads(event.removeprefix("data: "))
    return chunk


def _lines(event: Event) -> str:
    return event if isinstance(event, str) else f"data: {json.dumps(event)}"
