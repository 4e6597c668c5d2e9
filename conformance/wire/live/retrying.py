"""Retries: a live DIAL is asked again after an outage, where that cannot be answered, or paid, twice.

One exchange, from its first try to its end:

    send ──► an answer that is no outage ────────────────────────────────────► done
     ▲  └──► outage, or no answer
     │            │
     │       was the target given up when this exchange began? ─────────── yes ─► done
     │            │ no
     │       has the DIAL given one good answer in this run? ──────────────  no ─► done
     │            │ yes
     │       may it be sent twice? (_Again.allows) ────────────────────────  no ─► done
     │            │ yes
     │       is a try left, and does the wait end before the deadline? ────  no ─► give the target up, done
     │            │ yes
     │       wait ─────────────────────────────────────────────────── run ends ─► done
     └────────────┘

"Done" is: the last answer is returned, or the last NoAnswerError raised.

What can go wrong, and what is done about it:

* *The address is wrong.* Nobody ever answers, and the run would say so after a whole deadline. So nothing is tried
  twice before the first good answer, which says that there is a DIAL.
* *One deployment is dead, the others are well.* Each of its exchanges would take a whole deadline, one after the
  other. So a target that has used up a deadline is given up: what is asked of it from then on is tried once, until it
  answers. Exchanges that began before go on to their own deadline: an exchange looks once, when it begins.
* *A refused request takes a deployment away again.* What a deployment should refuse may kill or suspend it, so it is
  sent again only where the gateway says itself that nobody got it: 429, 503 with Retry-After, 502 `No route`.
* *A completion is answered twice.* It is paid twice, and may be counted against a limit. So what may have reached a
  model is never sent again: not after 504, not when the connection broke. GET, HEAD and OPTIONS are. A timeout ends
  all tries: it has had its time.
* *Everybody waits, and Ctrl-C comes.* Waiting is done with the clock of the run, which `close` stops.

Shared between threads are `_answered`, `_given_up`, `_retried`, `_recovered` and `_limited`, and `_lock` guards them.
Nobody sends or waits with the lock.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from conformance.contract.exchange import Exchange, Request
from conformance.contract.outage import OUTAGES, has_no_route, is_outage
from conformance.wire.clock import Clock
from conformance.wire.transport import NoAnswerError, Transport, Trouble

TRIES: Final = 20
"""How often an exchange is tried in all, so that a Retry-After of 0 has an end."""

_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 8.0

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110 section 9.2.1)."""

_BROKEN: Final = frozenset({Trouble.BROKEN, Trouble.EXCESS})
_NOT_SENT: Final = frozenset({Trouble.UNREACHABLE, Trouble.NAME})

_SECONDS: Final = re.compile(r"[0-9]{1,9}")
_HTTP_DATE: Final = re.compile(
    r"[A-Z][a-z]{2,8}, [0-9]{2}[ -][A-Z][a-z]{2}[ -]([0-9]{2}){1,2} [0-9:]{8} GMT"
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} [0-9]{4}"
)
"""The three forms of RFC 9110 section 5.6.7; email.utils alone takes much more for a date."""

_TARGET: Final = re.compile(r"/(?:openai|v1)/deployments/(?:applications/[^/?]+/)?[^/?]+|(?:/[^/?]*){1,2}")
"""What is given up together: a deployment, whose id may be `applications/{bucket}/{name}` (dial-api 2.5), under /openai
and under /v1 apart; elsewhere two segments."""

_Outcome = Exchange | NoAnswerError


class RetryingTransport:
    """Asks another one, and after an outage again. Threads may ask at once.

    Attributes:
        retries: How often something was asked once more.
    """

    def __init__(
        self,
        live: Transport,
        clock: Clock,
        deadline: float,
        *,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Get ready; nothing is sent yet.

        Args:
            live: The DIAL.
            clock: What to wait with; once it is stopped, nothing is asked again.
            deadline: Seconds that one exchange may take with all its tries; 0 for one try.
            wall: Tells the seconds since 1970, for a Retry-After that is a date.
        """
        self.retries = 0
        self._live = live
        self._clock = clock
        self._deadline = deadline
        self._wall = wall
        self._lock = threading.Lock()
        self._answered = False  # the DIAL has given a good answer
        self._given_up: set[str] = set()  # targets that have used up a deadline and not answered since
        self._retried: list[Exchange] = []
        self._recovered: list[str] = []
        self._limited: set[str] = set()

    @property
    def retried(self) -> tuple[Exchange, ...]:
        """Each answer after which the same was asked again, as `name~1` for that of the first try."""
        with self._lock:
            return tuple(self._retried)

    @property
    def limited(self) -> frozenset[str]:
        """What said 429 before it was asked again: the path of a deployment, elsewhere two segments."""
        with self._lock:
            return frozenset(self._limited)

    @property
    def recovered(self) -> tuple[str, ...]:
        """The names of the exchanges whose answer was bad at first and good later; a limit (429) is not bad."""
        with self._lock:
            return tuple(self._recovered)

    def send_once(self, name: str, request: Request) -> Exchange:
        """Ask once, whatever comes.

        Raises:
            NoAnswerError: There is no answer.
        """
        with self._lock:
            self.retries += 1
        return self._live.send(name, request)

    def send(
        self, name: str, request: Request, answers: frozenset[int] = frozenset(), *, forwarded_once: bool = False
    ) -> Exchange:
        """Ask until there is an answer that is no outage, or the deadline does not allow another try.

        Before the DIAL's first good answer, and at a deployment that has exhausted a deadline and not answered well
        since, it is tried once.
        """
        target = _target(request.path)
        end = self._clock.now() + self._deadline
        with self._lock:
            patient = target not in self._given_up
        again = _Again(request.method in _SAFE, forwarded_once, answers)
        tried, was_bad = 1, False
        outcome = self._try(name, request, answers, target)
        while patient and self._may_retry(outcome, again) and self._waited(outcome, tried, end, target):
            was_bad = was_bad or not _is_limit(outcome)
            with self._lock:
                if _is_limit(outcome):
                    self._limited.add(target)
                self.retries += 1
                if isinstance(outcome, Exchange):
                    self._retried.append(replace(outcome, name=f"{name}~{tried}"))
            tried += 1
            outcome = self._try(name, request, answers, target)
        if patient and self._may_be_stray(outcome, again):
            was_bad = True
            with self._lock:
                self.retries += 1
            outcome = self._try(name, request, answers, target)
        if isinstance(outcome, NoAnswerError):
            raise outcome
        if was_bad and outcome.status not in OUTAGES:
            with self._lock:
                self._recovered.append(name)
        return outcome

    def close(self) -> None:
        """Stop the clock, so that nobody waits for another try, and close the live DIAL."""
        self._clock.stop()
        self._live.close()

    def _try(self, name: str, request: Request, answers: frozenset[int], target: str) -> _Outcome:
        try:
            exchange = self._live.send(name, request, answers)
        except NoAnswerError as error:
            return error
        with self._lock:
            if exchange.status not in OUTAGES:  # where 502 is an answer, it still does not show that the target is well
                self._given_up.discard(target)
                self._answered = self._answered or exchange.status < HTTPStatus.INTERNAL_SERVER_ERROR
        return exchange

    def _may_retry(self, outcome: _Outcome, again: _Again) -> bool:
        with self._lock:
            return self._answered and again.allows(outcome)

    def _may_be_stray(self, outcome: _Outcome, again: _Again) -> bool:
        """Tell whether an answer says that nobody got the request, where that would accuse somebody.

        A healthy Core says it once in a run (dial-api 17.6). One that suspends says it again at once.
        """
        accuses = again.forwarded_once and HTTPStatus.BAD_GATEWAY in again.answers
        return accuses and bool(self._deadline) and isinstance(outcome, Exchange) and has_no_route(outcome)

    def _waited(self, outcome: _Outcome, tried: int, end: float, target: str) -> bool:
        """Wait for the next try; False if there is to be none."""
        wait = self._wait(outcome, tried)
        left = end - self._clock.now()
        if tried == TRIES or left <= 0 or wait > left:
            with self._lock:
                self._given_up.add(target)
            return False
        self._clock.sleep(wait)
        return not self._clock.stopped  # a wait that Ctrl-C ended says nothing of the target

    def _wait(self, outcome: _Outcome, tried: int) -> float:
        wanted = outcome.header("retry-after") if isinstance(outcome, Exchange) else None
        given = None if wanted is None else _retry_after(wanted.strip(" \t"), self._wall)
        # a wait that the server names is not shortened: one that is too long ends the tries
        return min(_FIRST_WAIT * 2 ** (tried - 1), _LONGEST_WAIT) if given is None else given


@dataclass(frozen=True)
class _Again:
    """After which outcomes one request may be sent again.

    Attributes:
        safe: It changes nothing.
        forwarded_once: It must not get to a deployment twice.
        answers: Statuses among `OUTAGES` that are an answer here.
    """

    safe: bool
    forwarded_once: bool
    answers: frozenset[int]

    def allows(self, outcome: _Outcome) -> bool:
        """Tell whether it may be sent again after that."""
        if isinstance(outcome, NoAnswerError):
            # the server may close an idle connection just when it is used (RFC 9112 section 9.3.1)
            return outcome.trouble in _NOT_SENT or (self.safe and outcome.trouble in _BROKEN)
        if self.answers >= OUTAGES or not is_outage(outcome, self.answers):
            return False
        if self.forwarded_once:
            return _was_not_forwarded(outcome)
        # after 504 the deployment may still be at work, and what it answers is paid
        return self.safe or outcome.status != HTTPStatus.GATEWAY_TIMEOUT


def _was_not_forwarded(exchange: Exchange) -> bool:
    """Tell whether the gateway says that it asked no deployment: a limit, a time to come again, or no upstream."""
    if exchange.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return exchange.header("retry-after") is not None
    return has_no_route(exchange) or exchange.status == HTTPStatus.TOO_MANY_REQUESTS


def _is_limit(outcome: _Outcome) -> bool:
    return isinstance(outcome, Exchange) and outcome.status == HTTPStatus.TOO_MANY_REQUESTS


def _retry_after(wanted: str, wall: Callable[[], float]) -> float | None:
    """Read a Retry-After, seconds or a date (RFC 9110 section 10.2.3), as seconds; None if it is neither."""
    if _SECONDS.fullmatch(wanted):
        return float(wanted)
    if not _HTTP_DATE.fullmatch(wanted):
        return None
    try:
        date = parsedate_to_datetime(wanted)
    except ValueError:
        return None
    return max(0.0, date.replace(tzinfo=UTC).timestamp() - wall())


def _target(path: str) -> str:
    found = _TARGET.match(path)
    return found[0] if found else path
