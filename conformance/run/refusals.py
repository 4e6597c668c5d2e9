"""In which order a deployment's refused requests go out, and which of them is expected to be refused by then.

A deployment may wrongly accept a refused request, and that may be billed. Three such end them (`wrongly_accepted.py`).
With more than three under way, a deployment that accepts all of them would have been paid for more than three before
its first answer. So at most three may be under way of which nothing is known yet. But a deployment that has refused a
number at one property, and a truth value at another, will refuse the truth value at the first, too: such a request is
**foreseen**, once its place and its kind of fault were both refused in others. Foreseen ones go out beside the three.

```plain
   size=42     refused (the place /size)                            --+
   style=true  refused (the kind: a boolean, where a text is due)   --+--> size=true is foreseen
```

What is due at a place is told by all that is tried there: 42 is tried where a text is due, and not where a number is.
It is part of the kind, because a validator that takes 1.5 for an integer refuses it as a text, and there may be many
integers.

Places and kinds are known before anything is asked. So the plan can put what teaches most first: three of which nothing
is known, then what is foreseen by all before, and so on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self

from conformance.contract.case import ABSENT, Case
from conformance.contract.deployment import Deployment
from conformance.contract.recipe import COMPLETION, Node, Recipe
from conformance.contract.recipe_book import RecipeBook
from conformance.recipes.configuration import TEXT_ROOT_CASE
from conformance.run.cost import Order
from conformance.run.wrongly_accepted import MOST_WRONGLY_ACCEPTED, is_doubtful, is_lax

MOST_REFUSED_AT_ONCE: Final = 8
"""Refused requests of one deployment under way at once, however often it refused."""


class Fault(NamedTuple):
    """What is wrong in a configuration.

    Attributes:
        place: Where, as `Case.faulty_property` has it; empty for the configuration itself.
        keywords: Which rules of the schema the value breaks.
        json_type: Of which type the value is.
    """

    place: str
    keywords: tuple[str, ...]
    json_type: str


Tried = Mapping[str, frozenset[Fault]]
"""All that is tried of one deployment, by its place."""


@dataclass(frozen=True)
class Refusal:
    """What a deployment should refuse, and what of others foresees it.

    Attributes:
        node: The exchange.
        teaches: What is known if the deployment refuses it.
        needs: What must be known for it to be foreseen; None if nothing foresees it.
    """

    node: Node
    teaches: frozenset[object]
    needs: frozenset[object] | None

    @classmethod
    def of(cls, node: Node, case: Case | None, same_fault_as: str | None, tried: Tried) -> Self:
        """Say what is known of an exchange.

        Args:
            node: The exchange.
            case: With which case, or None.
            same_fault_as: The recipe that the deployment refuses for the same fault, if there is one.
            tried: What else is tried of the deployment.
        """
        own = ("recipe", node.recipe)
        if same_fault_as is not None:
            return cls(node, frozenset({own}), frozenset({("recipe", same_fault_as)}))
        fault = None if case is None else fault_of(case)
        if fault is None:
            return cls(node, frozenset({own}), None)
        place = ("place", fault.place)
        kind = ("kind", fault.keywords, fault.json_type, tried.get(fault.place, frozenset()))
        return cls(node, frozenset({own, place, kind}), frozenset({place, kind}))

    def is_foreseen(self, known: Collection[object]) -> bool:
        """Tell whether the deployment is expected to refuse it.

        Args:
            known: What is known by then.
        """
        return self.needs is not None and all(one in known for one in self.needs)


@dataclass(frozen=True)
class RefusedOrders:
    """In which order the requests of a plan go out that deployments should refuse; each by the path of a deployment.

    Attributes:
        refusals: Those of which each may teach something of the others (`refusals_of`).
        doubtful: Its near misses, and its lax values (`doubtful_of`).
        priced: The deployments whose price is known.
    """

    refusals: Mapping[str, Sequence[Refusal]]
    doubtful: Mapping[str, Sequence[Sequence[Node]]]
    priced: Collection[str]


def refusals_of(order: Order, book: RecipeBook, representative: Deployment | None) -> dict[str, list[Refusal]]:
    """Return what each deployment should refuse, by its path, in the order of the plan; what shows a suspension first.

    Near misses and the like have an order of their own (`doubtful_of`), and what waits for the answer to a refused
    request is sent when that is there: they stand in no such order.

    Args:
        order: The plan.
        book: The recipes.
        representative: The deployment that gets the two that come before all others, or None.
    """
    cases: dict[str, dict[Node, Case | None]] = {}
    for node in sorted(order, key=lambda one: not book[one.recipe].suspension_probe):
        recipe, asked_of, case = book[node.recipe], node.deployment, node.case
        if recipe.suspension_probe and representative is not None:
            asked_of, case = representative, TEXT_ROOT_CASE if representative.configurable else None
        elif not _stands_in_order(node, recipe, book):
            continue
        if asked_of is not None:
            cases.setdefault(asked_of.path, {})[node] = case
    orders = {}
    for path, of_it in cases.items():
        tried = tried_of(of_it.values())
        orders[path] = [Refusal.of(node, case, book[node.recipe].same_fault_as, tried) for node, case in of_it.items()]
    return orders


def doubtful_of(order: Order) -> dict[str, list[list[Node]]]:
    """Return the near misses and the lax values of each deployment, by its path, each in the order of the plan.

    Args:
        order: The plan.
    """
    found: dict[str, tuple[list[Node], list[Node]]] = {}
    for node in order:
        if node.deployment is not None and is_doubtful(node.case):
            found.setdefault(node.deployment.path, ([], []))[is_lax(node.case)].append(node)
    return {path: [nodes for nodes in kinds if nodes] for path, kinds in found.items()}


def with_refusals_spread(order: Order, book: RecipeBook, representative: Deployment | None) -> Order:
    """Put what each deployment should refuse into an order in which the first ones teach the most of the others.

    Args:
        order: The plan.
        book: The recipes.
        representative: As in `refusals_of`.
    """
    instead: dict[Node, Node] = {}
    for refusals in refusals_of(order, book, representative).values():
        probe = [one for one in refusals if book[one.node.recipe].suspension_probe]
        others = [one for one in refusals if one not in probe]
        instead |= {one.node: other.node for one, other in zip(others, spread(others, probe), strict=True)}
    return {one: order[one] for one in (instead.get(node, node) for node in order)}


def _stands_in_order(node: Node, recipe: Recipe, book: RecipeBook) -> bool:
    if not recipe.refused or recipe.risky or recipe.cost is COMPLETION or is_doubtful(node.case):
        return False
    return not _waits_for_a_refusal(recipe, book, set())


def _waits_for_a_refusal(recipe: Recipe, book: RecipeBook, seen: set[str]) -> bool:
    """Tell whether anything that a recipe waits for should be refused, the probe apart, for which all wait."""
    for name in {*book.exchanges(recipe.dependencies), *recipe.after} - seen:
        seen.add(name)
        other = book[name]
        if (other.refused and not other.suspension_probe) or _waits_for_a_refusal(other, book, seen):
            return True
    return False


def tried_of(cases: Iterable[Case | None]) -> Tried:
    """Return what cases try, by the place of their faults."""
    found: dict[str, set[Fault]] = {}
    for case in cases:
        fault = None if case is None else fault_of(case)
        if fault is not None:
            found.setdefault(fault.place, set()).add(fault._replace(place=""))
    return {place: frozenset(faults) for place, faults in found.items()}


def fault_of(case: Case) -> Fault | None:
    """Return what is wrong in a case, or None if that cannot be told."""
    if case.value is ABSENT:
        return None
    if case.pointer is None:  # the configuration as a whole is no object
        return Fault("", ("type",), _json_type(case.value))
    try:
        value = _at(case.value, case.place or case.pointer)
    except (LookupError, ValueError, TypeError):  # what is missing has no value
        return None
    return Fault(case.faulty_property or "", case.keywords, _json_type(value))


def _at(value: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


def _json_type(value: object) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "other")


def spread(refusals: Sequence[Refusal], first: Sequence[Refusal] = ()) -> list[Refusal]:
    """Put first what teaches most: three of which nothing is known, then what is foreseen by all before, and so on.

    Args:
        refusals: Those of one deployment, in the order of the plan.
        first: Those that come before all of them.
    """
    left, order = list(refusals), list[Refusal]()
    known = {what for one in first for what in one.teaches}
    while left:
        new = _new(left, known)[:MOST_WRONGLY_ACCEPTED]
        foreseen = [one for one in left if one.is_foreseen(known)][: MOST_REFUSED_AT_ONCE - len(new)]
        order += [*new, *foreseen]
        taken = {one.node for one in [*new, *foreseen]}
        left = [one for one in left if one.node not in taken]
        known |= {what for one in [*new, *foreseen] for what in one.teaches}
    return order


def _new(left: Iterable[Refusal], known: Collection[object]) -> list[Refusal]:
    """Return what is not foreseen, and would not be if the others that are returned were refused."""
    learnt, found = set(known), list[Refusal]()
    for one in left:
        if not one.is_foreseen(learnt):
            found.append(one)
            learnt |= one.teaches
    return found
