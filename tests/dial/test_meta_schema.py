"""The meta-schema in one piece says of each schema what the one in pieces says."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.exceptions import best_match

from conformance.dial.meta_schema import meta_schema_of
from tests.cases.hostile_schemas import HARMLESS
from tests.cases.real_schemas import REAL_SCHEMAS

WRONG: list[Any] = [
    12, "text", [], None,
    {"type": 12}, {"type": "text"}, {"type": ["string", "string"]}, {"enum": 3}, {"const": {"a": 1}, "required": "a"},
    {"required": [1]}, {"required": ["a", "a"]}, {"properties": []}, {"properties": {"a": 1}},
    {"properties": {"a": {"minimum": "1"}}}, {"properties": {"a": {"exclusiveMinimum": True}}},
    {"items": {"items": {"items": 3}}}, {"items": [{}]}, {"prefixItems": []}, {"prefixItems": [1]},
    {"allOf": []}, {"anyOf": [{"type": "none"}]}, {"oneOf": {}}, {"not": 1}, {"if": 1}, {"then": "a"},
    {"$ref": 12}, {"$id": "#fragment"}, {"$anchor": "1"}, {"$dynamicRef": 1}, {"$defs": {"a": 1}}, {"$comment": 1},
    {"$vocabulary": 1}, {"$schema": 1}, {"definitions": {"a": {"type": 1}}}, {"dependencies": {"a": 1}},
    {"dependentRequired": {"a": "b"}}, {"dependentSchemas": {"a": 1}}, {"patternProperties": {"(": 1}},
    {"propertyNames": 1}, {"unevaluatedProperties": 1}, {"unevaluatedItems": []}, {"additionalProperties": "no"},
    {"maxLength": -1}, {"minItems": 1.5}, {"multipleOf": 0}, {"uniqueItems": 1}, {"pattern": 1}, {"format": 1},
    {"title": 1}, {"description": []}, {"examples": 5}, {"deprecated": "yes"}, {"readOnly": 0}, {"contentSchema": 1},
    {"contentEncoding": 1}, {"properties": {"a": {"allOf": [{"properties": {"b": {"type": "wrong"}}}]}}},
    {"type": 1, "properties": {"a": {"type": 2}}}, {"additionalItems": 1}, {"$recursiveRef": 1},
]  # fmt: skip
RIGHT = [{}, True, False, *REAL_SCHEMAS.values(), Draft202012Validator.META_SCHEMA, Draft7Validator.META_SCHEMA]


def judged(validator: Any, schema: Any) -> tuple[Any, ...]:
    """Return what a validator says of a schema: whether it is one, and what is wrong, and where, first of all."""
    error = best_match(validator.iter_errors(schema))
    return (validator.is_valid(schema), *((error.message, [*error.absolute_path]) if error is not None else ()))


@pytest.mark.parametrize("draft", [Draft202012Validator, Draft7Validator])
@pytest.mark.parametrize("schema", [*WRONG, *RIGHT, HARMLESS["minItems"]()], ids=lambda one: str(one)[:60])
def test_in_one_piece_it_says_the_same(draft: Any, schema: Any) -> None:
    assert judged(draft(meta_schema_of(draft)), schema) == judged(draft(draft.META_SCHEMA), schema)


def test_it_is_one_piece() -> None:
    joined = meta_schema_of(Draft202012Validator)
    assert "#meta" not in str(joined)
    assert set(joined["properties"]) > {"$ref", "allOf", "type", "format", "contentSchema", "unevaluatedItems", "title"}
