"""Names of cases in test ids and on the disk: safe everywhere, and never two alike."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.case import Case, file_label

LONGEST = 120
NAMES = st.text(min_size=1, max_size=300)


@given(NAMES)
def test_label_is_a_safe_file_name(name: str) -> None:
    label = Case(name).label
    assert re.fullmatch(r"[A-Za-z0-9._=%-]+", label)
    assert len(label) <= LONGEST
    assert label not in {".", ".."}


@given(NAMES, NAMES)
def test_two_names_have_two_labels(one: str, other: str) -> None:
    assert (file_label(one) == file_label(other)) == (one == other)


@given(st.text("a\"'/é", min_size=100, max_size=200), st.text(max_size=3), st.text(max_size=3))
def test_long_names_that_differ_at_the_end_have_two_labels(start: str, one: str, other: str) -> None:
    assert (file_label(start + one) == file_label(start + other)) == (one == other)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("quality=42", "quality=42"),
        ('quality="42"', "quality=%2242%22"),
        ("sources/0/weight=0", "sources%2F0%2Fweight=0"),
        ("a~b", "a%7Eb"),
        ("..", "%2E%2E"),
        ("é", "%C3%A9"),
        ("100%25", "100%2525"),
    ],
)
def test_label_is_readable(name: str, label: str) -> None:
    assert file_label(name) == label


@pytest.mark.parametrize(
    ("pointer", "field"),
    [("/quality", "quality"), ("/sources/0/weight", "weight"), ("/a~1b~0c", "a/b~c"), ("", None), (None, None)],
)
def test_field_is_the_last_name_of_the_pointer(pointer: str | None, field: str | None) -> None:
    assert Case("case", pointer=pointer).field == field
