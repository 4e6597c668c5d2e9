"""Tells which entries of a baseline fail a run: what they say is not so, or no longer, or their time is up.

A run sees only a part: of the requirements, the deployments, the cases. An entry about anything else is let alone.

* One that was not selected, was not under test, or could not run, is neither.
* It "fits nothing" if neither the DIAL's listings nor the deployments under test have what it names.
* It "no longer applies" if everything that it names was checked in this run, and none of it is violated.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, TypeVar

from conformance.contract.result import Result
from conformance.contract.verdict import DOES_NOT_HOLD, Verdict
from conformance.reports.baseline.entry import Baseline, Entry, Place, place_of

T = TypeVar("T")
Key = TypeVar("Key", bound=Hashable)

_SETTLED: Final = frozenset({Verdict.PASSED, Verdict.NOT_CLAIMED})
_KNOWN_CASES: Final = _SETTLED | DOES_NOT_HOLD
_MISSING: Final = frozenset({Verdict.COULD_NOT_RUN, Verdict.OVER_BUDGET})


class EntryProblem(NamedTuple):
    """Why an entry fails a run.

    Attributes:
        entry: The entry.
        problem: What is wrong with it, and what to do.
        superfluous: It can be removed, and nothing is lost.
    """

    entry: Entry
    problem: str
    superfluous: bool


@dataclass(frozen=True)
class Seen:
    """What a run saw.

    Attributes:
        results: What came out.
        planned: Gives the places where a requirement was planned to be checked, those that were not selected included;
            None if that is not known.
        listed: The deployments that the DIAL lists, or None if that is not known for all.
        sharded: Only a part of the deployments was under test, and other machines see the others.
        whole: Every requirement was selected, for every case.
        compares: Tells whether a requirement looks at whatever else was asked, so that a part of a run may not see it.
    """

    results: Sequence[Result]
    planned: Callable[[str], Sequence[Place] | None]
    listed: frozenset[str] | None
    sharded: bool
    whole: bool
    compares: Callable[[str], bool]

    @cached_property
    def everything(self) -> bool:
        """All that the options allow was asked."""
        return self.whole and not any(one.verdict in _MISSING for one in self.results)

    def of(self, requirement: str) -> Checked | None:
        """Return what was planned and what came out of a requirement; None if it was not selected, or is not known."""
        if requirement not in self._checked:
            results = self._by_requirement.get(requirement)
            planned = self.planned(requirement) if results else None
            self._checked[requirement] = Checked.of(planned, results) if results and planned is not None else None
        return self._checked[requirement]

    @cached_property
    def _by_requirement(self) -> Mapping[str, Sequence[Result]]:
        return _grouped(self.results, lambda one: one.requirement)

    @cached_property
    def _checked(self) -> dict[str, Checked | None]:
        return {}


@dataclass(frozen=True)
class Checked:
    """Where a requirement was planned to be checked, and what came out, by deployment."""

    planned: Mapping[str | None, Sequence[Place]]
    results: Mapping[str | None, Sequence[Result]]

    @classmethod
    def of(cls, planned: Iterable[Place], results: Iterable[Result]) -> Checked:
        """Group both by deployment."""
        return cls(_grouped(planned, lambda one: one.deployment), _grouped(results, lambda one: one.deployment))

    def deployments(self, entry: Entry) -> Sequence[str | None]:
        """Return those where it was planned, and that an entry is about."""
        if not entry.is_glob:
            return [entry.deployment] if entry.deployment in self.planned else []
        return [one for one in self.planned if entry.fits_deployment(one)]


def _grouped(ones: Iterable[T], by: Callable[[T], Key]) -> Mapping[Key, Sequence[T]]:
    found: dict[Key, list[T]] = {}
    for one in ones:
        found.setdefault(by(one), []).append(one)
    return found


def problems_of(baseline: Baseline, seen: Seen) -> Iterator[EntryProblem]:
    """Give the entries that fail the run, in the order of the file."""
    for entry in baseline.entries:
        checked = seen.of(entry.requirement)
        problem = _problem(entry, baseline, seen, checked) if checked is not None else None
        if problem is not None:
            yield problem


def _problem(entry: Entry, baseline: Baseline, seen: Seen, checked: Checked) -> EntryProblem | None:
    here = checked.deployments(entry)
    places = [place for one in here for place in checked.planned[one] if entry.fits(place)]
    if not places:
        problem = _fits_nothing(entry, seen, checked)
        return EntryProblem(entry, problem, superfluous=True) if problem else None
    results = [result for one in here for result in checked.results.get(one, ()) if entry.fits(place_of(result))]
    if not results:
        return None
    if len(results) >= len(places) and _is_gone(entry, seen, checked, results):
        passed = any(one.verdict is Verdict.PASSED for one in results)
        now = "it passes now" if passed else "it is not claimed any more"
        return EntryProblem(entry, f"it no longer applies: {now}; remove it", superfluous=True)
    if entry.is_expired(baseline.today):
        problem = f"it expired after {entry.expires}: mend what is violated, or give it more time"
        return EntryProblem(entry, problem, superfluous=False)
    return None


def _fits_nothing(entry: Entry, seen: Seen, checked: Checked) -> str | None:
    """Say why an entry fits none of the planned checks of its requirement; None if it may fit one of another run."""
    of_the_dial = checked.planned.keys() <= {None}
    if of_the_dial and entry.deployment is not None:
        return f"{entry.requirement} is about the DIAL: leave out `deployment`"
    if not of_the_dial and entry.deployment is None:
        return f"{entry.requirement} is about a deployment: say which with `deployment`, a name or a glob"
    here = checked.deployments(entry)
    if not here:
        is_missing = seen.listed is not None and not any(map(entry.fits_deployment, seen.listed))
        return f"it fits nothing: the DIAL lists no deployment {entry.deployment}; remove it" if is_missing else None
    without_case = (one.verdict for name in here for one in checked.results.get(name, ()) if one.case is None)
    if not all(verdict in _KNOWN_CASES for verdict in without_case) or not _sees_all(entry, seen, checked):
        return None
    return f"it fits nothing: there is no case {entry.case}; remove it"


def _is_gone(entry: Entry, seen: Seen, checked: Checked, results: Iterable[Result]) -> bool:
    if not all(one.verdict in _SETTLED for one in results) or not _sees_all(entry, seen, checked):
        return False
    return seen.everything or not seen.compares(entry.requirement)


def _sees_all(entry: Entry, seen: Seen, checked: Checked) -> bool:
    """Tell whether every deployment that an entry is about was checked."""
    if entry.deployment is None:
        return not seen.sharded
    if not entry.is_glob:
        return entry.deployment in checked.results
    return seen.listed is not None and all(one in checked.results for one in seen.listed if entry.fits_deployment(one))
