"""Regular expressions of strangers: searched within a bounded time, because some take longer than anybody lives."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import regex
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

SECONDS: Final = 0.2
"""How long one search may take."""


class SlowPatternError(ValueError):
    """A regular expression that is not done with a text in time."""


def found(pattern: str, text: str) -> bool:
    """Tell whether a text has a place that a regular expression fits.

    Raises:
        SlowPatternError: It takes too long to tell.
    """
    try:
        return regex.search(pattern, text, timeout=SECONDS) is not None
    except TimeoutError:
        raise SlowPatternError(f"the pattern {pattern!r:.80} takes more than {SECONDS} s for one text") from None


def with_bounded_patterns(draft: type[Validator]) -> type[Validator]:
    """Return a draft whose keywords search in bounded time (JSON Schema 2020-12 core 10.3.2, validation 6.3.3)."""
    keywords = {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "uniqueItems": _unique_items,
    }
    bounded: type[Validator] = extend(draft, keywords)  # type: ignore[no-untyped-call]  # types-jsonschema leaves it so
    return bounded


def _pattern(validator: Validator, pattern: str, instance: Any, _schema: object) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and not found(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Any], instance: Any, _schema: object
) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    for pattern, subschema in patterns.items():
        for name, value in instance.items():
            if found(pattern, name):
                yield from validator.descend(value, subschema, path=name, schema_path=pattern)


def _additional_properties(
    validator: Any, additional: Any, instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name in _unknown(instance, known, patterns):
        if additional is False:
            yield ValidationError(f"Additional properties are not allowed ({name!r} was unexpected)")
        else:
            yield from validator.descend(instance[name], additional, path=name)


def _unique_items(validator: Validator, unique: bool, instance: Any, _schema: object) -> Iterator[ValidationError]:  # noqa: FBT001 - the signature of jsonschema
    """Look at each item once; the library compares each with each."""
    if unique and validator.is_type(instance, "array"):
        seen = {json.dumps(_plain(item), sort_keys=True) for item in instance}
        if len(seen) < len(instance):
            yield ValidationError(f"{instance!r} has non-unique elements")


def _plain(value: Any) -> Any:
    """Write whole numbers in one way: 1 and 1.0 are equal, and true is neither (JSON Schema 2020-12 core 4.2.2)."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return {name: _plain(item) for name, item in value.items()} if isinstance(value, dict) else value


def _unknown(instance: Iterable[str], known: Iterable[str], patterns: Iterable[str]) -> Iterator[str]:
    names = set(known)
    return (name for name in instance if name not in names and not any(found(one, name) for one in patterns))
