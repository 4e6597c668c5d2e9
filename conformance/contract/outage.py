"""Which answers of a gateway say that what was asked for could not be reached."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from http import HTTPStatus
from typing import Final

from conformance.contract.exchange import Exchange

OUTAGES: Final = frozenset({429, 502, 503, 504})
"""Statuses that say nothing of the request: a limit, or something that is away (RFC 9110 section 15.6, RFC 6585)."""

_WORDS: Final = "No route"


def has_no_route(exchange: Exchange) -> bool:
    """Tell whether a Core said that it has no route for a request, or no upstream to ask: 502 `No route`.

    An answer to HEAD has no words. That of a Core then has no Content-Type either, while the error page of a gateway in
    front of it has one (dial-api 2.1).
    """
    if exchange.status != HTTPStatus.BAD_GATEWAY:
        return False
    if exchange.request.method == "HEAD":
        return exchange.header("content-type") is None
    return exchange.text.strip().startswith(_WORDS)


def is_outage(exchange: Exchange, answers: AbstractSet[int] = frozenset()) -> bool:
    """Tell whether an answer says nothing of the request.

    Args:
        exchange: The exchange.
        answers: Statuses that are an answer here. A 502 is one only in the words of a Core: any gateway in front of it
            answers 502, too, while the Core is away, and then nothing would be known of the Core.
    """
    if exchange.status not in OUTAGES:
        return False
    return exchange.status not in answers or (exchange.status == HTTPStatus.BAD_GATEWAY and not has_no_route(exchange))
