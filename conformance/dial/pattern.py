"""Regular expressions of strangers: searched within a bounded time, because some take longer than anybody lives."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Final

import regex
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from conformance.contract.json_text import json_text
from conformance.dial.pattern_size import too_large

SECONDS: Final = 0.2
"""How long one search may take."""

_MOST_COMPILED: Final = 128
MOST_STEPS: Final = 25_000
"""So many keywords are evaluated for one value, or searches made."""

_VALUES_PER_STEP: Final = 50

Search = Callable[[str, str], bool]
"""Tells whether a text has a place that a regular expression fits."""


class SlowPatternError(ValueError):
    """A regular expression that cannot be read or is not done with a text in time, or a value that takes too long.

    Attributes:
        owner: The id of the requirement that says what is wrong with the schema.
    """

    owner: str = "CONF-04"


class UnreadablePatternError(SlowPatternError):
    """A regular expression that nothing here can read."""

    owner = "CONF-17"


def found(pattern: str, text: str) -> bool:
    """Tell whether a text has a place that a regular expression fits.

    Raises:
        SlowPatternError: It cannot be told, or that takes too long.
    """
    _spend(1)
    try:
        return _compiled(pattern).search(text, timeout=SECONDS) is not None
    except TimeoutError:
        raise SlowPatternError(f"the pattern {pattern!r:.40} takes more than {SECONDS} s for one text") from None


_STEPS: ContextVar[list[int] | None] = ContextVar("steps", default=None)


@contextmanager
def bounded_steps() -> Iterator[None]:
    """Let validators that are used in this context evaluate so many keywords and no more: the rest is an error.

    Raises:
        SlowPatternError: It would be more.
    """
    token = _STEPS.set([MOST_STEPS])
    try:
        yield
    finally:
        _STEPS.reset(token)


def _spend(steps: int) -> None:
    left = _STEPS.get()
    if left is not None:
        left[0] -= steps
        if left[0] < 0:
            raise SlowPatternError(f"a value takes more than {MOST_STEPS} steps to be validated")


def _counted(function: Any) -> Any:
    def counted(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        sizes = (len(one) for one in (value, instance) if isinstance(one, (dict, list)))
        _spend(1 + sum(sizes) // _VALUES_PER_STEP)
        return function(validator, value, instance, schema)

    return counted


def unreadable(pattern: str) -> str | None:
    """Tell why a regular expression cannot be read, None if it can be."""
    try:
        _compiled(pattern)
    except SlowPatternError as error:
        return str(error)
    return None


@lru_cache(maxsize=_MOST_COMPILED)
def _compiled(pattern: str) -> regex.Pattern[str]:
    """Compile an expression.

    Raises:
        SlowPatternError: It is too large to be compiled.
    """
    why = too_large(pattern)
    if why is not None:
        raise SlowPatternError(f"the pattern {pattern!r:.40} {why}")
    try:
        return regex.compile(pattern, cache_pattern=False)  # the library would keep the largest of all runs
    except (regex.error, OverflowError, RecursionError, Warning):
        raise UnreadablePatternError(f"the pattern {pattern!r:.40} cannot be read: it must be of ECMA-262") from None


def with_bounded_patterns(draft: type[Validator]) -> type[Validator]:
    """Return a draft whose keywords are counted, and search in bounded time (2020-12 core 10.3.2, validation 6.3.3)."""
    keywords: dict[str, Any] = {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "uniqueItems": _unique_items,
    }
    if "unevaluatedProperties" in draft.VALIDATORS:
        keywords["unevaluatedProperties"] = _unevaluated_properties
    keywords = {name: _counted(keywords.get(name, function)) for name, function in draft.VALIDATORS.items()}
    bounded: type[Validator] = extend(draft, keywords)  # type: ignore[no-untyped-call]  # types-jsonschema leaves it so
    return bounded


def _pattern(validator: Validator, pattern: str, instance: Any, _schema: object) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and not found(pattern, instance):
        yield ValidationError(f"{json_text(instance)} does not match {json_text(pattern)}")


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
            yield ValidationError(f"Additional properties are not allowed ({json_text(name)} was unexpected)")
        else:
            yield from validator.descend(instance[name], additional, path=name)


def _unevaluated_properties(
    validator: Any, unevaluated: Any, instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    evaluated = evaluated_names(validator, instance, schema, found)
    for name in instance:
        if name not in evaluated and not validator.evolve(schema=unevaluated).is_valid(instance[name]):
            yield ValidationError(f"Unevaluated properties are not allowed ({json_text(name)} was unexpected)")


def evaluated_names(validator: Any, instance: Mapping[str, Any], schema: Any, search: Search) -> set[str]:
    """Return the properties that a schema evaluates (JSON Schema 2020-12 core, section 11.3).

    jsonschema has the same function, which searches without a bound.

    Args:
        validator: At that schema.
        instance: An object.
        schema: The schema.
        search: How regular expressions are searched.
    """
    if not isinstance(schema, Mapping):
        return set()
    names = {name for name in schema.get("properties", ()) if name in instance}
    names |= {name for name in instance for one in schema.get("patternProperties", ()) if search(one, name)}
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        inner = validator.evolve(schema=schema.get(keyword, False))
        names |= {name for name in instance if keyword in schema and inner.is_valid(instance[name])}
    for there, other in _in_place(validator, instance, schema):
        names |= evaluated_names(there, instance, other, search)
    return names


def _in_place(validator: Any, instance: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Give the schemas that look at the same object and allow it, each with the validator at its place."""
    for keyword in ("$ref", "$dynamicRef"):
        if keyword in schema:
            target = validator._resolver.lookup(schema[keyword])  # noqa: SLF001 - as the library's own keywords do
            yield validator.evolve(schema=target.contents, _resolver=target.resolver), target.contents
    others = [other for name, other in schema.get("dependentSchemas", {}).items() if name in instance]
    for keyword in ("allOf", "oneOf", "anyOf"):
        others += [one for one in schema.get(keyword, ()) if validator.evolve(schema=one).is_valid(instance)]
    if "if" in schema:
        holds = validator.evolve(schema=schema["if"]).is_valid(instance)
        others += [schema["if"]] if holds else []
        others += [schema[keyword] for keyword in ("then" if holds else "else",) if keyword in schema]
    yield from ((validator.evolve(schema=other), other) for other in others)


def _unique_items(validator: Validator, unique: bool, instance: Any, _schema: object) -> Iterator[ValidationError]:  # noqa: FBT001 - the signature of jsonschema
    """Look at each item once; the library compares each with each."""
    if unique and validator.is_type(instance, "array"):
        seen = {json.dumps(_plain(item), sort_keys=True) for item in instance}
        if len(seen) < len(instance):
            yield ValidationError(f"{json_text(instance)} has non-unique elements")


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
