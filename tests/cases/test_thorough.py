"""What only a thorough run asks of what a schema allows: all that it may mean, each once, in few configurations."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import pytest

from conformance.cases.choosing.thorough import MOST
from conformance.cases.engine import cases_of
from conformance.contract.profile import DALLE3, GPT_IMAGE_1
from tests.cases.example import of_x

Schema = dict[str, Any]

ENUM: Schema = {"type": "string", "enum": ["a", "b"]}
ADVISORY: Schema = {"anyOf": [ENUM, {"type": "string"}]}


def enums(**values: tuple[Any, ...]) -> Schema:
    """Return a schema with an optional property for each list of values, and any text beside them."""
    beside = {name: {"anyOf": [{"enum": [*some]}, {"type": "string"}]} for name, some in values.items() if some}
    return {"type": "object", "properties": {**beside, **({} if all(values.values()) else {"n": {"type": "integer"}})}}


def thorough(schema: Schema) -> list[Any]:
    """Return the configurations that only a thorough run asks."""
    return [case.value for case in cases_of(schema).thorough]


def test_each_documented_value_is_asked_alone_and_each_pair_once() -> None:
    found = cases_of(enums(**DALLE3.documented))
    asked = [case.value for case in found.allowed]
    for name, values in DALLE3.documented.items():
        assert all({name: value} in asked for value in values)
    for (name, values), (other, others) in combinations(DALLE3.documented.items(), 2):
        for value, another in product(values, others):
            assert any(one.get(name) == value and one.get(other) == another for one in asked), (value, another)
    assert len(found.accepted) == 3
    assert len(found.thorough) <= 10  # seven single values, and as few as may be for the pairs


def test_values_that_the_upstream_does_not_take_together_are_no_pair() -> None:
    schema = enums(**GPT_IMAGE_1.documented)
    asked = [case.value for case in cases_of(schema, GPT_IMAGE_1.keeps_apart).thorough]
    assert not any(map(GPT_IMAGE_1.keeps_apart, asked))
    assert {"background": "transparent"} in asked
    assert any(map(GPT_IMAGE_1.keeps_apart, thorough(schema)))


def test_a_property_that_needs_another_beside_it_has_it() -> None:
    schema = enums(**GPT_IMAGE_1.documented)
    schema["properties"]["output_compression"] = {"type": "integer"}
    cases = cases_of(schema, GPT_IMAGE_1.keeps_apart)
    asked = [one.value for one in cases.thorough if "output_compression" in one.value]
    assert asked
    assert all(one["output_format"] in {"jpeg", "webp"} for one in asked)


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        ({"type": "string"}, ["text", ""]),
        ({"type": "string", "minLength": 1}, []),
        ({"type": "string", "format": "date"}, ["2024-01-31"]),
        ({"type": "string", "format": "secret"}, []),
        ({"type": "integer"}, [1]),
        ({"type": ["integer", "null"], "default": 3}, [None]),
        ({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^a$"}]}, [1]),
        ({"type": "array", "items": {"type": "integer"}}, [[1, 2]]),
        ({"type": "array", "items": {"type": "integer"}, "maxItems": 1}, []),
        (ADVISORY, []),
        ({"type": "boolean"}, []),
    ],
)
def test_what_no_other_case_has_at_a_location(schema: Schema, values: list[Any]) -> None:
    assert [one["x"] for one in thorough(of_x(schema))] == values


def test_what_is_made_up_is_said_to_be() -> None:
    origins = {case.name: dict(case.origins)["/x"] for case in cases_of(of_x({"type": ["string", "null"]})).thorough}
    assert origins == {'x="text"': "made up", 'x=""': "made up", "x=null": "null"}
    anything = {case.name: dict(case.origins)["/x"] for case in cases_of(of_x({})).thorough}
    assert anything == {'x="text"': "made up", "x=null": "made up"}


def test_they_are_for_a_thorough_run_only_and_change_no_other_case() -> None:
    found = cases_of(enums(**DALLE3.documented))
    assert all(case.thorough for case in found.thorough)
    assert not any(case.thorough for case in (*found.accepted, *found.alone))
    assert len({case.name for case in (*found.allowed, *found.refused, *found.near)}) == len(
        [*found.allowed, *found.refused, *found.near]
    )


def test_there_are_not_too_many_for_a_large_schema() -> None:
    many = {f"p{index}": {"type": "string"} for index in range(100)}
    assert len(thorough({"type": "object", "properties": many})) == MOST


def test_numbers_between_bounds_are_in_no_pair() -> None:
    bounded = {"type": "integer", "minimum": 0, "maximum": 10}
    assert thorough({"type": "object", "properties": {"low": bounded, "high": bounded}}) == []
