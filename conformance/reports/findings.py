"""The findings behind many results: what does not hold in one way at one place is shown once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from conformance.contract.case import ABSENT_CASE
from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.reports.terminal import OF_THE_DIAL

_MOST_FAULTS: Final = 3
KNOWN: Final = "known"
"""What does not hold and the baseline lets be."""
_WORDS: Final = (Verdict.PASSED, Verdict.VIOLATED, KNOWN, *(one for one in Verdict if one not in list(Verdict)[:2]))


@dataclass(frozen=True)
class Finding:
    """What does not hold in one way at one place.

    Attributes:
        results: One for each case, at least one; they differ in nothing else that matters.
    """

    results: tuple[Result, ...]

    @property
    def first(self) -> Result:
        """The result that stands for all."""
        return self.results[0]

    @property
    def place(self) -> str:
        """The deployment, or the DIAL."""
        return self.first.deployment or OF_THE_DIAL

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases, as people are to read them."""
        return tuple(case_in_words(one.case) for one in self.results if one.case)

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """What is to be said of it, by what it is; texts of the DIAL are among it."""
        one = self.first
        pairs = (
            *(("fault", fault) for fault in faults_of(self.results)),
            ("expected", one.expected),
            ("got", one.got),
            ("because", one.reason),
            ("known", one.known),
            ("note", one.hint),
        )
        return tuple((name, text) for name, text in pairs if text)


def case_in_words(name: str) -> str:
    """Return the name of a case, and words for the one without a configuration, whose name only ids need."""
    return "no configuration" if name == ABSENT_CASE.name else name


def findings_of(results: Iterable[Result]) -> list[Finding]:
    """Put together the results that differ in their case only, in the order of the first of each."""
    grouped: dict[tuple[str | None, ...], list[Result]] = {}
    for one in results:
        alike = (one.requirement, one.deployment, one.verdict, one.expected, one.got, one.reason, one.known)
        grouped.setdefault(alike, []).append(one)
    return [Finding(tuple(same)) for same in grouped.values()]


def failing(results: Iterable[Result], *, advisory: bool = False) -> list[Result]:
    """Return what is violated, advisory too if that fails the run, and not known of the baseline."""
    verdicts = {Verdict.VIOLATED, Verdict.ADVISORY} if advisory else {Verdict.VIOLATED}
    return [one for one in results if one.verdict in verdicts and not one.known]


def counts(results: Iterable[Result]) -> dict[str, int]:
    """Count the verdicts that were given, in their order; what is known is counted apart."""
    found = Counter(KNOWN if one.known else str(one.verdict) for one in results)
    return {str(word): found[word] for word in _WORDS if found[word]}


def counts_line(results: Iterable[Result]) -> str:
    """Tell the counts in one line, such as `96 passed, 2 violated`."""
    return ", ".join(f"{number} {word}" for word, number in counts(results).items()) or "nothing was checked"


def faults_of(results: Sequence[Result]) -> list[str]:
    """Return what is wrong with the first few cases of results, and how many more there are."""
    found = list(dict.fromkeys(one.fault for one in results if one.fault))
    more = len(found) - _MOST_FAULTS
    return [*found[:_MOST_FAULTS], *([f"and {more} more"] if more > 0 else [])]
