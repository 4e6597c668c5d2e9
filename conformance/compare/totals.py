"""What a run took, and how much more that is than it was."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from conformance.compare.model import Total
from conformance.dial.price import read_dollars
from conformance.reports.document import Report, ReportedPlan

_LEAST_PERCENT: Final = Decimal("0.1")


def totals(old: Report, new: Report, *, whole: bool) -> Iterator[Total]:
    """Give the totals of two reports.

    Args:
        old: The old one.
        new: The new one.
        whole: The runs as a whole are compared, and not two deployments.
    """
    yield _total(
        "cost", old.plan.dollars, new.plan.dollars, read_dollars(old.plan.dollars), read_dollars(new.plan.dollars)
    )
    for name in ("completions", "requests", "checks", "decided"):
        was, is_now = _count(old.plan, name), _count(new.plan, name)
        yield _total(
            "decided checks" if name == "decided" else name, str(was), str(is_now), Decimal(was), Decimal(is_now)
        )
    if whole:
        was_s, is_s = (Decimal(str(round(one.run.seconds, 1))) for one in (old, new))
        yield _total("seconds", str(was_s), str(is_s), was_s, is_s)


def _count(plan: ReportedPlan, name: str) -> int:
    return int(getattr(plan, name))


def _total(name: str, old: str, new: str, was: Decimal | None, is_now: Decimal | None) -> Total:
    if was is None or is_now is None or not was:
        return Total(name, old, new, "")
    more = (is_now - was) / was * 100
    return Total(name, old, new, f"{more:+.1f} %" if abs(more) >= _LEAST_PERCENT else "")
