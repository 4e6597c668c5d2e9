"""How verdicts look on the page: a word, a sign that does without colour, and a style."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict


@dataclass(frozen=True)
class Mark:
    """How a verdict looks.

    Attributes:
        word: What it is called.
        sign: One character that says it without colour.
        style: The class in the style sheet, one letter: a large matrix has it in each cell.
    """

    word: str
    sign: str
    style: str


KNOWN: Final = Mark("known", "≈", "k")
"""A violation or an advice that the baseline lets be."""
MARKS: Final = {
    Verdict.VIOLATED: Mark("violated", "✗", "v"),
    Verdict.HARNESS_ERROR: Mark("harness error", "✱", "e"),
    Verdict.ADVISORY: Mark("advisory", "!", "a"),
    Verdict.COULD_NOT_RUN: Mark("could not run", "⊘", "c"),
    Verdict.NOT_PROVEN: Mark("not proven", "?", "u"),
    Verdict.OVER_BUDGET: Mark("over budget", "$", "b"),
    Verdict.PASSED: Mark("passed", "✓", "p"),
    Verdict.NOT_ASKED: Mark("not asked", "○", "o"),
    Verdict.NOT_RECORDED: Mark("not recorded", "◌", "r"),
    Verdict.NOT_CLAIMED: Mark("not claimed", "–", "n"),  # noqa: RUF001 - a dash, not a minus
}
_MOST_SEVERE = (MARKS[Verdict.VIOLATED], MARKS[Verdict.HARNESS_ERROR], KNOWN)
SEVERITY: Final = {mark: number for number, mark in enumerate(dict.fromkeys((*_MOST_SEVERE, *MARKS.values())))}
"""The most_severe first: what a cell of many results shows."""


def mark_of(result: Result) -> Mark:
    """Return how a result looks."""
    return KNOWN if result.known else MARKS[result.verdict]


def most_severe(marks: Iterable[Mark]) -> Mark:
    """Return the mark that must not be overlooked among others."""
    return min(marks, key=SEVERITY.__getitem__)
