"""Texts that match a regular expression, and how long a search can take."""

from __future__ import annotations

import re

import pytest

from conformance.cases.values.regular import example, is_found, matching_cost

COMMON = [
    "^[a-z][a-z0-9-]*$",
    r"^\d{4}-\d{2}-\d{2}$",
    r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$",
    "^(on|off)$",
    "^#(?:[0-9a-f]{3}){1,2}$",
    r"^\w+\s\W$",
    "^(?P<letter>a|b)(?P=letter)$",
    "^[^a-z]$",
    "^.{3,10}$",
    r"^v\d+(\.\d+)*$",
    "^[\u0430-\u044f]+$",
    "^(?>ab)+$",
    "^a++b$",
    r"^https?://[^/\s]+/",
    r"^\D\S$",
    "^[-a]$",
    "[^\\x00-\\x7f]",
    r"\.png$",
    "x",
    "",
]


@pytest.mark.parametrize("pattern", COMMON)
def test_examples_match(pattern: str) -> None:
    texts = [example(pattern, length, turn) for length in (0, 12) for turn in (0, 1)]
    assert [text for text in texts if text is None or not re.search(pattern, text)] == []


@pytest.mark.parametrize(("pattern", "length"), [("^[a-z]+$", 12), ("^a?b*c*$", 7), ("^(ab)+$", 8), ("^x.{0,5}$", 6)])
def test_a_text_grows_to_a_length(pattern: str, length: int) -> None:
    text = example(pattern, length)
    assert text is not None
    assert re.search(pattern, text)
    assert len(text) == length


def test_turns_give_different_texts() -> None:
    assert len({example("^[a-z]{2}$", 0, turn) for turn in range(26)}) == 26


@pytest.mark.parametrize("pattern", ["(", "a{2}{3}", "[[a]", "(?<=a+)b", "a" * 2_000])
def test_what_python_cannot_read_has_no_examples(pattern: str) -> None:
    assert example(pattern) is None or not is_found(pattern, "a")
    assert matching_cost(pattern, 10) is None or is_found(pattern, "a") is None


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "^(a|a)*$",
        "^(a|aa)+$",
        r"^(\w+\s?)*$",
        "a*a*a*a*a*a*b",
        "(?:){1000000000}",
        "((a{0,99}){0,99}){0,99}b",
    ],
)
def test_slow_expressions_cost_much(pattern: str) -> None:
    cost = matching_cost(pattern, 40)
    assert cost is not None
    assert cost > 10**6


@pytest.mark.parametrize("pattern", ["^[a-z][a-z0-9-]*$", r"^\d{4}-\d{2}-\d{2}$", "^(on|off)$", "[a-z]", "^.*$"])
def test_usual_expressions_cost_little(pattern: str) -> None:
    cost = matching_cost(pattern, 100)
    assert cost is not None
    assert cost < 10**5


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^\p{L}+$", "A"),
        (r"^\p{Lu}\p{Ll}*$", "A"),
        (r"^[\p{L}\p{N}_-]+$", "A"),
        (r"^\P{L}$", "!"),
        (r"^(?<letter>[a-z])\d$", "a0"),
        (r"^\p{Script=Greek}$", "\u03b1"),
    ],
)
def test_what_ecma_262_writes_in_another_way_is_read(pattern: str, text: str) -> None:
    assert is_found(pattern, text) is True
    assert is_found(pattern, "") is False
    written = [found for turn in range(80) if (found := example(pattern, 0, turn)) is not None]
    assert any(is_found(pattern, found) for found in written)
