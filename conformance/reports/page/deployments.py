"""The deployments under test, with what they claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from conformance.reports.document import Report, ReportedDeployment
from conformance.reports.page.text import name_of, shortened

MOST_DEPLOYMENTS: Final = 200
_MOST_FEATURES: Final = 40
_MOST_LINES: Final = 40
_LONGEST_LINE: Final = 200


@dataclass(frozen=True)
class Claims:
    """A deployment: its id, what it is, the features that its listing sets to true, and what was never tried there."""

    name: str
    kind: str
    features: tuple[str, ...]
    never_tried: tuple[str, ...] = ()


def claims_of(report: Report) -> tuple[Claims, ...]:
    """Return what the first deployments claim."""
    return tuple(_claims(one) for one in report.deployments[:MOST_DEPLOYMENTS])


def _claims(one: ReportedDeployment) -> Claims:
    claimed = [name_of(str(name)) for name, value in one.features.items() if value is True]
    never_tried = tuple(shortened(line, _LONGEST_LINE) for line in one.never_tried[:_MOST_LINES])
    kind = f"{one.kind}, {one.profile}" if one.profile else one.kind
    return Claims(name_of(one.id), kind, tuple(claimed[:_MOST_FEATURES]), never_tried)
