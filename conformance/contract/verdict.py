"""Verdicts, how a check comes to one without a violation, and the exit codes of a run."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import ClassVar, Final


class Verdict(StrEnum):
    """What a run says of one requirement."""

    PASSED = "passed"
    VIOLATED = "violated"
    ADVISORY = "advisory"
    NOT_CLAIMED = "not claimed"
    NOT_ASKED = "not asked"
    NOT_RECORDED = "not recorded"
    NOT_PROVEN = "not proven"
    COULD_NOT_RUN = "could not run"
    OVER_BUDGET = "over budget"
    HARNESS_ERROR = "harness error"


DECIDED: Final = frozenset({Verdict.PASSED, Verdict.VIOLATED, Verdict.ADVISORY})
"""Verdicts of checks that were decided."""


DOES_NOT_HOLD: Final = frozenset({Verdict.VIOLATED, Verdict.ADVISORY})
"""Verdicts of checks that found something wrong."""


class UndecidedError(Exception):
    """Why a requirement is neither passed nor violated."""

    verdict: ClassVar[Verdict]


class NotClaimedError(UndecidedError):
    """The deployment does not claim the feature, or there is nothing to look at."""

    verdict = Verdict.NOT_CLAIMED


class NotAskedError(UndecidedError):
    """Opt-in, and not opted in."""

    verdict = Verdict.NOT_ASKED


class NotRecordedError(UndecidedError):
    """The answers come from recorded exchanges, and this one was never recorded."""

    verdict = Verdict.NOT_RECORDED


class NotProvenError(UndecidedError):
    """Refused as it should be, but nothing valid was accepted, so "refuses everything" is not excluded."""

    verdict = Verdict.NOT_PROVEN


class CouldNotRunError(UndecidedError):
    """A prerequisite is missing."""

    verdict = Verdict.COULD_NOT_RUN


class OverBudgetError(UndecidedError):
    """Asking it could cost more than `--budget` or `--budget-usd` allows."""

    verdict = Verdict.OVER_BUDGET


class ExitCode(IntEnum):
    """Exit codes of a run that pytest does not have, beside those it has."""

    PASSED = 0
    VIOLATED = 1
    INTERRUPTED = 2
    HARNESS_ERROR = 3
    USAGE_ERROR = 4
    INCOMPLETE = 10


def exit_code(verdicts: set[Verdict], *, free: bool, complete: bool, fail_on_advisory: bool) -> ExitCode:
    """Decide how a run ends.

    Args:
        verdicts: All that were given.
        free: `--free`: what only a model's answer could prove was not wanted.
        complete: Every planned check came to a verdict.
        fail_on_advisory: `--fail-on=should`.
    """
    if Verdict.VIOLATED in verdicts or (fail_on_advisory and Verdict.ADVISORY in verdicts):
        return ExitCode.VIOLATED
    if Verdict.HARNESS_ERROR in verdicts:
        return ExitCode.HARNESS_ERROR
    missing = {Verdict.COULD_NOT_RUN, Verdict.OVER_BUDGET} | (set() if free else {Verdict.NOT_PROVEN})
    return ExitCode.INCOMPLETE if verdicts & missing or not complete else ExitCode.PASSED
