"""Waits until a DIAL answers that is just being started, as after `helm install` and `docker compose up`."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from conformance.contract.exchange import API_KEY, BEARER_TOKEN, Exchange, Request
from conformance.contract.outage import OUTAGES
from conformance.run.settings import Settings
from conformance.wire.clock import Clock
from conformance.wire.transport import NoAnswerError

_LISTING: Final = "/openai/deployments"
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 5.0


def wait_for_answer(
    settings: Settings, ask: Callable[[Request], Exchange], clock: Clock, tell: Callable[[str], None]
) -> str | None:
    """Ask for the listing until something answers as a DIAL that runs, or the time is over.

    What answers with a refusal ends it too: that does not become better. 404 does not, because an ingress says that
    of a service which is not there yet.

    Args:
        settings: Where the DIAL is, who asks, and for how many seconds at most. A request that is under way is not cut.
        ask: Asks once.
        clock: What is waited with.
        tell: Shows a line, once, if there is something to wait for.

    Returns:
        How long it took, as a note of the run; None if the first answer was good.
    """
    own = ("Authorization", f"Bearer {BEARER_TOKEN}") if settings.bearer else ("Api-Key", API_KEY)
    request = Request("GET", _LISTING, (own,))
    began = clock.now()
    asked, pause = 1, _FIRST_PAUSE
    while (why := _why_not_yet(ask, request)) is not None:
        left = began + settings.wait - clock.now()
        if asked == 1:
            tell(f"waiting for {settings.url}, at most {settings.wait:g} s: {why}")
        if left <= 0 or clock.stopped:
            return f"waited {clock.now() - began:.0f} s (--wait): {settings.url} did not answer as a DIAL that runs"
        clock.sleep(min(pause, left))
        asked, pause = asked + 1, min(2 * pause, _LONGEST_PAUSE)
    return f"{settings.url} answered after {clock.now() - began:.0f} s and {asked} requests" if asked > 1 else None


def _why_not_yet(ask: Callable[[Request], Exchange], request: Request) -> str | None:
    """Ask, and return what shows that nobody is there yet; None if somebody is."""
    try:
        exchange = ask(request)
    except NoAnswerError as error:
        return str(error)
    is_up = exchange.status < HTTPStatus.INTERNAL_SERVER_ERROR and exchange.status not in OUTAGES
    return None if is_up and exchange.status != HTTPStatus.NOT_FOUND else exchange.excerpt
