"""Resolves what checks and recipes need by name: exchanges, each made once, and facts read from them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeVar

from conformance.contract.case import REVISION, Case
from conformance.contract.claim import why_not_about
from conformance.contract.declaration import place_of
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Request, Violation
from conformance.contract.recipe import GIVEN, Node, Recipe
from conformance.contract.recipe_book import RecipeBook, RecipeError
from conformance.contract.requirement import Requirement
from conformance.contract.verdict import CouldNotRunError, NotClaimedError, UndecidedError
from conformance.dial.pattern import SlowPatternError
from conformance.dial.price import Price
from conformance.run.caller import OF_CALLER, Caller
from conformance.run.exchanges import Exchanges
from conformance.run.explored_cases import RECIPES_OF_KEPT, with_kept
from conformance.run.kept_cases import KeptCases
from conformance.run.memory import Memory
from conformance.run.nodes import Nodes

T = TypeVar("T")


@dataclass(frozen=True)
class Resolver:
    """Gives checks and recipes what they name. Threads may resolve at once.

    A run learns in phases what a resolver goes by: discovery finds the representative and the prices, planning what
    does not fit into the budget. Each phase makes a new resolver (`dataclasses.replace`), and none is changed. All of a
    run share the exchanges and the memory, so nothing is asked or computed twice.

    Attributes:
        nodes: Which exchanges names stand for.
        exchanges: Makes the exchanges.
        caller: Who asks, and what they want to be asked.
        representative: The deployment that is asked where any would do; None if the DIAL has none, or before discovery.
        prices: What a completion costs, by the deployment's path.
        left_out: What is not asked, and why.
        memory: What was computed so far.
        kept: Cases that were found by exploring, in an earlier run.
        cases_revision: Cases of a newer revision are none of this run.
    """

    nodes: Nodes
    exchanges: Exchanges
    caller: Caller
    representative: Deployment | None = None
    prices: Mapping[str, Price] = field(default_factory=dict)
    left_out: Mapping[Node, UndecidedError] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    kept: KeptCases = field(default_factory=KeptCases)
    cases_revision: int = REVISION
    # each check and each facts ask it again of all that they need; a new resolver, which knows more, begins anew
    _reasons: dict[Node, UndecidedError | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def book(self) -> RecipeBook:
        """The recipes."""
        return self.nodes.book

    def only_free(self) -> Self:
        """Return a resolver that asks nothing that a model answers."""
        return replace(self, caller=replace(self.caller, free=True))

    def value(self, name: str, deployment: Deployment | None = None, case: Case | None = None) -> Any:
        """Return the exchange or the facts of that name, made at the first call.

        Raises:
            UndecidedError: There are none; the message says why.
        """
        if name in GIVEN:
            return self._given(name, deployment, case)
        node = self.nodes.node(name, deployment, case)
        return self.memory.once(node, lambda: self._make(self.book[name], node))

    def arguments(
        self, needs: Iterable[str], optional: frozenset[str], deployment: Deployment | None, case: Case | None
    ) -> dict[str, Any]:
        """Resolve the parameters of a check, a recipe or a function that gives cases."""
        found: dict[str, Any] = {}
        for name in needs:
            found[name] = (
                self._value_if_asked(name, deployment, case) if name in optional else self.value(name, deployment, case)
            )
        return found

    def see_prerequisites(self, one: Recipe | Requirement, deployment: Deployment | None, case: Case | None) -> None:
        """See that a recipe can be asked, facts be read, or a requirement be decided.

        Raises:
            NotAskedError: What it needs itself was not opted in; then nothing is asked for its requirements either.
            NotClaimedError: The deployment does not claim what is needed, or was not named as what is needed.
            CouldNotRunError: A prerequisite does not hold, or cannot be decided itself.
        """
        for name in one.needs:
            if (
                name not in GIVEN
                and name not in one.optional
                and (reason := self.why_not_asked(self.nodes.node(name, deployment, case))) is not None
            ):
                raise reason
        if deployment is not None and deployment.forbidden:
            raise CouldNotRunError("the key may not use this deployment (403)")
        if deployment is not None and (missing := why_not_about(deployment, one.claims, one.profiles)) is not None:
            raise NotClaimedError(missing)
        for required in one.requires:
            try:
                self.value(required, deployment, case)
            except NotClaimedError:  # there is nothing to say about it, so it stands in nobody's way
                continue
            except AssertionError as error:
                found = Violation.read(error)
                wanted = f"expected {found.expected}, got " if found.expected else ""
                raise CouldNotRunError(f"{required}: {wanted}{found.got}") from None

    def known(self, node: Node) -> bool:
        """Tell whether the exchange was made and has an answer."""
        return self.memory.known(node)

    def cases(self, recipe: Recipe, deployment: Deployment | None) -> Sequence[Case]:
        """Return the cases of a recipe.

        Raises:
            UndecidedError: There are none; the message says why.
        """
        cases: Sequence[Case] = self.memory.once(
            (recipe.name, deployment, "cases"), lambda: self._make_cases(recipe, deployment)
        )
        return cases

    def why_not_asked(self, node: Node) -> UndecidedError | None:
        """Return why an exchange is not asked, if that can be told without asking anything."""
        if node not in self._reasons:
            left_out = self.caller.leaves_out(self.book[node.recipe], node.case, self.book.cost_of(node))
            self._reasons[node] = self.left_out.get(node, left_out)
        return self._reasons[node]

    def lacks_a_prerequisite(self, node: Node) -> bool:
        """Tell whether an exchange is known not to be asked, because what it needs is known and does not allow it."""
        recipe = self.book[node.recipe]
        if self.book.sees_every_exchange(recipe.dependencies):
            return False
        if not all(self.known(one) for one in self.nodes.before(node)):
            return False
        try:
            self._see_what_is_known(recipe, node)
        except UndecidedError:
            return True
        return False

    def _see_what_is_known(self, recipe: Recipe, node: Node) -> None:
        """Resolve what a recipe needs, but for facts that other answers may still change."""
        self.see_prerequisites(recipe, node.deployment, node.case)
        is_open = {name for name in recipe.needs if "answered" in self.book.closure([name])}
        for name in is_open - GIVEN:
            self._see_what_is_known(self.book[name], node)
        known = [name for name in recipe.needs if name not in is_open]
        self.arguments(known, recipe.optional, node.deployment, node.case)

    def perform(self, node: Node) -> None:
        """Make an exchange; what goes wrong is remembered for those who need it."""
        with contextlib.suppress(Exception):  # whoever needs it gets the same exception
            self.value(node.recipe, node.deployment, node.case)

    def read_anew(self, nodes: Collection[Node]) -> None:
        """Let exchanges be taken from those that were made, and facts that could not be read be read again.

        Args:
            nodes: Exchanges whose answer is one after all; nothing is asked again.
        """

        def wanted(key: Hashable, error: BaseException | None) -> bool:
            failed = isinstance(error, UndecidedError)
            return isinstance(key, Node) and (key in nodes or (failed and not self.book[key.recipe].asks))

        if nodes:
            self.memory.forget(wanted)

    def abandon(self) -> None:
        """Wait no more for what is under way, after the exchanges were stopped."""
        self.memory.abandon(CouldNotRunError(self.exchanges.stopped or "abandoned"))

    def undo(self, seconds: float) -> None:
        """Take back what was written and not taken back yet, also after the exchanges were stopped.

        Args:
            seconds: How long to wait for a write that is under way.
        """
        for node, undo in self.exchanges.to_undo.items():
            self.memory.wait(node, seconds)
            if undo.name not in self.exchanges.asked:
                self.perform(undo)

    def _given(self, name: str, deployment: Deployment | None, case: Case | None) -> object:
        if name == "every_exchange":
            return self.exchanges.answered
        if name in OF_CALLER:
            return self.caller.given(name)
        if name == "answered":
            return self.exchanges
        if name == "representative":
            if self.representative is None:
                raise CouldNotRunError("the DIAL lists no deployment")
            return self.representative
        return deployment if name == "deployment" else case

    def _value_if_asked(self, name: str, deployment: Deployment | None, case: Case | None) -> object:
        if not all(self.known(node) for node in self.nodes.exchanges([name], deployment, case)):
            return None
        try:
            return self.value(name, deployment, case)
        except UndecidedError:
            return None

    def _make_cases(self, recipe: Recipe, deployment: Deployment | None) -> Sequence[Case]:
        if recipe.for_each is None:
            return ()
        needs, optional = self.book.parameters_of_cases(recipe)
        found = _read(recipe.for_each, self.arguments(needs, optional, deployment, None))
        cases = [case for case in found if case.revision <= self.cases_revision]
        if deployment is None or recipe.name not in RECIPES_OF_KEPT:
            return cases
        kept = self.kept.of(deployment.id, allowed=RECIPES_OF_KEPT[recipe.name])
        return with_kept(cases, kept, self.value("validating_schema", deployment)) if kept else cases

    def _make(self, recipe: Recipe, node: Node) -> object:
        reason = self.why_not_asked(node)
        if reason is not None:
            raise reason
        self.see_prerequisites(recipe, node.deployment, node.case)
        arguments = self.arguments(recipe.needs, recipe.optional, node.deployment, node.case)
        made = _read(recipe.function, arguments)
        if not recipe.asks:
            return made
        undo = None if recipe.undo is None else self.nodes.node(recipe.undo, node.deployment, node.case)
        if not isinstance(made, Request) and not callable(getattr(made, "run", None)):
            place = place_of(recipe.function)
            raise RecipeError(f"{place}: {recipe.name} gives {type(made).__name__}: a recipe returns a Request")
        if isinstance(made, Request):
            return self.exchanges.ask(recipe, node, made, undo=undo, prices=self.prices)
        return made.run(lambda request: self.exchanges.ask(recipe, node, request, undo=undo, prices=self.prices))


def _read(function: Callable[..., T], arguments: dict[str, Any]) -> T:
    try:
        return function(**arguments)
    except SlowPatternError as error:
        raise CouldNotRunError(f"{error.owner}: {error}") from None
