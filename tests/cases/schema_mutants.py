"""Schemas as careless validators read them: each is the original but for one keyword at one place.

A lax mutant allows more than the original, a harsh one less.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

Schema = dict[str, Any]

_BOUNDS: Final = {
    "minimum": -1, "maximum": 1, "minLength": -1, "maxLength": 1, "minItems": -1, "maxItems": 1,
}  # fmt: skip
"""The keywords that bound something, and in which direction the bound is looser."""
_OF_NUMBERS: Final = frozenset({"minimum", "maximum"})
_DROPPED: Final = (
    *_BOUNDS,
    "exclusiveMinimum",
    "multipleOf",
    "pattern",
    "enum",
    "const",
    "uniqueItems",
    "type",
    "additionalProperties",
)
_BOOLEAN_WORDS: Final = ("true", "false", "True", "False", "yes", "no", "on", "off", "1", "0", "t", "f", "y", "n")
_NAMED: Final = frozenset({"properties", "$defs", "definitions"})
_LISTS: Final = frozenset({"anyOf", "oneOf", "allOf"})


@dataclass(frozen=True)
class Mutant:
    """One mutant.

    Attributes:
        kind: What was changed.
        place: Where, as the parts of a pointer.
        schema: The whole schema, changed.
    """

    kind: str
    place: tuple[str | int, ...]
    schema: Schema


def mutants_of(document: Schema) -> Iterator[Mutant]:
    """Give all mutants of a schema."""
    for place in _places(document, ()):
        for kind, changed in _changes(_at(document, place)):
            whole = copy.deepcopy(document)
            yield Mutant(kind, place, _replaced(whole, place, changed))


def _places(schema: Any, place: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if not isinstance(schema, dict):
        return
    yield place
    for keyword, value in schema.items():
        if keyword in _NAMED:
            for name in value:
                yield from _places(value[name], (*place, keyword, name))
        elif keyword in _LISTS:
            for index, one in enumerate(value):
                yield from _places(one, (*place, keyword, index))
        elif keyword in {"items", "additionalProperties"}:
            yield from _places(value, (*place, keyword))


def _changes(schema: Schema) -> Iterator[tuple[str, Schema]]:
    yield from _dropped(schema)
    yield from _moved(schema)
    yield from _coerced(schema)
    yield from _texts(schema)
    yield from _harsh(schema)


def _dropped(schema: Schema) -> Iterator[tuple[str, Schema]]:
    for keyword in _DROPPED:
        if keyword in schema and not isinstance(schema[keyword], dict):
            yield f"{keyword} not looked at", {name: one for name, one in schema.items() if name != keyword}
    for name in schema.get("required", ()):
        yield (
            "a required property may be missing",
            {**schema, "required": [one for one in schema["required"] if one != name]},
        )
    if "items" in schema:
        rest = {name: one for name, one in schema.items() if name != "items"}
        yield "only the first item validated", {**rest, "prefixItems": [schema["items"]]}
        yield "no item validated", rest


def _moved(schema: Schema) -> Iterator[tuple[str, Schema]]:
    for keyword, looser in _BOUNDS.items():
        if keyword in schema and (keyword in _OF_NUMBERS or schema[keyword] + looser >= 0):
            yield f"{keyword} looser by one", {**schema, keyword: schema[keyword] + looser}
        if keyword in schema and schema["type"] != "number":
            yield f"{keyword} stricter by one", {**schema, keyword: schema[keyword] - looser}
    if "exclusiveMinimum" in schema:
        rest = {name: one for name, one in schema.items() if name != "exclusiveMinimum"}
        yield "exclusiveMinimum read as minimum", {**rest, "minimum": schema["exclusiveMinimum"]}


def _coerced(schema: Schema) -> Iterator[tuple[str, Schema]]:
    kind = schema.get("type")
    if kind in {"integer", "number"} and "enum" not in schema and "const" not in schema:
        number = r"^\s*-?[0-9]+(\.[0-9]+)?\s*$" if kind == "number" else r"^\s*-?[0-9]+\s*$"
        yield "numeric text coerced", _or(schema, {"type": "string", "pattern": number})
        low, high = schema.get("minimum", 0), schema.get("maximum", 1)
        if low <= 1 <= high:
            yield "true taken for a number", _or(schema, {"const": True})
    if kind == "integer" and "enum" not in schema and "const" not in schema:
        yield "a float cut to an integer", {**schema, "type": "number", "multipleOf": 0.5}
    if kind == "boolean":
        yield "a boolean takes 0 and 1", _or(schema, {"enum": [0, 1]})
        yield "a boolean takes words", _or(schema, {"enum": list(_BOOLEAN_WORDS)})
    if kind == "string":
        yield "a number taken for a text", _or(schema, {"type": "number"})


def _texts(schema: Schema) -> Iterator[tuple[str, Schema]]:
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if values and isinstance(values[0], str):
        rest = {name: one for name, one in schema.items() if name not in {"const", "enum"}}
        yield (
            "an enum ignores case",
            {**rest, "enum": [*values, *(f(one) for one in values for f in (str.upper, str.capitalize))]},
        )
        yield (
            "an enum ignores spaces",
            {**rest, "enum": [*values, *(f for one in values for f in (f" {one}", f"{one} "))]},
        )
        yield "an enum takes a beginning", {**rest, "enum": [*values, *(one[:-1] for one in values)]}
    pattern = schema.get("pattern", "")
    if pattern.startswith("^"):
        yield "a pattern without its beginning", {**schema, "pattern": pattern[1:]}
    if pattern.endswith("$"):
        yield "a pattern without its end", {**schema, "pattern": pattern[:-1]}


def _harsh(schema: Schema) -> Iterator[tuple[str, Schema]]:
    values = schema.get("enum", [])
    for value in values if len(values) > 1 else ():
        yield "a value of an enum refused", {**schema, "enum": [one for one in values if one != value]}
    if schema.get("type") == "string" and not {"minLength", "pattern", "enum", "const"} & schema.keys():
        yield "the empty text refused", {**schema, "minLength": 1}
    if schema.get("type") == "array" and schema.get("maxItems", 2) > 1 and schema.get("minItems", 0) < 2:
        yield "a second item refused", {**schema, "maxItems": 1}
    for index, one in enumerate(schema.get("anyOf", ())):
        kind = "null refused though allowed" if one == {"type": "null"} else "a branch of a union refused"
        yield kind, {**schema, "anyOf": [each for place, each in enumerate(schema["anyOf"]) if place != index]}
    for name in schema.get("properties", ()):
        if name not in schema.get("required", ()):
            yield "a property refused", {**schema, "properties": {**schema["properties"], name: False}}


def _or(schema: Schema, other: Schema) -> Schema:
    return {"anyOf": [schema, other]}


def _at(document: Any, place: tuple[str | int, ...]) -> Any:
    for part in place:
        document = document[part]
    return document


def _replaced(document: Schema, place: tuple[str | int, ...], changed: Schema) -> Schema:
    if not place:
        return changed
    parent = _at(document, place[:-1])
    parent[place[-1]] = changed
    return document
