"""What a run would ask and what it would cost, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tabulate import tabulate

from conformance.dial.price import dollars
from conformance.dial.suspension import SUSPENSION_SECONDS
from conformance.reports.terminal import OF_THE_DIAL, counted
from conformance.reports.verdict_line import contract_and_pin
from conformance.run.cost import Estimate
from conformance.run.overview import about_contract, may_suspend, missing_cases, title_of
from conformance.run.wrongly_accepted import MOST_LAX_ACCEPTED, MOST_WRONGLY_ACCEPTED

if TYPE_CHECKING:
    from conformance.run.run import Run

SUSPENSION = (
    f"A Core of this version may suspend a deployment for {SUSPENSION_SECONDS} seconds, for everybody,"
    " after each refused request (dial-api 11.1). The run sends two of them, notices it, and sends no more."
)


def plan_of_run(run: Run, estimates: Sequence[Estimate]) -> Iterator[str]:
    """Give the lines of the plan of a run.

    Args:
        run: The run.
        estimates: What it would cost.
    """
    asked = len(run.resolver.exchanges.asked)
    notes = [*missing_cases(run), *about_contract(run.contract)]
    yield from plan_lines(title_of(run), estimates, asked, notes, warning=may_suspend(run))
    if run.settings.share:
        yield run.settings.share
    yield contract_and_pin(run.contract.title, run.contract.pin)


def plan_lines(
    title: str, estimates: Sequence[Estimate], asked: int, missing: Sequence[str], *, warning: bool
) -> Iterator[str]:
    """Give the lines of a plan.

    Args:
        title: Which DIAL.
        estimates: What it costs at the DIAL itself and at each deployment.
        asked: How many requests were made for the plan itself.
        missing: What could not be turned into a case.
        warning: The Core is of a version that suspends deployments after refused requests.
    """
    yield title
    yield ""
    rows = [
        [one.deployment or OF_THE_DIAL, one.requests, one.completions or "", _money(one)]
        for one in _with_requests(estimates)
    ]
    headers = ["deployment", "requests\nat most", "expected to be\nanswered by a model", "cost\nat most"]
    if any(one.if_accepted for one in estimates):
        headers.append("paid\nif accepted")
        rows = [[*row, one.if_accepted or ""] for row, one in zip(rows, _with_requests(estimates), strict=True)]
    if rows:  # tabulate fails without one, as for a plan of what was asked already to make it
        yield from tabulate(rows, headers=headers, tablefmt="simple", disable_numparse=[0, 3]).splitlines()
        yield ""
    yield from missing
    if warning:
        yield SUSPENSION
    requests, completions = sum(one.requests for one in estimates), sum(one.completions for one in estimates)
    yield (
        f"{requests} requests at most, {counted(completions, 'completion')} of them expected to be answered by a model,"
        f" {_total(estimates)}; {counted(asked, 'request')} made for this plan; retries come on top"
    )
    more = sum(one.more for one in estimates)
    if more:
        yield (
            "If a combination of values that should be accepted is refused, its parts are asked alone:"
            f" at most {counted(more, 'completion')} more."
        )
    yield (
        "A refused request costs nothing unless it is wrongly accepted,"
        f" and after {MOST_WRONGLY_ACCEPTED} such no more are sent."
    )
    careless = sum(one.if_accepted for one in estimates)
    if careless:
        yield (
            f"{counted(careless, 'of them is', 'of them are')} paid if accepted: values that careless or lax validators"
            " take. None is sent where another one was accepted, and none that a lax one reads after"
            f" {MOST_LAX_ACCEPTED} of that deployment."
        )


def _with_requests(estimates: Sequence[Estimate]) -> list[Estimate]:
    return [one for one in estimates if one.requests]


def _money(one: Estimate) -> str:
    if not one.completions:
        return ""
    return f"depends: {one.why}" if one.dollars is None else dollars(one.dollars)


def _total(estimates: Sequence[Estimate]) -> str:
    known = [one.dollars for one in estimates if one.dollars is not None]
    unknown = [one for one in estimates if one.dollars is None]
    total = f"{dollars(sum(known, Decimal(0)))} at most"
    return total if not unknown else f"{total} without {counted(len(unknown), 'deployment')} whose price is not known"
