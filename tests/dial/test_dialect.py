"""Which draft a schema is read by, and that one is not guessed where it contradicts itself."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.cases.engine import UncountableSchemaError, cases_of
from conformance.dial.schema import Schema
from tests.cases.treated import answer_with

OLD = {"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}
TUPLE = {"t": {"items": [{"type": "integer"}], "additionalItems": False}}
NEW = {"unevaluatedProperties": False, "dependentRequired": {"e": ["f"]}}
DECLARATIONS: dict[str, dict[str, Any]] = {
    "none": {},
    "DIAL's": {"$schema": "https://dial.epam.com/application_type_schemas/schema#"},
    "draft-04": {"$schema": "http://json-schema.org/draft-04/schema#"},
    "draft-06": {"$schema": "http://json-schema.org/draft-06/schema#"},
}
PROPERTIES: dict[str, Any] = {name: {"type": "integer"} for name in "abcdef"}


def read(document: dict[str, Any]) -> Schema:
    schema = Schema(answer_with(document), document)
    assert (schema.meta_fault, schema.lost_reference, schema.obstacle) == (None, None, None)
    return schema


each_declaration = pytest.mark.parametrize("declaration", DECLARATIONS.values(), ids=DECLARATIONS)


@each_declaration
@pytest.mark.parametrize("more", [{}, NEW], ids=["old keywords", "old and new keywords"])
def test_old_keywords_are_read_where_no_draft_says_otherwise(declaration: dict[str, Any], more: dict[str, Any]) -> None:
    document = {**declaration, "type": "object", "properties": {**PROPERTIES, **TUPLE}, **OLD, **more}
    accepts = read(document).accepts
    assert accepts({"a": 1, "b": 1})
    assert accepts({"t": [1]})
    assert not any(accepts(value) for value in ({"a": 1}, {"c": 1}, {"t": ["x"]}, {"t": [1, 2]}))
    keywords = {keyword for case in cases_of(document).refused for keyword in case.keywords}
    assert keywords >= {"dependencies", "additionalItems"}


@each_declaration
def test_new_keywords_are_read_beside_old_ones(declaration: dict[str, Any]) -> None:
    document = {**declaration, "type": "object", "properties": PROPERTIES, **OLD, **NEW}
    accepts = read(document).accepts
    assert not accepts({"e": 1})
    assert not accepts({"z": 1})


@pytest.mark.parametrize(
    ("name", "is_read"),
    [
        ("https://json-schema.org/draft/2020-12/schema", False),
        ("http://json-schema.org/draft-07/schema#", True),
        ("https://json-schema.org/draft-07/schema", True),
    ],
)
def test_a_declared_draft_is_followed(name: str, *, is_read: bool) -> None:
    document = {"$schema": name, "type": "object", "properties": PROPERTIES, **OLD}
    assert read(document).accepts({"a": 1}) is not is_read


@pytest.mark.parametrize(
    "part",
    [
        {"items": [{"type": "integer"}], "prefixItems": [{"type": "string"}]},
        {"dependencies": {"a": ["b"]}, "dependentRequired": {"a": ["c"]}},
    ],
    ids=str,
)
def test_what_contradicts_itself_is_not_guessed(part: dict[str, Any]) -> None:
    document = {"type": "object", "properties": {"x": part}}
    assert "in two ways" in (Schema(answer_with(document), document).obstacle or "")
    with pytest.raises(UncountableSchemaError, match="in two ways"):
        cases_of(document)
