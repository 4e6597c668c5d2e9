"""Each keyword gives its cases, and another validator agrees with them."""

from __future__ import annotations

from typing import Any, Final

import pytest

from conformance.cases.engine import cases_of
from tests.cases.array_examples import ARRAY_EXAMPLES
from tests.cases.combined_examples import COMBINED_EXAMPLES
from tests.cases.example import Example, of_x
from tests.cases.independent import objections
from tests.cases.object_examples import OBJECT_EXAMPLES
from tests.cases.value_examples import VALUE_EXAMPLES

EXAMPLES: Final = {**VALUE_EXAMPLES, **ARRAY_EXAMPLES, **OBJECT_EXAMPLES, **COMBINED_EXAMPLES}
BREAKABLE: Final = {
    "additionalItems", "additionalProperties", "anyOf", "const", "contains", "dependencies", "dependentRequired",
    "dependentSchemas", "else", "enum", "exclusiveMaximum", "exclusiveMinimum", "items", "maxContains", "maxItems",
    "maxLength", "maxProperties", "maximum", "minContains", "minItems", "minLength", "minProperties", "minimum",
    "multipleOf", "not", "oneOf", "pattern", "patternProperties", "properties", "propertyNames", "required", "then",
    "type", "unevaluatedItems", "unevaluatedProperties", "uniqueItems",
}  # fmt: skip
"""What a refused case can be named by; the other keywords apply these to something."""

each_example = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)


@each_example
def test_accepted_cases(example: Example) -> None:
    assert [case.name for case in cases_of(example.schema).accepted] == [*example.accepted]


@each_example
def test_refused_cases(example: Example) -> None:
    refused = {case.name: "+".join(case.keywords) for case in cases_of(example.schema).refused}
    assert refused.items() >= example.refused.items()
    assert len(refused) == example.total


@each_example
def test_what_has_no_case_is_said(example: Example) -> None:
    assert [*cases_of(example.schema).missing] == [*example.missing]


@each_example
def test_another_validator_agrees(example: Example) -> None:
    assert objections(example.schema, cases_of(example.schema)) == []


def test_every_keyword_is_broken_by_an_example() -> None:
    cases = [case for example in EXAMPLES.values() for case in cases_of(example.schema).refused]
    assert {keyword for case in cases for keyword in case.keywords} == BREAKABLE


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("string", ["42", "1.5", "true", "[1]", '{"key":"value"}']),
        ("integer", ["1.5", "true", '"text"', "[1]", '{"key":"value"}']),
        ("number", ["true", '"text"', "[1]", '{"key":"value"}']),
        ("boolean", ["42", "1.5", '"text"', "[1]", '{"key":"value"}']),
        ("array", ["42", "1.5", "true", '"text"', '{"key":"value"}']),
        ("object", ["42", "1.5", "true", '"text"', "[1]"]),
        ("null", ["42", "1.5", "true", '"text"', "[1]", '{"key":"value"}']),
        (["integer", "string"], ["1.5", "true", "[1]", '{"key":"value"}']),
        (["object", "array", "string", "number", "boolean"], []),
    ],
)
def test_one_value_of_each_wrong_type(kind: Any, wrong: list[str]) -> None:
    refused = cases_of(of_x({"type": kind})).refused
    assert [case.name for case in refused] == [f"x={value}" for value in wrong]
    assert {case.keywords for case in refused} <= {("type",)}
    assert {case.twin for case in refused} <= {"absent"}


def test_a_value_of_the_wrong_type_is_tried_once_where_alternatives_share_a_name() -> None:
    alternatives = [
        {"type": "object", "properties": {"kind": {"const": kind}, "size": {"type": "integer"}}, "required": ["kind"]}
        for kind in ("a", "b")
    ]
    values = [str(case.value["x"]) for case in cases_of(of_x({"oneOf": alternatives})).refused]
    assert len([value for value in values if "'size': True" in value]) == 1


def test_a_long_enum_is_cut() -> None:
    cases = cases_of(of_x({"enum": [f"v{number}" for number in range(70)]}))
    assert len(cases.accepted) == 64
    assert cases.missing == ("no case for /x: 6 more values of its enum",)


def test_too_many_alternatives_are_cut() -> None:
    cases = cases_of(of_x({"oneOf": [{"const": number} for number in range(70)]}))
    assert len(cases.accepted) == 64
    assert "no case for /x: all of its alternatives" in cases.missing


def test_a_documented_value_that_fits_nowhere_is_said() -> None:
    cases = cases_of(of_x({"enum": ["a", "b"]}) | {"not": {"properties": {"x": {"const": "b"}}, "required": ["x"]}})
    assert [case.name for case in cases.accepted] == ['x="a"']
    assert 'no case for /x: the documented "b"' in cases.missing


def test_unknown_names_at_the_root_are_not_tried() -> None:
    keywords = {"additionalProperties": False, "unevaluatedProperties": False, "propertyNames": {"maxLength": 3}}
    cases = cases_of({"type": "object", "properties": {}, **keywords})
    assert (cases.accepted, cases.refused, cases.missing) == ((), (), ())


def test_nested_faults_share_a_twin() -> None:
    inner = {"type": "object", "properties": {"z": {"type": "integer"}}}
    middle = {"type": "object", "properties": {"y": inner, "w": {"type": "string"}}}
    cases = cases_of(of_x(middle))
    assert {case.twin for case in cases.refused} == {"absent", 'x={"y":{}}'}
    assert [case.name for case in cases.accepted] == ['x={"y":{}}']


def test_names_are_printable_and_different() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"enum": ["\ud800", "x"]}, 'a="x",b': {"const": 1}, "b": {"const": 1}},
    }
    everything = [*cases_of(schema).accepted, *cases_of(schema).refused]
    assert len({case.label for case in everything}) == len({case.name for case in everything}) == len(everything)
    assert 'a="\\ud800",a="x",b=1,b=1' in {case.name for case in everything}
