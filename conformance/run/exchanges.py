"""Makes the exchanges of a run, and keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from conformance.contract.answer_fault import CODING, FRAMING, FaultKind
from conformance.contract.exchange import API_KEY, BEARER_TOKEN, Exchange, Request
from conformance.contract.outage import OUTAGES, is_outage
from conformance.contract.recipe import Node, Recipe
from conformance.contract.verdict import CouldNotRunError, NotRecordedError, UndecidedError
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.framing import error_told_before
from conformance.dial.own_502 import written_statuses
from conformance.dial.price import Price
from conformance.run.admission import Admission
from conformance.run.outcomes import AWAY, THE_DIAL, Outcome
from conformance.run.recurrence import Recurring, fault_of
from conformance.wire.redaction import Redaction, without_secrets
from conformance.wire.transport import NeverRecordedError, NoAnswerError, Transport


class Exchanges:
    """What was asked in a run, and what was answered. Threads may ask at once."""

    def __init__(
        self,
        transport: Transport,
        redaction: Redaction,
        admission: Admission,
        *,
        bearer: bool = False,
        retried: Callable[[], Sequence[Exchange]] | None = None,
    ) -> None:
        """Get ready; nothing is asked yet.

        Args:
            transport: Gives the answers.
            redaction: Takes secrets out of the answers before anybody looks at them.
            admission: Decides when a request may be sent.
            bearer: The caller has a token instead of a key.
            retried: Gives the answers so far after which the same was asked once more; None where the answers do not
                come over HTTP now, so that nothing is asked again, and no framing is seen.
        """
        self._transport = transport
        self._redaction = redaction
        self._admission = admission
        self._bearer = bearer
        self._retried = retried or tuple
        self._made: dict[str, Exchange] = {}
        self._asked: list[str] = []
        self._unanswered: list[str] = []
        self._to_undo: dict[Node, Node] = {}
        self._stopped: str | None = None
        self._over_http = retried is not None
        self._outcomes: list[Outcome] = []
        self._judged: dict[str, Outcome] = {}
        self._places: frozenset[str] = frozenset()
        self._answered = EveryExchange(has_framing=self._over_http)
        self._counted = (0, 0, 0, 0)

    @property
    def answered(self) -> EveryExchange:
        """All that have an answer so far, those before a retry included, sorted by name."""
        retried = self._retried()
        counted = (len(retried), len(self._outcomes), len(self._judged), len(self._made))
        if counted != self._counted:
            found = {one.name: without_secrets(one, self._redaction) for one in retried} | self._made
            ended = {one.node.name: one.exchange for one in self._outcomes if one.exchange is not None}
            broken = {name: one for name, one in ended.items() if one.answer.fault is not None}
            self._answered = EveryExchange(
                tuple(found[name] for name in sorted(found)),
                tuple(broken[name] for name in sorted(broken)),
                frozenset(self._judged),
                self._over_http,
            )
            self._counted = counted
        return self._answered

    def see(self, exchange: Exchange) -> None:
        """Take in an exchange that somebody else made, for what is about every answer."""
        self._made[exchange.name] = without_secrets(exchange, self._redaction)

    def named(self, name: str) -> Exchange | None:
        """Return the exchange of that name if it has an answer by now, and not an outage; or None."""
        return None if name in self._unanswered else self._made.get(name)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """How the requests ended, in the order of their ends."""
        return tuple(self._outcomes)

    def is_free(self, name: str) -> bool:
        """Tell whether an exchange may be asked again: nobody pays for it, and it changes nothing."""
        return any(one.node.name == name and one.is_free for one in self._outcomes)

    def is_judged(self, name: str) -> bool:
        """Tell whether an exchange had a fault that came back."""
        return name in self._judged

    def was_away(self, name: str) -> bool:
        """Tell whether an exchange was answered with 502, 503 or 504 at a place where such an answer went away."""
        one = next((one for one in self._outcomes if one.node.name == name), None)
        if one is None or one.exchange is None or one.exchange.status not in AWAY or self.is_judged(name):
            return False
        return one.place in self._places or THE_DIAL in self._places

    def judge(self, found: Recurring) -> None:
        """Take faults that came back for answers. Whoever asks for one of these again gets it."""
        self._judged |= {one.node.name: one for one in found.judged}
        self._places |= found.places

    @property
    def asked(self) -> tuple[str, ...]:
        """The names of those that were asked, answered or not, in the order in which they were."""
        return tuple(self._asked)

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The names of those that have no answer, or one that tells of an outage."""
        return tuple(self._unanswered)

    @property
    def to_undo(self) -> Mapping[Node, Node]:
        """Those that wrote something, each with the exchange that takes it back."""
        return dict(self._to_undo)

    @property
    def stopped(self) -> str | None:
        """Why nothing is asked any more, or None."""
        return self._stopped

    def stop(self, reason: str) -> None:
        """Ask nothing more but what takes back what was written, for a reason that is told to everybody who asks."""
        self._stopped = reason

    def ask(
        self, recipe: Recipe, node: Node, request: Request, *, undo: Node | None, prices: Mapping[str, Price]
    ) -> Exchange:
        """Make an exchange.

        Args:
            recipe: How it is asked.
            node: Which it is.
            request: What is asked; it is signed here.
            undo: What takes it back, or None.
            prices: What a completion costs, by the deployment's path.

        Raises:
            UndecidedError: There is no answer; the message says why.
        """
        if (judged := self._judged.get(node.name)) is not None:
            return _answer_of(judged)
        if self._stopped is not None and node not in self._to_undo.values():
            raise CouldNotRunError(self._stopped)
        request = self._signed(request)
        if undo is not None:
            self._to_undo[node] = undo  # before it is sent: Ctrl-C may come while it is under way
        with self._admission.admitted(recipe, request, prices, node.case, node.name) as answered:
            self._asked.append(node.name)
            answers = recipe.answers | written_statuses(request)
            try:
                # what can break the deployment is not tried again
                patience = OUTAGES if recipe.risky else answers
                exchange = self._transport.send(node.name, request, patience, forwarded_once=recipe.refused)
            except NeverRecordedError as error:
                raise NotRecordedError(str(error)) from None
            except NoAnswerError as error:
                raise self._unanswered_by(recipe, node, request, error) from None
            exchange = without_secrets(exchange, self._redaction)
            answered.append(exchange)
        self._made[node.name] = exchange
        self._outcomes.append(Outcome(node, recipe, request, exchange, fault_of(request, exchange, answers)))
        if is_outage(exchange, answers):
            self._unanswered.append(node.name)
            raise CouldNotRunError(f'exchange "{recipe.name}": an outage, not an answer: {exchange.excerpt}')
        return exchange

    def _unanswered_by(self, recipe: Recipe, node: Node, request: Request, error: NoAnswerError) -> UndecidedError:
        """Remember what has no answer, and say why."""
        self._unanswered.append(node.name)
        broken = None if error.broken is None else without_secrets(error.broken, self._redaction)
        outcome = Outcome(node, recipe, request, broken, fault_of(request, broken))
        self._outcomes.append(outcome)
        told = error_told_before(broken) if broken is not None else ""
        if outcome.fault is FaultKind.CODING:
            return CouldNotRunError(f'{CODING}: exchange "{recipe.name}": {error}')
        return CouldNotRunError(f'exchange "{recipe.name}": {error}{told}')

    def _signed(self, request: Request) -> Request:
        if not self._bearer:
            return request
        own = ("Api-Key", API_KEY)
        signed = tuple(("Authorization", f"Bearer {BEARER_TOKEN}") if one == own else one for one in request.headers)
        return replace(request, headers=signed)


def _answer_of(judged: Outcome) -> Exchange:
    """Return what is an answer after all.

    Raises:
        CouldNotRunError: It is one that nobody can read, of which HTTP-01 speaks.
    """
    exchange = judged.exchange
    if exchange is None or (exchange.answer.fault is not None and judged.fault is not FaultKind.TWO_LENGTHS):
        shown = exchange.answer.fault if exchange is not None else "no answer"
        raise CouldNotRunError(f'{FRAMING}: exchange "{judged.recipe.name}": {shown}')
    return exchange
