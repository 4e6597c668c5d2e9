"""A Core that takes a deployment away after a refused request (dial-api 11.1)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from conformance.contract.exchange import Exchange

SUSPENSION_SECONDS: Final = 30
"""How long it is away."""

SUSPENDED_SECONDS: Final = SUSPENSION_SECONDS + 1
"""How long to wait until it is there again."""


def is_refusal(exchange: Exchange) -> bool:
    """Tell whether an answer is 4xx, but not 429, which is an outage."""
    client_error = HTTPStatus.BAD_REQUEST <= exchange.status < HTTPStatus.INTERNAL_SERVER_ERROR
    return client_error and exchange.status != HTTPStatus.TOO_MANY_REQUESTS


def has_no_route(exchange: Exchange) -> bool:
    """Tell whether Core answered that there is no upstream it could ask: 502 `No route`."""
    return exchange.status == HTTPStatus.BAD_GATEWAY and exchange.text.strip().startswith("No route")


def is_suspended(refused: Exchange, next_one: Exchange) -> bool:
    """Tell whether a refused request suspended its deployment, by the answer to the next request."""
    return is_refusal(refused) and has_no_route(next_one)
