"""Which keywords of a branch can be broken at a location."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from conformance.cases.branch import Branch
from conformance.cases.faulty import CANDIDATES, SEVERAL, Aim
from conformance.cases.faulty_objects import OBJECT_CANDIDATES
from conformance.cases.subschema import Subschema

_OF_NAMES: Final = frozenset({"additionalProperties", "propertyNames", "unevaluatedProperties"})
"""They are broken by properties that the schema does not know: at top level these are another requirement's."""

_NO_CASE: Final = frozenset({"format"})
"""Validators need not assert it (2020-12 validation, section 7.2.1), and the suite's does not."""

_FREE: Final = frozenset({"$ref", "allOf", "anyOf", "format", "type"})
_AT_LEAST: Final = {"maxContains": 0, "minContains": 2, "minItems": 1, "minLength": 1, "minProperties": 1}
"""Below that these keywords forbid nothing that another one does not forbid."""

_ONLY_FALSE: Final = frozenset({"additionalItems", "additionalProperties", "else", "then"})
"""Where they have a schema, it is looked at where it applies."""


def aims(branch: Branch, *, at_root: bool) -> Iterator[Aim]:
    """Give what can be broken in the asserted subschemas of a branch.

    Args:
        branch: The branch.
        at_root: Whether it is about the whole configuration.
    """
    for subschema in branch.subschemas:
        for keyword, value in subschema.schema.items() if subschema.asserted else ():
            known = keyword in CANDIDATES or keyword in OBJECT_CANDIDATES or keyword in _NO_CASE
            if known and _forbids_something(subschema, keyword, value) and not (at_root and keyword in _OF_NAMES):
                yield from (Aim(branch, subschema, keyword, value, name) for name in _names(keyword, value))


def is_free(branch: Branch) -> bool:
    """Tell whether a branch allows every value of its types: no keyword beside `type` says anything."""
    return all(keyword in _FREE or not one.has(keyword) for one in branch.subschemas for keyword in one.schema)


def _names(keyword: str, value: Any) -> tuple[str, ...]:
    """Return the parts of a keyword that are broken one by one."""
    if keyword == "required":
        return tuple(value)
    if keyword in {"dependencies", "dependentRequired", "dependentSchemas"}:
        return tuple(name for name, one in value.items() if one is False or (isinstance(one, list) and one))
    return ("", SEVERAL) if keyword == "oneOf" and len(value) > 1 else ("",)


def _forbids_something(subschema: Subschema, keyword: str, value: Any) -> bool:
    """Tell whether a keyword forbids anything where it stands."""
    if not subschema.has("if" if keyword in {"else", "then"} else keyword):
        return False
    if keyword in _ONLY_FALSE:
        return value is False
    if keyword in {"maxContains", "minContains"} and not subschema.has("contains"):
        return False
    if keyword == "contains" and subschema.get("minContains") == 0:
        return False
    if isinstance(value, bool):
        return value == (keyword in {"const", "contains", "not", "uniqueItems"})
    return value != {} and (keyword not in _AT_LEAST or bool(value >= _AT_LEAST[keyword]))
