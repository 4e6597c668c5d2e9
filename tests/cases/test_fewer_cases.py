"""A schema that takes too many steps gets the cases that come first, and what was left out is said."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.cases.choosing.twins import with_few_twins
from conformance.cases.engine import Cases, cases_of
from conformance.cases.faults.fault import Fault, Path
from conformance.cases.schema.meter import MOST_STEPS, OutOfStepsError, metering
from conformance.cases.schema.validator import SchemaValidator
from tests.cases.example import of_x
from tests.cases.independent import objections, validator_of

Schema = dict[str, Any]
LEFT = "no case for the configuration: what takes more than 50000 steps"


def _variant(number: int) -> Schema:
    inner = [{"type": "object", "properties": {f"m{one}": {"type": "string"}}} for one in range(5)]
    members = {f"q{one}": {"anyOf": inner} for one in range(5)}
    return {"type": "object", "properties": {"kind": {"const": f"k{number}"}, **members}, "required": ["kind"]}


def _app(variants: int) -> Schema:
    """A schema as of an application with many kinds of tools, each with many settings."""
    tools = [_variant(number) for number in range(variants)]
    return {
        "type": "object",
        "properties": {
            "model": {"type": "string", "enum": ["a", "b"]},
            "temperature": {"type": "number", "minimum": 0, "maximum": 2},
            "tools": {"type": "array", "items": {"anyOf": tools}},
            "first": {"anyOf": tools},
            "verbose": {"type": "boolean"},
        },
        "required": ["model", "first"],
    }


@pytest.fixture(scope="module")
def app() -> Schema:
    return _app(24)


@pytest.fixture(scope="module")
def found(app: Schema) -> Cases:
    return cases_of(app)


def test_what_was_left_out_is_said_by_location(found: Cases) -> None:
    assert found.missing[0] == LEFT
    assert any(line.startswith("no case for /first") for line in found.missing[1:])


def test_all_of_it_is_right(app: Schema, found: Cases) -> None:
    assert objections(app, found) == []


def test_the_smallest_configuration_is_there(app: Schema, found: Cases) -> None:
    assert found.accepted
    assert all(validator_of(app).is_valid(case.value) for case in found.accepted)
    assert min(len(case.value) for case in found.accepted) == 2


def test_each_property_of_the_root_has_a_wrong_type(app: Schema, found: Cases) -> None:
    wrong = {case.pointer for case in found.refused if {"type", "anyOf", "enum"} & {*case.keywords}}
    assert wrong >= {f"/{name}" for name in app["properties"]}


def test_documented_values_and_bounds_are_tried_if_they_are_cheap(found: Cases) -> None:
    assert {case.value["model"] for case in found.accepted} == {"a", "b"}
    assert {case.value.get("verbose") for case in found.accepted} >= {True, False}
    assert {"minimum", "maximum"} <= {keyword for case in found.refused for keyword in case.keywords}


@pytest.mark.long
def test_a_larger_schema_has_its_first_cases_too() -> None:
    for variants in (7, 10, 40, 64):
        cases = cases_of(_app(variants))
        assert cases.accepted
        assert {"/model", "/temperature", "/tools", "/first", "/verbose"} <= {case.pointer for case in cases.refused}


def test_every_location_beyond_the_bound_is_named() -> None:
    cases = cases_of({"type": "object", "properties": {f"p{number}": {"type": "null"} for number in range(330)}})
    assert {f"no case for /p{number}: anything" for number in range(299, 330)} <= {*cases.missing}


def node(**more: Any) -> Schema:
    """Return the schema of a required model that has a required list of itself."""
    properties = {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}, **more}}
    definition = {"type": "object", "properties": properties, "required": ["name", "children"]}
    return {
        "type": "object",
        "properties": {"root": {"$ref": "#/$defs/Node"}},
        "required": ["root"],
        "$defs": {"Node": definition},
    }


def test_a_required_recursive_model_is_built() -> None:
    cases = cases_of(node())
    assert cases.missing == ()
    assert cases.accepted[0].value == {"root": {"name": "text", "children": []}}
    assert "root/children/0=42" in {case.name for case in cases.refused}
    assert objections(node(), cases) == []


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "pattern": r"^(\S+\s+){4}\S+$", "default": "0 0 * * *"}, "0 0 * * *"),
        ({"type": "string", "pattern": "^s3://[a-z0-9.-]+(/[^/]+)*/?$", "examples": ["s3://a/b"]}, "s3://a/b"),
        ({"type": "string", "pattern": r"^\p{L}+$"}, "a"),
    ],
)
def test_a_pattern_that_is_hard_to_sample_leaves_the_cases(schema: Schema, value: str) -> None:
    document = {"type": "object", "properties": {"x": schema}, "required": ["x"]}
    cases = cases_of(document)
    assert {"x": value} in [case.value for case in cases.accepted]
    assert {"{}", "x=42"} <= {case.name for case in cases.refused}
    assert cases.missing == ()


def test_what_could_not_be_decided_is_not_called_missing() -> None:
    text = {"type": "string", "pattern": r"^([a-z]*)*\1*\1*\1*[A-Z]{10}$"}
    assert cases_of({"type": "object", "properties": {"x": text}, "required": ["x"]}).missing == (
        "no case for the configuration: it could not be decided whether what was found for /x is allowed",
    )
    found = cases_of({"type": "object", "properties": {"x": text}}).missing
    assert "no case for /x: an allowed value, which could not be decided" in found


def test_why_there_is_no_case_names_the_place() -> None:
    text = {"type": "string", "pattern": "^(?=.*[A-Z])(?=.*[0-9])[a-z]$"}
    inner = {"type": "object", "required": ["password"], "properties": {"password": text}}
    document = {"type": "object", "properties": {"user": inner}, "required": ["user"]}
    line = "no case for the configuration: nothing that the schema allows was found for /user/password"
    assert cases_of(document).missing == (line,)


def test_a_required_text_with_a_long_pattern_of_alternatives_has_cases() -> None:
    """A search that goes back could take long, one that does not takes what it takes."""
    arn = r"^arn:(aws|aws-cn|aws-us-gov):[a-z0-9-]*:([a-z]{2}(-[a-z]+)+-\d)?:(\d{12})?:[a-zA-Z0-9/_.:-]+$"
    names = [f"arn{number}" for number in range(12)]
    texts = {name: {"type": "string", "pattern": arn, "maxLength": 128} for name in names}
    cases = cases_of({"type": "object", "properties": texts, "required": names})
    assert cases.accepted
    assert {f"/{name}" for name in names} <= {case.pointer for case in cases.refused}


def test_a_pattern_that_is_not_read_is_named() -> None:
    document = {
        "type": "object",
        "properties": {"x": {"pattern": "^(a{1000}){4000}$", "type": "string"}, "y": {"type": "null"}},
    }
    cases = cases_of(document)
    assert "no case for /x: the pattern '^(a{1000}){4000}$' stands for more than 5000 characters" in cases.missing
    assert {"x=42", "y=42"} <= {case.name for case in cases.refused}


@pytest.mark.parametrize("least", [2, 5])
def test_a_set_has_no_repetitions(least: int) -> None:
    items = {"type": "string", "default": "text"}
    array = {"type": "array", "uniqueItems": True, "minItems": least, "maxItems": least + 2, "items": items}
    cases = cases_of({"type": "object", "properties": {"x": array}})
    assert {len(case.value["x"]) for case in cases.accepted} == {least, least + 1, least + 2}
    assert all(len(set(case.value["x"])) == len(case.value["x"]) for case in cases.accepted)


def test_documented_names_are_tried() -> None:
    names = {"propertyNames": {"$ref": "#/$defs/Name"}, "additionalProperties": {"type": "integer", "minimum": 1}}
    document = {
        "type": "object",
        "properties": {"x": {"type": "object", **names}},
        "$defs": {"Name": {"enum": ["left", "right"]}},
    }
    cases = cases_of(document)
    assert {name for case in cases.accepted for name in case.value["x"]} == {"left", "right"}
    assert {"x/left=0", "x/right=0"} <= {case.name for case in cases.refused}
    assert objections(document, cases) == []


def test_described_names_are_tried() -> None:
    names = {
        "propertyNames": {"pattern": "^k_[a-z]+$"},
        "additionalProperties": {"type": "integer"},
        "minProperties": 2,
    }
    cases = cases_of({"type": "object", "properties": {"x": {"type": "object", **names}}})
    assert any(case.pointer == "/x/k_a" for case in cases.refused)


@pytest.mark.parametrize("steps", [100, 300, 900])
def test_faults_whose_twins_were_chosen_stay_when_the_steps_are_used_up(steps: int) -> None:
    path: Path = ("x", 1)
    twins = [{"x": [1] * size} for size in range(2, 40)]
    values = [(one, "a" * len(one["x"])) for one in twins]
    faults = [Fault({"x": [1, value, *one["x"][2:]]}, path, ("type",), one, path, value) for one, value in values]

    def kept(steps: int, *, partly: bool) -> int:
        validator = SchemaValidator(of_x({"type": "array", "items": {"type": "integer"}}))
        with metering(validator.meter), validator.meter.share(steps):
            return len(with_few_twins(faults, {}, [], validator, partly=partly))

    assert 0 < kept(steps, partly=True) < kept(MOST_STEPS, partly=True) == len(faults)
    with pytest.raises(OutOfStepsError):
        kept(steps, partly=False)
