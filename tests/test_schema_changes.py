"""What is told of a change of a schema is true: validators say the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema_rs import validator_for

from conformance.compare.effects import Effect
from conformance.compare.schemas import SchemaChange, schema_changes
from tests.report.generated_schemas import POOL, edited, schemas


def effects(old: Any, new: Any) -> set[Effect]:
    return {one.effect for one in schema_changes(old, new)} - {Effect.NONE}


@pytest.mark.long
@settings(max_examples=1_000)
@given(edited())
def test_what_is_told_is_true(both: tuple[dict[str, Any], dict[str, Any]]) -> None:
    old, new = both
    found = effects(old, new)
    if len(found) == 1 and found != {Effect.UNCLEAR}:
        loose, tight = (old, new) if found == {Effect.TIGHTENED} else (new, old)
        allowed, allowed_before = validator_for(tight), validator_for(loose)
        assert [one for one in POOL if allowed.is_valid(one) and not allowed_before.is_valid(one)] == []


@given(schemas(), schemas())
def test_the_reverse_is_the_reverse(old: dict[str, Any], new: dict[str, Any]) -> None:
    def told(one: SchemaChange) -> tuple[str, ...]:
        return one.pointer, one.keyword, one.old, one.new, one.effect

    there, back = schema_changes(old, new), schema_changes(new, old)
    assert {told(one) for one in there} == {(b.pointer, b.keyword, b.new, b.old, b.effect.opposite) for b in back}


@given(schemas())
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
        ({"contains": {"maximum": 5}}, {"contains": {"maximum": 4}}, "/contains", "maximum", "tightened"),
        (
            {"contains": {"maximum": 5}, "maxContains": 1},
            {"contains": {"maximum": 4}, "maxContains": 1},
            "/contains",
            "maximum",
            "unclear",
        ),
        ({"contains": {}, "maxContains": 1}, {"contains": False, "maxContains": 1}, "", "contains", "unclear"),
        (
            {"items": {"maximum": 5}, "prefixItems": [True]},
            {"items": {"maximum": 4}, "prefixItems": [True]},
            "/items",
            "maximum",
            "unclear",
        ),
        ({"prefixItems": [True]}, {"prefixItems": [True, False]}, "", "prefixItems", "unclear"),
        (
            {"additionalProperties": {"type": "null"}},
            {"additionalProperties": {"type": "null"}, "properties": {"a": {"type": "string"}}},
            "/properties/a",
            "properties",
            "unclear",
        ),
        (
            {"additionalProperties": False, "patternProperties": {"a": {}}},
            {"additionalProperties": False, "patternProperties": {"a": {}}, "properties": {"a": {"maximum": 0}}},
            "/properties/a",
            "properties",
            "unclear",
        ),
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
        ({"properties": {"a": True}, "not": True}, {"properties": {"a": {}}, "not": {}}),
        ({"anyOf": [True, {"const": 2}]}, {"anyOf": [{}, {"const": 2}]}),
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
