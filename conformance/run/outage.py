"""Whether the DIAL still answers after a run as it did before, so that an outage is not taken for violations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from conformance.contract.exchange import Exchange, Request
from conformance.dial.every_exchange import EveryExchange
from conformance.wire.asking import NoAnswerError

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


def outage_of(ask: Callable[[Request], Exchange], control: Exchange | None) -> Outage | None:
    """Ask the control request once more.

    Args:
        ask: Asks the DIAL.
        control: The control request of the beginning, with its good answer; None if there was none.

    Returns:
        The outage, or None if the DIAL answers as it did before.
    """
    if control is None:
        return None
    try:
        after = ask(control.request)
    except NoAnswerError as error:
        return Outage(control.request, f"no answer: {error}", None)
    is_alike = after.status == control.status and (after.json_object is None) is (control.json_object is None)
    return None if is_alike else Outage(control.request, after.excerpt, _kind_of(after))


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
