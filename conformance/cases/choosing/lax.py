"""What a lax validator reads from a value that the schema forbids, and loses nothing by it (dial-api 4.3).

These are the conversions of pydantic's lax mode, which is its default: a number or a boolean written as a text, 0 and 1
for a boolean, a boolean for 0 and 1, an element twice in a set, the seconds since 1970 for a time, an integer for an IP
address. RFC 8259, section 6, lets everybody read a number as a double, so what is no double is the nearest one.
What has no such reading, first of all a number for a text, stands apart: taking that is a fault.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, Final

from conformance.cases.choosing.near import TIMES
from conformance.cases.schema.json_value import is_sendable
from conformance.cases.schema.subschema import Conjunction
from conformance.cases.values.formats import formats_of
from conformance.cases.values.samples import Samples
from conformance.dial.subschema import all_subschemas

_TRUE: Final = frozenset({"1", "true", "t", "yes", "y", "on"})
_FALSE: Final = frozenset({"0", "false", "f", "no", "n", "off"})
_NUMBER: Final = re.compile(r"\s*([+-]?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?)\s*", re.ASCII)
_NUMBERS: Final = {"boolean": True, "integer": 1, "number": 1.5}
_MOST_READ: Final = 16
"""Members and items of one value."""


def is_read_without_loss(value: Any, subschemas: Conjunction, samples: Samples) -> bool:
    """Tell whether a lax validator can read a value as one that subschemas allow, and lose nothing.

    Args:
        value: What the schema forbids.
        subschemas: What applies where it stands.
        samples: They have the validator, and know what can apply together.
    """
    if any(is_sendable(one) and samples.validator.accepts(one, subschemas) for one in readings(value)):
        return True
    alternatives = samples.alternatives.of(subschemas) if isinstance(value, (int, float, list)) else []
    if not isinstance(value, list):
        return any(is_number_for_a_text(value, (each.schema for each in one.subschemas)) for one in alternatives)
    return any(one.has_unique_items for one in alternatives) and any(
        samples.validator.accepts(one, subschemas) for one in _once(value)
    )


def is_number_for_a_text(value: Any, schemas: Iterable[dict[str, Any]]) -> bool:
    """Tell whether a value is a number that a lax validator reads as a text: a time, or an IP address.

    Args:
        value: What the schemas forbid.
        schemas: What applies where it stands.
    """
    formats = formats_of(schemas)
    is_for_time = isinstance(value, (int, float)) and not isinstance(value, bool) and not TIMES.isdisjoint(formats)
    is_for_address = isinstance(value, int) and any(name.startswith("ipv") for name in formats)
    return is_for_time or is_for_address


def readings(value: Any) -> Iterator[Any]:
    """Give what a lax validator may read from a value, or from one of its members or items, other than itself."""
    if isinstance(value, bool):
        yield int(value)
    elif isinstance(value, str):
        yield from _readings_of_text(value)
    elif isinstance(value, (int, float)):
        yield from [bool(value)] if value in (0, 1) else []
    elif isinstance(value, list):
        for index, item in enumerate(value[:_MOST_READ]):
            yield from ([*value[:index], one, *value[index + 1 :]] for one in _readings_of_scalar(item))
    elif isinstance(value, dict):
        for name in list(value)[:_MOST_READ]:
            yield from ({**value, name: one} for one in _readings_of_scalar(value[name]))


def whole_readings(value: Any) -> Iterator[Any]:
    """Give what a lax validator may read from all that is inside a value at once, as it tries one alternative."""
    yield _each(value, lambda one: int(one) if isinstance(one, bool) else one)
    yield _each(value, lambda one: next(_readings_of_text(one), one) if isinstance(one, str) else one)


def as_doubles(value: Any) -> Any:
    """Return a value as whoever reads each number as a double has it; equal to it if nothing is rounded."""
    return _each(value, _as_double)


def _as_double(value: Any) -> Any:
    with suppress(OverflowError):
        return float(value) if isinstance(value, int) and float(value) != value else value
    return value


def with_numbers_for_texts(document: dict[str, Any]) -> dict[str, Any] | None:
    """Return a schema whose times and addresses may be numbers, as a lax validator reads it; None if it has none."""
    if not any(_numbers_for_a_text(schema) for _, schema in all_subschemas(document)):
        return None
    own = copy.deepcopy(document)
    for _, schema in all_subschemas(own):
        if types := _numbers_for_a_text(schema):
            schema["type"] = ["string", *types]
    return own


def _numbers_for_a_text(schema: dict[str, Any]) -> list[str]:
    if schema.get("type") != "string":
        return []
    return [kind for kind, one in _NUMBERS.items() if is_number_for_a_text(one, [schema])]


def _each(value: Any, read: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return [_each(item, read) for item in value]
    if isinstance(value, dict):
        return {name: _each(member, read) for name, member in value.items()}
    return read(value)


def _readings_of_scalar(value: Any) -> Iterator[Any]:
    return iter(()) if isinstance(value, (list, dict)) else readings(value)


def _readings_of_text(text: str) -> Iterator[Any]:
    word = text.strip().lower()
    if word in _TRUE | _FALSE:
        yield word in _TRUE
    if found := _NUMBER.fullmatch(text):
        yield float(found[1]) if found[2] or found[3] else int(found[1])


def _once(items: list[Any]) -> Iterator[list[Any]]:
    """Give the items of a set without those that were there before, if there are such."""
    each = {json.dumps(item, sort_keys=True): item for item in items}
    if len(each) < len(items):
        yield list(each.values())
