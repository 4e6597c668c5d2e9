"""Schemas that would keep a careless reader busy for ever, fill its memory, or make it ask somebody else's server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.cases.example import of_x
from tests.cases.hostile_texts import PATTERNS, VALUES

Schema = dict[str, Any]
Wrap = Callable[[Schema], Schema]

_LEVELS: Final = 40
_VALUES: Final = 200_000


def _nested(depth: int, wrap: Wrap) -> Schema:
    schema: Schema = {"type": "integer"}
    for _ in range(depth):
        schema = wrap(schema)
    return of_x(schema)


def _referring(level: Callable[[Schema], Schema], levels: int = _LEVELS) -> Schema:
    """Let each definition be made of references to the next one."""
    definitions = {f"d{depth}": level({"$ref": f"#/$defs/d{depth + 1}"}) for depth in range(levels)}
    return of_x({"$ref": "#/$defs/d0"}) | {"$defs": {**definitions, f"d{levels}": {"type": "integer", "minimum": 1}}}


def _two_members(inner: Schema) -> Schema:
    return {"type": "object", "properties": {"left": inner, "right": inner}}


def _all_to_all(count: int) -> Schema:
    members = {f"p{number}": {"$ref": f"#/$defs/d{number}"} for number in range(count)}
    definitions = {f"d{number}": {"type": "object", "properties": members} for number in range(count)}
    return of_x({"$ref": "#/$defs/d0"}) | {"$defs": definitions}


def _required(count: int) -> Schema:
    names = [f"n{number}" for number in range(count)]
    return {"type": "object", "properties": {name: {"type": "integer"} for name in names}, "required": names}


def _text(pattern: str, **more: Any) -> Schema:
    return of_x({"type": "string", "pattern": pattern, **more})


_SLOW: Final = "^(a+)+$"
_SLOW_NAME: Final = "a" * 60 + "!"
_NAMES_BY_REFERENCE: Final = {"$defs": {"names": {"patternProperties": {_SLOW: {"type": "integer"}}}}}
_UNIQUE: Final = {"type": "array", "uniqueItems": True}
_MANY_OBJECTS: Final = [{"value": number, "list": [number]} for number in range(5_000)]
_MODEL: Final = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}

REFERENCES: Final[dict[str, Callable[[], Schema]]] = {
    "to http": lambda: of_x({"$ref": "http://127.0.0.1:9/schema.json"}),
    "to a file": lambda: of_x({"$ref": "file:///etc/passwd"}),
    "relative to an address": lambda: of_x({"$ref": "other.json"}) | {"$id": "http://127.0.0.1:9/"},
    "to a meta-schema": lambda: of_x({"$ref": "https://json-schema.org/draft/2020-12/schema"}),
    "that is no text": lambda: of_x({"$ref": 12}),
}
"""References out of the document: there are no cases, and nothing is asked for them."""

LOOPS: Final[dict[str, Callable[[], Schema]]] = {
    "$ref to itself": lambda: of_x({"$ref": "#/properties/x"}),
    "two $ref": lambda: (
        of_x({"$ref": "#/$defs/a"}) | {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}
    ),
    "allOf of the root": lambda: of_x({"type": "integer"}) | {"allOf": [{"$ref": "#"}]},
    "anyOf": lambda: (
        of_x({"$ref": "#/$defs/a"}) | {"$defs": {"a": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/a"}]}}}
    ),
    "not": lambda: of_x({"$ref": "#/$defs/a"}) | {"$defs": {"a": {"not": {"$ref": "#/$defs/a"}}}},
    "deep not": lambda: _nested(190, lambda inner: {"not": inner}),
    "very deep not": lambda: _nested(3_000, lambda inner: {"not": inner}),
    "long chain": lambda: _referring(lambda inner: inner, 5_000),
}
"""Without end, or so deep that it may as well be: there are no cases."""

TOO_MUCH: Final[dict[str, Callable[[], Schema]]] = {
    "2^n by allOf": lambda: _referring(lambda inner: {"allOf": [inner, inner]}),
    "2^n by anyOf": lambda: _referring(lambda inner: {"anyOf": [inner, inner]}),
    "2^n by oneOf": lambda: _referring(lambda inner: {"oneOf": [inner, inner]}, 12),
    "2^n alternatives": lambda: of_x({"allOf": [{"anyOf": [{"minimum": n}, {"maximum": n + 100}]} for n in range(40)]}),
    "n! references": lambda: _all_to_all(14),
    "many constants": lambda: of_x({"oneOf": [{"const": number} for number in range(5_000)]}),
    "very many constants": lambda: of_x({"oneOf": [{"const": number} for number in range(_VALUES)]}),
    "many patterns": lambda: of_x(
        {"type": "object", "patternProperties": {f"^(a{number}|b)*$": {} for number in range(3_000)}}
        | {"additionalProperties": False}
    ),
    "many properties": lambda: {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(20_000)}},
    "many required": lambda: _required(9_000),
    "some required": lambda: _required(900),
    "many dependencies": lambda: {
        "type": "object",
        "properties": {f"p{number}": {} for number in range(1_500)},
        "dependentRequired": {f"p{number}": [f"p{number + 1}"] for number in range(1_500)},
    },
    "parts of two drafts": lambda: (
        of_x({"$schema": "http://json-schema.org/draft-07/schema#", "type": "string"})
        | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    ),
    "type that is a number": lambda: of_x({"type": 12}),
    "enum that is a number": lambda: of_x({"enum": 3}),
}
"""More than the bounds allow, or no schema: there are no cases, but a reason."""

HARMLESS: Final[dict[str, Callable[[], Schema]]] = {
    "2^n members": lambda: _referring(_two_members),
    "2^n required members": lambda: _referring(lambda inner: {**_two_members(inner), "required": ["left", "right"]}),
    "member that must contain itself": lambda: (
        of_x({"$ref": "#/$defs/a"})
        | {"$defs": {"a": {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "required": ["a"]}}}
    ),
    "deep allOf": lambda: _nested(90, lambda inner: {"allOf": [inner]}),
    "deep properties": lambda: _nested(95, lambda inner: {"type": "object", "properties": {"x": inner}}),
    "deep items": lambda: _nested(95, lambda inner: {"type": "array", "items": inner, "minItems": 1}),
    "deep constant": lambda: of_x({"const": _nested(95, lambda inner: {"x": inner})}),
    "pattern": lambda: _text("(a+)+$"),
    "pattern on a long enum": lambda: of_x({"enum": ["a" * 5_000 + "!", "b"], "pattern": _SLOW}),
    "pattern on a short enum": lambda: of_x({"enum": ["a" * 30 + "!", "b"], "pattern": "^(a|a)*$"}),
    "pattern with a length": lambda: _text("^(a|aa)+$", minLength=500),
    "pattern of many repeats": lambda: _text("a*a*a*a*a*a*a*a*a*a*b", minLength=30),
    "pattern of long repeats": lambda: _text("(?:a{0,1000}){0,1000}b"),
    "pattern that repeats nothing": lambda: _text("(?:){1000000000}"),
    "pattern of brackets": lambda: _text("(" * 200 + "a" + ")" * 200),
    "pattern that is long": lambda: _text("a" * 500_000),
    "pattern that Python refuses": lambda: _text("(?<=a+)b"),
    "pattern of names": lambda: of_x(
        {"type": "object", "patternProperties": {_SLOW: {"type": "integer"}}, "properties": {_SLOW_NAME: {}}}
    ),
    "pattern of names elsewhere": lambda: (
        of_x(
            {"type": "object", "unevaluatedProperties": False, "$ref": "#/$defs/names", "properties": {_SLOW_NAME: {}}}
        )
        | _NAMES_BY_REFERENCE
    ),
    "propertyNames": lambda: of_x({"type": "object", "propertyNames": {"pattern": _SLOW, "minLength": 40}}),
    "long enum": lambda: of_x({"enum": [f"v{number}" for number in range(_VALUES)]}),
    "long enum of objects": lambda: of_x({"enum": [{"v": number} for number in range(_VALUES)]}),
    "long constant": lambda: of_x({"const": [f"v{number}" for number in range(_VALUES)]}),
    "uniqueItems of constants": lambda: of_x({**_UNIQUE, "enum": [_MANY_OBJECTS, [1]]}),
    "uniqueItems with a default": lambda: of_x({**_UNIQUE, "default": _MANY_OBJECTS, "items": {"type": "object"}}),
    "uniqueItems of many": lambda: of_x({**_UNIQUE, "minItems": 5_000, "items": _MODEL}),
    "minItems": lambda: of_x({"type": "array", "minItems": 10**9}),
    "maxItems": lambda: of_x({"type": "array", "maxItems": 10**9}),
    "minLength": lambda: of_x({"type": "string", "minLength": 10**9}),
    "maxLength": lambda: of_x({"type": "string", "maxLength": 10**9}),
    "minProperties": lambda: of_x({"type": "object", "minProperties": 10**9}),
    "minContains": lambda: of_x({"type": "array", "contains": {"type": "integer"}, "minContains": 10**9}),
    "some properties": lambda: {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(200)}},
    "multipleOf next to nothing": lambda: of_x({"type": "number", "multipleOf": 1e-320}),
    "multipleOf a lot": lambda: of_x({"type": "integer", "multipleOf": 10**300, "minimum": 5}),
    "bounds that are no numbers": lambda: of_x({"type": "number", "minimum": float("inf"), "maximum": float("nan")}),
    "long name": lambda: {"type": "object", "properties": {"n" * 100_000: {"type": "integer"}}},
    "long default": lambda: of_x({"type": "string", "default": "x" * 9_000_000, "examples": ["x" * 9_000_000]}),
    "half surrogates": lambda: {"type": "object", "properties": {"\ud800": {"enum": ["\udfff"]}}},
}
"""What looks dangerous, but has cases."""

HOSTILE: Final = {
    f"{group}: {name}": build
    for group, schemas in {
        "reference": REFERENCES,
        "loop": LOOPS,
        "too much": TOO_MUCH,
        "harmless": HARMLESS,
        "pattern": PATTERNS,
        "value": VALUES,
    }.items()
    for name, build in schemas.items()
}
