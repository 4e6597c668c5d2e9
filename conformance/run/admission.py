"""Admission: which request to a live DIAL may be sent now, what has to wait, and what is left out to do no harm."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from threading import Condition
from typing import Final

from conformance.contract.exchange import Exchange, Request
from conformance.contract.recipe import FREE, Recipe
from conformance.contract.verdict import CouldNotRunError, NotAskedError, OverBudgetError
from conformance.dial.completion import choices_of, deployment_asked, usage_of
from conformance.dial.error import has_message
from conformance.dial.price import Price
from conformance.dial.suspension import SUSPENDED_SECONDS, is_refusal, is_suspended
from conformance.run.budget import NOTHING, Amount, Budget, SpentError
from conformance.wire.clock import Clock

MOST_WRONGLY_ACCEPTED: Final = 3
"""After so many forbidden configurations that a deployment accepted, no more are tried: each may be billed."""

_FIRST_SERVER_ERROR: Final = 500
_SUSPENDS = (
    "CHAT-27: this Core suspends a deployment after each refused request, so none is sent any more;"
    " --allow-suspension goes on and waits before each"
)


@dataclass(frozen=True)
class Rules:
    """What the caller allows.

    Attributes:
        budget: Completions that a model may answer, or None for any number.
        budget_usd: What they may cost, or None for any amount.
        keep_going: Go on though a deployment accepts what its schema forbids.
        allow_suspension: Go on though each refused request suspends the deployment.
    """

    budget: int | None = None
    budget_usd: Decimal | None = None
    keep_going: bool = False
    allow_suspension: bool = False


class Admission:
    """Admits the requests of a run one by one. Threads may ask at once."""

    def __init__(
        self,
        rules: Rules,
        clock: Clock,
        prices: dict[str, Price],
        was_sent: Callable[[str], bool] = lambda _: True,
    ) -> None:
        """Get ready.

        Args:
            rules: What the caller allows.
            clock: Tells the time, and waits.
            prices: What a completion costs, by the deployment's path; those that are missing cost nothing.
            was_sent: Tells whether the exchange of that name was really asked; otherwise it suspends nothing now.
        """
        self.prices = prices
        self.budget = Budget(rules.budget, rules.budget_usd)
        self._rules = rules
        self._clock = clock
        self._was_sent = was_sent
        self._changed = Condition()
        self._stopped = False
        self._suspends: str | None = None
        self._refused_at: dict[str, float] = {}
        self._last_refusal: dict[str, Exchange] = {}
        self._under_way: Counter[tuple[str, str]] = Counter()
        self._wrongly_accepted: Counter[str] = Counter()
        self._failed: set[str] = set()

    @contextmanager
    def admitted(self, recipe: Recipe, request: Request) -> Iterator[list[Exchange]]:
        """Let a request out when its time has come; the answer is put into the list.

        Raises:
            UndecidedError: It must not be sent; the message says why.
        """
        place = deployment_asked(request)
        if place is None:
            yield []
            return
        with self._in_turn(recipe, place), self._paid(place, request) as answers:
            yield answers
            for answer in answers:
                self._learn(recipe, place, answer)

    def stop(self) -> None:
        """Let nobody wait any more, and admit nothing."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self.budget.stop()

    @contextmanager
    def _in_turn(self, recipe: Recipe, place: str) -> Iterator[None]:
        """Wait for the place in the line, if there is one for requests like this."""
        line = (place, "risky" if recipe.risky else "refused")
        with self._changed:
            while True:
                self._object(recipe, place)
                if not (recipe.refused or recipe.risky) or self._under_way[line] < self._at_once(recipe, place):
                    break
                self._changed.wait()
            self._under_way[line] += 1
        try:
            self._wait_for_the_end_of_the_suspension(recipe, place)
            yield
        finally:
            with self._changed:
                self._under_way[line] -= 1
                self._changed.notify_all()

    def at_once(self, recipe: Recipe, place: str) -> int:
        """Return how many requests like this may be under way at once by now, one at least.

        Args:
            recipe: How they are asked for; the deployment should refuse them.
            place: The deployment's path.
        """
        with self._changed:
            return max(1, self._at_once(recipe, place))

    def _at_once(self, recipe: Recipe, place: str) -> int:
        if recipe.risky or self._suspends is not None:
            return 1
        if recipe.cost is not FREE or self._rules.keep_going:
            return sys.maxsize
        return MOST_WRONGLY_ACCEPTED - self._wrongly_accepted[place]  # as many as may still be wrongly accepted

    def _object(self, recipe: Recipe, place: str) -> None:
        """Say why a request must not be sent, if there is a reason."""
        if self._stopped:
            raise CouldNotRunError("the run was interrupted")
        is_hit = recipe.refused or place == self._suspends
        if self._suspends is not None and is_hit and not self._rules.allow_suspension:
            raise CouldNotRunError(_SUSPENDS)
        if recipe.risky and place in self._failed:
            raise NotAskedError("a request like it was answered with 5xx, and no other is sent to the same deployment")
        too_many = self._wrongly_accepted[place] >= MOST_WRONGLY_ACCEPTED and not self._rules.keep_going
        if recipe.refused and recipe.cost is FREE and too_many:
            raise CouldNotRunError(
                f"CHAT-05: {MOST_WRONGLY_ACCEPTED} requests that must be refused were accepted, and each may be billed;"
                " --keep-going goes on"
            )

    def _wait_for_the_end_of_the_suspension(self, recipe: Recipe, place: str) -> None:
        if self._suspends is None or not recipe.refused:
            return
        refused_at = self._refused_at.get(place)
        if refused_at is not None:
            self._clock.sleep(max(0.0, refused_at + SUSPENDED_SECONDS - self._clock.now()))

    @contextmanager
    def _paid(self, place: str, request: Request) -> Iterator[list[Exchange]]:
        """Set aside what a request can cost, and settle by its answer."""
        price = self.prices.get(place)
        amount = self._most(place, price, request)
        try:
            self.budget.reserve(amount)
        except SpentError as error:
            raise OverBudgetError(str(error)) from None
        spent = amount  # what has no answer may have been answered
        answers: list[Exchange] = []
        try:
            yield answers
            if answers:
                spent = _spent(answers[0], amount, price)
        finally:
            self.budget.settle(amount, spent)

    def _most(self, place: str, price: Price | None, request: Request) -> Amount:
        times = _choices_wanted(request)
        if price is None:
            return Amount(times)
        if price.at_most is None and self.budget.in_dollars:
            raise OverBudgetError(f"what a completion of {place} costs cannot be told before: {price.why}")
        return Amount(times, (price.at_most or Decimal(0)) * times)

    def _learn(self, recipe: Recipe, place: str, answer: Exchange) -> None:
        with self._changed:
            before = self._last_refusal.get(place)
            if before is not None and self._suspends is None and is_suspended(before, answer):
                self._suspends = place
            if is_refusal(answer) and has_message(answer):  # Core's own refusals are no JSON
                self._last_refusal[place] = answer
            elif answer.status == HTTPStatus.OK:
                self._last_refusal.pop(place, None)
            if recipe.refused and self._was_sent(answer.name):
                self._refused_at[place] = self._clock.now()
            if recipe.refused and recipe.cost is FREE and answer.status == HTTPStatus.OK:
                self._wrongly_accepted[place] += 1
            if recipe.risky and answer.status >= _FIRST_SERVER_ERROR:
                self._failed.add(place)


def _choices_wanted(request: Request) -> int:
    """Return how many choices a completion is asked for: `n`, each of which is billed."""
    try:
        body = json.loads(request.body)
    except ValueError:
        return 1
    wanted = body.get("n", 1) if isinstance(body, dict) else 1
    return wanted if isinstance(wanted, int) and wanted > 1 else 1


def _spent(answer: Exchange, reserved: Amount, price: Price | None) -> Amount:
    if answer.status == HTTPStatus.GATEWAY_TIMEOUT:
        return reserved  # the model may have answered
    if answer.status != HTTPStatus.OK:
        return NOTHING
    times = max(1, len(choices_of(answer)))
    told = price.of(usage_of(answer)) if price is not None else None
    return Amount(times, reserved.dollars if told is None else told)
