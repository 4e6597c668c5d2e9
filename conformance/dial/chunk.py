"""One chunk of a streamed completion: what is in it, and what is wrong with it (dial-api 5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from conformance.contract.json_text import json_text
from conformance.dial.integer import is_integer

Chunk = dict[str, Any]

CHUNK: Final = "chat.completion.chunk"
"""The object that each chunk is."""
HEAD: Final = ("id", "object", "created", "model")
"""The fields that are the same in all chunks of a completion."""


def is_remark(chunk: Chunk) -> bool:
    """Tell whether a chunk says nothing of the completion itself: no choice in it has a delta or a finish_reason."""
    choices = chunk.get("choices")
    return isinstance(choices, list) and not any(map(is_of_completion, choices))


def is_of_completion(choice: object) -> bool:
    """Tell whether a choice of a chunk is a part of the completion: it has a delta, or ends it (dial-api 5.2)."""
    return isinstance(choice, dict) and ("delta" in choice or choice.get("finish_reason") is not None)


def choices_of_chunk(chunk: Chunk) -> Iterator[dict[str, Any]]:
    """Give the choices of a chunk, those that are objects."""
    choices = chunk.get("choices")
    yield from (one for one in choices if isinstance(one, dict)) if isinstance(choices, list) else ()


def text_of_chunk(chunk: Chunk) -> str:
    """Return the text that a chunk adds to the first choice."""
    deltas = (one.get("delta") for one in choices_of_chunk(chunk) if one.get("index") == 0)
    said = (one.get("content") for one in deltas if isinstance(one, dict))
    return "".join(one for one in said if isinstance(one, str))


def attachments_of_choice(choice: dict[str, Any]) -> list[Any]:
    """Return the attachments that a choice of a chunk brings, as they came."""
    delta = choice.get("delta")
    content = delta.get("custom_content") if isinstance(delta, dict) else None
    found = content.get("attachments") if isinstance(content, dict) else None
    return found if isinstance(found, list) else []


def choices_fault(choices: object) -> str | None:
    """Tell why the choices of a chunk are none, or None."""
    if not isinstance(choices, list):
        return f"a chunk has choices {json_text(choices)}"
    for choice in choices:
        index = choice.get("index") if isinstance(choice, dict) else None
        if not is_integer(index):
            return f"a chunk has a choice with index {json_text(index)}"
        if is_of_completion(choice) and (fault := _delta_fault(choice.get("delta"))) is not None:
            return fault
    return None


def head_fault(parts: tuple[Chunk, ...]) -> str | None:
    """Tell which part of a completion has another object, id or time than the first, or none of these; or None."""
    if not parts:
        return None
    first, created = parts[0].get("id"), parts[0].get("created")
    if not isinstance(first, str) or not first:
        return f"the first chunk has id {json_text(first)}"
    if not is_integer(created):
        return f"the first chunk has created {json_text(created)}"
    for chunk in parts:
        if chunk.get("object") != CHUNK:
            return f"a chunk has object {json_text(chunk.get('object'))}"
        for name, value in (("id", first), ("created", created)):
            if chunk.get(name) != value or isinstance(chunk.get(name), bool):
                return f"a chunk has {name} {json_text(chunk.get(name))} after {json_text(value)}"
    return _first_index_fault(parts[0])


def _first_index_fault(chunk: Chunk) -> str | None:
    first = next(filter(is_of_completion, choices_of_chunk(chunk)), None)
    index = None if first is None else first.get("index")
    return None if index in (0, None) else f"the first choice has index {json_text(index)}"


def _delta_fault(delta: object) -> str | None:
    if not isinstance(delta, dict):
        return f"a chunk has a choice with delta {json_text(delta)}"
    if delta.get("role") not in (None, "assistant"):
        return f"a chunk has a choice with role {json_text(delta['role'])}"
    content = delta.get("content")
    return (
        None
        if content is None or isinstance(content, str)
        else f"a chunk has a choice with content {json_text(content)}"
    )
