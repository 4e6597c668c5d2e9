"""What does not hold, and what could not be decided, grouped as a reader works through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.reports.document import Report, ReportedRequirement
from conformance.reports.findings import case_in_words
from conformance.reports.page.anchors import Anchors
from conformance.reports.page.comparison import Comparison, comparison, texts_of
from conformance.reports.page.exchanges import Mention, ShownExchanges
from conformance.reports.page.marks import SEVERITY, Mark, mark_of
from conformance.reports.page.text import Allowance, name_of, shortened
from conformance.reports.prerequisites import parts_of
from conformance.reports.terminal import OF_THE_DIAL

MOST_PLACES: Final = 400
"""Deployments that are shown with details, over all requirements."""
LEAST_PLACES: Final = 3
"""Of each requirement, however many there are."""
_MOST_FINDINGS: Final = 8
_MOST_CASES: Final = 12
_MOST_EXCHANGES: Final = 3
_MOST_NAMES: Final = 8
_MOST_REASONS: Final = 60
_LONGEST_CURL: Final = 4_000

Key = TypeVar("Key")


@dataclass(frozen=True)
class Names:
    """Names, of which the first are shown.

    Attributes:
        shown: The first.
        more: How many there are beside them.
    """

    shown: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class ShownFinding:
    """Results of one requirement and deployment that say the same.

    Attributes:
        cases: The configurations that show it.
        result: What they say.
        curl: How to see it again; empty if an exchange that is shown says it.
        exchanges: What they rest on.
        comparison: What shows it, beside what was accepted; None if nothing like it was.
    """

    cases: Names
    result: Result
    curl: str
    exchanges: tuple[Mention, ...]
    comparison: Comparison | None


@dataclass(frozen=True)
class ShownPlace:
    """Where a requirement does not hold.

    Attributes:
        anchor: Its id, or empty if that is taken.
        name: The deployment, or the DIAL.
        checks: How many results say so.
        findings: What they say.
        more: How many findings are left out.
    """

    anchor: str
    name: str
    checks: int
    findings: tuple[ShownFinding, ...]
    more: int


@dataclass(frozen=True)
class ShownRequirement:
    """A requirement that does not hold somewhere.

    Attributes:
        anchor: Its id, or empty if that is taken.
        facts: The requirement.
        places: Where.
        others: Further deployments, by name.
    """

    anchor: str
    facts: ReportedRequirement
    places: tuple[ShownPlace, ...]
    others: Names


@dataclass(frozen=True)
class Reason:
    """Why checks came to no decision, or to one that nobody worries about.

    Attributes:
        mark: What they came to.
        text: Why: pieces of a text, each with where it leads to, or empty.
        alike: How many other texts are of the same kind.
        checks: How many checks there are.
        requirements: Which requirements.
        places: Which deployments.
    """

    mark: Mark
    text: tuple[tuple[str, str], ...]
    alike: int
    checks: int
    requirements: Names
    places: Names


class Findings:
    """Lays out findings; what it shows in detail, it takes from what room the page has."""

    def __init__(self, report: Report, anchors: Anchors, exchanges_shown: ShownExchanges, room: Allowance) -> None:
        self._results = [one for one in report.results if one.known or one.verdict in _FOUND]
        self._report = report
        self._facts = {one.id: one for one in report.requirements}
        self._anchors = anchors
        self._exchanges = exchanges_shown
        self._room = room
        found = len({one.requirement for one in self._results})
        self._most_places = max(LEAST_PLACES, MOST_PLACES // max(1, found))

    def of(self, mark: Mark) -> tuple[ShownRequirement, ...]:
        """Return the requirements that do not hold, as a mark says it."""
        found = [one for one in self._results if mark_of(one) is mark]
        return tuple(
            self._shown_requirement(name, same) for name, same in sorted(_grouped(found, _requirement).items())
        )

    def _shown_requirement(self, name: str, results: Sequence[Result]) -> ShownRequirement:
        anchor = self._anchors.claim(name)
        one = results[0]
        facts = self._facts.get(name) or ReportedRequirement(name, one.level, one.sentence, "")
        places = _grouped(results, _place)
        shown = []
        for place, same in list(places.items())[: self._most_places]:
            if not self._room.grants(*(text for result in same[:_MOST_FINDINGS] for text in _texts(result))):
                break
            shown.append(self._shown_place(name, place, same))
        return ShownRequirement(anchor, facts, tuple(shown), _names(list(places)[len(shown) :]))

    def _shown_place(self, requirement: str, place: str, results: Sequence[Result]) -> ShownPlace:
        findings = list(_grouped(results, _alike).values())
        anchor = self._anchors.claim(requirement, place)
        shown = tuple(self._shown_finding(same) for same in findings[:_MOST_FINDINGS])
        return ShownPlace(anchor, name_of(place), len(results), shown, len(findings) - len(shown))

    def _shown_finding(self, results: Sequence[Result]) -> ShownFinding:
        result = results[0]
        mentions = tuple(self._exchanges.mention(name) for name in result.exchanges[:_MOST_EXCHANGES])
        curl = result.curl if len(result.curl) <= _LONGEST_CURL else ""
        cases = _names([case_in_words(one.case) for one in results if one.case], _MOST_CASES)
        return ShownFinding(cases, result, curl, mentions, self._comparison(result))

    def _comparison(self, result: Result) -> Comparison | None:
        known = self._report.exchanges
        if not result.exchanges or result.exchanges[0] not in known or result.twin not in known:
            return None
        found = comparison(known[result.twin], known[result.exchanges[0]], lambda: self._exchanges.mention(result.twin))
        return found if found is not None and self._room.grants(*texts_of(found)) else None


def reasons(results: Sequence[Result], marks: Sequence[Mark], anchors: Anchors) -> tuple[tuple[Reason, ...], int]:
    """Group what came to one of some verdicts by its reason, and tell how many groups are left out.

    A requirement that a reason names is a link to it, if it is on the page already.
    """
    grouped = _grouped([one for one in results if mark_of(one) in marks], lambda one: (mark_of(one), _kind(one.reason)))
    ordered = sorted(grouped.items(), key=lambda item: (SEVERITY[item[0][0]], -len(item[1])))
    shown = tuple(_reason(mark, alike, anchors) for (mark, _), alike in ordered[:_MOST_REASONS])
    return shown, len(ordered) - len(shown)


def _reason(mark: Mark, alike: Sequence[Result], anchors: Anchors) -> Reason:
    return Reason(
        mark,
        tuple((text, anchors.link(name) if name else "") for text, name in parts_of(shortened(alike[0].reason))),
        len({one.reason for one in alike}) - 1,
        len(alike),
        _names(sorted({one.requirement for one in alike})),
        _names(list(dict.fromkeys(map(_place, alike)))),
    )


_FOUND = (Verdict.VIOLATED, Verdict.ADVISORY, Verdict.HARNESS_ERROR)


def _grouped(results: Sequence[Result], key: Callable[[Result], Key]) -> Mapping[Key, list[Result]]:
    grouped: dict[Key, list[Result]] = {}
    for result in results:
        grouped.setdefault(key(result), []).append(result)
    return grouped


def _requirement(result: Result) -> str:
    return result.requirement


def _place(result: Result) -> str:
    return result.deployment or OF_THE_DIAL


def _alike(result: Result) -> tuple[str, str, str, str]:
    return result.expected, result.got, result.reason, result.known


def _kind(reason: str) -> str:
    """The beginning of a reason, without what is another one for each case."""
    return ": ".join(reason.split(": ")[:2])


def _texts(result: Result) -> Iterator[str]:
    yield from (result.expected, result.got, result.reason, result.known, result.hint, result.fault, result.case or "")
    yield result.curl[:_LONGEST_CURL]


def _names(names: Sequence[str], most: int = _MOST_NAMES) -> Names:
    return Names(tuple(name_of(one) for one in names[:most]), max(0, len(names) - most))
