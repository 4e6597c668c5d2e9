"""What could not be decided because of what is known does not fail a run; everything else does."""

from __future__ import annotations

import pytest

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.reports.baseline.consequences import consequences_of_known, that_count
from tests.baseline.results import PASSED, result

COULD_NOT_RUN, NOT_PROVEN = Verdict.COULD_NOT_RUN, Verdict.NOT_PROVEN
NO_SCHEMA = "CONF-01, 04, 05 or 06: there is no schema that cases can be taken from"


def waiting(reason: str, deployment: str | None = "search", verdict: Verdict = COULD_NOT_RUN) -> Result:
    return result("CHAT-12", deployment, verdict, reason=reason)


@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("CONF-01", waiting("CONF-01: no schema: 400")),
        ("CONF-05", waiting(NO_SCHEMA)),
        ("CONF-06", waiting(NO_SCHEMA)),
        ("CONF-04", waiting(f"refused, but nothing valid was accepted ({NO_SCHEMA})", verdict=NOT_PROVEN)),
        ("CHAT-01", waiting("refused, but so was what is valid (search/accepted: 500)", verdict=NOT_PROVEN)),
        ("CHAT-01", waiting("CHAT-01: what is valid is answered with 500 too", verdict=NOT_PROVEN)),
        ("CLI-01", waiting("refused, but so was what is valid (CLI-01: no message)", verdict=NOT_PROVEN)),
        ("CHAT-01", waiting("CHAT-01: no completion: 500", None)),
    ],
)
def test_what_waits_for_something_known_is_its_consequence(name: str, one: Result) -> None:
    known = result(name, "search", known="an old adapter")
    assert list(consequences_of_known([one, known])) == [one]
    assert list(that_count([one, known])) == []


@pytest.mark.parametrize(
    "one",
    [
        waiting("CONF-02: no schema"),
        waiting("CONF-01: no schema", "echo"),
        waiting("listing: it took too long: CONF-01: no schema"),
        waiting("chat: an outage, not an answer: 502 CONF-01: no schema"),
        waiting("CONF-01: no schema", verdict=Verdict.NOT_ASKED),
        waiting("CONF-01: no schema", verdict=Verdict.OVER_BUDGET),
        waiting("refused, but so was what is valid (search/accepted: 500)", verdict=NOT_PROVEN),
        result("CHAT-12", "search"),
        result("CHAT-12", "search", PASSED),
    ],
)
def test_nothing_else_is(one: Result) -> None:
    known = result("CONF-01", "search", known="an old adapter")
    assert list(that_count([one, known])) == [one]


def test_what_is_known_of_the_dial_counts_for_every_deployment() -> None:
    one = waiting("LIST-01: /openai/models is not a list: 500")
    assert list(that_count([one, result("LIST-01", known="an old Core")])) == []


def test_a_violation_that_is_not_known_excuses_nothing() -> None:
    results = [waiting("CONF-01: no schema"), result("CONF-01", "search")]
    assert list(that_count(results)) == results
