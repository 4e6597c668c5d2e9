"""How the chunks of a stream are put together to one completion, as aidial-sdk does (dial-api 5.2)."""

from __future__ import annotations

from typing import Any, Final

from conformance.contract.exchange import excerpt
from conformance.contract.json_text import json_text
from conformance.dial.integer import is_integer

_SAID_ONCE: Final = frozenset({"role", "type", "url", "status"})


class UnmergeableStreamError(ValueError):
    """Chunks that contradict each other, so that there is no completion they are parts of."""


def merge(old: Any, new: Any, *, inside_delta: bool = False) -> Any:
    """Put two pieces together: objects by name, lists by index, texts of a delta end to end, else the newest.

    Args:
        old: What came so far, or None.
        new: What comes next; None adds nothing.
        inside_delta: It is a part of a delta.

    Returns:
        The whole. Neither of the two is changed.

    Raises:
        UnmergeableStreamError: They contradict each other.
    """
    if new is None:
        return old
    if isinstance(new, list) and (old is None or isinstance(old, list)):
        return _merge_lists(old or [], new, inside_delta=inside_delta)
    if isinstance(new, dict) and (old is None or isinstance(old, dict)):
        merged = dict(old or {})
        for name, value in new.items():
            inside = (inside_delta or name == "delta") and name not in _SAID_ONCE
            merged[name] = merge(merged.get(name), value, inside_delta=inside)
        return merged
    if isinstance(old, dict | list):
        raise UnmergeableStreamError(f"{excerpt(json_text(old))} is followed by {excerpt(json_text(new))}")
    if inside_delta and isinstance(old, str) and isinstance(new, str):
        return old + new
    return new


def without_index(value: Any) -> Any:
    """Return a merged delta as the message of a completion in one piece has it: elements of lists have no index."""
    if isinstance(value, dict):
        return {name: without_index(child) for name, child in value.items()}
    if isinstance(value, list):
        plain = ({k: v for k, v in one.items() if k != "index"} if isinstance(one, dict) else one for one in value)
        return [without_index(one) for one in plain]
    return value


def _merge_lists(old: list[Any], new: list[Any], *, inside_delta: bool) -> list[Any]:
    merged = list(old)
    places = {one["index"]: place for place, one in enumerate(merged) if _is_indexed(one)}
    for one in new:
        place = places.get(one["index"]) if _is_indexed(one) else None
        if place is not None:
            merged[place] = merge(merged[place], one, inside_delta=inside_delta)
            continue
        if _is_indexed(one):
            places[one["index"]] = len(merged)
        merged.append(merge(None, one, inside_delta=inside_delta) if isinstance(one, dict) else one)
    return sorted(merged, key=lambda one: int(one["index"])) if all(map(_is_indexed, merged)) else merged


def _is_indexed(value: object) -> bool:
    return isinstance(value, dict) and is_integer(value.get("index"))
