"""The matrix: each requirement for each deployment."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from conformance.contract.verdict import Verdict
from conformance.reports.document import Report, ReportedRequirement
from conformance.reports.page.anchors import Anchors
from conformance.reports.page.marks import KNOWN, MARKS, SEVERITY, Mark, mark_of, most_severe
from conformance.reports.page.text import name_of
from conformance.reports.terminal import OF_THE_DIAL

MOST_COLUMNS: Final = 16
"""Of more deployments, each is a row with narrow cells."""
MOST_CELLS: Final = 160_000
ROWS_OF_A_PART: Final = 50

FOUND: Final = (MARKS[Verdict.VIOLATED], MARKS[Verdict.HARNESS_ERROR], KNOWN, MARKS[Verdict.ADVISORY])
"""Marks of what does not hold, which has details."""

Tallies = Mapping[tuple[str, str], Counter[Mark]]
"""How many results of each kind a requirement has for a deployment."""


@dataclass(frozen=True)
class Cell:
    """What a requirement came to for a deployment.

    Attributes:
        mark: The most_severe of its results, or None if there are none.
        count: How many results that is, of how many if others came to something else; empty if there is one.
        href: Where the details are, or empty.
    """

    mark: Mark | None
    count: str = ""
    href: str = ""


@dataclass(frozen=True)
class Row:
    """A requirement (or, of many deployments, a deployment) with its cells.

    Attributes:
        name: Its id.
        href: Where it is explained, or empty.
        level: MUST or SHOULD; empty of a deployment.
        sentence: What it says; empty of a deployment.
        cells: What came of it.
        style: That of the most severe of its cells; empty of a deployment.
    """

    name: str
    href: str
    level: str
    sentence: str
    cells: tuple[Cell, ...]
    style: str = ""


Group = tuple[str, tuple[Row, ...]]
"""Rows that belong together, with their name."""


@dataclass(frozen=True)
class Matrix:
    """Each requirement for each deployment.

    Attributes:
        large: Deployments are rows, because there are so many.
        columns: What is above the cells, with where it leads to.
        groups: Rows by chapter; in a large matrix so many that a browser can lay them out together.
        marks: The marks that occur, for the legend.
        left_out: Deployments without a row: nothing is wrong with them.
    """

    large: bool
    columns: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    marks: tuple[Mark, ...]
    left_out: int


def tallies_of(report: Report) -> Tallies:
    """Count the results of each requirement and deployment."""
    tallies: defaultdict[tuple[str, str], Counter[Mark]] = defaultdict(Counter)
    for one in report.results:
        tallies[one.requirement, one.deployment or OF_THE_DIAL][mark_of(one)] += 1
    return tallies


def matrix_of(report: Report, tallies: Tallies, anchors: Anchors) -> Matrix:
    """Lay the matrix out, with links to what is on the page already."""
    places = sorted(dict.fromkeys(place for _, place in tallies), key=lambda one: one != OF_THE_DIAL)
    large = len(places) > MOST_COLUMNS
    layout = _Layout(tallies, anchors, brief=large)
    requirements = sorted(report.requirements, key=lambda one: one.id)
    marks = sorted({mark for tally in tallies.values() for mark in tally}, key=SEVERITY.__getitem__)
    shown = layout.first(places, MOST_CELLS // max(1, len(requirements))) if large else places
    return Matrix(
        large=large,
        columns=layout.headings(requirements) if large else tuple((name_of(one), "") for one in places),
        groups=tuple(layout.of_places(shown, requirements) if large else layout.of_requirements(requirements, places)),
        marks=tuple(marks),
        left_out=len(places) - len(shown),
    )


class _Layout:
    """Lays out rows; the cells of a large matrix say no more than their sign."""

    def __init__(self, tallies: Tallies, anchors: Anchors, *, brief: bool) -> None:
        self._tallies = tallies
        self._anchors = anchors
        self._brief = brief

    def of_requirements(self, requirements: Sequence[ReportedRequirement], places: Sequence[str]) -> Iterator[Group]:
        """Give a row for each requirement, by chapter."""
        own_last = sorted(requirements, key=lambda one: one.package)
        for (package, chapter), same in groupby(own_last, lambda one: (one.package, one.id.rpartition("-")[0])):
            title = f"Own checks of {name_of(package)}: {chapter}" if package else chapter
            yield title, tuple(self._requirement(one, places) for one in same)

    def of_places(self, places: Sequence[str], requirements: Sequence[ReportedRequirement]) -> Iterator[Group]:
        """Give a row for each deployment, in parts that a browser can lay out one by one."""
        for part in (places[at : at + ROWS_OF_A_PART] for at in range(0, len(places), ROWS_OF_A_PART)):
            rows = (Row(name_of(at), "", "", "", tuple(self._cell(one.id, at) for one in requirements)) for at in part)
            yield f"{name_of(part[0])} to {name_of(part[-1])}", tuple(rows)

    def headings(self, requirements: Sequence[ReportedRequirement]) -> tuple[tuple[str, str], ...]:
        """Return requirements as columns."""
        return tuple((name_of(one.id), self._anchors.link(one.id)) for one in requirements)

    def first(self, places: Sequence[str], most: int) -> Sequence[str]:
        """Choose the deployments that have a row: those with something wrong before others."""
        if len(places) <= most:
            return places
        wrong = {place for (_, place), tally in self._tallies.items() if any(tally[mark] for mark in FOUND)}
        chosen = set(sorted(places, key=lambda one: one not in wrong)[:most])
        return [one for one in places if one in chosen]

    def _requirement(self, one: ReportedRequirement, places: Sequence[str]) -> Row:
        cells = tuple(self._cell(one.id, at) for at in places)
        marks = [cell.mark for cell in cells if cell.mark is not None]
        style = most_severe(marks).style if marks else ""
        return Row(name_of(one.id), self._anchors.link(one.id), one.level, one.sentence, cells, style)

    def _cell(self, requirement: str, place: str) -> Cell:
        tally = self._tallies.get((requirement, place))
        if tally is None:
            return _NOTHING
        mark = most_severe(tally)
        href = self._details(requirement, place) if mark in FOUND else ""
        if self._brief:
            return Cell(mark, href=href)
        number, of = tally[mark], sum(tally.values())
        return Cell(mark, f"{number} of {of}" if number < of else str(number) if of > 1 else "", href)

    def _details(self, requirement: str, place: str) -> str:
        return self._anchors.link(requirement, place) or ("" if self._brief else self._anchors.link(requirement))


_NOTHING = Cell(None)
