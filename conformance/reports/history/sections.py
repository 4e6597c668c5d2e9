"""What the page and the Markdown say: the history in rows, bounded, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from conformance.reports.history.model import DialSeen, History, Place, RunSeen
from conformance.reports.history.outcome import BROKEN, OUTCOMES, PASSED, worst
from conformance.reports.history.timeline import (
    FLAPS,
    Change,
    DeploymentSeen,
    Finding,
    changes_of,
    deployments_of,
    findings_of,
    is_open,
)
from conformance.reports.terminal import OF_THE_DIAL, counted

MOST_FINDINGS: Final = 500
MOST_DEPLOYMENTS: Final = 500
MOST_RUNS: Final = 100
MOST_STEPS: Final = 100
MOST_DIALS: Final = 50
MOST_REQUIREMENTS: Final = 300
MOST_PLACES: Final = 12
COLUMNS: Final = 120


@dataclass(frozen=True)
class Step:
    """What came and went with a run.

    Attributes:
        run: The run.
        came: What does not hold any more.
        went: What holds again.
        versions: Which versions changed since the runs that decided it before, such as `Core 0.18 -> 0.25`; none if
            neither did.
    """

    run: RunSeen
    came: tuple[str, ...]
    went: tuple[str, ...]
    versions: tuple[str, ...]


@dataclass(frozen=True)
class DialShown:
    """A DIAL, and how much of it there is beside what is shown."""

    dial: DialSeen
    findings: Sequence[Finding]
    more_findings: int
    deployments: Sequence[DeploymentSeen]
    more_deployments: int
    steps: Sequence[Step]
    more_steps: int
    runs: Sequence[RunSeen]
    more_runs: int
    open: int
    flapping: Sequence[str]


@dataclass(frozen=True)
class FleetRow:
    """A requirement at all DIALs: the worst of what was last decided at each, by the order of the DIALs."""

    requirement: str
    letters: Sequence[str]


def shown(dial: DialSeen) -> DialShown:
    """Return what is shown of a DIAL."""
    findings, deployments = findings_of(dial), deployments_of(dial)
    steps = list(_steps(dial))
    flapping = [name_of(one.name) for one in deployments if one.flaps >= FLAPS]
    return DialShown(
        dial,
        findings[:MOST_FINDINGS],
        max(0, len(findings) - MOST_FINDINGS),
        deployments[:MOST_DEPLOYMENTS],
        max(0, len(deployments) - MOST_DEPLOYMENTS),
        steps[:MOST_STEPS],
        max(0, len(steps) - MOST_STEPS),
        dial.runs[::-1][:MOST_RUNS],
        max(0, len(dial.runs) - MOST_RUNS),
        sum(one.open for one in findings),
        flapping,
    )


def fleet(history: History) -> tuple[list[FleetRow], int]:
    """Return the requirements that do not hold at some DIAL, side by side, and how many more there are."""
    last: list[dict[str, str]] = [{} for _ in history.dials]
    for found, dial in zip(last, history.dials, strict=True):
        for place, letters in dial.places.items():
            was = found.get(place.requirement, "")
            found[place.requirement] = worst(was + last_of(letters))
    broken = sorted({name for found in last for name, letter in found.items() if letter in BROKEN})
    rows = [FleetRow(name, [worst(found.get(name, "")) for found in last]) for name in broken]
    return rows[:MOST_REQUIREMENTS], max(0, len(rows) - MOST_REQUIREMENTS)


def last_of(letters: str) -> str:
    """Return the letter of the last run that decided a place; else that of the last run."""
    decided = (letter for letter in reversed(letters) if letter in BROKEN or letter == PASSED)
    return next(decided, letters[-1:])


def headline(history: History) -> str:
    """Say in a line what there is."""
    runs = sum(len(one.runs) for one in history.dials)
    broken = sum(is_open(letters) for one in history.dials for letters in one.places.values())
    dials = counted(len(history.dials), "DIAL")
    return f"{counted(runs, 'run')} of {dials}: {counted(broken, 'place')} where something does not hold now"


def name_of(deployment: str | None) -> str:
    """Return what a place is called."""
    return OF_THE_DIAL if deployment is None else deployment


def day(run: RunSeen) -> str:
    """Write when a run was."""
    return f"{run.when:%Y-%m-%d %H:%M}"


def said(letters: str) -> str:
    """Say how often it came to what, the worst first."""
    return ", ".join(f"{letters.count(letter)} {text}" for letter, text in OUTCOMES.items() if letter in letters)


def strip(letters: str, columns: int = COLUMNS) -> list[tuple[int, int, str]]:
    """Draw a place over time: (from, how many, letter), where a column is the worst of the runs that it stands for."""
    width = max(1, -(-len(letters) // columns))
    drawn: list[tuple[int, int, str]] = []
    for number, start in enumerate(range(0, len(letters), width)):
        letter = worst("".join(set(letters[start : start + width])))
        if drawn and drawn[-1][2] == letter:
            drawn[-1] = (drawn[-1][0], drawn[-1][1] + 1, letter)
        else:
            drawn.append((number, 1, letter))
    return drawn


def _steps(dial: DialSeen) -> Iterator[Step]:
    """Give what came and went, the newest first."""
    grouped: dict[int, list[Change]] = {}
    for change in changes_of(dial):
        grouped.setdefault(change.run, []).append(change)
    for number in sorted(grouped, reverse=True):
        changes = grouped[number]
        run = dial.runs[number]
        before = [dial.runs[one] for one in sorted({change.before for change in changes})]
        versions = [
            *(f"Core {one} -> {run.core}" for one in dict.fromkeys(was.core for was in before) if one != run.core),
            *(f"suite {one} -> {run.suite}" for one in dict.fromkeys(was.suite for was in before) if one != run.suite),
            *(
                f"contract {one or 'none'} -> {run.contract or 'none'}"
                for one in dict.fromkeys(was.contract for was in before)
                if one != run.contract
            ),
        ]
        came = _names(one.place for one in changes if one.came)
        went = _names(one.place for one in changes if not one.came)
        yield Step(run, came, went, tuple(versions[:MOST_PLACES]))


def _names(places: Iterator[Place]) -> tuple[str, ...]:
    names = [f"{one.requirement} of {name_of(one.deployment)}" for one in places]
    more = [f"and {len(names) - MOST_PLACES} more"] if len(names) > MOST_PLACES else []
    return (*names[:MOST_PLACES], *more)
