"""What a completion may cost, from the prices and limits of a listing (dial-api 2.3), and what one did cost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Context, Decimal, localcontext
from typing import Final

from conformance.contract.deployment import Deployment
from conformance.dial.integer import is_count

NO_PRICE: Final = "no price in the listing"
DEPENDS: Final = "the price depends on the request"
NO_LIMIT: Final = "the listing does not limit the tokens of a completion"
UNREADABLE: Final = "the price cannot be read"

CHAT_FORMAT_TOKENS: Final = 16
"""At most so many tokens tell a model who speaks, in a chat of one message; OpenAI's models take about seven."""
TOKENS_OF_AN_IMAGE: Final = 1
"""What the usage of a DALL-E 3 says of one image (dial-api 5.1)."""

_TOKEN = "token"  # noqa: S105 - a unit, no secret
_CHARACTER = "char_without_whitespace"
_DECIMAL = re.compile(r"\d{1,20}(\.\d{1,40})?([eE][+-]?\d{1,2})?", re.ASCII)
_MOST_DOLLARS: Final = Decimal(1_000_000)
_MOST_TOKENS: Final = 10**15
_EXACT: Final = 250
"""More digits than a cost within these bounds can have, so that none is rounded."""
_SHOWN: Final = 6


@dataclass(frozen=True)
class Price:
    """What completions of a deployment cost, in USD.

    Attributes:
        at_most: What one completion of the prompt, with one choice, costs at most, or None if that cannot be told.
        why: Why it cannot be told; empty if it can.
        prompt: What one token of a prompt costs, or None if that cannot be told.
        completion: What one token of a completion costs, or None if that cannot be told.
    """

    at_most: Decimal | None
    why: str = ""
    prompt: Decimal | None = None
    completion: Decimal | None = None

    def of(self, usage: object) -> Decimal | None:
        """Tell what an answered completion cost, by its `usage` (dial-api 5.1), or None if that cannot be told."""
        if not isinstance(usage, Mapping) or self.prompt is None or self.completion is None:
            return None
        prompt, completion = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
        if prompt is None or completion is None:
            return None
        return _sum(self.prompt, prompt, self.completion, completion)


def price_of(deployment: Deployment, prompt: str) -> Price:
    """Tell what one completion costs at most.

    Args:
        deployment: Its `pricing` and `limits` may be anything.
        prompt: The only message.
    """
    tariff = _read_tariff(deployment.description.get("pricing"))
    if isinstance(tariff, str):
        return Price(None, tariff)
    known = (tariff.per_token(tariff.prompt), tariff.per_token(tariff.completion))
    most = 0 if not tariff.completion else _most_tokens(deployment) if tariff.unit == _TOKEN else None
    if most is None:
        return Price(None, NO_LIMIT, *known)
    return Price(_sum(tariff.prompt, _size(prompt), tariff.completion, most), "", *known)


def dollars(amount: Decimal) -> str:
    """Write an amount such as "$0.32" or "$0.000052": rounded up, so that it never promises too little."""
    whole, _, cents = f"{amount.normalize(Context(prec=_SHOWN, rounding=ROUND_UP)):f}".partition(".")
    return f"${whole}.{cents:0<2}"


def added(amounts: Iterable[str]) -> str:
    """Add up amounts that were written such as "$0.32", and round none; empty if there are none."""
    read = [amount for one in amounts if (amount := read_dollars(one)) is not None]
    if not read:
        return ""
    with localcontext(Context(prec=_EXACT)):
        whole, _, cents = f"{sum(read):f}".partition(".")
    return f"${whole}.{cents.rstrip('0'):0<2}"


def read_dollars(text: str) -> Decimal | None:
    """Read an amount that was written such as "$0.32"; None if it is none."""
    found = re.fullmatch(r"\$(\d{1,30}(?:\.\d{1,60})?)", text, re.ASCII)
    return Decimal(found[1]) if found else None


@dataclass(frozen=True)
class _Tariff:
    unit: str
    prompt: Decimal
    completion: Decimal

    def per_token(self, price: Decimal) -> Decimal | None:
        """Return a price as that of a token; nothing costs nothing in every unit."""
        return price if self.unit == _TOKEN or not price else None


def _read_tariff(pricing: object) -> _Tariff | str:
    """Read `pricing`, or tell why it cannot be read."""
    if pricing is None:
        return NO_PRICE
    if not isinstance(pricing, dict):
        return UNREADABLE
    given = (pricing.get("prompt"), pricing.get("completion"))
    if any(isinstance(one, dict) for one in given):
        return DEPENDS
    if any(one is None for one in given):
        return NO_PRICE
    unit, (prompt, completion) = pricing.get("unit"), map(_read_price, given)
    if unit not in (_TOKEN, _CHARACTER) or prompt is None or completion is None:
        return UNREADABLE
    return _Tariff(unit, prompt, completion)


def _read_price(text: object) -> Decimal | None:
    if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
        return None
    price = Decimal(text)
    return price if price <= _MOST_DOLLARS else None


def _most_tokens(deployment: Deployment) -> int | None:
    if deployment.profile:
        return TOKENS_OF_AN_IMAGE
    limits = deployment.description.get("limits")
    if not isinstance(limits, dict):
        return None
    return _count(limits.get("max_completion_tokens")) or _count(limits.get("max_total_tokens")) or None


def _size(prompt: str) -> int:
    """Tell how many tokens or characters a chat with a prompt has at most: none is shorter than a byte."""
    return len(prompt.encode("utf-8", "surrogatepass")) + CHAT_FORMAT_TOKENS


def _count(value: object) -> int | None:
    return int(value) if is_count(value) and value <= _MOST_TOKENS else None


def _sum(prompt_price: Decimal, prompt: int, completion_price: Decimal, completion: int) -> Decimal:
    with localcontext(Context(prec=_EXACT)):
        return prompt_price * prompt + completion_price * completion
