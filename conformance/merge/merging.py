"""Makes one report of the reports of shards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from conformance.contract.result import Result
from conformance.contract.verdict import DECIDED, ExitCode, Verdict, exit_code
from conformance.dial.price import added
from conformance.merge.shards import MergeError, Part, listed, misfit, missing, refuse_others
from conformance.reports.baseline.consequences import that_count
from conformance.reports.collecting import MOST_EXCHANGES, worth_showing
from conformance.reports.document import (
    Report,
    ReportedDeployment,
    ReportedExchange,
    ReportedPlan,
    ReportedPreview,
    ReportedRun,
)
from conformance.reports.terminal import OF_THE_DIAL, counted
from conformance.reports.undecided import never_decided

_WORST_FIRST: Final = (
    Verdict.VIOLATED,
    Verdict.HARNESS_ERROR,
    Verdict.COULD_NOT_RUN,
    Verdict.OVER_BUDGET,
    Verdict.NOT_PROVEN,
    Verdict.ADVISORY,
    Verdict.PASSED,
    Verdict.NOT_ASKED,
    Verdict.NOT_RECORDED,
    Verdict.NOT_CLAIMED,
)
"""Verdicts on the same: first what fails a run, then what leaves it incomplete; who looked outweighs who did not."""

_KNOWN: Final = _WORST_FIRST.index(Verdict.ADVISORY) - 0.5
"""A violation that the baseline knows fails no run."""

_ENDS_WORST_FIRST: Final = (
    ExitCode.INTERRUPTED,
    ExitCode.USAGE_ERROR,
    ExitCode.VIOLATED,
    ExitCode.HARNESS_ERROR,
    ExitCode.INCOMPLETE,
    ExitCode.PASSED,
)
_OWN_NOTE: Final = "merged "
_MOST_NOTES: Final = 100

Key = tuple[str, str | None, str | None]
"""Requirement, deployment, case."""


def merge(reports: Mapping[str, Report], *, allow_partial: bool = False) -> Report:
    """Merge the reports of the shards of a run, in whatever order they are given.

    Args:
        reports: The reports, by their names.
        allow_partial: Shards may be missing.

    Raises:
        MergeError: They are not the shards of one run, or not all of them.
    """
    if len(reports) == 1 and not next(iter(reports.values())).run.shard:
        return next(iter(reports.values()))
    parts = sorted((Part.of(name, one) for name, one in reports.items()), key=lambda one: one.shards)
    refuse_others(parts)
    problem = missing(parts) or misfit(parts)
    if problem and not allow_partial:
        raise MergeError(f"{problem} (--allow-partial merges what there is)")
    return _merged(parts, problem)


def _merged(parts: Sequence[Part], problem: str) -> Report:
    everywhere: dict[Key, list[tuple[Result, Part]]] = {}
    for part in parts:
        for one in part.report.results:
            everywhere.setdefault((one.requirement, one.deployment, one.case), []).append((one, part))
    kept = {
        key: found[0] if len(found) == 1 else max(found, key=lambda one: _weight(one[0]))
        for key, found in everywhere.items()
    }
    deployments = _deployments(parts)
    places: dict[str | None, int] = {one.id: place for place, one in enumerate(deployments)}
    order = sorted(kept, key=lambda key: (key[0], places.get(key[1], -1), key[2] or ""))
    results = tuple(kept[key][0] for key in order)
    requirements = {one.id: one for part in parts for one in part.report.requirements}
    return Report(
        _run_facts(parts, problem, _disagreements(everywhere, kept)),
        _plan_facts(parts, results),
        tuple(one for _, one in sorted(requirements.items())),
        deployments,
        results,
        _exchanges(results, {key: part.report for key, (_, part) in kept.items()}),
        never_decided(results),
        _preview(parts),
    )


def _preview(parts: Sequence[Part]) -> tuple[ReportedPreview, ...]:
    """Put together what the shards show of newer contracts; what is found once is found."""
    found: dict[tuple[str, str, str], ReportedPreview] = {}
    for one in (one for part in parts for one in part.report.preview):
        key = (one.contract, one.id, one.change)
        if key not in found or (one.found and not found[key].found):
            found[key] = one
    return tuple(found.values())


def _severity(result: Result) -> float:
    return _KNOWN if result.verdict is Verdict.VIOLATED and result.known else _WORST_FIRST.index(result.verdict)


def _weight(result: Result) -> tuple[Any, ...]:
    """Order results on the same: the worst is the greatest, and among equals the choice is the same each time."""
    return (-_severity(result), *(str(one) for one in vars(result).values()))


def _deployments(parts: Iterable[Part]) -> tuple[ReportedDeployment, ...]:
    found = {one.id: one for part in reversed([*parts]) for one in part.report.deployments}
    return tuple(sorted(found.values(), key=lambda one: (not one.profile, one.id)))


def _exchanges(results: Sequence[Result], report_of: Mapping[Key, Report]) -> dict[str, ReportedExchange]:
    """Return the exchanges that the results name; of what each shard asked, the one that the worst result rests on."""
    best: dict[str, tuple[tuple[Any, ...], ReportedExchange]] = {}
    for result in worth_showing(results):
        known = report_of[result.requirement, result.deployment, result.case].exchanges
        for name in filter(known.__contains__, result.named_exchanges):
            weight = _weight(result)
            if name not in best or weight > best[name][0]:
                best[name] = (weight, known[name])
    return {name: exchange for name, (_, exchange) in list(best.items())[:MOST_EXCHANGES]}


def _disagreements(
    everywhere: Mapping[Key, Sequence[tuple[Result, Part]]], kept: Mapping[Key, tuple[Result, Part]]
) -> Iterable[str]:
    passed = _WORST_FIRST.index(Verdict.PASSED)
    for key, found in everywhere.items():
        verdicts = dict.fromkeys(one.verdict for one, _ in found)
        if len(verdicts) == 1 or _severity(kept[key][0]) >= passed:
            continue
        text = [
            f"{verdict} in {listed([shard for one, part in found if one.verdict is verdict for shard in part.shards])}"
            for verdict in verdicts
        ]
        requirement, deployment, case = key
        where = ", ".join(filter(None, (deployment or OF_THE_DIAL, case)))
        yield f"the shards differ: {requirement} of {where} is {', '.join(text)}; the worst counts"


def _run_facts(parts: Sequence[Part], problem: str, disagreements: Iterable[str]) -> ReportedRun:
    runs = [part.report.run for part in parts]
    end = min((_end(part) for part in parts), key=_place)
    notes = [*disagreements]
    for part in parts:
        own = (_OWN_NOTE, *(f"shard {shard}" for shard in part.shards))
        notes += [note for note in part.report.run.notes if not note.startswith(own)]
    notes = list(dict.fromkeys(notes))
    if len(notes) > _MOST_NOTES:
        notes[_MOST_NOTES:] = [f"and {len(notes) - _MOST_NOTES} more notes"]
    shards = sorted(shard for part in parts for shard in part.shards)
    text = f"{_OWN_NOTE}from {len(shards)} of {counted(shards[0].count, 'shard')}"
    return replace(
        runs[0],
        began=min(run.began for run in runs),
        seconds=max(run.seconds for run in runs),
        exit_code=ExitCode.INCOMPLETE if problem and end == ExitCode.PASSED else end,
        interrupted=any(run.interrupted for run in runs),
        shard=", ".join(map(str, shards)) if problem else "",
        notes=(f"{text}; incomplete: {problem}" if problem else text, *notes),
    )


def _end(part: Part) -> int:
    """Return the exit code of a part; that of an incomplete merge as it would be if nothing had been missing."""
    report, code = part.report, part.report.run.exit_code
    if code != ExitCode.INCOMPLETE or not any(note.startswith(_OWN_NOTE) for note in report.run.notes):
        return code
    verdicts = {one.verdict for one in that_count(report.results)}
    complete = len(report.results) == report.plan.checks
    return exit_code(verdicts, free=report.run.free, complete=complete, fail_on_advisory=False)


def _place(code: int) -> int:
    return _ENDS_WORST_FIRST.index(ExitCode(code)) if code in _ENDS_WORST_FIRST else -1


def _plan_facts(parts: Sequence[Part], results: Sequence[Result]) -> ReportedPlan:
    plans = [part.report.plan for part in parts]
    repeated = sum(len(part.report.results) for part in parts) - len(results)
    return ReportedPlan(
        checks=sum(one.checks for one in plans) - repeated,
        decided=sum(one.verdict in DECIDED for one in results),
        requests=sum(one.requests for one in plans),
        completions=sum(one.completions for one in plans),
        dollars=added(one.dollars for one in plans),
        retries=sum(one.retries for one in plans),
    )
