"""What completions cost: for each deployment, and the same sum as everywhere else in the report."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from conformance.dial.price import added, dollars, read_dollars
from conformance.reports.document import Report
from conformance.reports.page.exchanges import place_of
from conformance.reports.page.text import name_of


@dataclass(frozen=True)
class Cost:
    """What the completions of a deployment cost: how many have a price, all together, and the highest."""

    place: str
    completions: int
    dollars: str
    highest: str


@dataclass(frozen=True)
class Costs:
    """What a run cost.

    Attributes:
        places: Each deployment with a price, the dearest first.
        others: What is not among them: completions without a price, and those that the report does not keep; or None.
        total: All completions.
    """

    places: tuple[Cost, ...]
    others: Cost | None
    total: Cost


def costs_of(report: Report) -> Costs | None:
    """Return what a run cost; None if no price is known."""
    paid: dict[str, list[str]] = {}
    for name, one in report.exchanges.items():
        if read_dollars(one.dollars) is not None:
            paid.setdefault(place_of(name), []).append(one.dollars)
    places = sorted((_cost(place, amounts) for place, amounts in paid.items()), key=lambda one: -_amount(one.dollars))
    plan = report.plan
    if not plan.dollars and not places:
        return None
    total = Cost("", plan.completions, plan.dollars, "")
    return Costs(tuple(places), _others(places, total), total)


def _cost(place: str, amounts: list[str]) -> Cost:
    highest = max(amounts, key=_amount)
    return Cost(name_of(place), len(amounts), added(amounts), highest)


def _others(places: list[Cost], total: Cost) -> Cost | None:
    completions = max(0, total.completions - sum(one.completions for one in places))
    # each amount is rounded up when it is written, so all of them together can be above the total
    left = _amount(total.dollars) - sum((_amount(one.dollars) for one in places), Decimal(0))
    if not completions and left <= 0:
        return None
    return Cost("", completions, dollars(left) if left > 0 else "", "")


def _amount(text: str) -> Decimal:
    return read_dollars(text) or Decimal(0)
