"""Regular expressions of ECMA-262, and of other dialects."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.verdict import CouldNotRunError
from conformance.dial.ecma_pattern import MOST_CHARACTERS, first_fault, pattern_fault

GOOD = (
    "", "|", r"^a+$", r"^\d{4}-\d{2}-\d{2}$", r"^(?:a|b)*?$", r"^\p{L}+$", "[^]", "[]", r"(?<y>\d{4})\k<y>", "(?=a)b",
    "(?<=a)b", "(?<!a)b", "(?i:a)", "(?-i:a)", r"\u{1F600}", r"\/", "a{2,}", "]", "{", "a{,b", r"[\w.-]+@[\w-]+",
    r"[a-z\-_]", "(?:)", r"\cA", "(?=a)*", r"\1(a)", "[A-Za-z0-9+/]*={0,2}", r"^[^\s@]+$", "a{3}?", r"\x41", "é+",
    r"[\b]", r"^\S(.*\S)?$", "[%&+--./]", "a||b", r"[\u0000-\uFFFF]", r"\-\@\_", r"a\b", r"(a|)+",
)  # fmt: skip
FOREIGN = (
    r"\Aa\Z", "(?P<y>a)", "a++", "(?i)a", "(?>a)", "(", ")", "[a", "*a", "a**", "a{2,1}", "(?#x)", r"\h", "[z-a]",
    "a{,3}", r"\x{41}", r"\pL", "^*", r"\Qa\E", "(?(1)a)", "a\\", r"\Z", "(?<=a)*", r"\b+", "(?P=x)", "a{2}{3}",
    r"[\Z]", r"\u12", "(?<>a)", "+", "(?R)", "a(b", "a)b", r"[\A]", "a???",
)  # fmt: skip


@pytest.mark.parametrize("pattern", GOOD)
def test_what_ecma_262_reads_is_not_accused(pattern: str) -> None:
    assert pattern_fault(pattern) is None


@pytest.mark.parametrize("pattern", FOREIGN)
def test_what_ecma_262_does_not_read_is(pattern: str) -> None:
    assert pattern_fault(pattern)


@given(st.text(alphabet="ab\\[](){}?*+|^$-,01<>=!:PpwdZ"))
def test_every_text_is_read_to_its_end(pattern: str) -> None:
    fault = pattern_fault(pattern)
    assert fault is None or len(fault) < 100


@given(st.text())
def test_escaped_text_is_good(text: str) -> None:
    escaped = re.sub(r"[\\^$.*+?()\[\]{}|/]", r"\\\g<0>", text)
    assert pattern_fault(escaped) is None


def test_place_of_a_fault_is_said() -> None:
    schema = {"pattern": "^a$", "patternProperties": {"(?i)x": {}}}
    found = first_fault([("/properties/a", schema)])
    assert found == "/properties/a/patternProperties is '(?i)x': '(?i)' means nothing in ECMA-262"


def test_too_much_is_not_looked_at() -> None:
    with pytest.raises(CouldNotRunError):
        first_fault([("", {"pattern": "a" * (MOST_CHARACTERS + 1)})])
