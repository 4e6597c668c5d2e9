"""What many runs of a DIAL show: what came and went, since when, and what flaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from conformance.reports.history.model import DialSeen, Place, RunSeen
from conformance.reports.history.outcome import ABSENT, BROKEN, DECIDED, TRIED, worst

FLAPS: Final = 2
"""So many changes between runs of the same Core and suite are called flapping: there and back again."""


@dataclass(frozen=True)
class Change:
    """Something that was decided otherwise than the time before.

    Attributes:
        place: Where.
        run: The position of the run that decided it so.
        before: The position of the last run before that decided it.
        came: It does not hold any more; else it holds again.
    """

    place: Place
    run: int
    before: int
    came: bool


@dataclass(frozen=True)
class Finding:
    """A place where something did not hold at some time.

    Attributes:
        place: Where.
        letters: What came out in each run.
        first: The position of the first run in which it did not hold.
        last: The same of the last one.
        broken: In how many runs it did not hold.
        decided: In how many runs it was decided.
        open: It did not hold when it was last decided.
        flaps: How often the outcome changed between runs of the same Core and suite; not to run is an outcome too.
    """

    place: Place
    letters: str
    first: int
    last: int
    broken: int
    decided: int
    open: bool
    flaps: int


@dataclass(frozen=True)
class DeploymentSeen:
    """A deployment over time.

    Attributes:
        name: Its id; None for the DIAL itself.
        letters: The worst of its places in each run.
        first: The position of the first run that has it.
        last: The same of the last one.
        open: At how many places something did not hold when it was last decided.
        flaps: How often the outcome of a place changed, at the places that flap.
    """

    name: str | None
    letters: str
    first: int
    last: int
    open: int
    flaps: int


def changes_of(dial: DialSeen) -> Iterator[Change]:
    """Give what came and went, by place; the first time that something is decided is no change."""
    for place, letters in dial.places.items():
        before: int | None = None
        for number in _positions(letters, DECIDED):
            if before is not None and (letters[number] in BROKEN) is not (letters[before] in BROKEN):
                yield Change(place, number, before, letters[number] in BROKEN)
            before = number


def findings_of(dial: DialSeen) -> list[Finding]:
    """Return where something did not hold at some time, or flaps; what is open comes first, then what is newest."""
    found = list(_findings(dial))
    return sorted(found, key=lambda one: (not one.open, -one.last, one.place.requirement, one.place.deployment or ""))


def _findings(dial: DialSeen) -> Iterator[Finding]:
    for place, letters in dial.places.items():
        broken = list(_positions(letters, BROKEN))
        if not broken:
            continue
        decided = list(_positions(letters, DECIDED))
        is_open = letters[decided[-1]] in BROKEN
        flaps = flaps_of(letters, dial.runs)
        yield Finding(place, letters, broken[0], broken[-1], len(broken), len(decided), is_open, flaps)


def flaps_of(letters: str, runs: Sequence[RunSeen]) -> int:
    """Count the changes of a place that neither another Core nor another suite explains.

    It holds, does not hold, or could not run: what was not tried is no change.
    """
    tried = list(_positions(letters, TRIED))
    return sum(
        _kind(letters[one]) != _kind(letters[other])
        and (runs[one].core, runs[one].suite) == (runs[other].core, runs[other].suite)
        for one, other in pairwise(tried)
    )


def deployments_of(dial: DialSeen) -> list[DeploymentSeen]:
    """Return the DIAL itself, and its deployments: those that flap first, then by name."""
    grouped: dict[str | None, list[str]] = {}
    for place, letters in dial.places.items():
        grouped.setdefault(place.deployment, []).append(letters)
    found = [_deployment(name, rows, dial.runs) for name, rows in grouped.items()]
    return sorted(found, key=lambda one: (one.name is not None, -one.flaps, one.name or ""))


def _deployment(name: str | None, rows: Sequence[str], runs: Sequence[RunSeen]) -> DeploymentSeen:
    letters = "".join(worst("".join(set(column))) for column in zip(*rows, strict=True))
    seen = [number for number, letter in enumerate(letters) if letter != ABSENT]
    flaps = [flaps_of(row, runs) for row in rows]
    return DeploymentSeen(
        name,
        letters,
        seen[0],
        seen[-1],
        sum(is_open(row) for row in rows),
        sum(one for one in flaps if one >= FLAPS),
    )


def is_open(letters: str) -> bool:
    """Tell whether something did not hold when it was last decided."""
    return next((letter in BROKEN for letter in reversed(letters) if letter in DECIDED), False)


def _positions(letters: str, wanted: Iterable[str]) -> Iterator[int]:
    return (number for number, letter in enumerate(letters) if letter in wanted)


def _kind(letter: str) -> str:
    return "broken" if letter in BROKEN else letter
