"""What is told of a change of a schema is true: validators say the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from conformance.compare.effects import Effect
from conformance.compare.schemas import SchemaChange, schema_changes
from tests.report.generated import instances, schemas


def effects(old: Any, new: Any) -> set[Effect]:
    return {one.effect for one in schema_changes(old, new)} - {Effect.NONE}


@st.composite
def edited(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A schema, and the same with some keyword in it, or in a schema inside it, from another one."""
    old, other = draw(schemas), draw(schemas)
    new = json.loads(json.dumps(old))
    place = new
    while draw(st.booleans()):
        inside = [one for one in _schemas_in(place) if one]
        if not inside:
            break
        place = draw(st.sampled_from(inside))
    for keyword in draw(
        st.lists(st.sampled_from(sorted({*place, *other})), max_size=2) if place or other else st.just([])
    ):
        place.pop(keyword, None)
        if keyword in other:
            place[keyword] = other[keyword]
    return old, new


def _schemas_in(schema: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[Any] = []
    for keyword, value in schema.items():
        if keyword in ("properties", "patternProperties"):
            found += value.values()
        elif keyword in ("anyOf", "allOf", "oneOf", "prefixItems"):
            found += value
        elif keyword in ("additionalProperties", "items", "not", "contains", "propertyNames", "if", "then", "else"):
            found.append(value)
    return [one for one in found if isinstance(one, dict)]


@settings(max_examples=600)
@given(edited(), st.lists(instances, min_size=1, max_size=8))
def test_what_is_told_is_true(both: tuple[dict[str, Any], dict[str, Any]], values: list[Any]) -> None:
    old, new = both
    found = effects(old, new)
    assume(found <= {Effect.TIGHTENED} or found <= {Effect.LOOSENED})
    was, is_now = Draft202012Validator(old), Draft202012Validator(new)
    for value in values:
        before, after = was.is_valid(value), is_now.is_valid(value)
        if found <= {Effect.TIGHTENED}:
            assert before or not after, (old, new, value)
        if found <= {Effect.LOOSENED}:
            assert after or not before, (old, new, value)


@given(schemas, schemas)
def test_the_reverse_is_the_reverse(old: dict[str, Any], new: dict[str, Any]) -> None:
    def told(one: SchemaChange) -> tuple[str, ...]:
        return one.pointer, one.keyword, one.old, one.new, one.effect

    there, back = schema_changes(old, new), schema_changes(new, old)
    assert {told(one) for one in there} == {(b.pointer, b.keyword, b.new, b.old, b.effect.opposite) for b in back}


@given(schemas)
def test_nothing_differs_from_itself(one: dict[str, Any]) -> None:
    assert schema_changes(one, json.loads(json.dumps(one, sort_keys=True))) == []


@pytest.mark.parametrize(
    ("old", "new", "pointer", "keyword", "effect"),
    [
        ({"enum": [1, 2]}, {"enum": [2]}, "", "enum", "tightened"),
        ({"enum": [1, 2]}, {"enum": [2, 1, 3]}, "", "enum", "loosened"),
        ({"enum": [1]}, {"enum": [True]}, "", "enum", "unclear"),
        ({"type": "number"}, {"type": "integer"}, "", "type", "tightened"),
        ({"type": "string"}, {"type": ["string", "null"]}, "", "type", "loosened"),
        ({"maximum": 5}, {"maximum": 9}, "", "maximum", "loosened"),
        ({"minLength": 1}, {"minLength": 2}, "", "minLength", "tightened"),
        ({"required": ["a"]}, {"required": ["a", "b"]}, "", "required", "tightened"),
        ({"multipleOf": 2}, {"multipleOf": 4}, "", "multipleOf", "tightened"),
        ({"multipleOf": 2}, {"multipleOf": 3}, "", "multipleOf", "unclear"),
        ({"pattern": "a"}, {"pattern": "b"}, "", "pattern", "unclear"),
        ({}, {"pattern": "b"}, "", "pattern", "tightened"),
        ({"additionalProperties": False}, {}, "", "additionalProperties", "loosened"),
        ({"properties": {}}, {"properties": {"a/b": {"type": "null"}}}, "/properties/a~1b", "properties", "tightened"),
        (
            {"properties": {"a": {}}, "additionalProperties": False},
            {"properties": {}, "additionalProperties": False},
            "/properties/a",
            "properties",
            "tightened",
        ),
        ({"anyOf": [{"const": 1}]}, {"anyOf": [{"const": 1}, {"const": 2}]}, "/anyOf/1", "anyOf", "loosened"),
        ({"oneOf": [{"const": 1}]}, {"oneOf": [{"const": 1}, {"const": 2}]}, "/oneOf/1", "oneOf", "unclear"),
        ({"not": {"maximum": 5}}, {"not": {"maximum": 9}}, "/not", "maximum", "tightened"),
        ({"items": {"enum": [1]}}, {"items": {"enum": [1, 2]}}, "/items", "enum", "loosened"),
        ({"title": "a"}, {"title": "b"}, "", "title", "none"),
        ({}, {"dial:widget": "buttons"}, "", "dial:widget", "none"),
        ({"$ref": "#/a"}, {"$ref": "#/b"}, "", "$ref", "unclear"),
        ({"$defs": {"a": {"maximum": 5}}}, {"$defs": {"a": {"maximum": 4}}}, "/$defs/a", "maximum", "tightened"),
        (
            {"not": {"$ref": "#/$defs/a"}, "$defs": {"a": {"maximum": 5}}},
            {"not": {"$ref": "#/$defs/a"}, "$defs": {"a": {"maximum": 4}}},
            "/$defs/a",
            "maximum",
            "unclear",
        ),
        ({"unevaluatedProperties": False}, {"unevaluatedProperties": False, "type": "null"}, "", "type", "unclear"),
        (None, {"type": "object"}, "", "", "unclear"),
        ({"type": "object"}, None, "", "", "unclear"),
    ],
)  # fmt: skip
def test_each_keyword_has_its_effect(old: Any, new: Any, pointer: str, keyword: str, effect: str) -> None:
    assert [(one.pointer, one.keyword, one.effect) for one in schema_changes(old, new)] == [(pointer, keyword, effect)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"enum": [1, 2]}, {"enum": [2, 1]}),
        ({"type": ["string", "null"]}, {"type": ["null", "string"]}),
        ({"additionalProperties": True}, {}),
        ({"additionalProperties": {}}, {"additionalProperties": True}),
        ({"uniqueItems": False}, {}),
        ({"maximum": 1}, {"maximum": 1.0}),
        ({"anyOf": [{"const": 1}, {"const": 2}]}, {"anyOf": [{"const": 2}, {"const": 1}]}),
        ({"properties": {}}, {}),
        (None, None),
    ],
)
def test_the_same_in_other_words_is_no_change(old: Any, new: Any) -> None:
    assert schema_changes(old, new) == []


def test_weird_schemas_are_compared_too() -> None:
    weird: list[Any] = [
        {"maximum": "x", "enum": 3, "properties": [], "anyOf": {}, "items": [{}], "type": 7, "required": True},
        {"maximum": None, "enum": {}, "properties": 1, "anyOf": 2, "items": 3, "type": None, "required": {}},
        [],
        "x",
        {"x" * 9_000: "y" * 9_000},
    ]
    for old in weird:
        for new in weird:
            assert all(len(one.new) <= 200 for one in schema_changes(old, new))
