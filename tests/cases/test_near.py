"""Near misses are forbidden by the schema, and stand apart; what was not tried is said; numbers stand at one end."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.cases.engine import Cases, cases_of
from tests.cases.example import of_x
from tests.cases.independent import objections
from tests.cases.real_schemas import REAL_SCHEMAS, Schema

BOUNDED = {"type": "integer", "minimum": 0, "maximum": 10}


@pytest.mark.parametrize("schema", REAL_SCHEMAS.values(), ids=REAL_SCHEMAS)
def test_another_validator_agrees(schema: Schema) -> None:
    found = cases_of(schema)
    assert objections(schema, Cases(found.accepted, (*found.refused, *found.near), ())) == []


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        ({"type": "boolean"}, ["x=1", "x=0", 'x="true"', 'x="yes"']),
        ({"type": "integer", "minimum": 1024}, ['x="1025"', 'x=" 1025"', "x=1025.5"]),
        ({"enum": ["fast", "exact"]}, ['x="FAST"', 'x=" fast"', 'x="exact "']),
        ({"type": "string", "pattern": "^[a-z]+$"}, ['x="a!"', 'x="!a"']),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, ["x/1=42"]),
        ({"type": "array", "minItems": 2, "items": {"type": "integer"}}, ["x/1=1.5"]),
    ],
    ids=str,
)
def test_each_kind_has_its_own(schema: Schema, names: list[str]) -> None:
    found = cases_of(of_x(schema))
    assert {*names} <= {case.name for case in found.near}
    assert not {case.name for case in found.near} & {case.name for case in found.refused}
    assert {case.twin for case in found.near} <= {"absent", *(case.name for case in found.accepted)}


def test_a_schema_that_allows_it_has_no_near_miss() -> None:
    assert cases_of(of_x({"type": ["boolean", "integer", "string", "number"]})).near == ()


@pytest.mark.parametrize(
    ("schema", "line"),
    [
        ({"type": "string"}, "not tried at /x: any value"),
        ({"type": ["string", "null"], "enum": ["a", None]}, "not tried at /x: null"),
        ({"enum": ["a", float("nan")]}, "not tried at /x: values of its enum that JSON does not have"),
        (
            {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "properties": {"b": {"const": 1}}}]},
            None,
        ),
    ],
    ids=str,
)
def test_what_was_not_tried_is_said(schema: Schema, line: str | None) -> None:
    found = cases_of(of_x(schema))
    assert line is None or any(one.startswith(line) for one in found.untried)
    assert cases_of(of_x({"type": "boolean"})).untried == ()


def test_numbers_that_may_belong_together_stand_at_one_end() -> None:
    properties: dict[str, Any] = {"mode": {"enum": ["a", "b", "c", "d", "e"]}, "low": BOUNDED, "high": BOUNDED}
    properties |= {"most": {"type": "integer", "maximum": 9}, "least": {"type": "number", "minimum": 1}}
    values = [case.value for case in cases_of({"type": "object", "properties": properties}).accepted]
    assert [(value["low"], value["high"]) for value in values] == [(5, 5), (0, 0), (10, 10), (5, 5), (5, 5)]
    assert [(value["most"], value["least"]) for value in values[:3]] == [(8, 2), (8, 1), (9, 2)]
