"""What a healthy validator reads from a value that the schema forbids is no reason to accuse it: such a case is lax."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.cases.choosing import refused
from conformance.cases.engine import Cases, cases_of
from conformance.cases.schema.meter import UncountableSchemaError
from tests.cases.example import of_x

_EITHER: Any = {
    "anyOf": [
        {"type": "object", "patternProperties": {"^a$": {"type": "integer"}}, "additionalProperties": False},
        {"type": "object", "additionalProperties": {"type": "number"}},
    ]
}
_TIMES: Any = {"type": "array", "items": {"type": "string", "format": "date-time"}}
_TEXTS_OR_TIMES: Any = {
    "anyOf": [
        {"type": "object", "properties": {"a": {"type": "string"}, "b": False}, "required": ["a"]},
        {"type": "object", "properties": {"b": _TIMES, "a": False}, "required": ["b"]},
        {"type": "object", "properties": {"b": {"type": "boolean"}, "a": False}, "required": ["b"]},
    ]
}


def lax_by_name(cases: Cases) -> dict[str, bool]:
    """Tell of each case that breaks the schema whether it is lax."""
    return {case.name: case.lax for case in (*cases.refused, *cases.near)}


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        pytest.param({"type": "number", "minimum": 1e16}, "x=9999999999999999", id="a number that a double rounds up"),
        pytest.param({"type": "integer", "maximum": 2**53}, "x=9007199254740993", id="an integer that it rounds down"),
        pytest.param({"type": "number", "minimum": 1e308, "maximum": 1.5e308}, 'x="1.25e+308"', id="a large number"),
        pytest.param({"type": "number", "exclusiveMinimum": 0, "maximum": 1e-6}, 'x="5e-07"', id="a small number"),
        pytest.param(_EITHER, 'x={"a":"4.5"}', id="what another alternative reads"),
        pytest.param(_TEXTS_OR_TIMES, 'x={"b":[1]}', id="times that another alternative reads"),
    ],
)
def test_what_is_read_without_loss_is_lax(schema: Any, name: str) -> None:
    assert lax_by_name(cases_of(of_x(schema)))[name]


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        pytest.param({"type": "number", "minimum": 1024}, "x=1023", id="a number that is none of these"),
        pytest.param({"type": "integer", "maximum": 2**53 - 2}, "x=9007199254740991", id="an integer of a double"),
        pytest.param(_EITHER, "x=42", id="what no alternative reads"),
        pytest.param(_TEXTS_OR_TIMES, 'x={"a":42}', id="a number for a text beside times"),
    ],
)
def test_what_nothing_reads_is_not(schema: Any, name: str) -> None:
    assert not lax_by_name(cases_of(of_x(schema)))[name]


def test_a_number_that_a_double_rounds_is_lax_though_it_takes_too_long_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    def takes_too_long(*_: Any) -> bool:
        raise UncountableSchemaError

    monkeypatch.setattr(refused, "is_read_without_loss", takes_too_long)
    assert lax_by_name(cases_of(of_x({"type": "number", "minimum": 1e16})))["x=9999999999999999"]
