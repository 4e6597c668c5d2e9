"""Whether the DIAL still answers after a run as it did before, so that an outage is not taken for violations.

A DIAL that goes down in the middle of a run makes two kinds of wrong verdicts: violations of what it answered well a
minute ago, and passes of whatever is to be refused, because a dead gateway refuses everything. Both can be corrected
later, but only by asking: so the control request, which was answered well at the beginning, is asked once more.

```plain
   not asked ---- ask() ----> asked, found is None     (it answers as before)
       |                      asked, found is Outage   (what the outage explains "could not run")
       +------- stop() -----> asked, found is None     (Ctrl-C: nothing is asked any more)
```

Where an answer with 5xx is in question, `GET /health` is asked, too: a late Core says 500 there while its storage is
away, when listings are still well, and unknown keys and completions are not. No other status tells anything: many a
gateway does not show that path at all.

The same request is asked once more, too, if that is free: a 5xx that is gone came from an outage that is over, and then
no 5xx of the run is judged.

Each is asked once at most. And it is asked only if there is a reason (an exchange without an answer, or a violation
that an outage could explain), so that a green run has as many requests as exchanges.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from conformance.contract.exchange import Exchange, Request
from conformance.dial.every_exchange import EveryExchange
from conformance.wire.transport import NoAnswerError

HEALTH: Final = Request("GET", "/health")
_USUAL = frozenset({200, 400, 422})
_CRASHES = 3


@dataclass(frozen=True)
class Outage:
    """The DIAL went down during the run.

    Attributes:
        request: The control request.
        got: What it was answered with afterwards, in one line.
        kind: Status and media type of that answer, or None if there was none.
    """

    request: Request
    got: str
    kind: tuple[int, str | None] | None

    def __str__(self) -> str:
        return f"the DIAL went down during the run: {self.request.method} {self.request.path} now gives {self.got}"

    def explains(self, exchange: Exchange) -> bool:
        """Tell whether an answer may come from the outage: a 5xx, or one like that to the control request."""
        return exchange.status >= HTTPStatus.INTERNAL_SERVER_ERROR or _kind_of(exchange) == self.kind


class OutageWatch:
    """Asks the control request once more, and `GET /health`, if anybody wants to know.

    Attributes:
        found: The outage, as far as is known without asking.
    """

    def __init__(self, ask: Callable[[Request], Exchange], control: Exchange | None) -> None:
        """Get ready; nothing is asked yet.

        Args:
            ask: Asks the DIAL.
            control: The control request of the beginning, with its good answer; None in a replay.
        """
        self.found: Outage | None = None
        self._ask = ask
        self._control = control
        self._asked_again: set[str] = set()
        self._control_asked = self._health_asked = self._is_over = control is None

    @property
    def settled(self) -> bool:
        """Nothing is asked any more, so `found` is the last word."""
        return self._is_over or self.found is not None

    def ask(self, exchange: Exchange | None = None, *, again: bool = False) -> Outage | None:
        """Return the outage, or None if the DIAL answers as it did before; who is the first asks.

        Args:
            exchange: The one that is in question; without one only the control request is asked.
            again: Its request may be asked again, because nobody pays for it and it changes nothing.
        """
        if self.settled:
            return self.found
        if not self._control_asked and self._control is not None:
            self._control_asked = True
            self.found = _outage_of(self._ask, self._control)
        is_5xx = exchange is not None and exchange.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        if self.found is None and is_5xx and not self._health_asked:
            self._health_asked = True
            self.found = _outage_by_health(self._ask)
        if self.found is None and is_5xx and again and exchange is not None and exchange.name not in self._asked_again:
            self._asked_again.add(exchange.name)
            self.found = _outage_that_is_over(self._ask, exchange)
        return self.found

    def stop(self) -> None:
        """Ask nothing any more; what was found stays."""
        self._is_over = True


def _outage_that_is_over(ask: Callable[[Request], Exchange], before: Exchange) -> Outage | None:
    try:
        after = ask(before.request)
    except NoAnswerError:
        return None
    if after.status == before.status:
        return None
    return Outage(before.request, f"{after.excerpt}, and gave {before.excerpt}", _kind_of(before))


def _outage_of(ask: Callable[[Request], Exchange], control: Exchange) -> Outage | None:
    try:
        after = ask(control.request)
    except NoAnswerError as error:
        return Outage(control.request, f"no answer: {error}", None)
    is_alike = after.status == control.status and (after.json_object is None) is (control.json_object is None)
    return None if is_alike else Outage(control.request, after.excerpt, _kind_of(after))


def _outage_by_health(ask: Callable[[Request], Exchange]) -> Outage | None:
    try:
        health = ask(HEALTH)
    except NoAnswerError:
        return None  # the control request was answered
    is_ill = health.status == HTTPStatus.INTERNAL_SERVER_ERROR
    return Outage(HEALTH, health.excerpt, _kind_of(health)) if is_ill else None


def looks_like_trouble(exchange: Exchange, exchanges: EveryExchange) -> bool:
    """Tell whether an answer is of a kind that no deployment gives and a gateway in trouble does.

    Args:
        exchange: The exchange with the answer.
        exchanges: All of the run: a deployment may crash over a single request or two.
    """
    if exchange.answer.media_type == "text/html":
        return True
    if exchange.status == HTTPStatus.INTERNAL_SERVER_ERROR and "/chat/completions" in exchange.request.path:
        return len(exchanges.answered(exchange.status)) > _CRASHES
    return exchange.status not in _USUAL


def _kind_of(exchange: Exchange) -> tuple[int, str | None]:
    return exchange.status, exchange.answer.media_type
