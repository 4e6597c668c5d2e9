"""Admission: which request to a live DIAL may be sent now, what has to wait, and what is left out to do no harm.

Each completion passes three gates, in this order; whatever is no completion passes at once.

1. **Is it allowed?** Never after Ctrl-C. No refused request where the Core suspends (below), none after three that were
   wrongly accepted, and no risky one after the first 5xx. The answer is an `UndecidedError`, not a wait.
2. **Is it its turn?** Requests that may do harm stand in a queue: one for each deployment for the refused ones, and one
   for the risky ones. How many of a queue may be under way at once:

   * of the risky: one, because after the first 5xx none may follow;
   * of the refused: as many as may still be wrongly accepted, three at first. Each wrongly accepted one may be billed;
     with four under way, a deployment that accepts everything would have been paid for four before the first answer.
     Those of a plan stand in an order, and more may go out where the deployment has refused the like of it: see
     `refusal_window.py`;
   * of the near misses, which are refused requests that a careless deployment accepts: one at each property, because
     none may follow where one was accepted, and three in all (`doubtful_window.py`); none while another refused request
     is under way;
   * of the lax values, in a queue of their own: as many, for the same reason. They are counted apart: what a lax
     validator accepts without loss is no reason to stop, but it may be billed, so at most one is accepted at each
     property, and three at each deployment. None is sent where anything else that is forbidden was accepted;
   * of the refused, where the Core suspends: one, because the next has to wait for the end of the suspension.

   What an answer tells is noted before its request leaves the queue, so the next one cannot miss it. Whoever waits is
   woken then, and asks gate 1 again. Healthy requests never wait, but are counted with the refused ones: as long as one
   is under way, a suspension would hit it. Which of those who
   wait goes next does not matter for harm, but it does for the sameness of two runs. So the schedule asks `at_once`
   and does not begin more than may pass: in a run nobody really waits here, and the order is that of the plan
   (`performing.py`). The queue is for the correctness, whoever calls.
3. **Is there money?** The most that it can cost is reserved, and settled by its answer (`budget.py`). This comes last:
   while a request waits for its turn it must not hold back money that others could spend. What has no answer counts as
   spent, because a model may have answered it.

Suspension (dial-api 11.1)
--------------------------

A Core that suspends cannot be seen in one answer: 502 `No route` also means that no upstream is there. It is seen in a
pair, a refusal and right behind it `No route` of the same deployment:

```plain
   of each deployment                                  of the whole run

   +---------+  a refusal with words  +---------+  502 `No route`   +----------+
   | healthy | ---------------------> | refused | ----------------> | suspends |
   +---------+ <--------------------- +---------+                   +----------+
                        200              |   ^                      without --allow-suspension: no refused
                                         +---+                      request to any deployment, and nothing
                              any other answer                      more to the one where it was seen;
                                                                    with it: before each refused request wait
                                                                    until 31 s after the last one there
```

* "with words": a refusal of the deployment is JSON with a message. A refusal of Core itself is plain text, never gets
  to the deployment, and suspends nothing.
* `refused` lasts until a 200: an answer in between (429, 500) tells nothing of a suspension.
* `suspends` is of the whole run and never ends: it is a property of the Core, not of a deployment. A second look would
  cost another suspension.
* The plan sends a pair of refused requests for that, before all others (`plan.py`), so mostly it is known before the
  first check's own refused request. But a real request may show it as well, so each answer is looked at.
* To wait is by the clock of the run, which passes at once in a replay. What was read from the set that is added to was
  not sent now, so there is nothing to wait for (`was_sent`).
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from threading import Condition
from typing import Final

from conformance.contract.case import Case
from conformance.contract.exchange import Exchange, Request
from conformance.contract.recipe import FREE, Recipe
from conformance.contract.verdict import CouldNotRunError, NotAskedError, NotRecordedError, OverBudgetError
from conformance.dial.completion import deployment_asked
from conformance.dial.error import has_message
from conformance.dial.price import Price
from conformance.dial.suspension import SUSPENDED_SECONDS, is_refusal, is_suspended
from conformance.run.budget import NOTHING, Amount, Budget, SpentError, reserved_for, spent_of
from conformance.run.refusals import RefusedOrders
from conformance.run.settings import Settings
from conformance.run.windows import Windows
from conformance.run.wrongly_accepted import MOST_WRONGLY_ACCEPTED, WronglyAccepted, is_doubtful, is_lax
from conformance.wire.clock import Clock

_FIRST_SERVER_ERROR: Final = 500
_SUSPENDS = (
    "CHAT-27: this Core suspends a deployment after each refused request, so none is sent any more;"
    " --allow-suspension goes on and waits before each"
)


class Admission:
    """Admits the requests of a run one by one. Threads may ask at once."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        was_sent: Callable[[str], bool] = lambda _: True,
    ) -> None:
        """Get ready.

        Args:
            settings: What the caller allows.
            clock: Tells the time, and waits.
            was_sent: Tells whether the exchange of that name was really asked; otherwise it suspends nothing now.
        """
        self.budget = Budget(settings.own_budget, settings.own_budget_usd, settings.whose_budget)
        self._settings = settings
        self._clock = clock
        self._was_sent = was_sent
        self._changed = Condition()
        self._stopped = False
        self._suspends: str | None = None
        self._refused_at: dict[str, float] = {}
        self._last_refusal: dict[str, Exchange] = {}
        self._under_way: Counter[tuple[str, str]] = Counter()
        self._in_no_order: Counter[str] = Counter()
        self._doubtful: Counter[tuple[str, str]] = Counter()
        self._windows = Windows(settings.jobs_per_deployment)
        self._wrongly_accepted = WronglyAccepted(keep_going=settings.keep_going)
        self._failed: set[str] = set()

    @contextmanager
    def admitted(
        self, recipe: Recipe, request: Request, prices: Mapping[str, Price], case: Case | None = None, name: str = ""
    ) -> Iterator[list[Exchange]]:
        """Let a request be sent when its time has come; whoever sends it puts the answer into the list.

        Args:
            recipe: How it is asked.
            request: What is asked.
            prices: What a completion costs, by the deployment's path; those that are missing cost nothing.
            case: With which case, or None.
            name: What the plan calls it.

        Raises:
            UndecidedError: It must not be sent; the message says why.
        """
        place = deployment_asked(request)
        if place is None:
            yield []
            return
        with self._place_in_queue(recipe, place, case, name), self._paid(place, request, prices.get(place)) as answers:
            yield answers
            for answer in answers:
                self._note(recipe, place, answer, case)

    def suspends(self) -> bool:
        """Tell whether it was seen that this Core suspends a deployment after a refused request."""
        with self._changed:
            return self._suspends is not None

    def stop(self) -> None:
        """Let nobody wait any more, and admit nothing."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self.budget.stop()

    def plan(self, orders: RefusedOrders) -> None:
        """Learn in which order the requests go out that deployments should refuse."""
        if not self._settings.keep_going:
            with self._changed:
                self._windows.plan(orders)

    def note_limits(self, places: Iterable[str]) -> None:
        """Note which deployments said 429 to a completion, though it was answered after a retry."""
        with self._changed:
            for place in places:
                self._windows.note_limit(place)

    def note_end(self, place: str, name: str) -> None:
        """Note that an exchange of the plan has ended, also one that was never sent."""
        with self._changed:
            self._windows.note_end(place, name)
            self._changed.notify_all()

    @contextmanager
    def _place_in_queue(self, recipe: Recipe, place: str, case: Case | None, name: str) -> Iterator[None]:
        """Wait for the turn, if there is a queue for requests like this."""
        queue = _queue(recipe, place, case)
        is_queued = recipe.refused or recipe.risky
        with self._changed:
            while True:
                self._refuse(recipe, place, case, name)
                if not is_queued or self._under_way[queue] < self._at_once(recipe, place, case, name):
                    break
                self._changed.wait()
            beside = queue[1] == "refused" and recipe.refused and self._windows.refusals(place, name) is None
            self._under_way[queue] += 1
            self._doubtful[queue] += is_doubtful(case)
            self._in_no_order[place] += beside
        try:
            self._wait_for_the_end_of_the_suspension(recipe, place)
            yield
        finally:
            with self._changed:
                self._under_way[queue] -= 1
                self._doubtful[queue] -= is_doubtful(case)
                self._in_no_order[place] -= beside
                self._changed.notify_all()

    def at_once(self, recipe: Recipe, place: str, case: Case | None = None, name: str = "") -> int:
        """Return how many requests like this may be under way at once by now; 0 if its turn has not come.

        Args:
            recipe: How they are asked for.
            place: The deployment's path.
            case: With which case, or None.
            name: What the plan calls it.
        """
        with self._changed:
            if not recipe.refused:
                return self._windows.accepted_at_once(place)
            window = self._windows.refusals(place, name) or self._windows.doubtful(place, name)
            if window is not None and not window.is_decided(name):
                return self._at_once(recipe, place, case, name)
            return max(1, self._at_once(recipe, place, case, name))

    def _at_once(self, recipe: Recipe, place: str, case: Case | None, name: str) -> int:
        if (window := self._windows.refusals(place, name)) is not None:
            if not window.may_be_sent(name, self._elsewhere(place)):
                return 0
            return 1 if self._suspends is not None else self._windows.refused_at_once(place)
        if recipe.risky or self._suspends is not None:
            return 1
        if is_doubtful(case):
            return self._doubtful_at_once(_queue(recipe, place, case), case, name)
        if recipe.cost is not FREE or self._settings.keep_going:
            return sys.maxsize
        return self._wrongly_accepted.left(place)  # as many as may still be wrongly accepted

    def _doubtful_at_once(self, queue: tuple[str, str], case: Case | None, name: str) -> int:
        place, _ = queue
        window = self._windows.doubtful(place, name)
        if window is None:
            return 1
        if self._under_way[queue] > self._doubtful[queue]:
            return 0
        accepted = MOST_WRONGLY_ACCEPTED - self._wrongly_accepted.left(place) - window.accepted
        # where all before it have ended, what was accepted is known, and gate 1 says whether it may be sent at all
        if not window.is_decided(name) and not window.may_be_sent(name, 0 if is_lax(case) else accepted):
            return 0
        return min(MOST_WRONGLY_ACCEPTED, self._windows.refused_at_once(place))

    def _elsewhere(self, place: str) -> int:
        """Return how many were wrongly accepted, or may be, that stand in no order."""
        accepted = MOST_WRONGLY_ACCEPTED - self._wrongly_accepted.left(place)
        return accepted - self._windows.accepted_in_order(place) + self._in_no_order[place]

    def _refuse(self, recipe: Recipe, place: str, case: Case | None, name: str) -> None:
        """Refuse a request that must not be sent.

        Raises:
            UndecidedError: Why not.
        """
        if self._stopped:
            raise CouldNotRunError("the run was interrupted")
        is_hit = recipe.refused or place == self._suspends
        if self._suspends is not None and is_hit and not self._settings.allow_suspension:
            raise CouldNotRunError(_SUSPENDS)
        if recipe.risky and place in self._failed:
            raise NotAskedError("a request like it was answered with 5xx, and no other is sent to the same deployment")
        if (window := self._windows.refusals(place, name)) is not None:
            # what the order allowed once stays allowed; what it does not when all before have ended, it never will
            is_counted = window.is_decided(name) and not window.may_be_sent(name, self._elsewhere(place))
        else:
            is_counted = recipe.refused and (recipe.cost is FREE or is_doubtful(case))
        if is_counted and (why := self._wrongly_accepted.why_no_more(place, case)):
            raise why

    def _wait_for_the_end_of_the_suspension(self, recipe: Recipe, place: str) -> None:
        if self._suspends is None or not recipe.refused:
            return
        refused_at = self._refused_at.get(place)
        if refused_at is not None:
            self._clock.sleep(max(0.0, refused_at + SUSPENDED_SECONDS - self._clock.now()))

    @contextmanager
    def _paid(self, place: str, request: Request, price: Price | None) -> Iterator[list[Exchange]]:
        """Reserve what a request can cost, and settle by its answer."""
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
                spent = spent_of(answers[0], amount, price)
        except NotRecordedError:  # nobody was asked
            spent = NOTHING
            raise
        finally:
            self.budget.settle(amount, spent)

    def _most(self, place: str, price: Price | None, request: Request) -> Amount:
        if price is not None and price.at_most is None and self.budget.in_dollars:
            raise OverBudgetError(f"what a completion of {place} costs cannot be told before: {price.why}")
        return reserved_for(request, price)

    def _note(self, recipe: Recipe, place: str, answer: Exchange, case: Case | None) -> None:
        """Draw the conclusions of an answer for the requests that come after it."""
        with self._changed:
            before = self._last_refusal.get(place)
            if before is not None and self._suspends is None and is_suspended(before, answer):
                self._suspends = place
            if is_refusal(answer) and has_message(answer):  # Core's own refusals are no JSON
                self._last_refusal[place] = answer
            elif answer.status == HTTPStatus.OK:
                self._last_refusal.pop(place, None)
            self._windows.note(recipe, place, answer)
            if recipe.refused and self._was_sent(answer.name):
                self._refused_at[place] = self._clock.now()
            if recipe.refused and answer.status == HTTPStatus.OK:
                accepted = self._wrongly_accepted
                (accepted.note if recipe.cost is FREE else accepted.note_disputed)(place, case)
            if recipe.risky and answer.status >= _FIRST_SERVER_ERROR:
                self._failed.add(place)


def _queue(recipe: Recipe, place: str, case: Case | None) -> tuple[str, str]:
    """Return the queue in which a request stands, if requests like it have one."""
    return (place, "risky" if recipe.risky else "lax" if is_lax(case) else "refused")
