"""What a change of a JSON Schema keyword does to what is allowed, as far as that is certain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

from conformance.cases.schema.json_value import identity


class Effect(StrEnum):
    """What a change does to what is allowed."""

    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    UNCLEAR = "unclear"
    NONE = "none"

    @property
    def opposite(self) -> Effect:
        """What the reverse change does."""
        return {Effect.TIGHTENED: Effect.LOOSENED, Effect.LOOSENED: Effect.TIGHTENED}.get(self, self)


ABSENT: Final = object()
"""The value of a keyword that is not there."""

_AT_MOST: Final = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"})
_AT_LEAST: Final = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
SCHEMAS: Final = frozenset({"additionalProperties", "items", "propertyNames", "not", "contains", "then", "else"})
LISTS: Final = frozenset({"allOf", "anyOf", "oneOf"})
MAPS: Final = frozenset({"properties", "patternProperties", "$defs", "definitions"})
_CONDITIONS: Final = frozenset({
    "const", "enum", "type", "required", "pattern", "multipleOf", "uniqueItems",
    "dependentRequired", "dependentSchemas", *_AT_MOST, *_AT_LEAST, *SCHEMAS, *LISTS,
})  # fmt: skip
"""Each of them is a condition of its own: with it, no more is allowed than without it."""
_SUBTLE: Final = frozenset({
    "$ref", "$schema", "$id", "$anchor", "format", "if", "minContains", "prefixItems", "additionalItems",
    "dependencies",
})  # fmt: skip
"""What they do depends on other keywords, or on who validates."""
FAR_REACHING: Final = frozenset({"unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$recursiveRef"})
"""What they do depends on all keywords around and below them."""
TURNING: Final = frozenset({"not", "if", "oneOf", "contains"})
"""What is allowed below them may be refused by them, and a `$ref` can bring anything there."""


def effect_of(keyword: str, old: Any, new: Any) -> Effect:
    """Tell what a change of a keyword does; what is no keyword of JSON Schema describes, and does nothing.

    Args:
        keyword: The keyword.
        old: Its value, or `ABSENT`.
        new: Its value now.
    """
    if keyword in _SUBTLE or keyword in FAR_REACHING or keyword in MAPS:
        return Effect.UNCLEAR
    if keyword not in _CONDITIONS:
        return Effect.NONE
    if old is ABSENT or new is ABSENT:
        return Effect.TIGHTENED if old is ABSENT else Effect.LOOSENED
    if keyword in SCHEMAS and keyword != "not":
        return effect_of_a_schema(old, new)
    compared = _COMPARED.get(keyword)
    return compared(old, new) if compared else Effect.UNCLEAR


def effect_of_a_schema(old: Any, new: Any) -> Effect:
    """Compare two schemas of which one is true, false or empty."""
    if old is False or new is True or new == {}:
        return Effect.LOOSENED
    return Effect.TIGHTENED if new is False or old is True or old == {} else Effect.UNCLEAR


def effect_of_a_member(keyword: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Effect:
    """Tell what it does to add a name to `properties` and the like: it depends on what other names may be."""
    if keyword not in ("properties", "patternProperties"):
        return Effect.UNCLEAR
    others = [one.get("additionalProperties", True) for one in (old, new)]
    if all(one is True or one == {} for one in others):
        return Effect.TIGHTENED
    patterns = "patternProperties" in old or "patternProperties" in new
    return Effect.LOOSENED if all(one is False for one in others) and not patterns else Effect.UNCLEAR


def _by_number(*, tighter: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Effect]:
    def compared(old: Any, new: Any) -> Effect:
        if not (_is_number(old) and _is_number(new)):
            return Effect.UNCLEAR
        return Effect.TIGHTENED if tighter(old, new) else Effect.LOOSENED

    return compared


def _by_members(*, fewer: Effect) -> Callable[[Any, Any], Effect]:
    def compared(old: Any, new: Any) -> Effect:
        if not isinstance(old, list) or not isinstance(new, list):
            return Effect.UNCLEAR
        was, is_now = {identity(one) for one in old}, {identity(one) for one in new}
        return fewer if is_now < was else fewer.opposite if was < is_now else Effect.UNCLEAR

    return compared


def _compare_types(old: Any, new: Any) -> Effect:
    was, is_now = _types(old), _types(new)
    if is_now == was:
        return Effect.NONE
    return Effect.TIGHTENED if is_now <= was else Effect.LOOSENED if was <= is_now else Effect.UNCLEAR


def _types(value: Any) -> set[str]:
    named = {str(one) for one in (value if isinstance(value, list) else [value])}
    return named | {"integer"} if "number" in named else named


def _compare_factors(old: Any, new: Any) -> Effect:
    if not all(isinstance(one, int) and _is_number(one) and one > 0 for one in (old, new)):
        return Effect.UNCLEAR
    return Effect.TIGHTENED if new % old == 0 else Effect.LOOSENED if old % new == 0 else Effect.UNCLEAR


_COMPARED: Final[Mapping[str, Callable[[Any, Any], Effect]]] = {
    **dict.fromkeys(_AT_MOST, _by_number(tighter=lambda old, new: new < old)),
    **dict.fromkeys(_AT_LEAST, _by_number(tighter=lambda old, new: new > old)),
    "enum": _by_members(fewer=Effect.TIGHTENED),
    "required": _by_members(fewer=Effect.LOOSENED),
    "type": _compare_types,
    "multipleOf": _compare_factors,
}


_BY_DEFAULT: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("additionalProperties", "items", "propertyNames", "then", "else"), True),
    "uniqueItems": False,
}


def says_the_same(keyword: str, old: Any, new: Any) -> bool:
    """Tell whether two values of a keyword say the same, also that it is not there."""
    was, is_now = (_BY_DEFAULT.get(keyword, ABSENT) if value is ABSENT else value for value in (old, new))
    if was is ABSENT or is_now is ABSENT:
        return was is is_now
    if keyword in SCHEMAS:
        return is_the_same_schema(was, is_now)
    if keyword in ("enum", "required", "type") and isinstance(was, list) and isinstance(is_now, list):
        return {identity(one) for one in was} == {identity(one) for one in is_now}
    return identity(was) == identity(is_now)


def is_the_same_schema(one: Any, other: Any) -> bool:
    """Tell whether two schemas are equal; the empty one is `true` (2020-12 core, section 4.3.2)."""
    first, second = (True if schema == {} else schema for schema in (one, other))
    return identity(first) == identity(second)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
