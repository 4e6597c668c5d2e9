"""A stranger's expression is measured before it is compiled, and searched in bounded time."""

from __future__ import annotations

import pytest
import regex

from conformance.dial.pattern import SlowPatternError, found, unreadable
from conformance.dial.pattern_size import MOST_CHARACTERS, size_of
from conformance.dial.schema import Schema
from tests.cases.treated import answer_with

USUAL = [
    "^[a-z][a-z0-9-]*$",
    r"^\d{4}-\d{2}-\d{2}$",
    r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$",
    r"^\p{L}+$",
    "^(?<year>[0-9]{4})$",
    "^(?!.*secret)[]a]{1,64}$",
    r"^\[[^\]]*\]$",
    "^.{0,65535}$",
    r"^(?:https?|ftp)://\S+$",
    "^[0-9a-f]{2048}$",
]


@pytest.mark.parametrize("pattern", USUAL)
def test_usual_expressions_are_compiled(pattern: str) -> None:
    assert unreadable(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("^((a{1000}){1000}){1000}$", "stands for more than 5000 characters"),
        ("^(a{1000}){4000}$", "stands for more than 5000 characters"),
        ("(?:" * 25 + "a" + ")+" * 25, "stands for more than 5000 characters"),
        ("[]]{9999}", "stands for more than 5000 characters"),
        ("a" * 5_001, "is longer than 5000 characters"),
        ("(?x)#[\n(a{1000}){1000}", "has a group that ECMA-262 does not have"),
        ("(?R)", "has a group that ECMA-262 does not have"),
        ("(", "cannot be read: it must be of ECMA-262"),
        ("[" * 5_000, "cannot be read: it must be of ECMA-262"),
    ],
)
def test_others_are_not_compiled(pattern: str, reason: str) -> None:
    line = unreadable(pattern)
    assert line is not None
    assert line.startswith("the pattern ")
    assert line.endswith(reason)
    assert len(line) < 120
    with pytest.raises(SlowPatternError, match=regex.escape(reason)):
        found(pattern, "a")


@pytest.mark.parametrize(
    ("pattern", "least"),
    [("a{7}", 7), ("(ab){7}", 14), ("(a{3}){4}", 12), ("(a+)+", 4), ("a|b{9}", 9), ("[ab]{5,}", 5)],
)
def test_size_is_that_of_what_is_written_out(pattern: str, least: int) -> None:
    size = size_of(pattern)
    assert size is not None
    assert least <= size < MOST_CHARACTERS


def test_a_validator_does_not_go_on_without_bounds_where_a_draft_is_named() -> None:
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"x": {"type": "string", "pattern": "^(a|a)*$"}, "y": {"$ref": "#"}},
    }
    with pytest.raises(SlowPatternError):
        Schema(answer_with(document), document).accepts({"y": {"x": "a" * 60 + "!"}})


def test_names_are_searched_within_bounds_where_they_are_unevaluated() -> None:
    document = {"type": "object", "patternProperties": {"^(a|a)*$": {}}, "unevaluatedProperties": False}
    with pytest.raises(SlowPatternError):
        Schema(answer_with(document), document).accepts({"a" * 60 + "!": 1})


def test_unevaluated_names_are_those_that_nothing_looks_at() -> None:
    document = {
        "type": "object",
        "properties": {"a": {}},
        "patternProperties": {"^x-": {}},
        "allOf": [{"properties": {"b": {}}}],
        "anyOf": [{"properties": {"c": {"const": 1}}}, {"required": ["d"], "properties": {"d": {}}}],
        "if": {"required": ["e"], "properties": {"e": {}}},
        "then": {"properties": {"f": {}}},
        "else": {"properties": {"g": {}}},
        "dependentSchemas": {"a": {"properties": {"h": {}}}},
        "$ref": "#/$defs/more",
        "$defs": {"more": {"properties": {"i": {}}}},
        "unevaluatedProperties": False,
    }
    accepts = Schema(answer_with(document), document).accepts
    assert accepts({"a": 1, "b": 1, "c": 1, "h": 1, "i": 1, "x-1": 1})
    assert accepts({"e": 1, "f": 1})
    assert accepts({"g": 1})
    assert not any(accepts(value) for value in ({"z": 1}, {"h": 1}, {"f": 1}, {"e": 1, "g": 1}))


def test_searches_are_counted() -> None:
    texts = {"type": "object", "patternProperties": {f"^(x{number})$": {} for number in range(300)}}
    names = {f"n{number}": 1 for number in range(300)}
    with pytest.raises(SlowPatternError, match="more than 25000 steps"):
        Schema(answer_with(texts), texts).accepts(names)
