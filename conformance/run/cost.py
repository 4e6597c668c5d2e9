"""What a plan will cost, before any of it is spent, and what of it fits into a budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from conformance.contract.deployment import Deployment
from conformance.contract.recipe import COMPLETION, Node
from conformance.contract.recipe_book import RecipeBook
from conformance.contract.verdict import OverBudgetError
from conformance.dial.price import Price
from conformance.run.settings import Settings
from conformance.run.wrongly_accepted import is_doubtful, is_lax

Order = Mapping[Node, frozenset[Node]]
"""Exchanges, each with those that come before it."""


@dataclass(frozen=True)
class Estimate:
    """What a plan costs at one deployment, or at the DIAL itself.

    Attributes:
        deployment: The deployment's id, or None for the DIAL.
        requests: How many requests are made at most.
        completions: How many of them a model is expected to answer.
        dollars: What these cost at most, in USD; None if the listing does not tell.
        why: Why it does not tell, or empty.
        if_accepted: How many of the requests a careless or lax validator accepts; they cost nothing if it does not.
        more: How many completions more are asked at most, if an answer leaves a doubt.
    """

    deployment: str | None
    requests: int
    completions: int
    dollars: Decimal | None
    why: str = ""
    if_accepted: int = 0
    more: int = 0


def estimates(plan: Iterable[Node], book: RecipeBook, prices: Mapping[str, Price]) -> list[Estimate]:
    """Tell what a plan costs, the DIAL first, then each deployment in the plan's order."""
    requests: dict[Deployment | None, int] = {None: 0}
    completions: dict[Deployment | None, int] = {}
    careless: Counter[Deployment | None] = Counter()
    more: Counter[Deployment | None] = Counter()
    nodes = list(plan)
    asked = {(node.recipe, node.deployment, node.case) for node in nodes}
    for node in nodes:
        if book[node.recipe].only_in_doubt:
            # a case that is asked anyway, as in a thorough run, is not asked again
            more[node.deployment] += not any(
                (one, node.deployment, node.case) in asked for one in book[node.recipe].after
            )
            continue
        requests[node.deployment] = requests.get(node.deployment, 0) + 1
        careless[node.deployment] += is_doubtful(node.case)
        if book.cost_of(node) is COMPLETION:
            completions[node.deployment] = completions.get(node.deployment, 0) + 1
    found = {one: _estimate(one, count, completions.get(one, 0), prices) for one, count in requests.items()}
    return [replace(estimate, if_accepted=careless[one], more=more[one]) for one, estimate in found.items()]


def _estimate(deployment: Deployment | None, requests: int, completions: int, prices: Mapping[str, Price]) -> Estimate:
    if deployment is None or not completions:
        return Estimate(deployment.id if deployment else None, requests, completions, Decimal(0))
    price = prices[deployment.path]
    dollars = None if price.at_most is None else price.at_most * completions
    return Estimate(deployment.id, requests, completions, dollars, price.why)


def cheapest_first(plan: Order, book: RecipeBook, prices: Mapping[str, Price]) -> Order:
    """Put what is free before what a model answers, and this in the order of its price."""
    return {node: plan[node] for node in sorted(plan, key=lambda node: _rank(node, book, prices))}


def within_budget(
    plan: Order, book: RecipeBook, prices: Mapping[str, Price], settings: Settings
) -> tuple[Order, dict[Node, OverBudgetError]]:
    """Leave out what does not fit into the budget, the dearest first.

    A refused request costs nothing, unless it is wrongly accepted, and then the budget must have room for it. So, where
    the plan would use up the whole budget, its last completion waits for all that should cost nothing, whether the
    deployment should refuse it or Core itself: only what needs an answer of that completion comes after it. What is
    asked only in doubt is not counted: whether there is money for it is seen when it is asked. What any run asks comes
    before the cases of a thorough one.

    Args:
        plan: What would be asked, cheapest first.
        book: The recipes.
        prices: What a completion costs, by the deployment's path.
        settings: The budget.

    Returns:
        The plan without what is left out, and why each of that is.
    """
    kept: list[Node] = []
    left_out: dict[Node, OverBudgetError] = {}
    dollars, most = Decimal(0), Decimal(0)
    paid = [one for one in plan if book.cost_of(one) is COMPLETION and not book[one.recipe].only_in_doubt]
    for node in sorted(paid, key=_is_thorough):
        price = prices[node.deployment.path].at_most if node.deployment else Decimal(0)
        if settings.own_budget is not None and len(kept) >= settings.own_budget:
            given = f"--budget={settings.own_budget}{settings.whose_budget}"
            left_out[node] = OverBudgetError(f"{given} is used up by what is cheaper")
        elif settings.own_budget_usd is not None and (price is None or dollars + price > settings.own_budget_usd):
            left_out[node] = OverBudgetError(_too_dear(node, price, prices, settings))
        else:
            kept.append(node)
            dollars, most = dollars + (price or 0), max(most, price or Decimal(0))
    full = settings.own_budget is not None and len(kept) >= settings.own_budget
    full = full or (settings.own_budget_usd is not None and dollars + most > settings.own_budget_usd)
    last = next((node for node in reversed(paid) if node not in left_out), None) if full else None
    return _rearranged(plan, book, left_out, last), left_out


def _is_thorough(node: Node) -> bool:
    return node.case is not None and node.case.thorough


def _rearranged(plan: Order, book: RecipeBook, left_out: Mapping[Node, object], last: Node | None) -> Order:
    rest = {node: before for node, before in plan.items() if node not in left_out}
    if last is None:
        return rest
    lax = frozenset(node for node in rest if is_lax(node.case))
    rest |= {node: rest[node] | {last} for node in lax}  # what many accept must not take the room of what is valid
    refused = frozenset(node for node in rest if book[node.recipe].refused and node != last) - lax
    late = _waiting_for(last, {node: before for node, before in rest.items() if node not in refused})
    plain = {node: before - late if node in refused else before for node, before in rest.items()}
    plain.pop(last)
    return {**plain, last: rest[last] | (plain.keys() - late)}


def _waiting_for(first: Node, plan: Order) -> frozenset[Node]:
    """Return an exchange with all that wait for it, such as the download of an image that it gives."""
    found = frozenset({first})
    while more := {node for node, before in plan.items() if node not in found and before & found}:
        found |= more
    return found


def _rank(node: Node, book: RecipeBook, prices: Mapping[str, Price]) -> tuple[bool, bool, Decimal, bool]:
    refused = book[node.recipe].refused
    if book.cost_of(node) is not COMPLETION or node.deployment is None:
        return (False, False, Decimal(0), refused)
    price = prices[node.deployment.path].at_most
    return (True, price is None, price or Decimal(0), refused)


def _too_dear(node: Node, price: Decimal | None, prices: Mapping[str, Price], settings: Settings) -> str:
    given = f"--budget-usd={settings.own_budget_usd}{settings.whose_budget}"
    if price is None and node.deployment is not None:
        return f"{given}: {prices[node.deployment.path].why}"
    return f"{given} is used up by what is cheaper"
