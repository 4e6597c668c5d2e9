"""The deployments under test, with what they claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from conformance.reports.document import Report, ReportedDeployment
from conformance.reports.page.text import name_of

MOST_DEPLOYMENTS: Final = 200
_MOST_FEATURES: Final = 40


@dataclass(frozen=True)
class Claims:
    """A deployment: its id, what it is, and the features that its listing sets to true."""

    name: str
    kind: str
    features: tuple[str, ...]


def claims_of(report: Report) -> tuple[Claims, ...]:
    """Return what the first deployments claim."""
    return tuple(_claims(one) for one in report.deployments[:MOST_DEPLOYMENTS])


def _claims(one: ReportedDeployment) -> Claims:
    claimed = [name_of(str(name)) for name, value in one.features.items() if value is True]
    return Claims(
        name_of(one.id), f"{one.kind}, {one.profile}" if one.profile else one.kind, tuple(claimed[:_MOST_FEATURES])
    )
