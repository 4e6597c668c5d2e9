"""Which of many cases a run tries by default; the rest is for a thorough one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Final

from conformance.contract.case import Case

MOST_NEAR: Final = 16
"""Near misses that a run sends to one deployment by default: a refusal each, and paid if accepted."""
MOST_LAX: Final = 12
"""The same of values that only a lax validator reads."""


def with_few_by_default(cases: Sequence[Case], most: int) -> list[Case]:
    """Leave all but some cases to a thorough run: first one of each place, then a second one, and so on.

    Args:
        cases: The cases, for each place the likeliest first.
        most: How many a run has by default.

    Returns:
        All of them in the same order.
    """
    by_place: dict[str | None, list[Case]] = {}
    for case in cases:
        by_place.setdefault(case.faulty_property, []).append(case)
    in_turn = (case for turn in zip_longest(*by_place.values()) for case in turn if case is not None)
    chosen = {case.name for case, _ in zip(in_turn, range(most), strict=False)}
    return [case if case.name in chosen else replace(case, thorough=True) for case in cases]
