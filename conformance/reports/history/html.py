"""The history as a page: one file that needs no network and no script, and shows texts from strangers as texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from conformance.reports.history.model import DialSeen, History
from conformance.reports.history.outcome import OUTCOMES
from conformance.reports.history.sections import (
    COLUMNS,
    MOST_DEPLOYMENTS,
    MOST_DIALS,
    day,
    fleet,
    headline,
    name_of,
    said,
    shown,
    strip,
)
from conformance.reports.history.timeline import FLAPS
from conformance.reports.html import templates
from conformance.reports.page.text import name_of as shortened
from conformance.reports.page.text import with_code

_STYLES: Final = dict(zip(OUTCOMES, "vkaeccubpnn", strict=False)) | {".": "o"}
"""The class of each letter in the style of the report."""
_HEIGHT: Final = 24


def page(history: History) -> str:
    """Write a history as a page; all texts in it are from strangers: they are escaped, and cut where there are many."""
    rows, more = fleet(history)
    return (
        templates("conformance.reports.history")
        .get_template("history.html")
        .render(
            headline=headline(history),
            history=history,
            dials=[shown(one) for one in history.dials[:MOST_DIALS]],
            more_dials=max(0, len(history.dials) - MOST_DIALS),
            fleet=rows,
            more_in_fleet=more,
            outcomes=OUTCOMES,
            styles=_STYLES,
            flaps=FLAPS,
            columns=COLUMNS,
            height=_HEIGHT,
            day=day,
            name_of=name_of,
            shortened=shortened,
            said=said,
            strip=strip,
            curve=curve,
            took=_took,
            with_code=with_code,
        )
    )


def curve(numbers: Sequence[float | None], columns: int = COLUMNS) -> str:
    """Draw numbers over time as the points of a polyline of SVG, from 0 at the bottom; what is unknown is left out."""
    width = max(1, -(-len(numbers) // columns))
    drawn: list[tuple[int, float]] = []
    for number, start in enumerate(range(0, len(numbers), width)):
        known = [one for one in numbers[start : start + width] if one is not None]
        if known:
            drawn.append((number, max(known)))
    highest = max((one for _, one in drawn), default=0) or 1
    return " ".join(f"{x + 0.5:g},{_HEIGHT - 1 - (_HEIGHT - 2) * y / highest:.1f}" for x, y in drawn)


def _took(dial: DialSeen) -> list[tuple[str, list[float | None], str]]:
    """Return the seconds of each deployment's answer in the middle by run, and what they cost in the last run."""
    names = dict.fromkeys(name for run in dial.runs for name in run.took)
    found = []
    for name in sorted(names)[:MOST_DEPLOYMENTS]:
        of_each = [run.took.get(name) for run in dial.runs]
        last = next((one for one in reversed(of_each) if one is not None), None)
        found.append((name, [None if one is None else one.seconds for one in of_each], last.dollars if last else ""))
    return found
