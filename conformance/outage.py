"""Whether the DIAL still answers after a run as it did before, so that an outage is not taken for violations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from conformance.exchange import Exchange, Request
from conformance.wire.asking import NoAnswerError


@dataclass(frozen=True)
class Outage:
    """The DIAL went down during the run.

    Attributes:
        request: The control request.
        got: What it was answered with afterwards.
        status: With which status, or None if there was no answer.
    """

    request: Request
    got: str
    status: int | None

    def __str__(self) -> str:
        return f"the DIAL went down during the run: {self.request.method} {self.request.path} now gives {self.got}"

    def explains(self, exchange: Exchange) -> bool:
        """Tell whether an answer may come from the outage: a 5xx, or the same status as the control request gets."""
        return exchange.status >= HTTPStatus.INTERNAL_SERVER_ERROR or exchange.status == self.status


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
        return Outage(control.request, str(error), None)
    return None if after.status == control.status else Outage(control.request, after.excerpt, after.status)
