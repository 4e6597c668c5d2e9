"""The plan: which checks decide what about which deployment, and which exchanges they need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from conformance.cases.case import Case
from conformance.dial.deployment import Deployment
from conformance.recipe import COMPLETION, Cost, Node, RecipeBook
from conformance.requirement import Requirement
from conformance.resolver import Resolver
from conformance.verdict import CouldNotRunError, NotClaimedError


@dataclass(frozen=True)
class PlannedCheck:
    """One check of one deployment (or of the DIAL), with one case if it has cases.

    Attributes:
        requirement: What it decides.
        deployment: Of which deployment, or None for the DIAL.
        case: With which case, or None.
        cost: What its exchanges cost.
        undecided: What went wrong when its cases were looked for, or None.
    """

    requirement: Requirement
    deployment: Deployment | None
    case: Case | None
    cost: Cost
    undecided: Exception | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        """What stands in brackets in the test id; empty for a check of the DIAL without cases."""
        parts = [self.deployment.path.replace("/", "%2F")] if self.deployment else []
        return "-".join([*parts, self.case.label] if self.case else parts)


def plan_checks(
    requirement: Requirement, deployments: Iterable[Deployment], book: RecipeBook, resolver: Resolver
) -> Iterator[PlannedCheck]:
    """Give the planned checks of a requirement: for each deployment it is about, for each case."""
    scope: Iterable[Deployment | None] = deployments if book.of_a_deployment(requirement.needs) else [None]
    cost = book.cost(requirement.needs)
    recipe = book.case_recipe(requirement.needs)
    for deployment in scope:
        if recipe is None:
            yield PlannedCheck(requirement, deployment, None, cost)
            continue
        try:
            cases = resolver.cases(recipe, deployment)
        except Exception as error:  # noqa: BLE001 - a fault of the suite is a verdict of this check, not the end of the run
            yield PlannedCheck(requirement, deployment, None, cost, error)
            continue
        for case in cases:
            yield PlannedCheck(requirement, deployment, case, cost)
        if not cases:
            yield PlannedCheck(requirement, deployment, None, cost, NotClaimedError(f"no cases for {recipe.name}"))


def proof_of(check: PlannedCheck, book: RecipeBook, resolver: Resolver) -> Node | None:
    """Return the exchange that must have been accepted for a refusal to prove anything, or None if none is needed.

    Raises:
        UndecidedError: There is nothing valid to try.
    """
    if check.requirement.proven_by is None:
        return None
    recipe = book[check.requirement.proven_by]
    deployment = check.deployment or resolver.representative
    cases = resolver.cases(recipe, deployment)
    twin = check.case.twin if check.case else None
    case = next((one for one in cases if one.name == twin), cases[0] if cases else None)
    if case is None:
        raise CouldNotRunError("the schema gives no valid configuration to compare with")
    return resolver.node(recipe.name, deployment, case)


def plan_exchanges(checks: Iterable[PlannedCheck], book: RecipeBook, resolver: Resolver) -> dict[Node, frozenset[Node]]:
    """Return the exchanges that checks need, each with those that come before it.

    Dependencies come first, then what `after=` says; and of each deployment everything that it should accept comes
    before everything that it should refuse.
    """
    nodes: dict[Node, None] = {}
    for check in checks:
        if check.undecided is None:
            nodes.update(dict.fromkeys(resolver.exchange_nodes(check.requirement.needs, check.deployment, check.case)))
            proof = _proof_or_none(check, book, resolver)
            if proof is not None:
                nodes.update(dict.fromkeys(resolver.exchange_nodes([proof.recipe], proof.deployment, proof.case)))
    earlier = _Earlier(nodes, book)
    return {
        node: frozenset(resolver.exchange_nodes(book[node.recipe].needs, node.deployment, node.case))
        | earlier.than(node)
        for node in nodes
    }


class _Earlier:
    """Which planned exchanges of the same deployment come before a given one, though it does not need them."""

    def __init__(self, nodes: Iterable[Node], book: RecipeBook) -> None:
        self._book = book
        self._accepted: dict[Deployment | None, set[Node]] = {}
        self._named: dict[tuple[Deployment | None, str], set[Node]] = {}
        for node in nodes:
            self._named.setdefault((node.deployment, node.recipe), set()).add(node)
            if book[node.recipe].cost is COMPLETION:
                self._accepted.setdefault(node.deployment, set()).add(node)

    def than(self, node: Node) -> frozenset[Node]:
        """Return them."""
        recipe = self._book[node.recipe]
        found: set[Node] = set()
        if recipe.refused:
            found |= self._accepted.get(node.deployment, set())
        for name in recipe.after:
            found |= self._named.get((node.deployment, name), set())
        return frozenset(found - {node})


def _proof_or_none(check: PlannedCheck, book: RecipeBook, resolver: Resolver) -> Node | None:
    try:
        return proof_of(check, book, resolver)
    except Exception:  # noqa: BLE001 - it is remembered, and told when the check is decided
        return None
