"""The deployments under test, with what they claim and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from conformance.reports.document import Report, ReportedClaim, ReportedDeployment
from conformance.reports.page.anchors import Anchors
from conformance.reports.page.marks import MARKS, Mark
from conformance.reports.page.text import LONGEST_NAME, Allowance, name_of, shortened

MOST_DEPLOYMENTS: Final = 200
_MOST_FEATURES: Final = 40
_LONGEST_REASON: Final = 200
_MOST_LINES: Final = 40
_LONGEST_LINE: Final = 200
_MARKUP_OF_A_CLAIM: Final = " " * 200
"""What the page writes around the texts of one claim, in characters."""


@dataclass(frozen=True)
class ShownDeployment:
    """A deployment: its id, what it is, the features that its listing sets to true, and what was never tried there."""

    name: str
    kind: str
    features: tuple[str, ...]
    never_tried: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownClaim:
    """A claim.

    Attributes:
        name: Where it stands.
        value: What stands there.
        requirements: The requirements that try it, with where they are on the page.
        mark: What they came to; None if nothing tried it.
        reason: What was found instead, or why it was not tried.
    """

    name: str
    value: str
    requirements: tuple[tuple[str, str], ...]
    mark: Mark | None
    reason: str


@dataclass(frozen=True)
class Claims:
    """All that the listing claims of a deployment."""

    name: str
    claims: tuple[ShownClaim, ...]


def deployments_of(report: Report) -> tuple[ShownDeployment, ...]:
    """Return the first deployments."""
    return tuple(_deployment(one) for one in report.deployments[:MOST_DEPLOYMENTS])


def claims_of(report: Report, anchors: Anchors, allowance: Allowance) -> tuple[tuple[Claims, ...], int]:
    """Return what the listing claims of the first deployments, and of how many more there is no room for it.

    Args:
        report: The report.
        anchors: Where requirements are on the page.
        allowance: The room that there is.
    """
    claiming = [one for one in report.deployments if one.claims]
    shown: list[Claims] = []
    for one in claiming[:MOST_DEPLOYMENTS]:
        claims = tuple(_claim(claim, anchors) for claim in one.claims)
        texts = (text for each in claims for text in (each.name, each.value, each.reason, _MARKUP_OF_A_CLAIM))
        if not allowance.grants(*texts):
            break
        shown.append(Claims(name_of(one.id), claims))
    return tuple(shown), len(claiming) - len(shown)


def _deployment(one: ReportedDeployment) -> ShownDeployment:
    claimed = [name_of(str(name)) for name, value in one.features.items() if value is True]
    never_tried = tuple(shortened(line, _LONGEST_LINE) for line in one.never_tried[:_MOST_LINES])
    kind = f"{one.kind}, {one.profile}" if one.profile else one.kind
    return ShownDeployment(name_of(one.id), kind, tuple(claimed[:_MOST_FEATURES]), never_tried)


def _claim(one: ReportedClaim, anchors: Anchors) -> ShownClaim:
    return ShownClaim(
        name_of(one.name),
        shortened(one.value, LONGEST_NAME),
        tuple((name_of(name), anchors.link(name)) for name in one.requirements),
        None if one.verdict is None else MARKS[one.verdict],
        shortened(one.reason, _LONGEST_REASON),
    )
