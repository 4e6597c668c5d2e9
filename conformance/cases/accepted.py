"""What a schema documents, in as few values as possible.

Documented are the values of `enum` and `const`, both booleans, and of what has bounds or a pattern a value inside and
one at each bound; of other texts and numbers only the `default` or the first of the `examples`. Null is never looked
for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any, Final, TypeVar

from conformance.cases.branches import Branch, Conjunction
from conformance.cases.case import compact
from conformance.cases.json_value import identity, is_sendable
from conformance.cases.samples import MOST_CONSTANTS, MOST_ITEMS, Samples, contained_in
from conformance.cases.scalars import Range, has_lengths, text_ends, texts

_DEEPEST: Final = 16
_ITEMS_TOGETHER: Final = 8

Token = tuple[tuple[str | int, ...], str]
"""A documented value, as compact JSON, and its location relative to where it was found."""

Key = TypeVar("Key", str, int)


@dataclass(frozen=True, eq=False)
class Variant:
    """A value, and the documented values that occur in it."""

    value: Any
    shows: frozenset[Token]


class Documented:
    """Finds values in which all that is documented occurs."""

    def __init__(self, samples: Samples) -> None:
        self._samples: Final = samples
        self._known: dict[tuple[int, ...], tuple[Variant, ...]] = {}
        self._lost: dict[tuple[int, ...], tuple[Token, ...]] = {}
        self._below: dict[tuple[int, ...], tuple[Token, ...]] = {}
        self._kept: list[Conjunction] = []
        self._depth = 0

    def of(self, subschemas: Conjunction) -> tuple[Variant, ...]:
        """Return a smallest set of values that all subschemas allow, in which each documented value occurs."""
        key = tuple(id(one.schema) for one in subschemas)
        if key not in self._known and self._depth == _DEEPEST:
            return ()
        if key not in self._known:
            self._depth += 1
            self._known[key] = ()  # what contains itself is looked into once
            self._kept.append(subschemas)
            found = [one for branch in self._samples.branches.of(subschemas) for one in self._of_branch(branch)]
            sendable = [one for one in found if is_sendable(one.value)]
            allowed = _needed(one for one in sendable if self._samples.oracle.accepts(one.value, subschemas))
            shown = {token for one in allowed for token in one.shows}
            inner = {token: None for one in found for token in one.shows if token[0]}
            self._known[key] = tuple(allowed)
            self._lost[key] = tuple(token for token in inner if token not in shown)
            self._depth -= 1
        return self._known[key]

    def lost(self, subschemas: Conjunction) -> tuple[Token, ...]:
        """Return which values are documented and allowed at their location, but in nothing that `of` returns."""
        self.of(subschemas)
        return self._lost_below(subschemas)

    def _lost_below(self, subschemas: Conjunction) -> tuple[Token, ...]:
        key = tuple(id(one.schema) for one in subschemas)
        if key not in self._lost:
            return ()
        if key not in self._below:
            self._below[key] = self._lost[key]
            found = dict.fromkeys(self._below[key])
            for branch in self._samples.branches.of(subschemas):
                below: dict[str | int, Conjunction] = {name: branch.member(name) for name in branch.names}
                below |= {0: branch.item(0)} if "array" in branch.types else {}
                for name, one in below.items():
                    found |= dict.fromkeys(((name, *path), text) for path, text in self._lost_below(one))
            self._below[key] = tuple(found)
        return self._below[key]

    def _of_branch(self, branch: Branch) -> Iterator[Variant]:
        """Give what one branch documents; the validator must confirm it."""
        if branch.constants is not None:
            yield from _leaves(value for value in branch.constants[:MOST_CONSTANTS] if value is not None)
            return
        if "boolean" in branch.types and branch.values("type"):
            yield from _leaves((True, False))
        if "integer" in branch.types or "number" in branch.types:
            yield from _leaves(self._numbers(branch))
        if "string" in branch.types:
            yield from _leaves(self._texts(branch))
        if "array" in branch.types:
            yield from self._arrays(branch)
        if "object" in branch.types:
            yield from self._objects(branch)

    def _numbers(self, branch: Branch) -> Iterator[Any]:
        known = Range(branch)
        kinds = (int, float)
        yield from self._first(branch, kinds, known.numbers() if known.is_bounded else ())
        yield from known.ends() if known.is_bounded else ()

    def _texts(self, branch: Branch) -> Iterator[str]:
        yield from self._first(branch, (str,), texts(branch) if has_lengths(branch) else ())
        yield from text_ends(branch)

    def _first(self, branch: Branch, kinds: tuple[type, ...], values: Iterable[Any]) -> Iterator[Any]:
        """Give the first value that the branch allows, its default before its examples before others."""
        examples = [one for found in branch.annotations("examples") if isinstance(found, list) for one in found[:1]]
        named = [*branch.annotations("default"), *examples]
        typed = (one for one in named if isinstance(one, kinds) and not isinstance(one, bool))
        for value in (*typed, *islice(values, MOST_CONSTANTS)):
            if self._samples.oracle.accepts(value, branch.subschemas):
                yield value
                return

    def _objects(self, branch: Branch) -> Iterator[Variant]:
        """Give objects in which the documented values of all properties occur together, else alone."""
        columns = {name: self.of(branch.member(name)) for name in branch.names}
        least = self._samples.object_with(branch, branch.required)
        if least is None:
            return
        for row in _rows({name: values for name, values in columns.items() if values}):
            together = _object(least, row)
            if self._samples.oracle.accepts(together.value, branch.subschemas):
                yield together
                continue
            for name, variant in row.items():
                alone = self._samples.object_with(branch, [*branch.required, name])
                if alone is not None:
                    yield _object(alone, {name: variant})

    def _arrays(self, branch: Branch) -> Iterator[Variant]:
        """Give arrays of the documented sizes, and as many as the documented values of the items need."""
        if branch.prefix:
            yield from self._tuples(branch)
            return
        sizes = self._sizes(branch)
        items = () if contained_in(branch) else self.of(branch.item(0))
        if not items:
            arrays = [self._samples.array_of(branch, size) for size in sizes]
            yield from (Variant(array, _size_of(array)) for array in arrays if array is not None)
            return
        least, most = self._samples.shortest_array(branch), branch.least("maxItems")
        usual = max(least, min(len(items), _ITEMS_TOGETHER if most is None else most, MOST_ITEMS))
        left = list(items)
        for size in [*sizes, *([usual] * len(items) if usual else [])]:
            if size in sizes or left:
                chosen, left = left[:size], left[size:]
                yield self._filled(branch, size, chosen, items)

    def _filled(self, branch: Branch, size: int, chosen: list[Variant], items: tuple[Variant, ...]) -> Variant:
        """Fill an array up to its size: with values that it has not yet if they must differ."""
        others = [*items, *(Variant(value, frozenset()) for value in self._samples.of(branch.item(0), size + 1))]
        if any(branch.values("uniqueItems")):
            taken = {identity(one.value) for one in chosen}
            filling = iter([one for one in others if identity(one.value) not in taken])
        else:
            filling = cycle(items)
        chosen = [*chosen, *islice(filling, size - len(chosen))]
        shows = frozenset(((0, *path), text) for one in chosen for path, text in one.shows)
        array = [one.value for one in chosen]
        return Variant(array, shows | _size_of(array))

    def _sizes(self, branch: Branch) -> list[int]:
        """Return a documented size inside the bounds, and those at the bounds."""
        least, most = branch.most("minItems"), branch.least("maxItems")
        ends = [*([least] if least else []), *([] if most is None else [most])]
        inside = least + 1 if ends and (most is None or least + 1 < most) else least
        return [size for size in dict.fromkeys([inside, *ends] if ends else []) if 0 < size <= MOST_ITEMS]

    def _tuples(self, branch: Branch) -> Iterator[Variant]:
        size = branch.prefix + (1 if self.of(branch.item(branch.prefix)) else 0)
        size, most = max(size, self._samples.shortest_array(branch)), branch.least("maxItems")
        array = self._samples.array_of(branch, size if most is None else min(size, most))
        if array is None:
            return
        columns = {index: self.of(branch.item(index)) for index in range(len(array))}
        for row in _rows({index: values for index, values in columns.items() if values}):
            filled = [row[index].value if index in row else value for index, value in enumerate(array)]
            yield Variant(filled, _within(row))


def _leaves(values: Iterable[Any]) -> Iterator[Variant]:
    return (Variant(value, frozenset({((), compact(value))})) for value in values if is_sendable(value))


def _object(base: dict[str, Any], row: dict[str, Variant]) -> Variant:
    return Variant({**base, **{name: one.value for name, one in row.items()}}, _within(row))


def _within(row: dict[Key, Variant]) -> frozenset[Token]:
    return frozenset(((name, *path), text) for name, one in row.items() for path, text in one.shows)


def _size_of(array: list[Any]) -> frozenset[Token]:
    return frozenset({((), f"{len(array)} items")})


def _rows(columns: dict[Key, tuple[Variant, ...]]) -> Iterator[dict[Key, Variant]]:
    """Let each value of each column occur, in as many rows as the longest column has values.

    A column that has run out repeats its first value. Of the shorter columns every second one runs backwards, so that
    their later values do not always meet.
    """
    height = max((len(values) for values in columns.values()), default=0)
    shorter = [name for name, values in columns.items() if 1 < len(values) < height]
    backwards = set(shorter[1::2])
    ordered = {name: values[::-1] if name in backwards else values for name, values in columns.items()}
    for position in range(height):
        yield {
            name: values[position] if position < len(values) else columns[name][0] for name, values in ordered.items()
        }


def _needed(variants: Iterable[Variant]) -> list[Variant]:
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
    return found
