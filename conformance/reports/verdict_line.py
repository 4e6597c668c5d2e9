"""The last line of a run: how it ended, its exit code, and why, in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from conformance.contract.result import Result
from conformance.contract.verdict import DECIDED, ExitCode, Verdict
from conformance.reports.baseline.consequences import that_count
from conformance.reports.findings import KNOWN, failing
from conformance.reports.terminal import OF_THE_DIAL, Line, counted
from conformance.run.overview import Overview

NOTHING_SELECTED: Final = 5
"""pytest's exit code where no test was collected."""

_WORST_FIRST: Final = (
    Verdict.VIOLATED,
    Verdict.HARNESS_ERROR,
    Verdict.COULD_NOT_RUN,
    Verdict.OVER_BUDGET,
    Verdict.NOT_PROVEN,
    Verdict.ADVISORY,
    KNOWN,
    Verdict.PASSED,
    Verdict.NOT_RECORDED,
    Verdict.NOT_ASKED,
    Verdict.NOT_CLAIMED,
)
_SAID_APART: Final = (KNOWN, Verdict.NOT_PROVEN, Verdict.NOT_RECORDED, Verdict.NOT_ASKED, Verdict.NOT_CLAIMED)
_ABOVE: Final = "the reasons are above"
_MISSING: Final[Mapping[Verdict, tuple[str, str]]] = {
    Verdict.COULD_NOT_RUN: ("could not run", "run again"),
    Verdict.OVER_BUDGET: ("did not fit into the budget", "give more --budget"),
    Verdict.NOT_PROVEN: ("prove nothing, because nothing valid was accepted", _ABOVE),
}
_WORDS: Final[Mapping[int, tuple[str, str]]] = {
    ExitCode.PASSED: ("CONFORMS", "green"),
    ExitCode.VIOLATED: ("FAILED", "red"),
    ExitCode.INTERRUPTED: ("INTERRUPTED", "yellow"),
    ExitCode.HARNESS_ERROR: ("HARNESS ERROR", "red"),
    ExitCode.USAGE_ERROR: ("USAGE ERROR", "red"),
    NOTHING_SELECTED: ("NOTHING WAS SELECTED", "yellow"),
    ExitCode.INCOMPLETE: ("INCOMPLETE", "yellow"),
}
_MOST_NAMED: Final = 6


def verdict_line(
    overview: Overview, results: Sequence[Result], exit_code: int, *, fail_on_advisory: bool = False
) -> Line:
    """Say how a run ended.

    Args:
        overview: What the run knows of itself.
        results: Its results.
        exit_code: That of the process.
        fail_on_advisory: `--fail-on=should`.
    """
    word, colour = _WORDS.get(exit_code, ("ENDED", "yellow"))
    text = {
        ExitCode.PASSED: _conforms,
        ExitCode.INTERRUPTED: _interrupted,
        ExitCode.HARNESS_ERROR: _harness_error,
        ExitCode.INCOMPLETE: _incomplete,
    }
    if exit_code == ExitCode.VIOLATED:
        told = _failed(overview, results, fail_on_advisory=fail_on_advisory)
    elif exit_code in text:
        told = text[ExitCode(exit_code)](overview, results)
    else:
        told = "; ".join([*overview.problems, *_what_holds(results)])
    if exit_code == ExitCode.PASSED:
        if not _decided(results):
            word, colour = "NOTHING WAS DECIDED", "yellow"
        elif overview.deployments == 0:
            word = "ONLY THE DIAL WAS CHECKED"
            told += "; no deployment was named"
        elif any(one.known and one.verdict is Verdict.VIOLATED for one in results):
            word, colour = "CONFORMS BUT FOR WHAT IS KNOWN", "yellow"
    return Line(f"{word} (exit {exit_code}): {told}{_contract(overview, exit_code)}", colour, bold=True)


def _contract(overview: Overview, exit_code: int) -> str:
    """Name the contract that was gone by, and how the next run goes by the same, where there is a verdict."""
    if not overview.contract or exit_code not in (ExitCode.PASSED, ExitCode.VIOLATED, ExitCode.INCOMPLETE):
        return ""
    return f"; {contract_and_pin(overview.contract, overview.pin)}"


def contract_and_pin(contract: str, pin: str) -> str:
    """Name a contract, and how the next run goes by the same; `pin` is empty where this one was pinned."""
    return f"contract {contract}{f' (pin it: {pin})' if pin else ''}"


def nothing_selected() -> Line:
    """Say that no check fits the selection."""
    word, colour = _WORDS[NOTHING_SELECTED]
    return Line(f"{word} (exit {NOTHING_SELECTED}): no check fits what was given", colour, bold=True)


def _conforms(overview: Overview, results: Sequence[Result]) -> str:
    del overview
    return "; ".join(_what_holds(results)) or "there was nothing to check"


def _failed(overview: Overview, results: Sequence[Result], *, fail_on_advisory: bool) -> str:
    wrong = failing(results, advisory=fail_on_advisory)
    parts = []
    if wrong:
        musts = {one.requirement for one in wrong if one.verdict is Verdict.VIOLATED}
        shoulds = {one.requirement for one in wrong} - musts
        decided = _decided(results)
        of = [f"{len(musts)} of {counted(sum(one == 'MUST' for one in decided.values()), 'MUST')}"]
        if fail_on_advisory:
            of.append(f"{len(shoulds)} of {counted(sum(one == 'SHOULD' for one in decided.values()), 'SHOULD')}")
        parts.append(f"{' and '.join(of)} violated: {_names(wrong)}")
    parts += overview.problems
    return "; ".join(parts) or "a test beside the checks failed"


def _interrupted(overview: Overview, results: Sequence[Result]) -> str:
    wrong = failing(results)
    violated = f"violated so far: {_names(wrong)}" if wrong else "nothing was violated so far"
    decided = sum(one.verdict in DECIDED for one in results)  # what was cut off has a verdict, too: could not run
    return f"{decided} of {counted(overview.planned, 'check')} were decided; {violated}"


def _harness_error(overview: Overview, results: Sequence[Result]) -> str:
    faulty = _with(results, Verdict.HARNESS_ERROR)
    own = [one for one in faulty if one.requirement in overview.own]
    ours = [one for one in faulty if one.requirement not in overview.own]
    parts = [f"a fault in this suite: {_names(ours)}; please report it"] if ours or not own else []
    if own:
        parts.append(f"a fault in an own check: {_names(own)}; who wrote it can mend it")
    return "; ".join(parts)


def _incomplete(overview: Overview, results: Sequence[Result]) -> str:
    counting = list(that_count(results))
    parts, todo = [], []
    for verdict, (what, then) in _MISSING.items():
        found = _with(counting, verdict)
        if found and not (verdict is Verdict.NOT_PROVEN and overview.free):
            parts.append(f"{counted(len(found), 'check')} {what}: {_names(found)}")
            todo.append(_ABOVE if overview.replayed else then)
    missing = overview.planned - len(results)
    if missing > 0:
        parts.append(f"{counted(missing, 'check')} not reached")
    budget = _MISSING[Verdict.OVER_BUDGET][1]  # the same budget would end the next run at the same place
    return "; ".join([*parts, *overview.problems, *([budget] if budget in todo else todo[:1])])


def _what_holds(results: Sequence[Result]) -> Iterator[str]:
    """Say how many requirements hold and do not, and about how many nothing is said."""
    states, levels = _states(results), {one.requirement: one.level for one in results}
    musts = sum(state == Verdict.PASSED and levels[name] == "MUST" for name, state in states.items())
    advice = Counter(levels[name] for name, state in states.items() if state == Verdict.ADVISORY)
    if _decided(results):
        told = f"{counted(musts, 'MUST')} {'holds' if musts == 1 else 'hold'}"
        if "MUST" not in _decided(results).values():
            told = "no MUST was decided"
        if advice["SHOULD"]:
            told += f", {counted(advice['SHOULD'], 'SHOULD')} {'does' if advice['SHOULD'] == 1 else 'do'} not"
        if advice["MUST"]:
            told += f", {counted(advice['MUST'], 'MUST')} may not"
        yield told
    others = Counter(states.values())
    apart = [f"{others[one]} {one}" for one in _SAID_APART if others[one]]
    if apart:
        yield ", ".join(apart)


def _states(results: Iterable[Result]) -> dict[str, str]:
    """Return the worst that is said of each requirement."""
    found: dict[str, str] = {}
    for one in results:
        state = KNOWN if one.known else one.verdict
        before = found.get(one.requirement, _WORST_FIRST[-1])
        found[one.requirement] = min(before, state, key=_WORST_FIRST.index)
    return found


def _decided(results: Iterable[Result]) -> Mapping[str, str]:
    """Return the level of each requirement that was decided somewhere."""
    verdicts = (Verdict.PASSED, Verdict.VIOLATED, Verdict.ADVISORY)
    return {one.requirement: one.level for one in results if one.verdict in verdicts}


def _with(results: Iterable[Result], verdict: Verdict) -> list[Result]:
    return [one for one in results if one.verdict is verdict]


def _names(results: Iterable[Result]) -> str:
    """Name the requirements, each with the first place and the number of the others."""
    places: dict[str, dict[str, None]] = {}
    for one in sorted(results, key=lambda one: one.requirement):
        places.setdefault(one.requirement, {})[one.deployment or OF_THE_DIAL] = None
    named = [
        f"{name} ({next(iter(at))}{f' and {len(at) - 1} more' if len(at) > 1 else ''})" for name, at in places.items()
    ]
    more = len(named) - _MOST_NAMED
    return ", ".join(named) if more <= 0 else f"{', '.join(named[:_MOST_NAMED])} and {more} more"
