"""References of a schema are followed inside the document only, and to an end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.contract.exchange import Answer, Exchange, Request
from conformance.dial.schema import Schema

NAME = {"type": "string"}

FOLLOWED: dict[str, dict[str, Any]] = {
    "no reference": {"a": NAME},
    "a definition": {"a": {"$ref": "#/$defs/Name"}},
    "another property": {"a": NAME, "b": {"$ref": "#/properties/a"}},
    "the whole, one level below": {"a": {"$ref": "#"}},
    "a tree": {"a": {"$ref": "#/$defs/Tree"}},
    "an anchor": {"a": {"$ref": "#name"}},
    "a dynamic anchor": {"a": {"$dynamicRef": "#name"}},
    "an address inside": {"a": {"$ref": "https://example.org/size"}},
    "what may be anything": {"a": {"$ref": "#/$defs/Any"}},
    "what is no keyword": {"a": {"$ref": "#/x-parts/Name"}},
    "what only looks like a reference": {"a": {"const": {"$ref": "#/nowhere"}}, "$ref": {"type": "string"}},
}

LOST: dict[str, tuple[dict[str, Any], str]] = {
    "nowhere": ({"a": {"$ref": "#/$defs/Nobody"}}, "#/$defs/Nobody does not lead"),
    "no anchor": ({"a": {"$ref": "#nobody"}}, "#nobody does not lead"),
    "another document": ({"a": {"$ref": "https://example.org/other"}}, "https://example.org/other does not lead"),
    "a file": ({"a": {"$ref": "file:///etc/hostname"}}, "file:///etc/hostname does not lead"),
    "an address that is none": ({"a": {"$ref": "http://[x"}}, "http://[x does not lead"),
    "a text": ({"a": {"$ref": "#/title"}}, "#/title does not lead"),
    "into a text": ({"a": {"$ref": "#/title/x"}}, "#/title/x does not lead"),
    "a place in an array that is none": ({"a": {"$ref": "#/required/x"}}, "#/required/x does not lead"),
    "what is no schema": ({"a": {"$ref": "#/x-parts/Wrong"}}, "#/x-parts/Wrong does not lead"),
    "itself": ({"a": {"$ref": "#/properties/a"}}, "back to itself"),
    "itself, in a combination": ({"a": {"anyOf": [{"$ref": "#/properties/a"}]}}, "back to itself"),
    "each other": ({"a": {"$ref": "#/properties/b"}, "b": {"not": {"$ref": "#/properties/a"}}}, "back to itself"),
}


def schema_of(properties: dict[str, Any], definitions: dict[str, Any] | None = None) -> Schema:
    document = {
        "title": "Configuration",
        "type": "object",
        "required": ["a"],
        "properties": properties,
        "$defs": {
            "Name": {"$anchor": "name", "$dynamicAnchor": "name", **NAME},
            "Tree": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
            "Size": {"$id": "https://example.org/size", "$ref": "#/$defs/n", "$defs": {"n": {"type": "integer"}}},
            "Any": True,
            **(definitions or {}),
        },
        "x-parts": {"Name": NAME, "Wrong": {"type": "str"}},
    }
    return published(document)


def published(document: dict[str, Any]) -> Schema:
    answer = Answer(200, "OK", (), json.dumps(document).encode())
    return Schema(Exchange("x/configuration", Request("GET", "/"), answer), document)


@pytest.mark.parametrize("properties", FOLLOWED.values(), ids=FOLLOWED)
def test_reference_is_followed(properties: dict[str, Any]) -> None:
    schema = schema_of(properties)
    assert schema.meta_fault is None
    assert schema.lost_reference is None
    assert schema.obstacle is None
    assert schema.accepts({"a": []}) in (True, False)


@pytest.mark.parametrize(("properties", "why"), LOST.values(), ids=LOST)
def test_reference_is_lost(properties: dict[str, Any], why: str) -> None:
    schema = schema_of(properties)
    assert schema.meta_fault is None
    assert why in (schema.lost_reference or "")


def test_every_fault_of_a_definition_is_seen_without_a_declared_draft() -> None:
    assert schema_of({"a": NAME}, {"Unused": {"type": "str"}}).meta_fault is not None


def test_references_that_multiply_are_not_followed() -> None:
    doubling = {f"D{level}": {"allOf": [{"$ref": f"#/$defs/D{level + 1}"}] * 2} for level in range(40)}
    schema = schema_of({"a": {"$ref": "#/$defs/D0"}}, {**doubling, "D40": NAME})
    assert schema.lost_reference is None
    assert "one value meets" in (schema.obstacle or "")


@pytest.mark.parametrize("part", [{"multipleOf": 10**400}], ids=str)
def test_what_cannot_be_computed_is_an_obstacle(part: dict[str, Any]) -> None:
    schema = schema_of({"a": part})
    assert schema.meta_fault is None
    assert schema.obstacle is not None


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ({"$ref": "#/$defs/C", "$defs": {"C": {"type": "object", "properties": {"a": NAME}}}}, {"a"}),
        (
            {
                "$ref": "#/$defs/B",
                "$defs": {"B": {"$ref": "#/$defs/C"}, "C": {"type": "object", "properties": {}}},
            },
            set(),
        ),
        (
            {
                "$ref": "#/$defs/C",
                "type": "object",
                "properties": {"b": NAME},
                "$defs": {"C": {"properties": {"a": NAME}}},
            },
            {"a", "b"},
        ),
        (
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "$ref": "#/definitions/C",
                "properties": {"b": NAME},
                "definitions": {"C": {"type": "object", "properties": {"a": NAME}}},
            },
            {"a"},
        ),
    ],
    ids=["a definition", "two references", "beside and behind", "draft-07 ignores what stands beside"],
)
def test_reference_at_the_root_is_followed(document: dict[str, Any], names: set[str]) -> None:
    schema = published(document)
    assert schema.shape_fault is None
    assert schema.properties.keys() == names


def test_reference_at_the_root_that_is_lost_is_no_matter_of_the_shape() -> None:
    for reference in ("#/$defs/C", "#", "https://example.org/"):
        assert published({"$ref": reference}).shape_fault is None
        assert published({"$ref": reference}).lost_reference is not None
