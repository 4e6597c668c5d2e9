"""Results that a run may have, as short as they can be written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.reports.baseline.entry import Baseline, Entry, Place
from conformance.reports.baseline.judging import Seen, problems_of
from conformance.reports.baseline.reading import entries_of

TODAY: Final = date(2026, 11, 22)
FILE: Final = Path("known.yaml")

PASSED, VIOLATED, ADVISORY = Verdict.PASSED, Verdict.VIOLATED, Verdict.ADVISORY


def result(  # noqa: PLR0913 - one for each thing that a test varies
    requirement: str,
    deployment: str | None = None,
    verdict: Verdict = VIOLATED,
    *,
    case: str | None = None,
    known: str = "",
    reason: str = "",
) -> Result:
    return Result(requirement, "MUST", "A sentence.", deployment, case, verdict, reason=reason, known=known)


def baseline(*entries: Entry) -> Baseline:
    return Baseline(FILE, entries, TODAY)


def baseline_of(text: str) -> Baseline:
    return Baseline(FILE, entries_of(text, FILE), TODAY)


def entry(requirement: str, deployment: str | None = None, case: str | None = None, expires: str = "") -> Entry:
    last = date.fromisoformat(expires) if expires else None
    return Entry(requirement, "an old adapter", deployment, case, expires=last, line=1)


def seen(
    results: Sequence[Result],
    *more: Place,
    listed: frozenset[str] | None = None,
    sharded: bool = False,
    whole: bool = True,
    comparing: frozenset[str] = frozenset(),
) -> Seen:
    """What a run saw: its results, and the places where nothing came out because they were not selected."""
    places = [Place(one.deployment, one.case) for one in results]
    under_test = frozenset(one.deployment for one in results if one.deployment is not None)
    return Seen(
        results,
        lambda name: [*(place for place, one in zip(places, results, strict=True) if one.requirement == name), *more],
        under_test if listed is None else listed,
        sharded=sharded,
        whole=whole,
        compares=lambda name: name in comparing,
    )


def problems(one: Entry, what: Seen) -> list[str]:
    return [problem.problem for problem in problems_of(baseline(one), what)]
