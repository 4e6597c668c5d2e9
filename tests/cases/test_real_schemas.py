"""The cases of schemas that deployments really publish."""

from __future__ import annotations

import pytest

from conformance.cases.engine import cases_of
from tests.cases.independent import objections
from tests.cases.real_schemas import (
    BUTTONS,
    CLAUDE,
    DALLE3_PYDANTIC_1,
    DALLE3_PYDANTIC_2,
    GPT_IMAGE,
    REAL_SCHEMAS,
    SEARCH,
    Schema,
)  # fmt: skip

DALLE3_ACCEPTED = [
    {"quality": "standard", "size": "1024x1024", "style": "natural"},
    {"quality": "hd", "size": "1792x1024", "style": "vivid"},
    {"quality": "standard", "size": "1024x1792", "style": "vivid"},
]
WRONG_TYPES_OF_A_TEXT = ["42", "1.5", "true", "[1]", '{"key":"value"}']


@pytest.mark.parametrize("schema", REAL_SCHEMAS.values(), ids=REAL_SCHEMAS)
def test_another_validator_agrees(schema: Schema) -> None:
    assert objections(schema, cases_of(schema)) == []


@pytest.mark.parametrize("schema", REAL_SCHEMAS.values(), ids=REAL_SCHEMAS)
def test_nothing_is_missing(schema: Schema) -> None:
    assert cases_of(schema).missing == ()


@pytest.mark.parametrize("schema", [DALLE3_PYDANTIC_1, DALLE3_PYDANTIC_2], ids=["pydantic 1", "pydantic 2"])
def test_dalle3_shows_seven_values_in_three_requests(schema: Schema) -> None:
    assert [case.value for case in cases_of(schema).accepted] == DALLE3_ACCEPTED


@pytest.mark.parametrize("schema", [DALLE3_PYDANTIC_1, DALLE3_PYDANTIC_2], ids=["pydantic 1", "pydantic 2"])
def test_dalle3_has_no_enum_case_where_any_text_is_allowed(schema: Schema) -> None:
    names = ("quality", "size", "style")
    refused = cases_of(schema).refused
    assert [case.name for case in refused] == [f"{name}={value}" for name in names for value in WRONG_TYPES_OF_A_TEXT]
    assert {(case.keywords, case.twin) for case in refused} == {(("anyOf",), "absent")}


def test_a_fault_says_where_it_is() -> None:
    case = next(case for case in cases_of(SEARCH).refused if case.name == "sources/0/weight=0")
    assert case.value == {"sources": [{"name": "a", "weight": 0}]}
    assert (case.pointer, case.keywords, case.twin) == (
        "/sources/0/weight",
        ("exclusiveMinimum",),
        'sources=[{"name":"a"}]',
    )
    assert case.field == "weight"


def test_buttons() -> None:
    cases = cases_of(BUTTONS)
    assert [case.name for case in cases.accepted] == ["answer=1", "answer=2"]
    assert {case.name: "+".join(case.keywords) for case in cases.refused} == {
        "{}": "required",
        "answer=true": "oneOf+type",
        'answer="text"': "oneOf+type",
        "answer=[1]": "oneOf+type",
        'answer={"key":"value"}': "oneOf+type",
        "answer=42": "oneOf",
    }
    assert {case.twin for case in cases.refused} == {"answer=1"}


def test_search_breaks_each_keyword_once() -> None:
    refused = {case.name: "+".join(case.keywords) for case in cases_of(SEARCH).refused}
    assert len(refused) == 52
    assert refused.items() >= {
        'mode="text"': "enum",
        "max_pages=0": "minimum",
        "max_pages=51": "maximum",
        "sources=[]": "minItems",
        'sources=[{"name":"a"},{"name":"a"},{"name":"a"},{"name":"a"}]': "maxItems",
        "sources/0={}": "required",
        'sources/0={"name":"a","foo":1}': "additionalProperties",
        'sources/0/name="A"': "pattern",
        'sources/0/name="aaaaaaaaaaaaaaaaaaaaa"': "maxLength",
        "sources/0/weight=0": "exclusiveMinimum",
        "sources/0/weight=2": "maximum",
        'language="a"': "anyOf",
        'language="aaaaaa"': "anyOf",
    }.items()  # fmt: skip


def test_search_shows_its_values_in_three_requests_and_a_twin() -> None:
    *rows, twin = [case.value for case in cases_of(SEARCH).accepted]
    assert len(rows) == 3
    assert twin == {"sources": [{"name": "a"}]}
    assert {row["mode"] for row in rows} == {"fast", "exact"}
    assert {row["max_pages"] for row in rows} == {1, 10, 50}
    assert {len(row["sources"]) for row in rows} == {1, 2, 3}
    assert {source["weight"] for row in rows for source in row["sources"]} == {0.5, 1}
    assert {len(source["name"]) for row in rows for source in row["sources"]} == {1, 20}
    assert {len(row["language"]) for row in rows} == {2, 4, 5}
    assert {row["citations"] for row in rows} == {True, False}


def test_claude_is_refused_inside_the_alternatives_too() -> None:
    cases = cases_of(CLAUDE)
    assert [case.name for case in cases.accepted] == [
        'enable_citations=true,effort="low",thinking={"type":"enabled","budget_tokens":1025}',
        'enable_citations=false,effort="medium",thinking={"type":"enabled","budget_tokens":1024}',
        'enable_citations=true,effort="high",thinking={"type":"disabled"}',
    ]
    assert {case.name for case in cases.refused} >= {
        'effort="text"',
        "thinking={}",
        'thinking={"type":"enabled"}',
        'thinking={"type":"enabled","budget_tokens":1023}',
        'thinking={"type":"disabled","foo":1}',
        "betas=[42]",
    }
    assert len(cases.refused) == 44


def test_gpt_image() -> None:
    cases = cases_of(GPT_IMAGE)
    assert (len(cases.accepted), len(cases.refused)) == (4, 32)
    assert {case.value["output_compression"] for case in cases.accepted} == {0, 50, 100}
    assert {"output_compression=-1", "output_compression=101"} <= {case.name for case in cases.refused}
