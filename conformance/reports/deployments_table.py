"""The counts of a run: a row for each deployment, and one for each of its chapters in which something is not well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tabulate import tabulate

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.reports.findings import KNOWN
from conformance.reports.terminal import OF_THE_DIAL, Line, counted

_NOT_WELL: Final = (
    Verdict.VIOLATED,
    Verdict.ADVISORY,
    Verdict.HARNESS_ERROR,
    Verdict.COULD_NOT_RUN,
    Verdict.OVER_BUDGET,
    Verdict.NOT_PROVEN,
)
_RED: Final = (Verdict.VIOLATED, Verdict.HARNESS_ERROR)
_MOST_ROWS: Final = 20
_LONGEST_NAME: Final = 60

Counts = Counter[str]
"""How often each verdict was given; what the baseline knows is counted apart, as `known`."""
_COLUMNS: Final = (*list(Verdict)[:3], KNOWN, *list(Verdict)[3:])


@dataclass
class _Place:
    """What came of a deployment, or of the DIAL itself."""

    name: str
    chapters: dict[str, Counts] = field(default_factory=dict)

    @property
    def total(self) -> Counts:
        return sum(self.chapters.values(), Counter[str]())

    @property
    def is_well(self) -> bool:
        return not any(self.total[one] for one in _NOT_WELL)

    @property
    def unwell_chapters(self) -> Mapping[str, Counts]:
        return {name: count for name, count in sorted(self.chapters.items()) if any(count[one] for one in _NOT_WELL)}


def table(results: Iterable[Result], width: int) -> Iterator[Line]:
    """Give the lines of the table; where that is too wide, a line in words for each of its rows.

    Args:
        results: The results of a run.
        width: How many characters a line of the terminal has.
    """
    rows = list(_rows(_places(results)))
    shown = [verdict for verdict in _COLUMNS if any(count[verdict] for _, count in rows)]
    titles = [["deployment"], *(str(verdict).split() for verdict in shown)]
    cells = [[name, *(str(count[verdict] or "") for verdict in shown)] for name, count in rows]
    lines = _aligned(titles, cells)
    if max(map(len, lines)) > width:
        for name, count in rows:
            yield Line(f"{name}: {', '.join(f'{count[one]} {one}' for one in shown if count[one])}", _colour(count))
        return
    above = len(lines) - len(rows)
    yield from map(Line, lines[:above])
    for line, (_, count) in zip(lines[above:], rows, strict=True):
        yield Line(line, _colour(count))


def _aligned(titles: Sequence[Sequence[str]], cells: Sequence[Sequence[str]]) -> list[str]:
    """Lay out rows below the words of their titles, the last words of all in one line, as narrow as they can be."""
    height = max(map(len, titles))
    heads = [[*[""] * (height - len(words)), *words] for words in titles]
    columns = [[*head, *column] for head, column in zip(heads, zip(*cells, strict=True), strict=True)]
    dashes = ["-" * max(map(len, column)) for column in columns]
    rows = [*zip(*heads, strict=True), dashes, *cells]
    align = ["left", *["right"] * (len(titles) - 1)]
    text = tabulate(rows, tablefmt="plain", colalign=align, disable_numparse=True, preserve_whitespace=True)
    return [line.rstrip() for line in text.splitlines()]


def _places(results: Iterable[Result]) -> list[_Place]:
    places: dict[str, _Place] = {}
    for one in results:
        name = one.deployment or OF_THE_DIAL
        place = places.setdefault(name, _Place(name))
        place.chapters.setdefault(one.chapter, Counter())[KNOWN if one.known else one.verdict] += 1
    return sorted(places.values(), key=lambda place: place.name != OF_THE_DIAL)


def _rows(places: Sequence[_Place]) -> Iterator[tuple[str, Counts]]:
    """Give the name and the counts of each row. Of many deployments those that are not well come one by one."""
    if len(places) <= _MOST_ROWS:
        alone, others = list(places), []
    else:
        alone = [one for one in places if not one.is_well or one.name == OF_THE_DIAL]
        others = [one for one in places if one.is_well and one.name != OF_THE_DIAL]
    for place in alone[:_MOST_ROWS]:
        yield _shortened(place.name), place.total
        for chapter, count in place.unwell_chapters.items():
            yield f"  {chapter}", count
    if alone[_MOST_ROWS:]:
        yield f"{counted(len(alone) - _MOST_ROWS, 'other')} of such", _sum(alone[_MOST_ROWS:])
    if others:
        yield f"{counted(len(others), 'deployment')} more", _sum(others)


def _sum(places: Iterable[_Place]) -> Counts:
    return sum((one.total for one in places), Counter[str]())


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME // 2]}...{name[-_LONGEST_NAME // 3 :]}"


def _colour(count: Counts) -> str:
    if any(count[one] for one in _RED):
        return "red"
    return "yellow" if any(count[one] for one in _NOT_WELL) else ""
