"""Resolves what checks and recipes need by name: exchanges, each made once, and facts read from them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from conformance.contract.case import Case
from conformance.contract.claim import why_not_about
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import API_KEY, BEARER_TOKEN, OTHER_API_KEY, Exchange, Request, Violation
from conformance.contract.recipe import GIVEN, Node, Recipe
from conformance.contract.recipe_book import RecipeBook
from conformance.contract.requirement import Requirement
from conformance.contract.verdict import CouldNotRunError, NotAskedError, NotClaimedError, UndecidedError
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.pattern import SlowPatternError
from conformance.run.admission import Manners
from conformance.run.caller import NO_OTHER_KEY, Caller
from conformance.run.memory import Memory
from conformance.wire.asking import OUTAGES, Asker, NeverRecordedError, NoAnswerError
from conformance.wire.redaction import Redaction

T = TypeVar("T")


class Resolver:
    """Gives checks and recipes what they name. Threads may resolve at once."""

    def __init__(self, book: RecipeBook, asker: Asker, redaction: Redaction, manners: Manners, caller: Caller) -> None:
        """Get ready; nothing is asked yet.

        Args:
            book: The recipes.
            asker: Gives the answers.
            redaction: Takes secrets out of the answers before anybody looks at them.
            manners: Lets requests out when it is their time.
            caller: Who asks.
        """
        self.representative: Deployment | None = None
        self.caller = caller
        self.left_out: dict[Node, UndecidedError] = {}
        self.not_asked: set[str] = set()
        self.unanswered: list[str] = []
        self._book = book
        self._asker = asker
        self._redaction = redaction
        self._manners = manners
        self._memory = Memory()
        self._exchanges: dict[str, Exchange] = {}
        self._every = EveryExchange()
        self._asked: list[str] = []
        self._nodes: dict[Hashable, Node] = {}
        self._exchange_names: dict[tuple[str, ...], tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._stopped: str | None = None
        self._to_undo: dict[Node, Node] = {}
        self._scopes = {name: (book.of_a_deployment([name]), book.of_a_case([name])) for name in book}

    @property
    def exchanges(self) -> EveryExchange:
        """All exchanges made so far that have an answer, by name."""
        if len(self._every) != len(self._exchanges):
            self._every = EveryExchange(tuple(self._exchanges[name] for name in sorted(self._exchanges)))
        return self._every

    @property
    def asked(self) -> tuple[str, ...]:
        """The exchanges that were asked, answered or not, in the order in which they were."""
        return tuple(self._asked)

    def node(self, name: str, deployment: Deployment | None, case: Case | None) -> Node:
        """Return the identity of a recipe with the arguments that it really depends on."""
        of_a_deployment, of_a_case = self._scopes[name]
        asked_of = deployment if of_a_deployment else None
        key = (name, asked_of and (asked_of.id, asked_of.kind), case.name if case and of_a_case else None)
        node = self._nodes.get(key)
        if node is None:
            node = Node(name, asked_of, case if of_a_case else None)
            self._nodes[key] = node
        return node

    def value(self, name: str, deployment: Deployment | None = None, case: Case | None = None) -> Any:
        """Return the exchange or the facts of that name, made at the first call.

        Raises:
            UndecidedError: There are none; the message says why.
        """
        if name in GIVEN:
            return self._given(name, deployment, case)
        node = self.node(name, deployment, case)
        return self._memory.once(node, lambda: self._make(self._book[name], node))

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

    def see_conditions(self, one: Recipe | Requirement, deployment: Deployment | None, case: Case | None) -> None:
        """See that a recipe can be asked, facts be read, or a requirement be decided.

        Raises:
            NotAskedError: What it needs itself was not opted in; then nothing is asked for its requirements either.
            NotClaimedError: The deployment does not claim what is needed, or was not named as what is needed.
            CouldNotRunError: A requirement that speaks first does not hold, or cannot be decided itself.
        """
        for name in one.needs:
            if name not in GIVEN and (left_out := self.why_not(self.node(name, deployment, case))) is not None:
                raise left_out
        if deployment is not None and deployment.forbidden:
            raise CouldNotRunError("the key may not use this deployment (403)")
        if deployment is not None and (reason := why_not_about(deployment, one.claims, one.profile)) is not None:
            raise NotClaimedError(reason)
        for required in one.requires:
            try:
                self.value(required, deployment, case)
            except NotClaimedError:  # there is nothing to say about it, so it stands in nobody's way
                continue
            except AssertionError as error:
                raise CouldNotRunError(f"{required}: {Violation.read(error).got}") from None

    def exchange_nodes(
        self, needs: Sequence[str], deployment: Deployment | None, case: Case | None, *, of_a_case: bool = False
    ) -> list[Node]:
        """Return the exchanges that the names need, dependencies first; optional needs cause none.

        Args:
            needs: The names of recipes and facts.
            deployment: The deployment under test, or None.
            case: The case, or None.
            of_a_case: Only those that depend on the case.
        """
        names = self._exchanges_for(tuple(needs))[of_a_case]
        return [self.node(name, deployment, case) for name in names]

    def _exchanges_for(self, needs: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names of the exchanges that the names need, all of them, and those that depend on the case."""
        if needs not in self._exchange_names:
            names = self._book.exchanges(needs)
            self._exchange_names[needs] = (names, tuple(name for name in names if self._scopes[name][1]))
        return self._exchange_names[needs]

    def known(self, node: Node) -> bool:
        """Tell whether the exchange was made and has an answer."""
        return self._memory.known(node)

    def cases(self, recipe: Recipe, deployment: Deployment | None) -> Sequence[Case]:
        """Return the cases of a recipe.

        Raises:
            UndecidedError: There are none; the message says why.
        """
        cases: Sequence[Case] = self._memory.once(
            (recipe.name, deployment, "cases"), lambda: self._make_cases(recipe, deployment)
        )
        return cases

    def why_not(self, node: Node) -> UndecidedError | None:
        """Return why an exchange is not asked, if that can be told without asking anything."""
        if node in self.left_out:
            return self.left_out[node]
        return self.caller.leaves_out(self._book[node.recipe], node.case, self._book.cost_of(node))

    def is_in_vain(self, node: Node) -> bool:
        """Tell whether an exchange is known not to be asked, because what it needs is known and does not allow it."""
        recipe = self._book[node.recipe]
        closure = self._book.closure(recipe.dependencies)
        before = self.exchange_nodes(recipe.dependencies, node.deployment, node.case)
        if "every_exchange" in closure or not all(self.known(one) for one in before):
            return False
        try:
            self.see_conditions(recipe, node.deployment, node.case)
            self.arguments(recipe.needs, recipe.optional, node.deployment, node.case)
        except UndecidedError:
            return True
        return False

    def perform(self, node: Node) -> None:
        """Make an exchange; what goes wrong is remembered for those who need it."""
        with contextlib.suppress(Exception):  # whoever needs it gets the same exception
            self.value(node.recipe, node.deployment, node.case)

    def only_free(self) -> None:
        """Ask nothing more that a model answers."""
        self.caller = replace(self.caller, free=True)

    def stop(self, reason: str) -> None:
        """Ask nothing more, for a reason that is told to everybody who needs an answer."""
        self._stopped = reason

    def abandon(self) -> None:
        """Wait no more for what is under way, after `stop`."""
        self._memory.abandon(CouldNotRunError(self._stopped or "abandoned"))

    def undo(self, seconds: float) -> None:
        """Take back what was written and not taken back yet, also after `stop`.

        Args:
            seconds: How long to wait for a write that is under way.
        """
        for node, undo in list(self._to_undo.items()):
            self._memory.wait(node, seconds)
            if undo.name not in self._asked:
                self.perform(undo)

    def _given(self, name: str, deployment: Deployment | None, case: Case | None) -> object:
        if name == "every_exchange":
            return self.exchanges
        if name == "api_key":
            if self.caller.bearer:
                raise NotAskedError("the run has a bearer token and no key")
            return API_KEY
        if name == "other_key":
            if not self.caller.other_key:
                raise NotAskedError(NO_OTHER_KEY)
            return OTHER_API_KEY
        if name == "representative":
            if self.representative is None:
                raise CouldNotRunError("the DIAL lists no deployment")
            return self.representative
        return deployment if name == "deployment" else case

    def _value_if_asked(self, name: str, deployment: Deployment | None, case: Case | None) -> object:
        if not all(self.known(node) for node in self.exchange_nodes([name], deployment, case)):
            return None
        try:
            return self.value(name, deployment, case)
        except UndecidedError:
            return None

    def _make_cases(self, recipe: Recipe, deployment: Deployment | None) -> Sequence[Case]:
        if recipe.for_each is None:
            return ()
        needs, optional = self._book.parameters_of_cases(recipe)
        return _read(recipe.for_each, self.arguments(needs, optional, deployment, None))

    def _make(self, recipe: Recipe, node: Node) -> object:
        reason = self.why_not(node)
        if reason is not None:
            raise reason
        self.see_conditions(recipe, node.deployment, node.case)
        arguments = self.arguments(recipe.needs, recipe.optional, node.deployment, node.case)
        made = _read(recipe.function, arguments)
        if not recipe.asks:
            return made
        if isinstance(made, Request):
            return self._ask(recipe, node, made)
        return made.hold(lambda request: self._ask(recipe, node, request))

    def _ask(self, recipe: Recipe, node: Node, request: Request) -> Exchange:
        if self._stopped is not None and node not in self._to_undo.values():
            raise CouldNotRunError(self._stopped)
        request = self._signed(request)
        if recipe.undo is not None:
            self._to_undo[node] = self.node(recipe.undo, node.deployment, node.case)
        with self._manners.admitted(recipe, request) as answered:
            self._asked.append(node.name)
            try:
                # what can break the deployment is not tried again
                answers = OUTAGES if recipe.risky else recipe.answers
                exchange = self._asker.ask(node.name, request, answers)
            except NeverRecordedError as error:
                raise NotAskedError(str(error)) from None
            except NoAnswerError as error:
                self.unanswered.append(node.name)
                raise CouldNotRunError(f'exchange "{recipe.name}": {error}') from None
            exchange = without_secrets(exchange, self._redaction)
            answered.append(exchange)
        self._exchanges[node.name] = exchange
        if exchange.status in OUTAGES - recipe.answers:
            self.unanswered.append(node.name)
            raise CouldNotRunError(f'exchange "{recipe.name}": an outage, not an answer: {exchange.excerpt}')
        return exchange

    def met(self, exchange: Exchange) -> None:
        """Take note of an answer after which the same was asked once more."""
        self._exchanges[exchange.name] = without_secrets(exchange, self._redaction)

    def _signed(self, request: Request) -> Request:
        if not self.caller.bearer:
            return request
        own = ("Api-Key", API_KEY)
        signed = tuple(("Authorization", f"Bearer {BEARER_TOKEN}") if one == own else one for one in request.headers)
        return replace(request, headers=signed)


def _read(function: Callable[..., T], arguments: dict[str, Any]) -> T:
    try:
        return function(**arguments)
    except SlowPatternError as error:
        raise CouldNotRunError(f"CONF-04: {error}") from None


def without_secrets(exchange: Exchange, redaction: Redaction) -> Exchange:
    """Write the placeholder where an answer repeats a secret: who shortens a text later could cut a secret in half."""
    answer = exchange.answer
    headers = tuple((name, redaction.hide_secrets(value)) for name, value in answer.headers)
    body, chunks = answer.body, answer.chunks
    try:
        hidden = redaction.hide_secrets(body.decode("utf-8")).encode("utf-8")
    except UnicodeDecodeError:
        hidden = redaction.hide_secrets(body.decode("latin-1")).encode("latin-1")
    if hidden != body:
        body, chunks = hidden, ((chunks[-1][0] if chunks else 0.0, len(hidden)),)
    reason = redaction.hide_secrets(answer.reason)
    return replace(exchange, answer=replace(answer, reason=reason, headers=headers, body=body, chunks=chunks))
