"""The history in GitHub's Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.reports.history.model import History, RequirementSeen
from conformance.reports.history.outcome import OUTCOMES
from conformance.reports.history.sections import (
    MOST_DIALS,
    DialShown,
    Step,
    day,
    fleet,
    headline,
    name_of,
    said,
    shown,
)
from conformance.reports.history.timeline import FLAPS
from conformance.reports.markdown import escaped, in_code
from conformance.reports.terminal import counted


def markdown(history: History) -> str:
    """Write a history; all texts in it are from strangers."""
    parts = [f"## DIAL conformance over time: {escaped(headline(history))}"]
    parts += ["\n".join(f"* {escaped(one)}" for one in history.notes)]
    if len(history.dials) > 1:
        parts += _fleet(history)
    for dial in history.dials[:MOST_DIALS]:
        parts += _dial(shown(dial), history)
    if len(history.dials) > MOST_DIALS:
        parts.append(f"and {counted(len(history.dials) - MOST_DIALS, 'more DIAL')}, in the JSON")
    return "\n\n".join(one for one in parts if one) + "\n"


def _fleet(history: History) -> Iterator[str]:
    yield "### DIALs beside each other"
    dials = history.dials[:MOST_DIALS]
    rows, more = fleet(history)
    head = ["does not hold somewhere", *(in_code(one.name) for one in dials)]
    core = ["Core", *(in_code(one.runs[-1].core) for one in dials)]
    runs = ["runs", *(str(len(one.runs)) for one in dials)]
    cells = [[in_code(row.requirement), *(OUTCOMES[one] for one in row.letters[:MOST_DIALS])] for row in rows]
    yield _table(head, [core, runs, *cells])
    yield _more(more, "requirement")


def _dial(of: DialShown, history: History) -> Iterator[str]:
    first, last = of.dial.runs[0], of.dial.runs[-1]
    yield f"### {in_code(of.dial.name)}"
    runs = counted(len(of.dial.runs), "run")
    yield f"{runs} from {day(first)} (Core {in_code(first.core)}) to {day(last)} (Core {in_code(last.core)})"
    yield f"Flapping: {', '.join(map(in_code, of.flapping[:MOST_DIALS]))}" if of.flapping else ""
    if of.findings:
        yield "#### What does not hold, or did not"
        rows = [
            [
                f"{in_code(one.place.requirement)} {_level(history.requirements.get(one.place.requirement))}",
                in_code(name_of(one.place.deployment)),
                "open" if one.open else "gone",
                *(f"{day(of.dial.runs[at])} {in_code(of.dial.runs[at].core)}" for at in (one.first, one.last)),
                f"{one.broken} of {one.decided}",
                f"flaps, {one.flaps} changes" if one.flaps >= FLAPS else "",
            ]
            for one in of.findings
        ]
        yield _table(["requirement", "of", "now", "first seen (Core)", "last seen (Core)", "runs", ""], rows)
        yield _more(of.more_findings, "place")
    if of.steps:
        yield "#### What came and went"
        yield "\n".join(map(_step, of.steps))
        yield _more(of.more_steps, "run")
    yield "#### Deployments"
    yield _table(
        ["", "first seen", "last seen", "open", "over time"],
        [
            [
                in_code(name_of(one.name)),
                day(of.dial.runs[one.first]),
                day(of.dial.runs[one.last]),
                str(one.open),
                said(one.letters),
            ]
            for one in of.deployments
        ],
    )
    yield _more(of.more_deployments, "deployment")
    yield "#### Runs"
    yield _table(
        ["when", "Core", "suite", "exit code", "seconds", "requests", "completions", "cost"],
        [
            [
                day(one),
                in_code(one.core),
                in_code(one.suite) + (f", contract {in_code(one.contract)}" if one.contract else ""),
                str(one.exit_code),
                f"{one.seconds:.0f}",
                str(one.requests),
                str(one.completions),
                escaped(one.dollars),
            ]
            for one in of.runs
        ],
    )
    yield _more(of.more_runs, "run")


def _step(step: Step) -> str:
    why = ", ".join(map(in_code, step.versions)) or "neither Core, the suite nor the contract changed"
    lines = [f"* {day(step.run)}, Core {in_code(step.run.core)} ({why})"]
    lines += [f"  * came: {', '.join(map(in_code, step.came))}"] if step.came else []
    lines += [f"  * went: {', '.join(map(in_code, step.went))}"] if step.went else []
    return "\n".join(lines)


def _level(requirement: RequirementSeen | None) -> str:
    return "" if requirement is None else escaped(requirement.level)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))


def _more(number: int, name: str) -> str:
    return f"and {counted(number, f'more {name}')}, in the JSON" if number else ""
