"""An exchange beside its twin: the request that was accepted, and the one whose answer shows what does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final

from conformance.reports.document import ReportedExchange
from conformance.reports.page.exchanges import Mention
from conformance.reports.page.text import pretty, shortened

_MOST_LINES: Final = 400
_MOST_ROWS: Final = 60
_AROUND: Final = 2
"""Lines that are the same and are shown before and after those that differ."""
_LONGEST_LINE: Final = 300
_LEFT_OUT: Final = "…"

Row = tuple[str, str, bool]
"""A line of the accepted request, the line of the other one at the same place, and whether they differ."""


@dataclass(frozen=True)
class Comparison:
    """Two exchanges side by side.

    Attributes:
        twin: The one that was accepted.
        rows: The lines of both requests, and the beginning of both answers.
        more: How many lines are left out at the end.
    """

    twin: Mention
    rows: tuple[Row, ...]
    more: int


def comparison(twin: ReportedExchange, other: ReportedExchange, mention: Callable[[], Mention]) -> Comparison | None:
    """Lay out two exchanges side by side.

    Args:
        twin: The one that was accepted.
        other: The one that shows what does not hold.
        mention: Shows the twin, or tells where it is shown.

    Returns:
        The comparison; None if the requests do not differ in what a report keeps of them.
    """
    rows = _rows(_request(twin), _request(other))
    if not any(differs for *_, differs in rows):
        return None
    answers = (_answer(twin), _answer(other), _answer(twin) != _answer(other))
    return Comparison(mention(), (*rows[:_MOST_ROWS], answers), max(0, len(rows) - _MOST_ROWS))


def texts_of(found: Comparison) -> Iterator[str]:
    """Give all texts of a comparison."""
    for left, right, _ in found.rows:
        yield from (left, right)


def _request(one: ReportedExchange) -> list[str]:
    lines = [f"{one.method} {one.path}", *pretty(one.request_body).split("\n")]
    return [shortened(line, _LONGEST_LINE) for line in lines[:_MOST_LINES]]


def _answer(one: ReportedExchange) -> str:
    media_type = next((value for name, value in one.headers if name.lower() == "content-type"), "")
    return shortened(f"{one.status} {media_type}".strip(), _LONGEST_LINE)


def _rows(left: Sequence[str], right: Sequence[str]) -> list[Row]:
    # JSON has a comma after each member but the last, so one member more is one line that differs, and not two
    one_side, other_side = ([line.rstrip(",") for line in lines] for lines in (left, right))
    matcher = SequenceMatcher(None, one_side, other_side, autojunk=False)
    groups = list(matcher.get_grouped_opcodes(_AROUND))
    rows: list[Row] = []
    for group in groups:
        if group[0][1] > 0:
            rows.append((_LEFT_OUT, _LEFT_OUT, False))
        for tag, left_from, left_to, right_from, right_to in group:
            pairs = zip_longest(left[left_from:left_to], right[right_from:right_to], fillvalue="")
            rows += [(one, other, tag != "equal") for one, other in pairs]
    if groups and groups[-1][-1][2] < len(left):
        rows.append((_LEFT_OUT, _LEFT_OUT, False))
    return rows
