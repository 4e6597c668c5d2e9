"""Odd schemas, all of them legal: what they allow is found, and what is told of them is true and one line."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.cases.engine import Cases, cases_of
from tests.cases.example import Schema, of_x
from tests.cases.independent import objections

VERSION = r"^(0|[1-9]\d*)\.(0|[1-9]\d*)$"


def required(schema: Any) -> Schema:
    """Return the schema of a configuration that must have a property, which has a schema."""
    return {**of_x(schema), "required": ["x"]}


def names(cases: Cases) -> list[str]:
    """Return the names of the accepted cases."""
    return [case.name for case in cases.accepted]


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        (
            {"type": "object", "patternProperties": {"^x-": {"type": "integer"}}, "minProperties": 2}
            | {"additionalProperties": False},
            'x={"x-":1,"x-a":1}',
        ),
        (
            {"type": "object", "patternProperties": {VERSION: {"type": "string"}}, "minProperties": 1}
            | {"additionalProperties": False},
            'x={"0.0":"text"}',
        ),
        (
            {"type": "object", "patternProperties": {"^[0-9a-f]{4}$": {"enum": [1]}}, "minProperties": 3}
            | {"additionalProperties": False},
            'x={"aaaa":1,"bbbb":1,"cccc":1}',
        ),
        ({"oneOf": [{"type": "number"}, {"type": "integer"}]}, "x=1.5"),
        (
            {"type": "array", "prefixItems": [{"type": "integer"}], "contains": {"type": "string"}}
            | {"unevaluatedItems": False},
            'x=[1,"text"]',
        ),
        ({"type": "string", "pattern": r"^(?=.*\d)(?=.*[a-z]).{4,8}$"}, 'x="aA0!"'),
        ({"type": "string", "pattern": r"^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])(?=.*[!@#$%]).{12,}$"}, 'x="aA0!aA0!aA0!"'),
        ({"type": "string", "pattern": r"^(?!a+$)[ab]{3}$"}, 'x="bbb"'),
        (
            {"type": "object", "propertyNames": {"maxLength": 2}, "additionalProperties": {"type": "integer"}}
            | {"minProperties": 1},
            'x={"A":1}',
        ),
        (
            {"type": "object", "propertyNames": {"format": "uuid"}, "additionalProperties": {"type": "integer"}}
            | {"minProperties": 2},
            'x={"00000000-0000-4000-8000-000000000000":1,"00000000-0000-4000-8000-000000000001":1}',
        ),
    ],
    ids=str,
)
def test_what_is_required_and_allowed_is_found(schema: Any, name: str) -> None:
    cases = cases_of(required(schema))
    assert name in names(cases), cases.missing
    assert objections(required(schema), cases) == []


@pytest.mark.parametrize("name", ["\n", "a\tb", "\u202e", "\ud800", "\u2028"])
def test_what_is_told_of_an_odd_name_is_one_line(name: str) -> None:
    inner = {"type": "string", "format": "secret"}
    cases = cases_of({"type": "object", "properties": {name: inner, "x": {"enum": [name]}}})
    told = (*cases.missing, *cases.untried, *(one.name for one in (*cases.accepted, *cases.refused, *cases.near)))
    assert told
    assert [line for line in told if not line.isprintable()] == []


def test_a_wrong_value_inside_alternatives_is_a_wrong_value_tried() -> None:
    kinds = [
        {"type": "object", "properties": {"kind": {"const": one}, "size": {"type": "integer"}}, "required": ["kind"]}
        for one in ("a", "b")
    ]
    cases = cases_of(required({"oneOf": kinds}))
    assert any(case.place == "/x/size" for case in cases.refused)
    assert not [line for line in cases.untried if "a wrong value" in line]


def test_the_first_example_of_the_right_type_is_taken() -> None:
    text = {"type": "string", "pattern": r"^\d{3}$", "examples": [5, None, "123", "456"]}
    assert names(cases_of(of_x(text))) == ['x="123"']


def test_a_text_that_validators_judge_differently_is_none() -> None:
    """`$` is the end in ECMA-262, but Python's also stands before a line break at the end."""
    text = {"type": "string", "pattern": "^a+$"}
    one_of_two = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "properties": {"a": text, "b": text}}
    cases = cases_of(of_x({"type": "object", "additionalProperties": False, **one_of_two}))
    everything = (*cases.allowed, *cases.refused, *cases.near)
    assert [case.name for case in everything if "\\n" in case.name] == []


def test_a_text_of_an_encoding_and_a_length_that_it_never_has_is_said() -> None:
    cases = cases_of(required({"type": "string", "contentEncoding": "base64", "minLength": 5, "maxLength": 6}))
    assert cases.missing == ("no case for the configuration: a text of the format base64 for /x",)


def test_an_item_that_nobody_can_write_is_the_reason() -> None:
    cases = cases_of(required({"type": "array", "minItems": 1, "items": {"type": "string", "format": "file-path"}}))
    assert cases.missing == ("no case for the configuration: a text of the format file-path for /x/0",)


def test_a_large_object_has_wrong_members_though_all_of_it_takes_too_much() -> None:
    members = {f"k{number}": {"type": "string", "minLength": 1} for number in range(60)}
    cases = cases_of(required({"type": "object", "properties": members, "required": [*members]}))
    assert any(case.pointer == "/x/k0" for case in cases.refused)
