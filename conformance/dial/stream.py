"""A streamed completion (dial-api 5.2): server-sent events with chunks of a completion, and what they are together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sseclient import SSEClient

from conformance.contract.exchange import Exchange, InvalidJsonError, excerpt, parse_json
from conformance.contract.json_text import json_text
from conformance.dial.attachment import kinds_of_attachments
from conformance.dial.completion import Completion

DONE: Final = "[DONE]"
_OBJECT: Final = "chat.completion.chunk"
_MOST_EVENTS = 100_000
_SAID_ONCE = frozenset({"role", "type", "url", "status"})
Chunk = dict[str, Any]


class UnmergeableStreamError(ValueError):
    """Chunks that contradict each other, so that there is no completion they are parts of."""


@dataclass(frozen=True)
class Stream:
    """The events of a stream.

    Attributes:
        exchange: The exchange that brought it.
        events: The data of the events, in their order; comments are none.
        broken: Why the bytes are no event stream, or None.
    """

    exchange: Exchange
    events: tuple[str, ...]
    broken: str | None = None

    def because(self, expected: str, got: object = None) -> str:
        """Explain a violation that this stream shows."""
        return self.exchange.because(expected, got)

    @cached_property
    def event_fault(self) -> str | None:
        """Which event is neither JSON nor, as the last one, `[DONE]`; or None."""
        if self.broken is not None:
            return self.broken
        if not self.events or self.events[-1] != DONE:
            return f"the last event is {excerpt(self.events[-1]) if self.events else 'missing'}"
        for data in self.events[:-1]:
            try:
                document = parse_json(data.encode())
            except InvalidJsonError as error:
                return f"an event is {excerpt(data)}: {error}"
            if not isinstance(document, dict):
                return f"an event is {excerpt(data)}"
        return None

    @cached_property
    def documents(self) -> tuple[Chunk, ...]:
        """The events before `[DONE]`, those that are JSON objects."""
        return tuple(_documents(self.events))

    @property
    def error(self) -> Chunk | None:
        """The first event that tells of an error, or None."""
        return next((one for one in self.documents if one.get("error") is not None), None)

    @property
    def chunks(self) -> tuple[Chunk, ...]:
        """The events that are no error: the chunks of the completion."""
        return tuple(one for one in self.documents if one.get("error") is None)

    @property
    def parts(self) -> tuple[Chunk, ...]:
        """The chunks but for those that say nothing of the completion itself.

        Azure's content filter and late Cores send such chunks: they have a list of choices, and no choice in it has a
        delta or a finish_reason (dial-api 5.2).
        """
        return tuple(one for one in self.chunks if not _is_remark(one))

    @property
    def remarks(self) -> tuple[Chunk, ...]:
        """The chunks that say nothing of the completion itself, but of what was filtered, used or called."""
        return tuple(one for one in self.chunks if _is_remark(one))

    @property
    def chunk_fault(self) -> str | None:
        """Which part is no chunk, or one of another completion; or None."""
        first = self.parts[0].get("id") if self.parts else "none"
        if not isinstance(first, str) or not first:
            return f"the first chunk has id {json_text(first)}"
        for chunk in self.parts:
            if chunk.get("object") != _OBJECT:
                return f"a chunk has object {json_text(chunk.get('object'))}"
            if chunk.get("id") != first:
                return f"a chunk has id {json_text(chunk.get('id'))} after {json_text(first)}"
        return next(filter(None, (_choices_fault(chunk.get("choices")) for chunk in self.chunks)), None)

    @property
    def remark_fault(self) -> str | None:
        """Which chunk that says nothing of the completion has another id or object than its parts; or None.

        One without an id, or without an object, has no other.
        """
        wanted = {"id": self.parts[0].get("id") if self.parts else None, "object": _OBJECT}
        for chunk in self.remarks:
            for name, value in wanted.items():
                if name in chunk and value is not None and chunk[name] != value:
                    return f"a chunk without a part of the completion has {name} {json_text(chunk[name])}"
        return None

    @property
    def finish_fault(self) -> str | None:
        """Which choice is not finished exactly once, in its last chunk; or None."""
        reasons: dict[object, list[Any]] = {}
        for choice in filter(_is_of_completion, self._choices()):
            reasons.setdefault(choice.get("index"), []).append(choice.get("finish_reason"))
        if not reasons:
            return "no chunk has a choice"
        for index, given in reasons.items():
            finished = [reason for reason in given if reason is not None]
            if len(finished) != 1:
                return f"choice {index} has {len(finished)} finish reasons"
            if given[-1] is None:
                return f"choice {index} goes on after its finish reason {json_text(finished[0])}"
        return None

    @property
    def attachments(self) -> tuple[Any, ...]:
        """All attachments that the deltas bring, as they came."""
        return tuple(one for choice in self._choices() for one in _attachments(choice.get("delta")))

    @property
    def index_fault(self) -> str | None:
        """What is wrong with the indexes of the attachments, which should be 0, 1, ...; or None."""
        indexes: list[Any] = [one.get("index") if isinstance(one, dict) else None for one in self.attachments]
        if not all(isinstance(index, int) and not isinstance(index, bool) for index in indexes):
            none = all(index is None for index in indexes)
            return "the attachments have no index" if none else f"the attachments have indexes {json_text(indexes)}"
        distinct = sorted(set(indexes))
        return None if distinct == list(range(len(distinct))) else f"the attachments have indexes {json_text(indexes)}"

    @property
    def usages(self) -> int:
        """In how many chunks there is a usage."""
        return sum(chunk.get("usage") is not None for chunk in self.chunks)

    def merged(self) -> Chunk:
        """Put the chunks together to the completion they are parts of.

        Returns:
            What the deployment would have answered without a stream, but for `object`.

        Raises:
            UnmergeableStreamError: The chunks contradict each other.
        """
        whole: Chunk = {}
        for chunk in self.chunks:
            whole = _merge(whole, chunk)
        for choice in whole.get("choices", []):
            if isinstance(choice, dict):
                choice["message"] = _without_index(choice.pop("delta", {}))
        return whole

    def _choices(self) -> Iterator[Chunk]:
        for chunk in self.chunks:
            choices = chunk.get("choices")
            yield from (one for one in choices if isinstance(one, dict)) if isinstance(choices, list) else ()


def attachments_difference(stream: Stream, block: Completion) -> str | None:
    """Tell what the attachments of a stream have in another way than those of a completion that was not streamed.

    Only titles and types are compared: the rest may be another one each time.
    """
    try:
        document = stream.merged()
    except UnmergeableStreamError as error:
        return f"chunks that contradict each other: {error}"
    choices = document.get("choices")
    if not isinstance(choices, list) or len(choices) != 1 or not isinstance(choices[0], dict):
        return f"not one choice: {json_text(choices)}"
    found = kinds_of_attachments(Completion(stream.exchange, document, choices[0]))
    return None if found == kinds_of_attachments(block) else json_text(found)


def read_stream(exchange: Exchange) -> Stream:
    """Read the events of an answer's body (WHATWG HTML, server-sent events)."""
    events: list[str] = []
    # the library takes neither a byte order mark nor all of the line ends that the standard allows
    body = exchange.answer.body.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        for event in SSEClient(iter([body])).events():
            events.append(str(event.data))
            if len(events) > _MOST_EVENTS:
                return Stream(exchange, tuple(events), f"more than {_MOST_EVENTS} events")
    except UnicodeDecodeError as error:
        return Stream(exchange, tuple(events), f"not UTF-8: {error.reason}")
    return Stream(exchange, tuple(events))


def _documents(events: tuple[str, ...]) -> Iterator[Chunk]:
    for data in events:
        if data == DONE:
            return
        try:
            document = parse_json(data.encode())
        except InvalidJsonError:
            continue
        if isinstance(document, dict):
            yield document


def _choices_fault(choices: object) -> str | None:
    """Tell why the choices of a chunk are none, or None."""
    if not isinstance(choices, list):
        return f"a chunk has choices {json_text(choices)}"
    for choice in choices:
        index = choice.get("index") if isinstance(choice, dict) else None
        if not isinstance(index, int) or isinstance(index, bool):
            return f"a chunk has a choice with index {json_text(index)}"
        if not _is_of_completion(choice):
            continue
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            return f"a chunk has a choice with delta {json_text(delta)}"
        if delta.get("role") not in (None, "assistant"):
            return f"a chunk has a choice with role {json_text(delta['role'])}"
    return None


def _is_remark(chunk: Chunk) -> bool:
    choices = chunk.get("choices")
    return isinstance(choices, list) and not any(map(_is_of_completion, choices))


def _is_of_completion(choice: object) -> bool:
    """Tell whether a choice of a chunk is a part of the completion: it has a delta, or ends it (dial-api 5.2)."""
    return isinstance(choice, dict) and ("delta" in choice or choice.get("finish_reason") is not None)


def _attachments(delta: object) -> list[Any]:
    content = delta.get("custom_content") if isinstance(delta, dict) else None
    found = content.get("attachments") if isinstance(content, dict) else None
    return found if isinstance(found, list) else []


def _merge(old: Any, new: Any, *, inside_delta: bool = False) -> Any:
    """Merge as aidial-sdk does: objects by name, lists by index, texts of a delta end to end, else the newest."""
    if new is None:
        return old
    if isinstance(new, list) and (old is None or isinstance(old, list)):
        return _merge_lists(old or [], new, inside_delta=inside_delta)
    if isinstance(new, dict) and (old is None or isinstance(old, dict)):
        merged = dict(old or {})
        for name, value in new.items():
            inside = (inside_delta or name == "delta") and name not in _SAID_ONCE
            merged[name] = _merge(merged.get(name), value, inside_delta=inside)
        return merged
    if isinstance(old, dict | list):
        raise UnmergeableStreamError(f"{excerpt(json_text(old))} is followed by {excerpt(json_text(new))}")
    if inside_delta and isinstance(old, str) and isinstance(new, str):
        return old + new
    return new


def _merge_lists(old: list[Any], new: list[Any], *, inside_delta: bool) -> list[Any]:
    merged = list(old)
    places = {one["index"]: place for place, one in enumerate(merged) if _is_indexed(one)}
    for one in new:
        place = places.get(one["index"]) if _is_indexed(one) else None
        if place is not None:
            merged[place] = _merge(merged[place], one, inside_delta=inside_delta)
            continue
        if _is_indexed(one):
            places[one["index"]] = len(merged)
        merged.append(_merge(None, one, inside_delta=inside_delta) if isinstance(one, dict) else one)
    return sorted(merged, key=lambda one: int(one["index"])) if all(map(_is_indexed, merged)) else merged


def _is_indexed(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("index"), int)


def _without_index(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_index(child) for name, child in value.items()}
    if isinstance(value, list):
        plain = ({k: v for k, v in one.items() if k != "index"} if isinstance(one, dict) else one for one in value)
        return [_without_index(one) for one in plain]
    return value
