"""What the run says nothing of, requirement by requirement, and what newer contracts have otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from conformance.contract.verdict import Verdict
from conformance.reports.document import Report
from conformance.reports.page.anchors import Anchors
from conformance.reports.page.marks import MARKS, Mark
from conformance.reports.page.text import name_of, shortened

MOST_ROWS: Final = 500


@dataclass(frozen=True)
class UndecidedRow:
    """A requirement that was decided nowhere.

    Attributes:
        id: Its id.
        href: Where the page says more of it, or empty.
        level: MUST or SHOULD.
        mark: What was said instead.
        reason: Why.
    """

    id: str
    href: str
    level: str
    mark: Mark
    reason: str


@dataclass(frozen=True)
class PreviewRow:
    """A requirement that a newer contract has otherwise.

    Attributes:
        id: Its id.
        href: Where the page says more of it, or empty.
        what: What the newer contract does, and which it is.
        sentence: The level and the sentence there.
        found: Why it would not hold here, or empty.
    """

    id: str
    href: str
    what: str
    sentence: str
    found: str


def undecided_of(report: Report, anchors: Anchors) -> tuple[UndecidedRow, ...]:
    """Lay out what was decided nowhere."""
    return tuple(
        UndecidedRow(
            name_of(one.id), anchors.link(one.id), name_of(one.level), _mark(one.verdict), shortened(one.reason)
        )
        for one in report.never_decided[:MOST_ROWS]
    )


def preview_of(report: Report, anchors: Anchors) -> tuple[PreviewRow, ...]:
    """Lay out what newer contracts have otherwise."""
    return tuple(
        PreviewRow(
            name_of(one.id),
            anchors.link(one.id),
            name_of(f"{one.change} in {one.contract}"),
            shortened(f"{one.level}: {one.sentence}"),
            shortened(one.found),
        )
        for one in report.preview[:MOST_ROWS]
    )


def _mark(verdict: str) -> Mark:
    try:
        return MARKS[Verdict(verdict)]
    except ValueError:  # of a later release
        return MARKS[Verdict.COULD_NOT_RUN]
