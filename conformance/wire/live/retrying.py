"""A live DIAL that is asked again after an outage, where that cannot be answered, or paid, twice."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from conformance.contract.exchange import Exchange, Request
from conformance.wire.clock import Clock
from conformance.wire.transport import OUTAGES, NoAnswerError, Transport, Trouble

TRIES: Final = 20
"""How often an exchange is tried in all, so that a Retry-After of 0 has an end."""

_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 8.0

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110 section 9.2.1)."""

_NOT_SENT: Final = frozenset({Trouble.UNREACHABLE, Trouble.NAME})

_SECONDS: Final = re.compile(r"[0-9]{1,9}")
_HTTP_DATE: Final = re.compile(
    r"[A-Z][a-z]{2,8}, [0-9]{2}[ -][A-Z][a-z]{2}[ -]([0-9]{2}){1,2} [0-9:]{8} GMT"
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} [0-9]{4}"
)
"""The three forms of RFC 9110 section 5.6.7; email.utils alone takes much more for a date."""

_DOOR: Final = re.compile(r"/(?:openai|v1)/deployments/(?:applications/[^/?]+/)?[^/?]+|(?:/[^/?]*){1,2}")
"""A deployment, whose id may be `applications/{bucket}/{name}` (dial-api 2.5); elsewhere two segments."""

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
        self._answered = False
        self._dead: set[str] = set()
        self._retried: list[Exchange] = []

    @property
    def retried(self) -> tuple[Exchange, ...]:
        """Each answer after which the same was asked again, as `name~1` for that of the first try."""
        with self._lock:
            return tuple(self._retried)

    def send(self, name: str, request: Request, answers: frozenset[int] = frozenset()) -> Exchange:
        """Ask until there is an answer that is no outage, or the deadline does not allow another try.

        Before the DIAL's first good answer, and at a deployment that has exhausted a deadline and not answered well
        since, it is tried once.
        """
        door = _door(request.path)
        end = self._clock.now() + self._deadline
        with self._lock:
            patient = door not in self._dead
        tried = 1
        outcome = self._try(name, request, answers, door)
        while patient and self._may_retry(outcome, request, answers) and self._waited(outcome, tried, end, door):
            with self._lock:
                self.retries += 1
                if isinstance(outcome, Exchange):
                    self._retried.append(replace(outcome, name=f"{name}~{tried}"))
            tried += 1
            outcome = self._try(name, request, answers, door)
        if isinstance(outcome, NoAnswerError):
            raise outcome
        return outcome

    def close(self) -> None:
        """Stop the clock, so that nobody waits for another try, and close the live DIAL."""
        self._clock.stop()
        self._live.close()

    def _try(self, name: str, request: Request, answers: frozenset[int], door: str) -> _Outcome:
        try:
            exchange = self._live.send(name, request, answers)
        except NoAnswerError as error:
            return error
        with self._lock:
            if exchange.status not in OUTAGES:  # even where it is an answer, it does not show that the door is open
                self._dead.discard(door)
                self._answered = self._answered or exchange.status < HTTPStatus.INTERNAL_SERVER_ERROR
        return exchange

    def _may_retry(self, outcome: _Outcome, request: Request, answers: frozenset[int]) -> bool:
        with self._lock:
            return self._answered and _is_retriable(outcome, request.method in _SAFE, answers)

    def _waited(self, outcome: _Outcome, tried: int, end: float, door: str) -> bool:
        """Wait for the next try; False if there is to be none."""
        wait = self._wait(outcome, tried)
        left = end - self._clock.now()
        if tried == TRIES or left <= 0 or wait > left:
            with self._lock:
                self._dead.add(door)
            return False
        self._clock.sleep(wait)
        return not self._clock.stopped

    def _wait(self, outcome: _Outcome, tried: int) -> float:
        wanted = outcome.header("retry-after") if isinstance(outcome, Exchange) else None
        told = None if wanted is None else _told(wanted.strip(" \t"), self._wall)
        return min(_FIRST_WAIT * 2 ** (tried - 1), _LONGEST_WAIT) if told is None else told


def _is_retriable(outcome: _Outcome, safe: bool, answers: frozenset[int]) -> bool:  # noqa: FBT001 - private
    if isinstance(outcome, NoAnswerError):
        # the server may close an idle connection just when it is used (RFC 9112 section 9.3.1)
        return outcome.trouble in _NOT_SENT or (safe and outcome.trouble is Trouble.BROKEN)
    # after 504 the deployment may still be at work, and what it answers is paid
    return outcome.status in OUTAGES - answers and (safe or outcome.status != HTTPStatus.GATEWAY_TIMEOUT)


def _told(wanted: str, wall: Callable[[], float]) -> float | None:
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


def _door(path: str) -> str:
    found = _DOOR.match(path)
    return found[0] if found else path
