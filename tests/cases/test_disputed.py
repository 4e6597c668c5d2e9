"""What schemas and servers see differently: the candidates are what they are called."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from conformance.cases.choosing.disputed import (
    REQUEST_FIELDS,
    all_but_the_first_thorough,
    null_cases,
    outside_enum_cases,
    request_field_cases,
    unknown_key_case,
)

PROPERTY = st.sampled_from(
    [
        {"type": "string"},
        {"type": ["integer", "null"]},
        {"enum": ["a", "b"], "type": "string"},
        {"enum": ["text", None]},
        {"anyOf": [{"enum": ["a", "text"], "type": "string"}, {"type": "string"}]},
        {"anyOf": [{"$ref": "#/$defs/E"}, {"type": "string"}, {"type": "null"}]},
        {"oneOf": [{"const": 1}, {"const": 2}]},
        True,
    ]
)
SCHEMA = st.fixed_dictionaries(
    {
        "type": st.just("object"),
        "properties": st.dictionaries(st.sampled_from(["a", "b/c", "n", "foo", "prompt"]), PROPERTY, max_size=4),
        "$defs": st.just({"E": {"enum": ["x", "y"]}}),
        "additionalProperties": st.sampled_from([True, False, {"type": "string"}, {"type": "integer"}]),
    }
)


def accepting(document: dict[str, Any]) -> Any:
    return jsonschema_rs.validator_for(document).is_valid


@given(SCHEMA)
def test_null_is_forbidden_where_it_is_tried(document: dict[str, Any]) -> None:
    accepts = accepting(document)
    found = list(null_cases(document, {}, accepts))
    assert not any(accepts(case.value) for case in found)
    tried = {case.name for case in found}
    allowed = {f"{name}=null" for name in document["properties"] if accepts({name: None})}
    assert tried | allowed == {f"{name}=null" for name in document["properties"]}
    assert not any(case.is_allowed for case in found)


@given(SCHEMA)
def test_text_outside_an_enum_is_allowed_where_it_is_tried(document: dict[str, Any]) -> None:
    accepts = accepting(document)
    for case in outside_enum_cases(document, {}, accepts):
        assert accepts(case.value)
        assert case.is_allowed
        ((name, text),) = case.value.items()
        documented = str(document["properties"][name]) + ("xy" if "$ref" in str(document["properties"][name]) else "")
        assert f"'{text}'" not in documented


@given(SCHEMA)
def test_unknown_key_is_unknown(document: dict[str, Any]) -> None:
    accepts = accepting(document)
    case = unknown_key_case(document, {}, accepts)
    assert case is not None
    ((name, _),) = case.value.items()
    assert name not in document["properties"]
    assert case.is_allowed is bool(accepts(case.value))
    assert case.free is not case.is_allowed, "what is refused costs nothing"
    assert case.thorough is case.is_allowed


@given(SCHEMA)
def test_fields_of_the_request_are_tried_where_they_are_no_properties(document: dict[str, Any]) -> None:
    found = {case.name.partition("=")[0] for case in request_field_cases(document, {"a": 1})}
    assert found == {name for name, _ in REQUEST_FIELDS} - set(document["properties"])


def test_one_is_for_every_run_and_the_rest_for_thorough_ones() -> None:
    document = {"type": "object", "properties": {name: {"type": "string"} for name in "abc"}}
    cases = list(all_but_the_first_thorough(null_cases(document, {}, accepting(document))))
    assert [(case.name, case.thorough) for case in cases] == [("a=null", False), ("b=null", True), ("c=null", True)]


def test_advisory_enum_behind_a_reference() -> None:
    advice = {"anyOf": [{"$ref": "#/$defs/E"}, {"type": "string"}]}
    document = {"type": "object", "properties": {"a": advice}, "$defs": {"E": {"enum": ["text", "x"]}}}
    (case,) = outside_enum_cases(document, {}, accepting(document))
    assert case.value == {"a": "unknown"}


def test_reference_in_a_circle_ends() -> None:
    document = {"type": "object", "properties": {"a": {"anyOf": [{"$ref": "#/properties/a"}, {"type": "string"}]}}}
    assert list(outside_enum_cases(document, {}, lambda _: True)) == []
