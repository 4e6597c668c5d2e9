"""The summary in Markdown: what it says, and that nothing in it means what a stranger wants."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.verdict import Verdict
from conformance.reports.markdown import step_summary
from tests.report.made_up import HOSTILE, report, result

GITHUB_TAKES = 1024 * 1024
TEXTS = st.text(max_size=40) | st.sampled_from(HOSTILE)


def without_code(summary: str) -> str:
    """The summary without its blocks of code, as a reader of CommonMark finds them: fence to fence."""
    kept: list[str] = []
    fence = None
    for line in summary.split("\n"):
        found = re.match("(`{3,})", line)
        if fence is None and found:
            fence = found[1]
        elif fence is not None and line.rstrip() == fence:
            fence = None
        elif fence is None:
            kept.append(line)
    assert fence is None, "a block that does not end"
    return "\n".join(kept)


def shape(summary: str) -> str:
    """What remains of a summary if every word is taken for the same."""
    return re.sub(r"(&#\d+;|[^\W_]|[ .,;=+?%/()\"'-])+", "x", without_code(summary))


def test_all_verdicts_are_counted() -> None:
    summary = step_summary(report())
    assert f"| {' | '.join(['', *map(str, Verdict)])}".replace("|  |", "|  |") in summary
    assert f"| <code>d</code> | {' | '.join('1' for _ in Verdict)} |" in summary


def test_a_violation_comes_with_all_that_is_known_of_it() -> None:
    summary = step_summary(report([result(case="quality=42", hint="a known fault of 0.18")]))
    assert "## DIAL conformance: failed" in summary
    assert (
        "CHAT-05</code> (MUST, violated) A forbidden value is refused.<br><code>d</code>, <code>quality=42" in summary
    )
    block = "```text\nexpected: 400\ngot:      200 application/json {}\nnote:     a known fault of 0.18\ncurl -sS\n```"
    assert block in summary


def test_the_same_fault_of_many_cases_is_told_once() -> None:
    summary = step_summary(report([result(case=f"n={number}") for number in range(8)]))
    assert summary.count("expected: 400") == 1
    assert "<code>n=4</code> and 3 more" in summary


def test_what_is_known_does_not_stand_among_the_violations() -> None:
    summary = step_summary(report([result(known="it is being repaired (T-1)")], exit_code=0))
    assert "### Violated" not in summary
    assert "<summary>Known already</summary>" in summary
    assert "known:    it is being repaired (T-1)" in summary


def test_reasons_are_grouped() -> None:
    missing = [result(Verdict.COULD_NOT_RUN, deployment=f"d{number}", reason="an outage: x") for number in range(9)]
    summary = step_summary(report(missing, exit_code=10))
    assert "9 could not run: <code>CHAT-05 of d0</code>" in summary
    assert summary.count("an outage: x") == 1


@pytest.mark.parametrize("exit_code", [0, 1, 10])
def test_notes_are_in_sight_if_they_may_be_why_a_run_failed(exit_code: int) -> None:
    summary = step_summary(report([result(Verdict.PASSED)], exit_code=exit_code))
    assert summary.count("a note of the run") == 1
    assert ("<summary>Notes</summary>" in summary) == (exit_code == 0)


def test_a_run_without_results_says_so() -> None:
    summary = step_summary(report([], exit_code=2, interrupted=True))
    assert "interrupted" in summary
    assert "### Counts" not in summary


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text(text: str) -> None:
    _assert_harmless(text)


@given(TEXTS)
def test_any_text_is_text(text: str) -> None:
    _assert_harmless(text)


def _assert_harmless(text: str) -> None:
    """Wherever a stranger's text stands, the summary has the shape that it has with a word there."""
    shown, usual = (
        step_summary(
            report(
                [
                    result(deployment=one, case=one, expected=one, got=one, curl=one, hint=one, sentence=one),
                    result(Verdict.ADVISORY, deployment=one, known=one),
                    result(Verdict.COULD_NOT_RUN, deployment=one, reason=one),
                ],
                core=one,
                dial=one,
                shard=one,
                notes=(one,),
            )
        )
        for one in (f"x{text}", "x")
    )
    assert shape(shown) == shape(usual)
    assert len(re.findall(r"(?m)^\| ", without_code(shown))) == len(re.findall(r"(?m)^\| ", without_code(usual)))


def test_many_violations_are_bounded() -> None:
    many = [result(deployment=f"d{number}", got="x" * 5000, curl="y" * 5000) for number in range(3000)]
    summary = step_summary(report([*many, *(result(Verdict.COULD_NOT_RUN, reason=f"{one}") for one in range(3000))]))
    assert len(summary.encode()) < GITHUB_TAKES / 4
    assert "and 2960 more, in the report" in summary
    assert "more reasons, in the report" in summary
    assert "more deployments" in summary
