"""Matching without going back says what Python's own module says, and is quick where that takes for ever."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from conformance.cases.values.matching import Matcher, UnmatchableError
from conformance.cases.values.regular import parts_of

MOST = 20_000

_atoms = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\d", r"\S", r"\w", "(?:)", "^", "$", r"\b", r"\B", r"\Z"])
_patterns = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{2,}", "*?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
        inner.map(lambda part: f"(?={part})"),
        inner.map(lambda part: f"(?!{part})"),
    ),
    max_leaves=6,
)


def is_found(pattern: str, text: str) -> bool:
    parts = parts_of(pattern)
    assert parts is not None
    return Matcher(text, MOST).is_found(parts)


@settings(max_examples=300, deadline=None)
@given(_patterns, st.text("ab1 \n!", max_size=6))
@example("^(?:a|ab)*$", "abab")
@example(r"(?<=ab)1", "ab1")
@example(r"(?<!a)b", "ab")
def test_says_what_python_says(pattern: str, text: str) -> None:
    assume(text or r"\B" not in pattern)  # Python says what ECMA-262 says only since 3.14
    assert is_found(pattern, text) is (re.search(pattern, text) is not None)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"^(\S+\s+){4}\S+$", "0 0 * * *", True),
        (r"^(\S+\s+){4}\S+$", "0 0 * *", False),
        ("^s3://[a-z0-9.-]+(/[^/]+)*/?$", "s3://bucket/a/b", True),
        ("^(a+)+$", "a" * 60 + "!", False),
        ("^(a|aa)+$", "a" * 60, True),
        ("^(?:a{0,1000}){0,1000}b$", "a" * 60, False),
    ],
)
def test_ways_do_not_multiply(pattern: str, text: str, *, found: bool) -> None:
    assert is_found(pattern, text) is found


@pytest.mark.parametrize("pattern", ["^(?:(?:a?){1000}b?){1000}$", r"^(a)\1$", "^(?i:a)$", "^(?>a)$"])
def test_what_cannot_be_told_is_said(pattern: str) -> None:
    with pytest.raises(UnmatchableError):
        is_found(pattern, "a" * 2_000)


@pytest.mark.parametrize("pattern", [r"^\p{L}$", "(?i)a", "(", "a" * 2_000])
def test_what_another_module_must_read_has_no_parts(pattern: str) -> None:
    assert parts_of(pattern) is None
