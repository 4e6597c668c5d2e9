"""The plan: which exchanges are made, in which order. Computed from plain values; nothing is asked and nothing changed.

The order of the exchanges of one deployment
--------------------------------------------

A Core may suspend a deployment after any request that the deployment refused: for half a minute it answers 502 `No
route` to whatever is asked of that deployment, by whomever (dial-api 11.1). So one refused request can spoil healthy
requests that have nothing to do with it, and these would be taken for violations. Hence the phases, of each deployment:

    0 healthy --------> probe -------> 1 refused ---> 2 near -------> 3 disputed ---> 4 risky ----> 5 lax
    what it should      two refusals,  what it        the same, but   what its schema what some     what a lax
    accept, and what    one behind     should         a careless one  forbids but a   answer with   validator reads
    Core refuses itself the other      refuse         accepts it      model may       5xx           without loss
                                                                      answer

An exchange of a phase waits for all of the phases before, not only for those that it needs: when the first refused
request is sent, nothing healthy may be on its way. What Core refuses by itself (a wrong key, a text in place of JSON)
is in phase 0, because a Core that suspends would say 502 to it, too.

The probe is there once per DIAL, at the deployment that stands for all (the representative). If the second refusal is
answered with `No route`, the Core suspends, and the admission sends no other refused request (`admission.py`). So the
probe comes

* after phase 0 of the representative, like every other refused request, and after what is asked once per DIAL "of any
  deployment", because that is asked of the representative, too;
* before phase 1 of *every* deployment: one deployment is enough to learn it, and the others stay unharmed.

It is added to every plan that has a refused request, whatever was selected, so that `-k CHAT-05` does no more harm than
a whole run.

What is healthy but needs an answer of a later phase (the download of an image that a risky completion gave) is in no
phase: it would have to come before what it waits for. It follows what it needs, and nothing waits for it. Nor is what a
suspension spares (`spared=True`): Core answers for files and listings whatever became of a deployment (dial-api 11.1),
so these fill the time in which only one refused request may be under way.

`after=` of a recipe adds an order within one deployment that is none of these. A recipe that is after itself asks its
thorough cases after the others.

Why whole phases and not only a rule for the schedule ("no refused one while a healthy one is under way"): the order is
a property of the plan then, the same in a replay, in one thread and in sixteen; a test can look at it, and the longest
chain can be computed before anything is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from conformance.contract.deployment import Deployment
from conformance.contract.recipe import COMPLETION, Node, Recipe
from conformance.contract.recipe_book import RecipeBook
from conformance.contract.verdict import OverBudgetError
from conformance.dial.price import Price
from conformance.run.cost import Order, cheapest_first, within_budget
from conformance.run.nodes import Nodes
from conformance.run.refusals import with_refusals_spread
from conformance.run.settings import Settings

_PHASES = 6
_HEALTHY, _REFUSED, _NEAR, _DISPUTED, _RISKY, _LAX = range(_PHASES)


@dataclass(frozen=True)
class Needed:
    """What checks need, and what is known of it before the plan is made.

    Attributes:
        exchanges: The exchanges that the checks and their proofs need, dependencies first.
        probe: The exchanges of the suspension probe, dependencies first.
        representative: The deployment that is asked where any would do, or None.
        not_wanted: Those that are not asked with the options that were given.
        in_vain: Those that are known not to be asked, because a prerequisite is known not to hold.
        answered: Those that were made already, and have an answer.
    """

    exchanges: tuple[Node, ...]
    probe: tuple[Node, ...] = ()
    representative: Deployment | None = None
    not_wanted: frozenset[Node] = frozenset()
    in_vain: frozenset[Node] = frozenset()
    answered: frozenset[Node] = frozenset()


@dataclass(frozen=True)
class Plan:
    """Which exchanges are made.

    Attributes:
        exchanges: They, the cheapest first, each with those that come before it.
        left_out: What does not fit into the budget, and why.
        not_asked: The names of the exchanges that would be asked with other options.
    """

    exchanges: Order
    left_out: Mapping[Node, OverBudgetError]
    not_asked: frozenset[str]


def plan_exchanges(needed: Needed, nodes: Nodes, prices: Mapping[str, Price], settings: Settings) -> Plan:
    """Make the plan.

    Args:
        needed: What the checks need.
        nodes: Which exchanges names stand for.
        prices: What a completion costs, by the deployment's path.
        settings: The budget.
    """
    order = cheapest_first(_in_order(needed, frozenset(), nodes), nodes.book, prices)
    order, left_out = within_budget(order, nodes.book, prices, settings)
    if left_out:
        # what needs them is not asked either, nor the probe if they were all the refused ones: so plan once more.
        # The second plan is a part of the first, so it fits into the budget
        order = cheapest_first(_in_order(needed, left_out.keys(), nodes), nodes.book, prices)
        order, _ = within_budget(order, nodes.book, prices, settings)
    order = with_refusals_spread(order, nodes.book, needed.representative)
    not_asked = {*_candidates(needed, frozenset(), nodes.book)} & {*needed.not_wanted} | left_out.keys()
    return Plan(order, left_out, frozenset(node.name for node in not_asked))


def _candidates(needed: Needed, left_out: Collection[Node], book: RecipeBook) -> Iterable[Node]:
    """Return what is needed, with the probe if anything is asked that should be refused."""
    refused = any(
        book[node.recipe].refused and node not in needed.not_wanted and node not in left_out
        for node in needed.exchanges
    )
    return dict.fromkeys((*needed.exchanges, *(needed.probe if refused else ())))


def _in_order(needed: Needed, left_out: Collection[Node], nodes: Nodes) -> dict[Node, frozenset[Node]]:
    """Return what is asked, each with all that comes before it: what it needs, and what the phases say."""
    wanted = [
        node
        for node in _candidates(needed, left_out, nodes.book)
        if node not in needed.not_wanted and node not in left_out and node not in needed.in_vain
    ]
    kept = _without_lost(wanted, needed.answered, nodes)
    earlier = _Earlier(kept, nodes.book, needed.representative)
    return {node: frozenset(nodes.before(node)) | earlier.than(node) for node in kept}


def _without_lost(wanted: Sequence[Node], answered: frozenset[Node], nodes: Nodes) -> Sequence[Node]:
    """Leave out what needs an exchange that is itself left out."""
    kept: set[Node] = set()
    for node in wanted:  # dependencies stand before what needs them
        if all(one in kept or one in answered for one in nodes.before(node)):
            kept.add(node)
    return [node for node in wanted if node in kept]


class _Earlier:
    """Which planned exchanges come before a given one, though it does not need them: the phases (see the module).

    Only direct edges between phases are given, of each node to all nodes of earlier phases. That is quadratic in the
    cases of one deployment (tens), and linear in the deployments (thousands).
    """

    def __init__(self, planned: Iterable[Node], book: RecipeBook, representative: Deployment | None) -> None:
        self._book = book
        self._representative = representative
        self._phases: dict[Deployment | None, list[set[Node]]] = {}
        self._of_recipe: dict[tuple[Deployment | None, str], set[Node]] = {}
        self._probe: set[Node] = set()
        self._after_a_refusal: dict[str, bool] = {}
        for node in planned:
            recipe = book[node.recipe]
            self._of_recipe.setdefault((node.deployment, node.recipe), set()).add(node)
            if recipe.suspension_probe:
                self._probe.add(node)
            elif (phase := self._phase(recipe, node)) is not None:
                self._phases.setdefault(self._asked_of(node), [set() for _ in range(_PHASES)])[phase].add(node)

    def than(self, node: Node) -> frozenset[Node]:
        """Return them."""
        recipe = self._book[node.recipe]
        found: set[Node] = set()
        if recipe.suspension_probe:
            found |= self._phases.get(self._representative, [set()])[_HEALTHY]
        elif phase := self._phase(recipe, node):
            found |= self._probe
            for earlier in self._phases[self._asked_of(node)][:phase]:
                found |= earlier
        for name in recipe.after:
            others = self._of_recipe.get((node.deployment, name), set())
            found |= {one for one in others if _waits_for(node, one)} if name == node.recipe else others
        return frozenset(found - {node})

    def _asked_of(self, node: Node) -> Deployment | None:
        """Return the deployment that is really asked; None for what is asked of the DIAL itself."""
        of_any = "representative" in self._book.closure(self._book[node.recipe].needs)
        return node.deployment or (self._representative if of_any else None)

    def _phase(self, recipe: Recipe, node: Node) -> int | None:
        """Return the place in the order, or None for what is healthy and in no phase."""
        if recipe.risky:
            return _RISKY
        if recipe.refused and node.case is not None and (node.case.lax or node.case.near):
            return _LAX if node.case.lax else _NEAR
        if recipe.refused:
            return _DISPUTED if self._book.cost_of(node) is COMPLETION else _REFUSED
        if recipe.spared or (node.case is not None and node.case.spared):
            return None
        return None if self._is_after_a_refusal(recipe) else _HEALTHY

    def _is_after_a_refusal(self, recipe: Recipe) -> bool:
        """Tell whether anything that a recipe waits for should be refused."""
        if recipe.name not in self._after_a_refusal:
            self._after_a_refusal[recipe.name] = False  # a recipe may wait for itself, of another case
            waits = [*self._book.exchanges(recipe.needs), *recipe.after]
            self._after_a_refusal[recipe.name] = any(
                self._book[one].refused or self._book[one].risky or self._is_after_a_refusal(self._book[one])
                for one in waits
            )
        return self._after_a_refusal[recipe.name]


def _waits_for(node: Node, other: Node) -> bool:
    """Tell whether a case of a recipe waits for another case of the same recipe: a thorough one for the others."""
    thorough = node.case is not None and node.case.thorough
    return thorough and other.case is not None and not other.case.thorough
