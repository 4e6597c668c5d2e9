"""Where the values of an accepted case come from, and what it is a combination of."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.cases.engine import Cases, cases_of
from conformance.contract.case import Case
from tests.cases.example import of_x

ENUM = {"type": "string", "enum": ["a", "b"]}
INNER = {"type": "object", "properties": {"k": ENUM, "n": {"type": "integer", "minimum": 3}}, "required": ["n"]}


def named(cases: Cases, name: str) -> Case:
    """Return the accepted case or part of that name."""
    (found,) = [case for case in (*cases.accepted, *cases.alone) if case.name == name]
    return found


@pytest.mark.parametrize(
    ("schema", "name", "origins"),
    [
        (ENUM, 'x="b"', {"/x": "enum"}),
        ({"const": 5}, "x=5", {"/x": "const"}),
        ({"type": "boolean"}, "x=true", {"/x": "boolean"}),
        ({"type": "boolean", "default": True}, "x=true", {"/x": "default"}),
        ({"type": "integer", "default": 7}, "x=7", {"/x": "default"}),
        ({"type": "string", "examples": ["one", "two"]}, 'x="one"', {"/x": "example"}),
        ({"anyOf": [{"type": "string", "examples": ["one"]}, {"type": "null"}]}, 'x="one"', {"/x": "example"}),
        ({"type": "array", "items": {"type": "string", "examples": ["one"]}}, 'x=["one"]', {"/x/0": "example"}),
        ({"type": "array", "items": {"type": "string"}, "examples": [["one"]]}, 'x=["one"]', {"/x": "example"}),
        ({"type": "integer", "minimum": 3}, "x=3", {"/x": "made up"}),
        ({"type": "string", "minLength": 2}, 'x="aa"', {"/x": "made up"}),
        (INNER, 'x={"n":4,"k":"a"}', {"/x/n": "made up", "/x/k": "enum"}),
    ],
)
def test_origins(schema: Any, name: str, origins: dict[str, str]) -> None:
    assert dict(named(cases_of(of_x(schema)), name).origins) == origins


def test_example_behind_a_reference_is_used() -> None:
    schema = {**of_x({"$ref": "#/$defs/Id"}), "$defs": {"Id": {"type": "string", "examples": ["abc"], "minLength": 1}}}
    (first, *_) = cases_of(schema).accepted
    assert (first.value, first.made_up) == ({"x": "abc"}, ())


def test_combination_knows_its_parts() -> None:
    cases = cases_of({"type": "object", "properties": {"x": ENUM, "y": {"type": "boolean"}}})
    assert named(cases, 'x="a",y=true').parts == ('x="a"', "y=true")
    assert [case.name for case in cases.alone] == ['x="a"', "y=true", 'x="b"', "y=false"]
    assert all(case.made_up == () for case in cases.alone)


def test_part_keeps_what_is_required() -> None:
    cases = cases_of({"type": "object", "required": ["x"], "properties": {"x": ENUM, "y": {"type": "boolean"}}})
    assert named(cases, 'x="a",y=true').parts == ('x="a"', 'x="a",y=true')


def test_part_is_documented_where_the_whole_is() -> None:
    free = {"type": "object", "additionalProperties": True}
    closed = {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "on"}, "how": ENUM}}
    cases = cases_of(of_x({"anyOf": [{**closed, "additionalProperties": False}, free]}))
    assert named(cases, 'x={"kind":"on","how":"a"}').made_up == ()
    assert 'x={"how":"a"}' not in {case.name for case in cases.alone}


def test_one_value_is_no_combination() -> None:
    assert [case.parts for case in cases_of(of_x(ENUM)).accepted] == [(), ()]


def test_numbers_that_belong_together_stand_at_the_same_end() -> None:
    bounded = {"type": "integer", "minimum": 0, "maximum": 10}
    cases = cases_of({"type": "object", "properties": {"low": bounded, "mode": ENUM, "high": bounded}})
    assert [(one.value["low"], one.value["high"]) for one in cases.accepted] == [(5, 5), (0, 0), (10, 10)]


def test_numbers_in_objects_beside_each_other_stand_at_the_same_end() -> None:
    bounded = {"type": "integer", "minimum": 0, "maximum": 10}
    low, high = ({"type": "object", "properties": {name: bounded}, "required": [name]} for name in ("low", "high"))
    five = {"type": "string", "enum": ["a", "b", "c", "d", "e"]}
    schema = {"type": "object", "properties": {"mode": five, "from": low, "other": ENUM, "to": high, "last": bounded}}
    rows = [one.value for one in cases_of(schema).accepted][: len(five["enum"])]
    found = [(one["from"]["low"], one["to"]["high"], one["last"]) for one in rows]
    assert found == [(5, 5, 5), (0, 0, 0), (10, 10, 10), (5, 5, 5), (5, 5, 5)]
