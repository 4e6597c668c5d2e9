"""The first thing a reader sees: how the run ended, in one sentence, and the facts of the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from conformance.contract.exchange import excerpt
from conformance.contract.result import Result
from conformance.contract.verdict import DECIDED, ExitCode, Verdict
from conformance.reports.document import Report
from conformance.reports.page.marks import KNOWN, MARKS, SEVERITY, Mark, mark_of
from conformance.reports.page.text import time_of
from conformance.reports.terminal import asked, counted

_MEANING: Final[Mapping[int, tuple[str, Mark]]] = {
    ExitCode.PASSED: ("Conforms", MARKS[Verdict.PASSED]),
    ExitCode.VIOLATED: ("Failed", MARKS[Verdict.VIOLATED]),
    ExitCode.INTERRUPTED: ("Interrupted", MARKS[Verdict.COULD_NOT_RUN]),
    ExitCode.HARNESS_ERROR: ("Harness error", MARKS[Verdict.HARNESS_ERROR]),
    ExitCode.USAGE_ERROR: ("Usage error", MARKS[Verdict.HARNESS_ERROR]),
    ExitCode.INCOMPLETE: ("Incomplete", MARKS[Verdict.COULD_NOT_RUN]),
}
_EXIT_CODES: Final[Mapping[int, str]] = {
    ExitCode.PASSED: "nothing is violated that is not known to the baseline, and all that was wanted was decided",
    ExitCode.VIOLATED: "an entry of the baseline is not right, or with --fail-on=should a SHOULD is not followed",
    ExitCode.INTERRUPTED: "Ctrl-C ended the run; what was not asked is not decided",
    ExitCode.HARNESS_ERROR: "a harness error, which is a fault in the suite itself; please report it",
    ExitCode.USAGE_ERROR: "the command, or a file that it names, was not right",
    ExitCode.INCOMPLETE: "nothing is violated, but checks that were wanted could not be decided",
}
_UNDECIDED: Final = (Verdict.COULD_NOT_RUN, Verdict.NOT_PROVEN, Verdict.OVER_BUDGET)
_MOST_NAMED: Final = 6


@dataclass(frozen=True)
class Outcome:
    """How the run ended.

    Attributes:
        word: In a word.
        mark: How that looks.
        sentence: In a sentence.
        more: What else is not as it should be, a sentence each.
        exit_code: How the process ended, and what that means.
        counts: How many results there are of each kind, the most_severe first.
        facts: When, how and about what the run was.
    """

    word: str
    mark: Mark
    sentence: str
    more: tuple[str, ...]
    exit_code: str
    counts: tuple[tuple[Mark, int], ...]
    facts: tuple[tuple[str, str], ...]


def outcome_of(report: Report) -> Outcome:
    """Tell how a run ended."""
    code = report.run.exit_code
    word, mark = _MEANING.get(code, ("Ended", MARKS[Verdict.COULD_NOT_RUN]))
    if code == ExitCode.PASSED:
        word, mark = _conforming(report)
    counts = Counter(mark_of(one) for one in report.results)
    return Outcome(
        word=word,
        mark=mark,
        sentence=_sentence(report.results),
        more=tuple(_more(report)),
        exit_code=f"Exit code {code}: {_meaning(code, report.results)}.",
        counts=tuple(sorted(counts.items(), key=lambda item: SEVERITY[item[0]])),
        facts=tuple(_facts(report)),
    )


def _conforming(report: Report) -> tuple[str, Mark]:
    """Say how a run ended that ended with 0, in the words of its last line on a terminal."""
    word, mark = _MEANING[ExitCode.PASSED]
    if not any(one.verdict in DECIDED for one in report.results):
        return "Nothing was decided", MARKS[Verdict.COULD_NOT_RUN]
    if not report.deployments:
        return "Only the DIAL was checked", mark
    if any(one.known and one.verdict is Verdict.VIOLATED for one in report.results):
        return "Conforms but for what is known", KNOWN
    return word, mark


def _sentence(results: Sequence[Result]) -> str:
    decided = {one.requirement for one in results if one.level == "MUST" and one.verdict in DECIDED}
    violated = _named(results, Verdict.VIOLATED)
    if not decided:
        return "No MUST was decided."
    of = counted(len(decided), "MUST")
    if violated:
        return f"{len(violated)} of {of} {'is' if len(violated) == 1 else 'are'} violated: {_list(violated)}."
    if any(one.known for one in results):
        return f"No violation of {of} is new: all are known to the baseline."
    return f"{of} {'holds' if len(decided) == 1 else 'hold'}."


def _meaning(code: int, results: Sequence[Result]) -> str:
    if code == ExitCode.VIOLATED and _named(results, Verdict.VIOLATED):
        return "a MUST is violated"
    return _EXIT_CODES.get(code, "pytest says what that is")


def _more(report: Report) -> Iterator[str]:
    """Say what is not as it should be beside violations."""
    if report.run.interrupted:
        yield "Ctrl-C ended the run before everything was asked."
    harness_errors = _named(report.results, Verdict.HARNESS_ERROR)
    if harness_errors:
        yield f"There is a harness error in {_list(harness_errors)}: please report it."
    known = dict.fromkeys(one.requirement for one in report.results if one.known)
    if known:
        yield f"Known already: {_list(known)}."
    advice = _named(report.results, Verdict.ADVISORY)
    if advice:
        yield f"{counted(len(advice), 'SHOULD')} {'is' if len(advice) == 1 else 'are'} not followed: {_list(advice)}."
    undecided = sum(one.verdict in _UNDECIDED for one in report.results)
    if undecided:
        yield f"{counted(undecided, 'check')} came to no decision: the reasons are below."


def _named(results: Iterable[Result], verdict: Verdict) -> Collection[str]:
    return dict.fromkeys(one.requirement for one in results if one.verdict is verdict and not one.known)


def _list(names: Collection[str]) -> str:
    shown = list(names)[:_MOST_NAMED]
    last = f"{len(names) - len(shown)} more" if len(names) > len(shown) else shown.pop()
    return f"{', '.join(shown)} and {last}" if shown else last


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    run, plan = report.run, report.plan
    yield ("Set" if run.mode == "replayed" else "DIAL"), run.dial
    yield "Core", run.core
    yield "Deployments", f"{len(report.deployments):,}" + (f" (shard {run.shard})" if run.shard else "")
    yield "Mode", f"{run.mode}, recorded {time_of(run.recorded)}" if run.recorded else run.mode
    yield "Began", f"{time_of(run.began)}, took {run.seconds:.1f} s"
    yield "Checks", f"{plan.decided:,} of {plan.checks:,} planned checks were decided"
    paid = f", which cost {plan.dollars}" if plan.dollars else ""
    yield "Asked", f"{asked(plan.requests, plan.retries)}, {counted(plan.completions, 'completion')} among them{paid}"
    if run.contract:
        yield "Contract", run.contract
    if run.options:
        yield "Asked with", excerpt(", ".join(run.options))
    yield "Suite", run.suite + (", --free" if run.free and run.options is None else "")
