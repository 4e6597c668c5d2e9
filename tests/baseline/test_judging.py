"""Which entries fail a run: those that are wrong, and none about what the run did not see."""

from __future__ import annotations

import pytest

from conformance.contract.verdict import Verdict
from conformance.reports.baseline.entry import Entry, Place
from tests.baseline.results import ADVISORY, PASSED, VIOLATED, baseline, entry, problems, result, seen

GONE = "it no longer applies: it passes now; remove it"
UNDECIDED = [
    Verdict.NOT_ASKED,
    Verdict.NOT_RECORDED,
    Verdict.NOT_PROVEN,
    Verdict.COULD_NOT_RUN,
    Verdict.OVER_BUDGET,
    Verdict.HARNESS_ERROR,
]
DALLE = frozenset({"dall-e-2", "dall-e-3"})


@pytest.mark.parametrize("verdict", [VIOLATED, ADVISORY])
def test_what_does_not_hold_is_known(verdict: Verdict) -> None:
    marked = baseline(entry("CHAT-05", "dall-e-*")).marked(result("CHAT-05", "dall-e-3", verdict), str)
    assert marked.verdict is verdict
    assert marked.known == "an old adapter"


@pytest.mark.parametrize("verdict", [PASSED, *UNDECIDED])
def test_nothing_else_is_known(verdict: Verdict) -> None:
    assert baseline(entry("CHAT-05", "*")).marked(result("CHAT-05", "dall-e-3", verdict), str).known == ""


@pytest.mark.parametrize(
    "other",
    [entry("CHAT-06", "*"), entry("CHAT-05", "dall-e"), entry("CHAT-05"), entry("CHAT-05", "*", "size=*")],
    ids=lambda one: one.name,
)
def test_what_the_entry_is_not_about_is_not_known(other: Entry) -> None:
    assert baseline(other).marked(result("CHAT-05", "dall-e-3", case="quality=42"), str).known == ""


def test_first_entry_that_fits_gives_the_reason() -> None:
    entries = (
        Entry("CHAT-05", "by its name", "dall-e-3", line=9),
        Entry("CHAT-05", "by a glob", "dall-*", line=5),
        Entry("CHAT-05", "another", "echo", line=1),
    )
    assert baseline(*entries).marked(result("CHAT-05", "dall-e-3"), str).known == "by a glob"


def test_secrets_are_hidden_in_a_reason() -> None:
    marked = baseline(entry("AUTH-01")).marked(result("AUTH-01"), lambda text: text.replace("old", "$KEY"))
    assert marked.known == "an $KEY adapter"


def test_entry_that_applies_is_well() -> None:
    results = [result("CHAT-05", "dall-e-3", PASSED, case="a"), result("CHAT-05", "dall-e-3", case="b")]
    assert problems(entry("CHAT-05", "dall-e-3"), seen(results)) == []
    assert problems(entry("CHAT-05", "dall-e-3", "b"), seen(results)) == []


def test_entry_that_no_longer_applies() -> None:
    results = [result("CHAT-05", "dall-e-3", PASSED, case="a"), result("CHAT-05", "echo", Verdict.NOT_CLAIMED)]
    assert problems(entry("CHAT-05", "dall-e-3"), seen(results)) == [GONE]
    assert problems(entry("CHAT-05", "*"), seen(results)) == [GONE]
    assert problems(entry("CHAT-05", "echo"), seen(results)) == [
        "it no longer applies: it is not claimed any more; remove it"
    ]


@pytest.mark.parametrize("verdict", UNDECIDED)
def test_entry_whose_checks_could_not_run_is_neither(verdict: Verdict) -> None:
    results = [result("CHAT-05", "dall-e-3", PASSED, case="a"), result("CHAT-05", "dall-e-3", verdict, case="b")]
    assert problems(entry("CHAT-05", "dall-e-3"), seen(results)) == []
    assert problems(entry("CHAT-05", "dall-e-3", "a"), seen(results)) == [GONE]


def test_entry_about_what_was_not_selected_is_neither() -> None:
    results = [result("CHAT-05", "dall-e-3", PASSED, case="a")]
    left_out = Place("dall-e-3", "b")
    assert problems(entry("CHAT-06", "dall-e-3"), seen(results)) == []
    assert problems(entry("CHAT-05", "dall-e-3"), seen(results, left_out)) == []
    assert problems(entry("CHAT-05", "dall-e-3", "b"), seen(results, left_out)) == []
    assert problems(entry("CHAT-05", "dall-e-3", "a"), seen(results, left_out)) == [GONE]


def test_entry_about_a_deployment_that_was_not_under_test_is_neither() -> None:
    results = [result("CHAT-05", "dall-e-3", PASSED)]
    assert problems(entry("CHAT-05", "dall-e-2"), seen(results, listed=DALLE)) == []
    assert problems(entry("CHAT-05", "dall-e-*"), seen(results, listed=DALLE)) == []
    assert problems(entry("CHAT-05", "dall-e-3"), seen(results, listed=DALLE)) == [GONE]


def test_entry_about_no_deployment_of_the_dial() -> None:
    results = [result("CHAT-05", "dall-e-3")]
    nothing = "it fits nothing: the DIAL lists no deployment dalle-*; remove it"
    assert problems(entry("CHAT-05", "dalle-*"), seen(results, listed=DALLE)) == [nothing]


def test_deployment_is_not_missed_if_the_listings_cannot_be_read() -> None:
    what = seen([result("CHAT-05", "dall-e-3", PASSED)])
    object.__setattr__(what, "listed", None)
    assert problems(entry("CHAT-05", "dalle-*"), what) == []
    assert problems(entry("CHAT-05", "dall-*"), what) == []
    assert problems(entry("CHAT-05", "dall-e-3"), what) == [GONE]


def test_entry_about_no_case() -> None:
    results = [result("CHAT-05", "dall-e-3", PASSED, case="quality=42")]
    nothing = ["it fits nothing: there is no case size=*; remove it"]
    assert problems(entry("CHAT-05", "dall-e-3", "size=*"), seen(results)) == nothing
    assert problems(entry("CHAT-05", "*", "size=*"), seen(results, listed=DALLE)) == []


def test_case_is_not_missed_if_the_cases_could_not_be_computed() -> None:
    results = [result("CHAT-05", "dall-e-3", Verdict.COULD_NOT_RUN)]
    assert problems(entry("CHAT-05", "dall-e-3", "size=*"), seen(results)) == []


def test_entry_that_names_a_deployment_or_none_where_it_must_not() -> None:
    of_the_dial, of_one = seen([result("AUTH-01")]), seen([result("CHAT-05", "dall-e-3")])
    assert problems(entry("AUTH-01", "*"), of_the_dial) == ["AUTH-01 is about the DIAL: leave out `deployment`"]
    assert problems(entry("CHAT-05"), of_one) == [
        "CHAT-05 is about a deployment: say which with `deployment`, a name or a glob"
    ]


def test_last_day_counts_and_the_day_after_does_not() -> None:
    violated = result("CHAT-05", "dall-e-3")
    last_day, over = entry("CHAT-05", "*", expires="2026-11-22"), entry("CHAT-05", "*", expires="2026-11-21")
    assert problems(last_day, seen([violated])) == []
    assert baseline(last_day).marked(violated, str).known
    told = "it expired after 2026-11-21: mend what is violated, or give it more time"
    assert problems(over, seen([violated])) == [told]
    assert baseline(over).marked(violated, str).known == ""
    assert baseline(over, last_day).marked(violated, str).known


def test_expired_entry_about_what_was_not_checked_is_let_alone() -> None:
    over = entry("CHAT-05", "dall-e-2", expires="2026-11-21")
    assert problems(over, seen([result("CHAT-05", "dall-e-3")], listed=DALLE)) == []
    assert problems(over, seen([result("CHAT-06", "dall-e-2")])) == []
    assert problems(over, seen([result("CHAT-05", "dall-e-2", PASSED)])) == [GONE]


def test_a_shard_does_not_see_the_others() -> None:
    of_the_dial = [result("CHAT-17", None, PASSED)]
    assert problems(entry("CHAT-17"), seen(of_the_dial)) == [GONE]
    assert problems(entry("CHAT-17"), seen(of_the_dial, sharded=True)) == []
    of_one = [result("CHAT-05", "dall-e-3", PASSED)]
    assert problems(entry("CHAT-05", "dall-*"), seen(of_one, listed=DALLE, sharded=True)) == []
    assert problems(entry("CHAT-05", "dall-e-3"), seen(of_one, listed=DALLE, sharded=True)) == [GONE]


def test_what_looks_at_all_answers_is_judged_by_a_whole_run_alone() -> None:
    passed, names = result("CHAT-23", None, PASSED), frozenset({"CHAT-23"})
    assert problems(entry("CHAT-23"), seen([passed], comparing=names)) == [GONE]
    assert problems(entry("CHAT-23"), seen([passed], whole=False, comparing=names)) == []
    missing = result("CHAT-05", "dall-e-3", Verdict.OVER_BUDGET)
    assert problems(entry("CHAT-23"), seen([passed, missing], comparing=names)) == []
