"""The budget: however many spend at once, and whatever is given back, it is never exceeded."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.run.budget import NOTHING, Amount, Budget, SpentError

SECONDS = 100
ONE = Amount(1, Decimal("0.04"))


class Spender:
    """Spends as told, and watches that what is out at once and spent together is never too much."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.refused = 0
        self.most = 0
        self._out = 0
        self._lock = threading.Lock()

    def spend(self, outcome: tuple[int, bool]) -> None:
        wanted, is_spent = outcome
        amount = Amount(wanted, wanted * Decimal("0.04"))
        try:
            self.budget.reserve(amount)
        except SpentError:
            with self._lock:
                self.refused += 1
            return
        with self._lock:
            self._out += wanted
            self.most = max(self.most, self._out + self.budget.spent.completions)
        with self._lock:
            self._out -= wanted
            self.budget.settle(amount, amount if is_spent else NOTHING)


def spend_all(budget: Budget, outcomes: Sequence[tuple[int, bool]], threads: int) -> Spender:
    spender = Spender(budget)
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(spender.spend, one) for one in outcomes]:
            done.result(SECONDS)
    return spender


@settings(deadline=None)  # threads take as long as they take
@given(
    st.integers(0, 6),
    st.lists(st.tuples(st.integers(1, 2), st.booleans()), max_size=20),
    st.sampled_from([1, 2, 8]),
)
def test_budget_is_never_exceeded(limit: int, outcomes: list[tuple[int, bool]], threads: int) -> None:
    budget = Budget(limit)
    spender = spend_all(budget, outcomes, threads)
    assert budget.spent.completions <= limit
    assert spender.most <= limit
    if threads == 1:
        assert spender.refused == 0 or budget.spent.completions >= limit - 1


@pytest.mark.parametrize("threads", [1, 8])
def test_dollars_are_never_exceeded(threads: int) -> None:
    budget = Budget(dollars=Decimal("0.11"))
    spender = spend_all(budget, [(1, True)] * 9, threads)
    assert (budget.spent.dollars, spender.refused) == (Decimal("0.08"), 7)


def test_who_waits_gets_what_is_given_back() -> None:
    budget = Budget(1)
    budget.reserve(ONE)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(budget.reserve, ONE)
        assert not waiting.done()
        budget.settle(ONE, NOTHING)
        waiting.result(SECONDS)
    budget.settle(ONE, ONE)
    with pytest.raises(SpentError, match=r"--budget=1 would be exceeded"):
        budget.reserve(ONE)


def test_nobody_waits_after_the_end() -> None:
    budget = Budget(1)
    budget.reserve(ONE)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(budget.reserve, ONE)
        budget.stop()
        with pytest.raises(SpentError):
            waiting.result(SECONDS)


def test_no_limit_is_no_limit() -> None:
    budget = Budget()
    for _ in range(100):
        budget.reserve(ONE)
        budget.settle(ONE, ONE)
    assert budget.spent == Amount(100, Decimal("4.00"))
    assert not budget.in_dollars
