"""Which keywords of a branch can be broken at a location."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from conformance.cases.branches import Branch, Subschema
from conformance.cases.faulty import CANDIDATES, SEVERAL, Aim
from conformance.cases.faulty_objects import OBJECT_CANDIDATES

_OF_NAMES: Final = frozenset({"additionalProperties", "propertyNames", "unevaluatedProperties"})
"""They are broken by properties that the schema does not know: at top level these are another requirement's."""

_NO_CASE: Final = frozenset({"format"})
"""Validators need not assert it (2020-12 validation, section 7.2.1), and the suite's does not."""

_FREE: Final = frozenset({"$ref", "allOf", "anyOf", "format", "type"})
_DECIDED: Final = frozenset({"else", "then"})


def aims(branch: Branch, *, at_root: bool) -> Iterator[Aim]:
    """Give what can be broken in the asserted subschemas of a branch.

    Args:
        branch: The branch.
        at_root: Whether it is about the whole configuration.
    """
    for subschema in branch.subschemas if branch.subschemas else ():
        for keyword, value in subschema.schema.items() if subschema.asserted else ():
            if at_root and keyword in _OF_NAMES:
                continue
            if _says_something(subschema, keyword, value) and (keyword in _NO_CASE or _is_known(keyword)):
                yield from (Aim(branch, subschema, keyword, value, name) for name in _names(keyword, value))


def is_free(branch: Branch) -> bool:
    """Tell whether a branch allows every value of its types: no keyword beside `type` says anything."""
    return all(keyword in _FREE or not one.has(keyword) for one in branch.subschemas for keyword in one.schema)


def _is_known(keyword: str) -> bool:
    return keyword in CANDIDATES or keyword in OBJECT_CANDIDATES


def _names(keyword: str, value: Any) -> tuple[str, ...]:
    """Return the parts of a keyword that are broken one by one."""
    if keyword == "required":
        return tuple(value)
    if keyword in {"dependencies", "dependentRequired", "dependentSchemas"}:
        return tuple(name for name, one in value.items() if one is False or (isinstance(one, list) and one))
    return ("", SEVERAL) if keyword == "oneOf" and len(value) > 1 else ("",)


def _says_something(subschema: Subschema, keyword: str, value: Any) -> bool:
    """Tell whether a keyword forbids anything."""
    if keyword in _DECIDED:
        return value is False and subschema.has("if")
    if not subschema.has(keyword):
        return False
    match keyword:
        case "additionalProperties" | "additionalItems":
            return value is False  # a schema is looked at where it applies
        case "unevaluatedProperties" | "unevaluatedItems" | "propertyNames":
            return value not in (True, {})
        case "minItems" | "minLength" | "minProperties":
            return bool(value > 0)
        case "contains":
            return bool(subschema.schema.get("minContains", 1) > 0)
        case "minContains":
            return subschema.has("contains") and bool(value > 1)
        case "maxContains":
            return subschema.has("contains")
    return value is not False or keyword == "not"
