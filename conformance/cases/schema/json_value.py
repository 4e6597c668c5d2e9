"""JSON values as JSON Schema sees them: their types, and when two of them are the same (2020-12 core, section 4.2)."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from typing import Any, Final

TYPES: Final = ("string", "integer", "number", "boolean", "array", "object", "null")
"""The names of `type`; `number` stands for what is no integer too."""

_LARGEST: Final = 10_000
"""Characters and values; some that are built from the same parts again and again would have millions."""


def type_of(value: Any) -> str:
    """Return the narrowest type of a value: 1.0 is an integer (2020-12 validation, section 6.1.1)."""
    if value is None:
        return "null"
    for kind, name in ((bool, "boolean"), (str, "string"), (list, "array"), (dict, "object")):
        if isinstance(value, kind):
            return name
    return "integer" if float(value).is_integer() else "number"


def identity(value: Any) -> Hashable:
    """Return what is equal for equal JSON values only (core, section 4.2.2): true is not 1, but 1.0 is."""
    if isinstance(value, list):
        return ("array", *(identity(item) for item in value))
    if isinstance(value, dict):
        return ("object", *((name, identity(value[name])) for name in sorted(value)))
    return (isinstance(value, bool), value)


def is_sendable(value: Any) -> bool:
    """Tell whether a value can be written as JSON, and is small enough to be a configuration's."""
    size = 0
    waiting = [value]
    while waiting:
        one = waiting.pop()
        size += 1 + (len(one) if isinstance(one, str) else 0)
        if size > _LARGEST or (isinstance(one, float) and not is_finite(one)):
            return False
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
    return True


def is_finite(number: float) -> bool:
    """Tell whether a number can be written in JSON."""
    return isinstance(number, int) or math.isfinite(number)


def with_member(value: Any, path: tuple[str | int, ...], member: Any) -> Any:
    """Return a copy of an array or object in which another value stands at a path."""
    if not path:
        return member
    first, *rest = path
    if isinstance(value, list):
        index = int(first)
        inner = value[index] if index < len(value) else None
        return [*value[:index], with_member(inner, tuple(rest), member), *value[index + 1 :]]
    return {**value, first: with_member(value.get(first), tuple(rest), member)}


def value_at(value: Any, path: tuple[str | int, ...]) -> Any:
    """Return the value at a path, None if there is none."""
    for part in path:
        is_there = (
            part in value
            if isinstance(value, dict)
            else isinstance(value, list) and isinstance(part, int) and part < len(value)
        )
        if not is_there:
            return None
        value = value[part]
    return value


def values_at(value: Any, path: tuple[str | int, ...]) -> Iterator[Any]:
    """Give the values at a path; an index stands for any index."""
    if not path:
        yield value
        return
    first, *rest = path
    inside = [value[first]] if isinstance(value, dict) and first in value else []
    inside = value if isinstance(value, list) and isinstance(first, int) else inside
    for one in inside:
        yield from values_at(one, tuple(rest))


def at_pointer(value: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer (RFC 6901), None if there is none."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        key: str | int = int(name) if isinstance(value, list) and name.isdigit() else name
        value = value_at(value, (key,))
    return value


def pointer_of(path: tuple[str | int, ...]) -> str:
    """Write a path as a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
