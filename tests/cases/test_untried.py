"""What was never tried is said: a location without an accepted case, or without a refused one, with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.cases.engine import cases_of
from tests.cases.example import of_x

Schema = dict[str, Any]


def alternative(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": [*properties]}


@pytest.mark.parametrize(
    "alternatives",
    [
        [alternative(kind={"const": "a"}), alternative(kind={"const": "b"})],
        [alternative(kind={"enum": ["a", "b"]}), alternative(kind={"enum": ["c"]})],
        [alternative(kind={"type": "string"}), alternative(kind={"type": "integer"})],
        [alternative(a={}) | {"additionalProperties": False}, alternative(b={})],
        [{"type": "object"}, {"type": "string"}],
        [{"const": {"a": 1}}, {"const": {"a": 2}}],
    ],
    ids=["constants", "enums", "types of a property", "what one forbids", "types", "whole constants"],
)
def test_alternatives_that_exclude_each_other_have_nothing_in_common_to_try(alternatives: list[Schema]) -> None:
    assert not any("several alternatives" in line for line in cases_of(of_x({"oneOf": alternatives})).untried)


def test_alternatives_that_may_meet_are_said_if_no_case_is_in_two() -> None:
    one = {"type": "object", "properties": {"a": {"type": "string", "pattern": "^(?=.*b)a$"}}, "required": ["a"]}
    other = {"type": "object", "properties": {"a": {"type": "string", "pattern": "^(?=.*a)b$"}}, "required": ["a"]}
    free = {"oneOf": [{"type": "object"}, {"type": "string"}, one, other]}
    found = cases_of(of_x(free))
    said = any("several alternatives" in line for line in found.untried)
    tried = any("oneOf" in case.keywords and case.value["x"] for case in found.refused)
    assert said or tried


def test_a_location_without_an_accepted_case_is_said_with_the_reason() -> None:
    line = "not tried at /x: any value (it may be left out, and no value of it is documented)"
    assert line in cases_of(of_x({"type": "string", "format": "secret"})).untried
    assert f"{line} (--thorough tries it)" in cases_of(of_x({"type": "string"})).untried


def test_a_location_without_a_refused_case_is_said_with_the_reason() -> None:
    document = {"type": "object", "properties": {"free": {"default": 1}, "date": {"format": "date", "default": "a"}}}
    found = cases_of(document).untried
    assert "not tried at /free: a wrong value (its schema forbids nothing there)" in found
    assert "not tried at /date: a wrong value (no case for format)" in found


def test_each_location_is_tried_or_said() -> None:
    inner = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {}}}
    document = {"type": "object", "properties": {"list": {"type": "array", "items": inner}, "one": inner, "any": {}}}
    found = cases_of(document)
    said = "\n".join((*found.untried, *found.missing))
    for pointer in ("/list", "/list/0", "/list/0/a", "/list/0/b", "/one", "/one/a", "/one/b", "/any"):
        assert (
            any(case.pointer == pointer for case in found.refused) or f"not tried at {pointer}: a wrong value" in said
        )


def test_that_no_unknown_name_is_made_faulty_at_the_root_is_said() -> None:
    schema = {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 1}
    assert "no case for the configuration: additionalProperties" in cases_of(schema).missing
    assert cases_of(schema | {"additionalProperties": True}).missing == ()
