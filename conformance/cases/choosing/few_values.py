"""Choosing few values that show much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

Token = tuple[tuple[str | int, ...], str]
"""A documented value, as compact JSON, and its location relative to where it was found."""

Name = TypeVar("Name", bound=str | int)


@dataclass(frozen=True, eq=False)
class Variant:
    """A value, and the documented values that occur in it.

    Attributes:
        value: The value.
        shows: What occurs in it.
        end: `low` or `high`, if it is the least or the greatest number that is allowed, or such numbers stand in it.
    """

    value: Any
    shows: frozenset[Token]
    end: str = ""


def rows(columns: dict[Name, tuple[Variant, ...]]) -> Iterator[dict[Name, Variant]]:
    """Let each value of each column occur, in as many rows as the longest column has values.

    A column that has run out repeats its first value. Of the shorter columns every second one runs backwards, so that
    their later values do not always meet. Several numbers that are bounded stand at the same end in one row, or between
    the ends: two of them may belong together, as `low` and `high`, and no schema says so.

    Args:
        columns: The values of each property or item; none is empty.
    """
    bounded = {name for name, values in columns.items() if any(one.end for one in values)}
    if len(bounded) > 1:
        columns = {name: _low_before_high(values) if name in bounded else values for name, values in columns.items()}
    height = max((len(values) for values in columns.values()), default=0)
    shorter = [name for name, values in columns.items() if 1 < len(values) < height]
    backwards = set(shorter[1::2]) - (bounded if len(bounded) > 1 else set())
    ordered = {name: values[::-1] if name in backwards else values for name, values in columns.items()}
    for position in range(height):
        yield {
            name: values[position] if position < len(values) else columns[name][0] for name, values in ordered.items()
        }


def _low_before_high(values: tuple[Variant, ...]) -> tuple[Variant, ...]:
    """Let what is between the ends come first, the least number second and the greatest third."""
    low, high, between = ([one for one in values if one.end == end] for end in ("low", "high", ""))
    first = between[0] if between else values[0]
    return (first, low[0] if low else first, *high[:1], *between[1:], *low[1:], *high[1:])


def end_of(row: dict[Name, Variant]) -> str:
    """Return at which end the bounded numbers of a row stand, empty if there are none."""
    return next((one.end for one in row.values() if one.end), "")


def tokens_of(row: dict[Name, Variant]) -> frozenset[Token]:
    """Return what the values of a row show."""
    found: list[Token] = []
    for name, one in row.items():
        found += [((name, *path), text) for path, text in one.shows]
    return frozenset(found)


def needed(variants: Iterable[Variant]) -> tuple[Variant, ...]:
    """Leave out what shows nothing that the others do not show."""
    shown: set[Token] = set()
    found: list[Variant] = []
    for one in variants:
        if not one.shows <= shown:
            found.append(one)
            shown |= one.shows
    for one in list(found):
        if one.shows <= {token for other in found if other is not one for token in other.shows}:
            found.remove(one)
    return tuple(found)
