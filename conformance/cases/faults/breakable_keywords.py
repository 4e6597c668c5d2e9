"""Which keywords of an alternative can be broken at a location."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from conformance.cases.faults.arrays import ARRAY_CANDIDATES
from conformance.cases.faults.attempt import SEVERAL, Attempt, Candidates
from conformance.cases.faults.objects import OBJECT_CANDIDATES
from conformance.cases.faults.scalars import VALUE_CANDIDATES
from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.subschema import Subschema
from conformance.cases.values.samples import Samples

_OF_NAMES: Final = frozenset({"additionalProperties", "propertyNames", "unevaluatedProperties"})
"""They are broken by properties that the schema does not know: at top level these are another requirement's."""

_FREE: Final = frozenset({"$ref", "allOf", "anyOf", "format", "type"})
_IF_FALSE: Final = frozenset({"additionalProperties", "else", "then"})
"""Where they have a schema, it is looked at where it applies."""

_IF_TRUE: Final = frozenset({"contains", "not", "uniqueItems"})
"""They forbid something if they are true, or have a schema that allows everything."""

_AT_LEAST: Final = {"minContains": 2, "minItems": 1, "minLength": 1, "minProperties": 1}
"""Below that these keywords forbid nothing that another one does not forbid."""


def _no_case(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    """Give nothing: validators need not assert a `format` (2020-12 validation, section 7.2.1)."""
    del attempt, samples
    return iter(())


_CANDIDATES: Final[Mapping[str, Candidates]] = {
    **VALUE_CANDIDATES,
    **ARRAY_CANDIDATES,
    **OBJECT_CANDIDATES,
    "format": _no_case,
}


def attempts(alternative: Alternative, *, at_root: bool) -> Iterator[Attempt]:
    """Give what can be broken in the asserted subschemas of an alternative.

    Args:
        alternative: The alternative.
        at_root: Whether it is about the whole configuration.
    """
    for subschema in alternative.subschemas:
        for keyword, value in subschema.schema.items() if subschema.asserted else ():
            if at_root and keyword in _OF_NAMES:
                continue
            if keyword in _CANDIDATES and _applies(subschema, keyword) and _forbids_something(keyword, value):
                yield from (Attempt(alternative, subschema, keyword, value, name) for name in _names(keyword, value))


def candidates(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    """Give values that were thought of for the keyword of an attempt, then such as only this keyword may forbid."""
    if attempt.keyword != "format":
        yield from _CANDIDATES[attempt.keyword](attempt, samples)
        yield from attempt.relaxed(samples)


def is_free(alternative: Alternative) -> bool:
    """Tell whether an alternative allows every value of its types: no keyword beside `type` says anything."""
    return all(keyword in _FREE or not one.has(keyword) for one in alternative.subschemas for keyword in one.schema)


def _names(keyword: str, value: Any) -> tuple[str, ...]:
    """Return the parts of a keyword that are broken one by one."""
    if keyword == "required":
        return tuple(value)
    if keyword in {"dependencies", "dependentRequired", "dependentSchemas"}:
        return tuple(name for name, one in value.items() if one is False or (isinstance(one, list) and one))
    return ("", SEVERAL) if keyword == "oneOf" and len(value) > 1 else ("",)


def _applies(subschema: Subschema, keyword: str) -> bool:
    """Tell whether a subschema has a keyword where it has an effect."""
    if keyword in {"else", "then"}:
        return subschema.has("if")
    if keyword in {"maxContains", "minContains"} and not subschema.has("contains"):
        return False
    return subschema.has(keyword) and not (keyword == "contains" and subschema.get("minContains") == 0)


def _forbids_something(keyword: str, value: Any) -> bool:
    if keyword in {"const", "enum"}:
        return True
    if keyword in _IF_FALSE:
        return value is False
    if value is True or value == {}:
        return keyword in _IF_TRUE
    if keyword in _AT_LEAST:
        return bool(value >= _AT_LEAST[keyword])
    return value is not False or keyword not in {"not", "uniqueItems"}
