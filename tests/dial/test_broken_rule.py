"""A violation says the place and the rule: which value, which keyword, and where that stands in the schema."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.contract.exchange import Answer, Exchange
from conformance.dial.broken_rule import broken_rule
from conformance.dial.schema import Schema
from conformance.recipes.requests import get
from tests.cases.real_schemas import BUTTONS, CLAUDE, DALLE3_PYDANTIC_2, SEARCH

BUDGET = "#/$defs/ThinkingConfigEnabled/properties/budget_tokens"
ENABLED = {"type": "enabled"}


def told(document: dict[str, Any], configuration: Any, place: str | None) -> str:
    exchange = Exchange("configuration", get("/"), Answer(200, "OK", (), b""))
    return broken_rule(Schema(exchange, document), configuration, place)


@pytest.mark.parametrize(
    ("document", "configuration", "place", "text"),
    [
        (
            CLAUDE,
            {"thinking": {**ENABLED, "budget_tokens": 1023}},
            "/thinking/budget_tokens",
            f"/thinking/budget_tokens 1023: minimum 1024 (schema: {BUDGET})",
        ),
        (
            CLAUDE,
            {"thinking": {**ENABLED, "budget_tokens": 1.5}},
            "/thinking/budget_tokens",
            f'/thinking/budget_tokens 1.5: type "integer" (schema: {BUDGET})',
        ),
        (
            CLAUDE,
            {"betas": ["a", 42]},
            "/betas/1",
            '/betas/1 42: type "string" (schema: #/properties/betas/anyOf/0/items)',
        ),
        (CLAUDE, {"foo": 1}, "/foo", "/foo 1: additionalProperties false (schema: #)"),
        (
            DALLE3_PYDANTIC_2,
            {"quality": 42},
            "/quality",
            '/quality 42: type "string" or type "null" (schema: #/properties/quality)',
        ),
        (BUTTONS, {}, "", 'the configuration {}: required ["answer"] (schema: #)'),
        (BUTTONS, {"answer": 3}, "/answer", "/answer 3: const 1 or const 2 (schema: #/properties/answer)"),
        (SEARCH, {"max_pages": 51}, None, "/max_pages 51: maximum 50 (schema: #/properties/max_pages)"),
        (
            SEARCH,
            {"sources": [{"name": "a", "weight": 2}]},
            "/sources/0/weight",
            "/sources/0/weight 2: maximum 1 (schema: #/$defs/Source/properties/weight)",
        ),
        (SEARCH, {"mode": "fast"}, None, ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_place_and_rule(document: dict[str, Any], configuration: Any, place: str | None, text: str) -> None:
    assert told(document, configuration, place) == text


def test_without_a_place_the_nearest_alternative_speaks() -> None:
    found = told(CLAUDE, {"thinking": {**ENABLED, "budget_tokens": 1023}}, None)
    assert found == f"/thinking/budget_tokens 1023: minimum 1024 (schema: {BUDGET})"


def test_a_long_value_is_cut() -> None:
    found = told(SEARCH, {"language": "a" * 5000}, "/language")
    assert len(found) < 300
    assert "maxLength 5" in found


def test_names_that_are_escaped() -> None:
    document = {"type": "object", "properties": {"a/b~": {"$ref": "#/$defs/x~1y"}}, "$defs": {"x/y": {"type": "null"}}}
    assert told(document, {"a/b~": 1}, "/a~1b~0") == '/a~1b~0 1: type "null" (schema: #/$defs/x~1y)'


def test_references_without_end_are_followed_to_an_end() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}, "value": {"type": "integer"}}}
    document = {"$defs": {"Node": node}, "$ref": "#/$defs/Node"}
    found = told(document, {"next": {"next": {"value": "x"}}}, "/next/next/value")
    assert found == '/next/next/value "x": type "integer" (schema: #/$defs/Node/properties/value)'
