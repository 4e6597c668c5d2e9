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
    """A value, and the documented values that occur in it."""

    value: Any
    shows: frozenset[Token]


def rows(columns: dict[Name, tuple[Variant, ...]]) -> Iterator[dict[Name, Variant]]:
    """Let each value of each column occur, in as many rows as the longest column has values.

    A column that has run out repeats its first value. Of the shorter columns every second one runs backwards, so that
    their later values do not always meet.

    Args:
        columns: The values of each property or item; none is empty.
    """
    height = max((len(values) for values in columns.values()), default=0)
    shorter = [name for name, values in columns.items() if 1 < len(values) < height]
    backwards = set(shorter[1::2])
    ordered = {name: values[::-1] if name in backwards else values for name, values in columns.items()}
    for position in range(height):
        yield {
            name: values[position] if position < len(values) else columns[name][0] for name, values in ordered.items()
        }


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
