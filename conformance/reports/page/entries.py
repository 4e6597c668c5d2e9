"""All requirements that were checked, with what they came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from conformance.reports.document import Report, ReportedRequirement
from conformance.reports.page.anchors import Anchors
from conformance.reports.page.exchanges import title_of
from conformance.reports.page.marks import SEVERITY, Mark, most_severe
from conformance.reports.page.matrix import Tallies

_MOST_EXCHANGES: Final = 12
_LOOKED_THROUGH: Final = 4 * _MOST_EXCHANGES


@dataclass(frozen=True)
class Entry:
    """A requirement in the list of all.

    Attributes:
        anchor: Its id, or empty if it has a finding, which has it.
        href: Where its finding is, or empty.
        facts: The requirement.
        mark: The most_severe of its results.
        counts: How many results there are of each kind.
        exchanges: Some that its results rest on: name and where they are shown.
        more: How many exchanges are not named.
    """

    anchor: str
    href: str
    facts: ReportedRequirement
    mark: Mark
    counts: tuple[tuple[Mark, int], ...]
    exchanges: tuple[tuple[str, str], ...]
    more: int


def entries_of(report: Report, tallies: Tallies, anchors: Anchors) -> tuple[Entry, ...]:
    """Return an entry for each requirement that was checked, sorted by id."""
    counts: dict[str, Counter[Mark]] = {}
    for (requirement, _), tally in tallies.items():
        counts.setdefault(requirement, Counter()).update(tally)
    exchanges: dict[str, dict[str, None]] = {}
    for one in report.results:
        exchanges.setdefault(one.requirement, {}).update(dict.fromkeys(one.exchanges[:_LOOKED_THROUGH]))
    requirements = sorted(report.requirements, key=lambda one: one.id)
    return tuple(
        _entry(one, counts[one.id], exchanges.get(one.id, {}), anchors) for one in requirements if one.id in counts
    )


def _entry(facts: ReportedRequirement, counts: Counter[Mark], exchanges: dict[str, None], anchors: Anchors) -> Entry:
    href = anchors.link(facts.id)
    shown = [(title_of(name), anchors.link("exchange", name)) for name in list(exchanges)[:_MOST_EXCHANGES]]
    linked = tuple((name, link) for name, link in shown if link)
    return Entry(
        anchor="" if href else anchors.claim(facts.id),
        href=href,
        facts=facts,
        mark=most_severe(counts),
        counts=tuple(sorted(counts.items(), key=lambda item: SEVERITY[item[0]])),
        exchanges=linked,
        more=len(exchanges) - len(linked),
    )
