"""What came out at a place in a run: one letter, the worst of its cases."""

from __future__ import annotations

from typing import Final

from conformance.contract.verdict import Verdict

VIOLATED: Final = "V"
KNOWN: Final = "K"
ADVISORY: Final = "A"
PASSED: Final = "P"
COULD_NOT_RUN: Final = "U"
WAITS: Final = "W"
ABSENT: Final = "."

OUTCOMES: Final = {
    VIOLATED: "violated",
    KNOWN: "violated, and known to a baseline",
    ADVISORY: "advisory",
    "H": "harness error",
    COULD_NOT_RUN: "could not run",
    WAITS: "could not run because of another requirement",
    "O": "not proven",
    "B": "over budget",
    PASSED: "passed",
    "N": "not claimed",
    "-": "not asked, or not recorded",
    ABSENT: "not in this report",
}
"""What each letter means, the worst first."""

RANKS: Final = {letter: rank for rank, letter in enumerate(OUTCOMES)}

BROKEN: Final = frozenset({VIOLATED, KNOWN, ADVISORY})
"""What does not hold."""
DECIDED: Final = BROKEN | {PASSED}
TRIED: Final = DECIDED | {COULD_NOT_RUN}
"""What tells that a place was tried: it could not run because something failed there, and not at another place."""

_LETTERS: Final = {
    Verdict.VIOLATED: VIOLATED,
    Verdict.ADVISORY: ADVISORY,
    Verdict.HARNESS_ERROR: "H",
    Verdict.COULD_NOT_RUN: COULD_NOT_RUN,
    Verdict.NOT_PROVEN: "O",
    Verdict.OVER_BUDGET: "B",
    Verdict.PASSED: PASSED,
    Verdict.NOT_CLAIMED: "N",
    Verdict.NOT_ASKED: "-",
    Verdict.NOT_RECORDED: "-",
}
LETTERS: Final = {str(verdict): letter for verdict, letter in _LETTERS.items()}
"""The letter of each verdict, as a report writes it."""


def worst(letters: str) -> str:
    """Return the worst of letters; of none, that it is not in the report."""
    return min(letters, key=RANKS.__getitem__, default=ABSENT)
