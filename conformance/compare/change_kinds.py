"""How a check can differ between two reports, and which differences are for the worse: a table.

Worse is what was held and is not known to hold any more, whatever the reason, and what is violated and was not before.
A violation that is known to the baseline is none. What only was not asked for (`--thorough` left out) is no loss: it is
different. So is a violation that could not be checked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum, auto
from typing import Final

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict


class State(StrEnum):
    """What is known of a check, the worst first."""

    BROKEN = auto()
    OPEN = auto()
    KNOWN = auto()
    ADVISED = auto()
    HELD = auto()
    UNASKED = auto()
    UNCLAIMED = auto()
    ABSENT = auto()


class ChangeKind(StrEnum):
    """How a check differs."""

    NEWLY_VIOLATED = "newly violated"
    NO_LONGER_PROVEN = "no longer proven"
    NO_LONGER_CLAIMED = "no longer claimed"
    NO_LONGER_CHECKED = "no longer checked"
    NEWLY_ADVISORY = "newly advisory"
    NEWLY_KNOWN = "newly violated, which the baseline knows"
    NEWLY_PASSED = "newly passed"
    NEWLY_CLAIMED = "newly claimed, and passed"
    DIFFERENT = "different"


WORSE: Final = frozenset({
    ChangeKind.NEWLY_VIOLATED, ChangeKind.NO_LONGER_PROVEN, ChangeKind.NO_LONGER_CLAIMED, ChangeKind.NO_LONGER_CHECKED,
})  # fmt: skip

ADVICE: Final = frozenset({ChangeKind.NEWLY_ADVISORY})
"""What is worse only for who asks for it."""

_STATES: Final = {
    Verdict.PASSED: State.HELD,
    Verdict.VIOLATED: State.BROKEN,
    Verdict.ADVISORY: State.ADVISED,
    Verdict.NOT_CLAIMED: State.UNCLAIMED,
    Verdict.NOT_ASKED: State.UNASKED,
    Verdict.NOT_RECORDED: State.UNASKED,
    Verdict.NOT_PROVEN: State.OPEN,
    Verdict.COULD_NOT_RUN: State.OPEN,
    Verdict.OVER_BUDGET: State.OPEN,
    Verdict.HARNESS_ERROR: State.OPEN,
}

_ANY: Final = frozenset(State)
_BREACHES: Final = frozenset({State.BROKEN, State.KNOWN})
_DECIDED: Final = _BREACHES | {State.ADVISED, State.HELD}
_TABLE: Final = (
    (_ANY, {State.BROKEN}, ChangeKind.NEWLY_VIOLATED),
    ({State.HELD}, {State.OPEN}, ChangeKind.NO_LONGER_PROVEN),
    ({State.HELD}, {State.UNCLAIMED}, ChangeKind.NO_LONGER_CLAIMED),
    (_DECIDED, {State.ABSENT}, ChangeKind.NO_LONGER_CHECKED),
    (_ANY - _BREACHES, {State.ADVISED}, ChangeKind.NEWLY_ADVISORY),
    (_ANY - _BREACHES, {State.KNOWN}, ChangeKind.NEWLY_KNOWN),
    ({State.UNCLAIMED}, {State.HELD}, ChangeKind.NEWLY_CLAIMED),
    (_ANY, {State.HELD}, ChangeKind.NEWLY_PASSED),
    (_ANY, _ANY, ChangeKind.DIFFERENT),
)
"""From which states to which it is what kind; the first row that fits counts."""


def state_of(result: Result | None) -> State:
    """Tell what is known of a check."""
    if result is None:
        return State.ABSENT
    return State.KNOWN if result.known and result.verdict is Verdict.VIOLATED else _STATES[result.verdict]


def worst_of(results: Sequence[Result]) -> Result | None:
    """Return the first of those that are worst, or None if there are none."""
    order = [*State]
    return min(results, key=lambda one: order.index(state_of(one)), default=None)


def change_kind_of(old: State, new: State) -> ChangeKind:
    """Tell how two states that differ, or two verdicts of one state, differ."""
    return next(kind for before, after, kind in _TABLE if old in before and new in after)
