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
from conformance.dial.chunk import (
    CHUNK,
    HEAD,
    Chunk,
    attachments_of_choice,
    choices_fault,
    choices_of_chunk,
    head_fault,
    is_of_completion,
    is_remark,
)
from conformance.dial.chunk_merging import UnmergeableStreamError, merge, without_index
from conformance.dial.completion import Completion
from conformance.dial.integer import is_integer

DONE: Final = "[DONE]"
_MOST_EVENTS = 100_000


@dataclass(frozen=True)
class Stream:
    """The events of a stream.

    Attributes:
        exchange: The exchange that brought it.
        events: The data of the events, in their order; comments are none.
        broken: Why the bytes are no event stream, or None.
        ended: The last event ends with an empty line; who reads by the standard drops one that does not.
    """

    exchange: Exchange
    events: tuple[str, ...]
    broken: str | None = None
    ended: bool = True

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
        if not self.ended:
            return f"no empty line ends the last event, {DONE}"
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
        return tuple(one for one in self.chunks if not is_remark(one))

    @property
    def remarks(self) -> tuple[Chunk, ...]:
        """The chunks that say nothing of the completion itself, but of what was filtered, used or called."""
        return tuple(one for one in self.chunks if is_remark(one))

    @property
    def chunk_fault(self) -> str | None:
        """Which part is no chunk, or one of another completion; or None."""
        if (fault := head_fault(self.parts)) is not None:
            return fault
        return next(filter(None, (choices_fault(chunk.get("choices")) for chunk in self.chunks)), None)

    @property
    def remark_fault(self) -> str | None:
        """Which chunk that says nothing of the completion has another id or object than its parts; or None.

        One without an id, or without an object, has no other.
        """
        wanted = {"id": self.parts[0].get("id") if self.parts else None, "object": CHUNK}
        for chunk in self.remarks:
            for name, value in wanted.items():
                if name in chunk and value is not None and chunk[name] != value:
                    return f"a chunk without a part of the completion has {name} {json_text(chunk[name])}"
        return None

    @property
    def finish_fault(self) -> str | None:
        """Which choice is not finished exactly once, in its last chunk; or None."""
        reasons: dict[object, list[Any]] = {}
        for choice in filter(is_of_completion, self._choices()):
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
        return tuple(one for choice in self._choices() for one in attachments_of_choice(choice))

    @property
    def index_fault(self) -> str | None:
        """What is wrong with the indexes of the attachments, which should be 0, 1, ...; or None."""
        indexes: list[Any] = [one.get("index") if isinstance(one, dict) else None for one in self.attachments]
        if not all(map(is_integer, indexes)):
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
            # a filter's id is empty, and its time 0: neither is that of the completion
            own = {name: value for name, value in chunk.items() if name not in HEAD} if is_remark(chunk) else chunk
            whole = merge(whole, own)
        for choice in whole.get("choices", []):
            if isinstance(choice, dict):
                choice["message"] = without_index(choice.pop("delta", {}))
        return whole

    @cached_property
    def completion(self) -> Completion:
        """The completion that the chunks are parts of.

        Raises:
            UnmergeableStreamError: The chunks contradict each other, or are not of one choice.
        """
        document = self.merged()
        choices = document.get("choices")
        if not isinstance(choices, list) or len(choices) != 1 or not isinstance(choices[0], dict):
            raise UnmergeableStreamError(f"not one choice: {json_text(choices)}")
        return Completion(self.exchange, document, choices[0])

    @property
    def has_content(self) -> bool:
        """A delta has content, be it empty or null."""
        deltas = (choice.get("delta") for choice in self._choices())
        return any(isinstance(delta, dict) and "content" in delta for delta in deltas)

    def _choices(self) -> Iterator[Chunk]:
        for chunk in self.chunks:
            yield from choices_of_chunk(chunk)


def attachments_difference(stream: Stream, block: Completion) -> str | None:
    """Tell what the attachments of a stream have in another way than those of a completion that was not streamed.

    Only titles and types are compared: the rest may be another one each time.
    """
    try:
        found = kinds_of_attachments(stream.completion)
    except UnmergeableStreamError as error:
        return f"chunks that contradict each other: {error}"
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
    return Stream(exchange, tuple(events), ended=_is_ended(body))


def _is_ended(body: bytes) -> bool:
    """Tell whether an empty line comes after the last data; all line ends are line feeds already."""
    *lines, rest = body.split(b"\n")
    waits = False
    for line in lines:
        waits = line != b"" and (waits or line.partition(b":")[0] == b"data")
    return not waits and rest.partition(b":")[0] != b"data"


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
