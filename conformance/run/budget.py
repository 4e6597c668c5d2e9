"""What a run may spend. An amount is reserved before a request goes out and settled when its answer is there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from threading import Condition

from conformance.contract.exchange import Exchange, Request
from conformance.dial.completion import choices_of, usage_of
from conformance.dial.price import Price


@dataclass(frozen=True)
class Amount:
    """Completions that a model answers, and what they cost in USD."""

    completions: int = 0
    dollars: Decimal = Decimal(0)

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.completions + other.completions, self.dollars + other.dollars)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.completions - other.completions, self.dollars - other.dollars)


NOTHING = Amount()


class SpentError(Exception):
    """What is left does not allow it; the message names the option."""


class Budget:
    """Never exceeded, however many threads spend at once: what may be spent is reserved first."""

    def __init__(self, completions: int | None = None, dollars: Decimal | None = None, whose: str = "") -> None:
        """Get ready.

        Args:
            completions: How many completions a model may answer, or None for any number.
            dollars: How many USD they may cost, or None for any.
            whose: What is said behind the budget, where it is a share of one.
        """
        self._completions = completions
        self._dollars = dollars
        self._whose = whose
        self._changed = Condition()
        self._reserved = NOTHING
        self._spent = NOTHING
        self._stopped = False

    @property
    def spent(self) -> Amount:
        """What was spent so far."""
        return self._spent

    @property
    def in_dollars(self) -> bool:
        """Money is limited, so the price of everything must be known."""
        return self._dollars is not None

    def reserve(self, amount: Amount) -> None:
        """Set an amount aside; wait while what others have reserved may come back.

        Raises:
            SpentError: It does not fit into what is left.
        """
        with self._changed:
            while (lack := self._lack(self._spent + self._reserved + amount)) is not None:
                if self._stopped or self._reserved == NOTHING or self._lack(self._spent + amount) is not None:
                    raise SpentError(lack)
                self._changed.wait()
            self._reserved += amount

    def settle(self, reserved: Amount, spent: Amount) -> None:
        """Give back what was reserved, and note what was really spent."""
        with self._changed:
            self._reserved -= reserved
            self._spent += spent
            self._changed.notify_all()

    def stop(self) -> None:
        """Let nobody wait any more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _lack(self, amount: Amount) -> str | None:
        if self._completions is not None and amount.completions > self._completions:
            return f"--budget={self._completions}{self._whose} would be exceeded"
        if self._dollars is not None and amount.dollars > self._dollars:
            return f"--budget-usd={self._dollars}{self._whose} could be exceeded"
        return None


def spent_on(answer: Exchange, price: Price | None) -> Amount:
    """Return what an answered completion is counted as.

    Args:
        answer: The completion.
        price: What one costs, or None if the listing does not tell.
    """
    return spent_of(answer, reserved_for(answer.request, price), price)


def reserved_for(request: Request, price: Price | None) -> Amount:
    """Return the most that a completion can be counted as."""
    times = _choices_wanted(request)
    return Amount(times, ((price.at_most if price else None) or Decimal(0)) * times)


def _choices_wanted(request: Request) -> int:
    """Return how many choices a completion is asked for: `n`, each of which is billed."""
    try:
        body = json.loads(request.body)
    except ValueError:
        return 1
    wanted = body.get("n", 1) if isinstance(body, dict) else 1
    return wanted if isinstance(wanted, int) and wanted > 1 else 1


def spent_of(answer: Exchange, reserved: Amount, price: Price | None) -> Amount:
    """Return what an answer is counted as, of which so much was reserved."""
    if answer.status == HTTPStatus.GATEWAY_TIMEOUT:
        return reserved  # the model may have answered
    if answer.status != HTTPStatus.OK:
        return NOTHING
    times = max(1, len(choices_of(answer)))
    cost = price.of(usage_of(answer)) if price is not None else None
    return Amount(times, reserved.dollars if cost is None else cost)
