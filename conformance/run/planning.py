"""The plan: which checks decide what about which deployment, and which exchanges they need."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from conformance.contract.case import Case
from conformance.contract.deployment import Deployment
from conformance.contract.recipe import COMPLETION, Cost, Node, Recipe
from conformance.contract.recipe_book import RecipeBook
from conformance.contract.requirement import Requirement
from conformance.contract.verdict import NotClaimedError
from conformance.run.resolver import Resolver


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
    scope: Iterable[Deployment | None] = deployments if book.of_a_deployment(requirement.dependencies) else [None]
    cost = book.cost(requirement.dependencies)
    recipe = book.case_recipe(requirement.dependencies)
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
            yield PlannedCheck(
                requirement, deployment, case, book.cost(requirement.dependencies, case) if case.free else cost
            )
        if not cases:
            yield PlannedCheck(requirement, deployment, None, cost, NotClaimedError(f"no cases for {recipe.name}"))


def proofs_of(check: PlannedCheck, book: RecipeBook, resolver: Resolver) -> Sequence[Node] | None:
    """Return what is valid where a refusal is checked, the twin first; None if no proof is needed.

    Raises:
        UndecidedError: There are no cases.
    """
    if check.requirement.proven_by is None:
        return None
    recipe = book[check.requirement.proven_by]
    deployment = check.deployment or resolver.representative
    twin = check.case.twin if check.case else None
    cases = sorted(resolver.cases(recipe, deployment), key=lambda case: case.name != twin)
    return [resolver.node(recipe.name, deployment, case) for case in cases]


def plan_exchanges(checks: Iterable[PlannedCheck], book: RecipeBook, resolver: Resolver) -> dict[Node, frozenset[Node]]:
    """Return the exchanges that checks need, each with those that come before it.

    What is known not to be asked is left out. Dependencies come first, then what `after=` says; and of each deployment
    everything that it should accept comes before everything that it should refuse.
    """
    nodes = dict.fromkeys(_needed(checks, book, resolver))
    refused = (node for node in nodes if book[node.recipe].refused and resolver.why_not(node) is None)
    if resolver.representative is not None and any(refused):
        leads = [name for name, recipe in book.items() if recipe.suspension_probe]
        nodes.update(dict.fromkeys(resolver.exchange_nodes(leads, None, None)))
    asked = [node for node in nodes if resolver.why_not(node) is None]
    resolver.not_asked |= {node.name for node in nodes.keys() - set(asked)}
    kept = _without_lost([node for node in asked if not resolver.is_in_vain(node)], book, resolver)
    earlier = _Earlier(kept, book, resolver.representative)
    return {
        node: frozenset(resolver.exchange_nodes(book[node.recipe].dependencies, node.deployment, node.case))
        | earlier.than(node)
        for node in kept
    }


def _needed(checks: Iterable[PlannedCheck], book: RecipeBook, resolver: Resolver) -> Iterator[Node]:
    """Give the exchanges that checks and their proofs need, dependencies first."""
    seen: set[Hashable] = set()
    is_read: dict[str, bool] = {}
    for check in checks:
        requirement, deployment, case = check.requirement, check.deployment, check.case
        if requirement.id not in is_read:
            is_read[requirement.id] = _is_read(requirement, book, resolver)
        if check.undecided is not None or not is_read[requirement.id]:
            continue
        # what does not depend on the case is the same for all cases of a requirement
        one = (requirement.id, deployment)
        yield from resolver.exchange_nodes(requirement.dependencies, deployment, case, of_a_case=one in seen)
        seen.add(one)
        proven = (requirement.proven_by, deployment, case.twin if case else None)
        if requirement.proven_by is not None and proven not in seen:
            seen.add(proven)
            proof = _proof_or_none(check, book, resolver)
            if proof is not None:
                yield from resolver.exchange_nodes([proof.recipe], proof.deployment, proof.case)


def _is_read(requirement: Requirement, book: RecipeBook, resolver: Resolver) -> bool:
    """Tell whether all facts of a requirement are read with the options that were given."""
    facts = (Node(name) for name in book.closure(requirement.dependencies) if name in book and not book[name].asks)
    return all(resolver.why_not(fact) is None for fact in facts)


def _without_lost(nodes: Sequence[Node], book: RecipeBook, resolver: Resolver) -> Sequence[Node]:
    """Leave out what needs an exchange that is itself left out."""
    kept: set[Node] = set()
    for node in nodes:  # dependencies stand before what needs them
        before = resolver.exchange_nodes(book[node.recipe].dependencies, node.deployment, node.case)
        if all(one in kept or resolver.known(one) for one in before):
            kept.add(node)
    return [node for node in nodes if node in kept]


class _Earlier:
    """Which planned exchanges come before a given one, though it does not need them.

    Of each deployment: first what it should accept, and what Core refuses by itself; then the two refused requests
    that show what a refusal does, then what it should refuse, then what its schema forbids but a model may answer, at
    last what some answer with 5xx. A Core may take the deployment away after any of these, for whatever is asked of it
    then (dial-api 11.1), so nothing else may be on its way when the first of them is sent.
    """

    def __init__(self, nodes: Iterable[Node], book: RecipeBook, representative: Deployment | None) -> None:
        self._book = book
        self._representative = representative
        self._phases: dict[Deployment | None, list[set[Node]]] = {}
        self._named: dict[tuple[Deployment | None, str], set[Node]] = {}
        self._leads: set[Node] = set()
        self._after: dict[str, bool] = {}
        for node in nodes:
            recipe = book[node.recipe]
            self._named.setdefault((node.deployment, node.recipe), set()).add(node)
            if recipe.suspension_probe:
                self._leads.add(node)
            elif (phase := self._phase(recipe, book.cost_of(node))) is not None:
                asked_of = node.deployment or (representative if _is_asked_of_any(recipe, book) else None)
                self._phases.setdefault(asked_of, [set(), set(), set(), set()])[phase].add(node)

    def than(self, node: Node) -> frozenset[Node]:
        """Return them."""
        recipe = self._book[node.recipe]
        found: set[Node] = set()
        if recipe.suspension_probe:
            found |= self._phases.get(self._representative, [set()])[0]
        elif phase := self._phase(recipe, self._book.cost_of(node)):
            found |= self._leads
            for earlier in self._phases[node.deployment][:phase]:
                found |= earlier
        for name in recipe.after:
            found |= self._named.get((node.deployment, name), set())
        return frozenset(found - {node})

    def _phase(self, recipe: Recipe, cost: Cost) -> int | None:
        """Return the place in the order, or None for what comes after a refusal because it needs one."""
        if recipe.risky:
            return 3
        if recipe.refused:
            return 2 if cost is COMPLETION else 1
        return None if self._is_after_a_refusal(recipe) else 0

    def _is_after_a_refusal(self, recipe: Recipe) -> bool:
        """Tell whether anything that a recipe waits for should be refused."""
        if recipe.name not in self._after:
            self._after[recipe.name] = False  # a recipe may wait for itself, of another case
            waits = [*self._book.exchanges(recipe.needs), *recipe.after]
            self._after[recipe.name] = any(
                self._book[one].refused or self._book[one].risky or self._is_after_a_refusal(self._book[one])
                for one in waits
            )
        return self._after[recipe.name]


def _is_asked_of_any(recipe: Recipe, book: RecipeBook) -> bool:
    """Tell whether it is asked once per DIAL, of the deployment that stands for all."""
    return "representative" in book.closure(recipe.needs)


def _proof_or_none(check: PlannedCheck, book: RecipeBook, resolver: Resolver) -> Node | None:
    """Return what must have been accepted for a refusal to prove anything, or None if there is nothing to ask."""
    try:
        proofs = proofs_of(check, book, resolver)
    except Exception:  # noqa: BLE001 - it is remembered, and told when the check is decided
        return None
    return proofs[0] if proofs else None
