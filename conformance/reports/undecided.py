"""What a run says nothing of: requirements that were decided nowhere; and what newer contracts would say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from conformance.contract.result import Result
from conformance.contract.verdict import DECIDED, DOES_NOT_HOLD, Verdict
from conformance.reports.document import ReportedPreview, ReportedUndecided
from conformance.run.contracts import Change, Contract

_GRAVEST_FIRST: Final = (
    Verdict.HARNESS_ERROR,
    Verdict.COULD_NOT_RUN,
    Verdict.OVER_BUDGET,
    Verdict.NOT_PROVEN,
    Verdict.NOT_RECORDED,
    Verdict.NOT_ASKED,
    Verdict.NOT_CLAIMED,
)


def never_decided(results: Iterable[Result]) -> tuple[ReportedUndecided, ...]:
    """Return the requirements that are decided for no deployment and no case, with the gravest reason."""
    found: dict[str, Result | None] = {}
    for one in results:
        before = found.setdefault(one.requirement, one)
        if one.verdict in DECIDED:
            found[one.requirement] = None
        elif before is not None and _weight(one) < _weight(before):
            found[one.requirement] = one
    return tuple(
        ReportedUndecided(name, one.level, str(one.verdict), one.reason)
        for name, one in sorted(found.items())
        if one is not None
    )


def _weight(result: Result) -> tuple[int, bool, str, str]:
    """Order results: the gravest is the least, and among equals the choice hangs on no order, as in merged shards."""
    return _GRAVEST_FIRST.index(result.verdict), not result.reason, result.deployment or "", result.case or ""


def preview_of(contract: Contract | None, results: Sequence[Result]) -> tuple[ReportedPreview, ...]:
    """Return what newer contracts do otherwise, and what the run shows of that.

    Args:
        contract: The contract of the run, or None.
        results: What was decided.
    """
    if contract is None or not contract.preview:
        return ()
    sharper = {one.requirement: one.preview for one in reversed(results) if one.preview}
    weak = {one.requirement: one.got for one in reversed(results) if one.verdict in DOES_NOT_HOLD}
    seen = {Change.SHARPENED: sharper, Change.RAISED: weak}
    return tuple(
        ReportedPreview(
            one.contract,
            one.requirement,
            str(one.change),
            one.level,
            one.sentence,
            seen.get(one.change, {}).get(one.requirement, ""),
        )
        for one in contract.preview
    )
