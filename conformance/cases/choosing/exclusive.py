"""Whether the alternatives of a `oneOf` exclude each other: then no value can be in two of them."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.alternatives import Alternatives
from conformance.cases.schema.json_value import identity
from conformance.cases.schema.subschema import Conjunction, Subschema

_MOST_PAIRS = 2_000


def exclude_each_other(subschemas: list[Subschema], alternatives: Alternatives) -> bool:
    """Tell whether it can be seen that no value is allowed by two of them.

    Args:
        subschemas: The alternatives of a `oneOf`.
        alternatives: Finds the ways through each.
    """
    ways = [alternatives.of((one,)) for one in subschemas]
    pairs = [(left, right) for one, other in combinations(ways, 2) for left in one for right in other]
    return len(pairs) <= _MOST_PAIRS and all(_are_disjoint(left, right, alternatives) for left, right in pairs)


def _are_disjoint(left: Alternative, right: Alternative, alternatives: Alternatives) -> bool:
    types = set(left.types) & set(right.types)
    if not types:
        return True
    if _have_no_constant_in_common(left, right):
        return True
    if types != {"object"}:
        return False
    if _forbids(left, right.required) or _forbids(right, left.required):
        return True
    both = set(left.required) & set(right.required)
    return any(_are_told_apart(left.member(name), right.member(name), alternatives) for name in both)


def _are_told_apart(left: Conjunction, right: Conjunction, alternatives: Alternatives) -> bool:
    """Tell whether a property has other constants, or other types, on both sides."""
    ways = [(one, other) for one in alternatives.of(left) for other in alternatives.of(right)]
    return bool(ways) and all(
        not set(one.types) & set(other.types) or _have_no_constant_in_common(one, other) for one, other in ways
    )


def _have_no_constant_in_common(left: Alternative, right: Alternative) -> bool:
    if left.constants is None or right.constants is None:
        return False
    return not _identities(left.constants) & _identities(right.constants)


def _identities(values: list[Any]) -> set[Any]:
    return {identity(one) for one in values}


def _forbids(alternative: Alternative, names: tuple[str, ...]) -> bool:
    """Tell whether an alternative allows no property of one of those names."""
    closed = [one for one in alternative.subschemas if one.get("additionalProperties") is False]
    return any(
        name not in (one.get("properties") or {}) and not one.get("patternProperties")
        for one in closed
        for name in names
    )
