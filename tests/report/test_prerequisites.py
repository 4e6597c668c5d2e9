"""Which requirements a reason names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.reports.prerequisites import parts_of, prerequisites_in

NO_SCHEMA = "CONF-01, 04 or 06: there is no schema"


@pytest.mark.parametrize(
    ("reason", "named"),
    [
        ("STRM-04: an index is missing", ["STRM-04"]),
        (NO_SCHEMA, ["CONF-01", "CONF-04", "CONF-06"]),
        (f"refused, but nothing valid was accepted ({NO_SCHEMA})", ["CONF-01", "CONF-04", "CONF-06"]),
        ("refused, but so was what is valid (search/accepted: 500)", ["CHAT-01"]),
        ('exchange "chat": an outage, not an answer: 502 CONF-01: no', []),
        ("--thorough was not given", []),
    ],
)
def test_requirements_that_a_reason_names(reason: str, named: list[str]) -> None:
    assert prerequisites_in(reason) == named


@given(st.text() | st.from_regex(r"[A-Z]+-\d\d(, \d\d)* or \d\d: .*"))
def test_the_parts_are_the_whole_reason(reason: str) -> None:
    assert "".join(text for text, _ in parts_of(reason)) == reason
