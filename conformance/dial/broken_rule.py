"""Which rule of a schema a value breaks, and where: for people who read a violation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from jsonschema.exceptions import ValidationError

from conformance.dial.schema import Schema

_LONGEST: Final = 80
_MOST_RULES: Final = 3
_MOST_ERRORS: Final = 200
_MOST_REFERENCES: Final = 20
_OF_NAMES: Final = frozenset({"additionalProperties", "propertyNames", "unevaluatedProperties"})
Path = tuple[str | int, ...]


def broken_rule(schema: Schema, configuration: Any, place: str | None = None) -> str:
    """Tell the place and the rule: `/thinking/budget_tokens 1023: minimum 1024 (schema: #/$defs/Enabled/...)`.

    Where several alternatives refuse a value, those that refuse it at its place speak; if they are several, they are
    told together, with the schema that combines them.

    Args:
        schema: The schema, one with no lost reference.
        configuration: What it forbids.
        place: Where the faulty value stands (RFC 6901), or None.

    Returns:
        One line; empty if the schema forbids nothing.
    """
    tops = schema.faults(configuration)
    if not tops:
        return ""
    found = list(_at(_leaves(tops), place)) or list(_nearest(tops))
    path = tuple(found[0].absolute_path)
    same = _telling([one for one in found if tuple(one.absolute_path) == path])
    rules = list(dict.fromkeys(f"{one.validator} {_written(one.validator_value)}" for one in same))
    more = len(rules) - _MOST_RULES
    text = " or ".join(rules[:_MOST_RULES]) + (f" and {more} more" if more > 0 else "")
    where, value = _pointer(path), found[0].instance
    if place and same[0].validator in _OF_NAMES and place.startswith(f"{where}/"):
        where, value = place, _value_at(configuration, _parts(place))  # the member that is too much
    shown = f"{where or 'the configuration'} {_written(value)}"
    return f"{shown}: {text} (schema: {_schema_of(same, schema.document)})"


def _leaves(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    """Give the errors that have none inside."""
    waiting = list(errors)
    for one in waiting:  # it grows meanwhile
        waiting += list(one.context or ()) if len(waiting) < _MOST_ERRORS else ()
        if not one.context:
            yield one


def _telling(errors: Sequence[ValidationError]) -> list[ValidationError]:
    """Leave out what a value of another type breaks beside the type, and alternatives of another type."""
    groups: dict[tuple[Any, ...], list[ValidationError]] = {}
    for one in errors:
        groups.setdefault(tuple(one.absolute_schema_path)[:-1], []).append(one)
    typed = [group for group in groups.values() if not any(one.validator == "type" for one in group)]
    if typed:
        return [one for group in typed for one in group]
    return [one for one in errors if one.validator == "type"]


def _at(errors: Iterable[ValidationError], place: str | None) -> Iterator[ValidationError]:
    return (one for one in errors if _pointer(tuple(one.absolute_path)) == place)


def _nearest(tops: Sequence[ValidationError]) -> Iterator[ValidationError]:
    """Give the errors of the alternative that the value comes nearest to: it refuses deepest, and least."""
    top = tops[0]
    while top.context:
        by_branch: dict[Any, list[ValidationError]] = {}
        for one in top.context:
            by_branch.setdefault(one.relative_schema_path[0], []).append(one)
        best = min(by_branch.values(), key=lambda branch: (-max(len(one.path) for one in branch), len(branch)))
        if len(by_branch) > 1 and all(not one.path for branch in by_branch.values() for one in branch):
            break  # none is nearer than another one
        top = best[0]
    yield top


def _schema_of(errors: Sequence[ValidationError], document: Any) -> str:
    """Return where the schemas of errors stand: the one that has them all, each `$ref` followed."""
    paths = [tuple(one.absolute_schema_path) for one in errors]
    common: list[str | int] = []
    for parts in zip(*paths, strict=False):
        if len(set(map(str, parts))) > 1:
            break
        common.append(parts[0])
    if len({path[:-1] for path in paths}) == 1:
        common = list(paths[0])
    elif common and common[-1] not in {"anyOf", "oneOf", "allOf"}:
        return f"#{_pointer(_resolved(common, document))}"
    return f"#{_pointer(_resolved(common, document)[:-1])}"  # without the keyword


def _resolved(path: Sequence[str | int], document: Any) -> list[str | int]:
    """Return the path of a keyword in the document, from the last reference on."""
    found: list[str | int] = []
    here = document
    for part in path:
        hops = 0
        while isinstance(here, dict) and part not in here and hops < _MOST_REFERENCES:
            reference = here.get("$ref")
            if not (isinstance(reference, str) and reference.startswith("#")):
                break
            found = list(_parts(reference[1:]))
            here, hops = _value_at(document, found), hops + 1
        found.append(part)
        here = _value_at(here, [part])
    return found


def _value_at(document: Any, path: Iterable[str | int]) -> Any:
    for part in path:
        if isinstance(document, list):
            document = document[int(part)] if str(part).isdigit() and int(part) < len(document) else None
        else:
            document = document.get(part) if isinstance(document, dict) else None
    return document


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _pointer(path: Iterable[str | int]) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def _written(value: Any) -> str:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
