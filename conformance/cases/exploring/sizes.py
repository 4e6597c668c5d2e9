"""The same configuration with fewer properties, a shorter text, a shorter array or a smaller number in it.

Two rounds find the shortest: of a hundred lengths the first round tries ten that are evenly spread, from the shortest
on, and the second the ten between the longest that was refused and the shortest that was not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final

from conformance.cases.exploring.values import LENGTHS, NUMBERS, SIZES
from conformance.cases.faults.fault import Configuration, Path
from conformance.cases.schema.json_value import with_member

_FEW: Final = 24
_FEW_NAMES: Final = 4


def smaller_sizes(value: Configuration) -> Iterator[Configuration]:
    """Give configurations that are like one, but smaller: in what they have, and at one location.

    Args:
        value: The configuration.
    """
    for fewer in [value, *_with_fewer_names(value)]:
        yield fewer
        for path, one in _leaves(fewer, ()):
            yield from (with_member(fewer, path, smaller) for smaller in _smaller(one))


def _with_fewer_names(value: Configuration) -> Iterator[Configuration]:
    names = list(value)
    sizes = range(len(names)) if len(names) <= _FEW_NAMES else (1, len(names) - 1)
    for size in sizes:
        for kept in combinations(names, size):
            yield {name: value[name] for name in kept}


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Give everything in a value but objects, with its place."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _leaves(one, (*path, name))
        return
    yield path, value
    if isinstance(value, list) and value:
        last = len(value) - 1
        yield from _leaves(value[last], (*path, last))


def _smaller(value: Any) -> Iterator[Any]:
    yield from (0, "", [])
    if isinstance(value, str):
        for length in _lengths(len(value), LENGTHS):
            yield value[:length]
            yield value[len(value) - length :]
        yield from dict.fromkeys(value[:_FEW])
    elif isinstance(value, list):
        for size in _lengths(len(value), SIZES):
            yield value[:size]
            yield value[len(value) - size :]
        if len(value) == 1 and isinstance(value[0], list):
            yield value[0]
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from (number for number in NUMBERS if abs(number) < abs(value) and (number < 0) == (value < 0))


def _lengths(length: int, usual: tuple[int, ...]) -> list[int]:
    """Return lengths below one: those just below it, those that are evenly spread, and usual ones."""
    step = max(1, math.isqrt(length))
    evenly, below = range(0, length, step), range(max(0, length - step - 1), length)
    return sorted({*evenly, *below, *(one for one in usual if one < length)})
