"""Which checks decide what about which deployment, and which exchanges they need."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from conformance.contract.case import Case
from conformance.contract.deployment import Deployment
from conformance.contract.recipe import Cost, Node
from conformance.contract.requirement import Requirement
from conformance.contract.verdict import NotClaimedError, UndecidedError
from conformance.run.plan import Needed
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
    requirement: Requirement, deployments: Iterable[Deployment], resolver: Resolver
) -> Iterator[PlannedCheck]:
    """Give the planned checks of a requirement: for each deployment it is about, for each case."""
    book = resolver.book
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


def proofs_of(check: PlannedCheck, resolver: Resolver) -> Sequence[Node] | None:
    """Return what is valid where a refusal is checked, the twin first; None if no proof is needed.

    Raises:
        UndecidedError: There are no cases.
    """
    if check.requirement.proven_by is None:
        return None
    recipe = resolver.book[check.requirement.proven_by]
    deployment = check.deployment or resolver.representative
    twin = check.case.twin if check.case else None
    cases = sorted(resolver.cases(recipe, deployment), key=lambda case: case.name != twin)
    return [resolver.nodes.node(recipe.name, deployment, case) for case in cases]


def is_accepted(node: Node, resolver: Resolver) -> bool:
    """Tell whether an exchange was made, and answered with 200."""
    exchange = resolver.exchanges.answered.named(node.name)
    return exchange is not None and exchange.status == HTTPStatus.OK


def accepted_twin(check: PlannedCheck, resolver: Resolver) -> str:
    """Return the name of the exchange that is most like what should be refused, and was accepted; empty if none is."""
    try:
        nodes = proofs_of(check, resolver) or ()
    except UndecidedError:
        return ""
    return next((node.name for node in nodes if is_accepted(node, resolver)), "")


def needed_by(checks: Iterable[PlannedCheck], resolver: Resolver) -> Needed:
    """Return what checks need, with all that a plan must know of it, as plain values.

    Args:
        checks: The selected ones.
        resolver: What is known so far. Nothing is asked: facts are read only where their exchanges were made.
    """
    exchanges = tuple(dict.fromkeys(_exchanges_for(checks, resolver)))
    probe: tuple[Node, ...] = ()
    if resolver.representative is not None:
        names = [name for name, recipe in resolver.book.items() if recipe.suspension_probe]
        probe = tuple(resolver.nodes.exchanges(names, None, None))
    everything = dict.fromkeys((*exchanges, *probe))
    not_wanted = frozenset(node for node in everything if resolver.why_not_asked(node) is not None)
    return Needed(
        exchanges,
        probe,
        resolver.representative,
        not_wanted,
        in_vain=frozenset(
            node for node in everything if node not in not_wanted and resolver.lacks_a_prerequisite(node)
        ),
        answered=frozenset(node for node in everything if resolver.known(node)),
    )


def _exchanges_for(checks: Iterable[PlannedCheck], resolver: Resolver) -> Iterator[Node]:
    """Give the exchanges that checks and their proofs need, dependencies first; some of them more than once.

    A run of a thousand deployments has a hundred thousand checks, which differ by deployment and case only. So what a
    requirement needs of a deployment whatever the case is given with its first case, and then only what is of the case.
    """
    seen: set[Hashable] = set()
    unread = _unread_facts(resolver)
    is_read: dict[str, bool] = {}
    for check in checks:
        requirement, deployment, case = check.requirement, check.deployment, check.case
        if requirement.id not in is_read:
            is_read[requirement.id] = unread.isdisjoint(resolver.book.closure(requirement.dependencies))
        if check.undecided is not None or not is_read[requirement.id]:
            continue
        one = (requirement.id, deployment)
        yield from resolver.nodes.exchanges(requirement.dependencies, deployment, case, of_a_case=one in seen)
        if requirement.taken_apart_by is not None and (requirement.taken_apart_by, deployment) not in seen:
            seen.add((requirement.taken_apart_by, deployment))
            yield from _parts(requirement.taken_apart_by, deployment, resolver)
        seen.add(one)
        proven = (requirement.proven_by, deployment, case.twin if case else None)
        if requirement.proven_by is not None and proven not in seen:
            seen.add(proven)
            proof = _proof_or_none(check, resolver)
            if proof is not None:
                yield from resolver.nodes.exchanges([proof.recipe], proof.deployment, proof.case)


def _parts(name: str, deployment: Deployment | None, resolver: Resolver) -> Iterator[Node]:
    try:
        cases = resolver.cases(resolver.book[name], deployment)
    except UndecidedError:
        return
    for case in cases:
        yield from resolver.nodes.exchanges([name], deployment, case)


def _unread_facts(resolver: Resolver) -> frozenset[str]:
    """Return the facts that are not read with the options that were given."""
    facts = (name for name, recipe in resolver.book.items() if not recipe.asks)
    return frozenset(name for name in facts if resolver.why_not_asked(Node(name)) is not None)


def _proof_or_none(check: PlannedCheck, resolver: Resolver) -> Node | None:
    """Return what must have been accepted for a refusal to prove anything, or None if there is nothing to ask."""
    try:
        proofs = proofs_of(check, resolver)
    except Exception:  # noqa: BLE001 - it is remembered, and told when the check is decided
        return None
    return proofs[0] if proofs else None
