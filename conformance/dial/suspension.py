"""A Core that takes a deployment away after a refused request (dial-api 11.1)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from conformance.contract.exchange import Exchange
from conformance.contract.outage import has_no_route

SUSPENSION_SECONDS: Final = 30
"""How long it is away."""

SUSPENDED_SECONDS: Final = SUSPENSION_SECONDS + 1
"""How long to wait until it is there again."""


def is_refusal(exchange: Exchange) -> bool:
    """Tell whether an answer is 4xx, but not 429, which is an outage."""
    client_error = HTTPStatus.BAD_REQUEST <= exchange.status < HTTPStatus.INTERNAL_SERVER_ERROR
    return client_error and exchange.status != HTTPStatus.TOO_MANY_REQUESTS


def is_suspended(refused: Exchange, next_one: Exchange) -> bool:
    """Tell whether a refused request suspended its deployment, by the answer to the next request."""
    return is_refusal(refused) and has_no_route(next_one)
