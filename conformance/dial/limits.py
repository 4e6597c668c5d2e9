"""Rate limits of a deployment (dial-api 7), in camelCase as files are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from conformance.contract.exchange import Exchange
from conformance.contract.json_text import json_text
from conformance.dial.error import message_of
from conformance.dial.integer import is_count

_STATS = "Stats"
_REQUESTS = "RequestStats"
_COSTS = "CostStats"
_DELAY = re.compile(r"\d+", re.ASCII)


@dataclass(frozen=True)
class Limits:
    """What one answer tells of the limits."""

    exchange: Exchange

    @property
    def used_requests(self) -> dict[str, int]:
        """How many requests were used, by the window: `dayRequestStats` and others."""
        document = self.exchange.json_object or {}
        return {name: value["used"] for name, value in document.items() if name.endswith(_REQUESTS)}

    def grew(self, before: Limits) -> bool:
        """Tell whether more requests are used than before, in any window: a short one may have begun anew."""
        return any(used > before.used_requests.get(name, used) for name, used in self.used_requests.items())


def limits_fault(exchange: Exchange) -> str | None:
    """Return what is wrong with an answer, or None: each statistic has a total and what is used of it, or it is 404."""
    document = exchange.json_object
    if exchange.status == HTTPStatus.NOT_FOUND:
        return None
    if exchange.status != HTTPStatus.OK or document is None:
        return exchange.excerpt
    stats = {name: value for name, value in document.items() if name.endswith(_STATS) and not name.endswith(_COSTS)}
    if not stats:
        return f"no statistics in {json_text(sorted(document))}"
    for name, value in stats.items():
        for field in ("total", "used"):
            count = value.get(field) if isinstance(value, dict) else None
            if not is_count(count):
                return f"{name}.{field} is {json_text(count)}"
    return None


def limit_hit_fault(exchange: Exchange) -> str | None:
    """Return what is wrong with an answer of 429, or None (dial-api 7; RFC 9110 section 10.2.3)."""
    if exchange.status != HTTPStatus.TOO_MANY_REQUESTS:
        return None
    if not message_of(exchange).strip():
        return f"no message: {exchange.excerpt}"
    delay = exchange.header("retry-after")
    return None if delay is None or _DELAY.fullmatch(delay.strip()) else f"Retry-After is {json_text(delay)}"
