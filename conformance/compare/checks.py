"""Which checks differ: for each requirement and deployment, by case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

from conformance.compare.change_kinds import State, change_kind_of, state_of, worst_of
from conformance.compare.model import CaseCount, CheckChange
from conformance.contract.result import Result
from conformance.reports.document import Report

Cases = Mapping[str | None, Result]
Place = tuple[str, str | None]
"""A requirement, and the deployment or None."""
Change = tuple[Result | None, Result | None]
"""A result that was, and the one that is."""

_FINDINGS: Final = frozenset({State.BROKEN, State.KNOWN, State.ADVISED})


class Checks:
    """The checks of two reports, side by side.

    A deployment or requirement that only one of them has is named once; of a new one, findings are given too.
    """

    def __init__(self, old: Report, new: Report) -> None:
        self._old, self._new = _by_place(old.results), _by_place(new.results)
        self._old_names, self._new_names = _Names.of(old), _Names.of(new)
        both = {*filter(self._new_names.has, self._old), *self._new}
        self._places = sorted(both, key=lambda place: (place[0], place[1] or ""))

    def changes(self) -> Iterator[CheckChange]:
        """Give those that differ."""
        for place in self._places:
            old, new = self._old.get(place, {}), self._new.get(place, {})
            grouped: dict[tuple[str, str, str], list[Change]] = {}
            for was, is_now in _changes(old, new, new_place=not self._old_names.has(place)):
                kind = change_kind_of(state_of(was), state_of(is_now))
                grouped.setdefault((kind, _verdict(was), _verdict(is_now)), []).append((was, is_now))
            yield from map(_check_change, grouped.values())

    def case_counts(self) -> Iterator[CaseCount]:
        """Give where there are other cases than before."""
        for place in self._places:
            old, new = self._old.get(place, {}).keys(), self._new.get(place, {}).keys()
            if old and new and old != new:
                yield CaseCount(*place, len(old - new), len(new - old))


@dataclass(frozen=True)
class _Names:
    requirements: frozenset[str]
    deployments: frozenset[str | None]

    @classmethod
    def of(cls, report: Report) -> Self:
        requirements = frozenset(one.id for one in report.requirements)
        return cls(requirements, frozenset([None, *(one.id for one in report.deployments)]))

    def has(self, place: Place) -> bool:
        return place[0] in self.requirements and place[1] in self.deployments


def _by_place(results: Iterable[Result]) -> dict[Place, dict[str | None, Result]]:
    found: dict[Place, dict[str | None, Result]] = {}
    for one in results:
        found.setdefault((one.requirement, one.deployment), {})[one.case] = one
    return found


def _changes(old: Cases, new: Cases, *, new_place: bool) -> Iterator[Change]:
    """Give the results that differ.

    A schema that changed gives other cases. What is violated in a case that is new is no news if the same was violated
    in one that is gone, so the cases that only one report has are compared by the worst of them.
    """
    for case, was in old.items():
        if case in new and (was.verdict, state_of(was)) != (new[case].verdict, state_of(new[case])):
            yield was, new[case]
    gone = [one for case, one in old.items() if case not in new]
    come = [one for case, one in new.items() if case not in old]
    if gone and come:
        worst, state = worst_of(gone), state_of(worst_of(come))
        if state_of(worst) is not state:
            yield from ((worst, one) for one in come if state_of(one) is state)
    elif come:
        yield from ((None, one) for one in come if state_of(one) in _FINDINGS or not (old or new_place))
    elif not new:
        yield from ((one, None) for one in gone)


def _check_change(changes: Collection[Change]) -> CheckChange:
    was, is_now = next(iter(changes))
    present = is_now or was
    assert present is not None  # noqa: S101 - for mypy: one of both is there
    cases = [one.case for pair in changes for one in (pair[1] or pair[0],) if one is not None and one.case]
    return CheckChange(
        present.requirement,
        present.level,
        present.sentence,
        present.deployment,
        change_kind_of(state_of(was), state_of(is_now)),
        _verdict(was),
        _verdict(is_now),
        tuple(cases),
        *((is_now.expected, is_now.got, is_now.reason) if is_now else ()),
    )


def _verdict(result: Result | None) -> str:
    return str(result.verdict) if result else ""
