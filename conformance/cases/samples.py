"""Values that subschemas allow, built from what they say and confirmed by the validator."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from conformance.cases.branches import Branch, Branches, Conjunction, Subschema
from conformance.cases.json_value import identity, is_sendable
from conformance.cases.meter import charge
from conformance.cases.oracle import Oracle
from conformance.cases.scalars import Range, texts

MOST_CONSTANTS: Final = 64
"""So many values of one `enum` are looked at."""

MOST_ITEMS: Final = 64
"""Longer arrays, and objects with more properties than that for `minProperties`, are not built."""

_DEEPEST: Final = 16
_USUAL: Final = 8
_STRANGE_NAMES: Final = ("foo", "bar", "baz")


class Samples:
    """Finds values that subschemas allow, the plainest and smallest first."""

    def __init__(self, oracle: Oracle, branches: Branches) -> None:
        self.oracle: Final = oracle
        self.branches: Final = branches
        self._known: dict[tuple[int, ...], tuple[Any, ...]] = {}
        self._kept: list[Conjunction] = []
        self._depth = 0

    def of(self, subschemas: Conjunction, wanted: int = _USUAL) -> tuple[Any, ...]:
        """Return different values that all subschemas allow.

        Args:
            subschemas: What applies to the location.
            wanted: How many are enough.

        Returns:
            At most so many, none if none was found; null only if there is nothing else.
        """
        key = (wanted, *(id(one.schema) for one in subschemas))
        if key not in self._known and self._depth == _DEEPEST:
            return ()
        if key not in self._known:
            self._known[key] = ()  # a value that must contain itself has no end
            self._kept.append(subschemas)
            self._depth += 1
            streams = [self.of_branch(branch) for branch in self.branches.of(subschemas)]
            self._known[key] = tuple(islice(self._allowed(_interleaved(streams), subschemas, wanted), wanted))
            self._depth -= 1
        return self._known[key]

    def of_branch(self, branch: Branch) -> Iterator[Any]:
        """Give values that one branch may allow."""
        if branch.constants is not None:
            yield from branch.constants[:MOST_CONSTANTS]
            return
        yield from (value for value in branch.annotations("default") if value is not None)
        for examples in branch.annotations("examples"):
            yield from examples[:_USUAL] if isinstance(examples, list) else ()
        kinds: dict[str, Iterable[Any]] = {
            "string": texts(branch),
            "integer": islice(Range(branch).numbers(), 3 * MOST_ITEMS),
            "boolean": (True, False),
            "array": self._arrays(branch),
            "object": self.objects(branch),
            "null": (None,),
        }
        kinds["number"] = kinds["integer"]
        yield from _interleaved([iter(kinds[name]) for name in branch.types if not _is_twice(name, branch)])

    def objects(self, branch: Branch, names: Iterable[str] = ()) -> Iterator[dict[str, Any]]:
        """Give objects with what is required, then with more; those names are in all of them."""
        least = self.object_with(branch, [*branch.required, *names])
        if least is None:
            return
        yield least
        others = [name for name in branch.names if name not in least][:MOST_ITEMS]
        for name in others:
            larger = self.object_with(branch, [*least, name])
            if larger is not None:
                yield larger

    def object_with(self, branch: Branch, names: Iterable[str]) -> dict[str, Any] | None:
        """Build an object with those properties and what they depend on, and as many as there must be at least."""
        found: dict[str, Any] = {}
        waiting = list(names)
        for name in waiting:  # it grows meanwhile
            if name in found:
                continue
            charge()
            values = self.of(branch.member(name))
            if not values:
                return None
            found[name] = values[0]
            waiting += branch.dependencies.get(name, ())
        least = branch.most("minProperties")
        for name in (*branch.names, *_STRANGE_NAMES) if len(found) < least <= MOST_ITEMS else ():
            values = self.of(branch.member(name)) if name not in found and len(found) < least else ()
            found |= {name: values[0]} if values else {}
        return found

    def array_of(self, branch: Branch, size: int, matching: int | None = None) -> list[Any] | None:
        """Build an array of a size.

        Args:
            branch: Its `items`, `prefixItems`, `uniqueItems` and first `contains` are followed.
            size: How many items.
            matching: How many items match `contains`, instead of as many as must at least.

        Returns:
            The array, or None if it would be too long or an item was not found.
        """
        if size > MOST_ITEMS:
            return None
        contained = contained_in(branch)
        least = branch.most("minContains") if branch.values("minContains") else 1
        matches = (least if matching is None else matching) if contained else 0
        found: list[Any] = []
        seen: set[Hashable] = set()
        for index in range(size):
            charge()
            matched = contained if index < matches else ()
            unmatched = contained if index >= matches else ()
            pool = self.of((*branch.item(index), *matched), size + _USUAL if any(branch.values("uniqueItems")) else 2)
            value = next((one for one in self._fitting(branch, pool, seen, unmatched)), _NOTHING)
            if value is _NOTHING:
                return None
            found.append(value)
            seen.add(identity(value))
        return found

    def shortest_array(self, branch: Branch) -> int:
        """Return how many items an array has at least."""
        least = branch.most("minContains") if branch.values("minContains") else 1
        return max(branch.most("minItems"), least if contained_in(branch) else 0)

    def _arrays(self, branch: Branch) -> Iterator[list[Any]]:
        shortest = self.shortest_array(branch)
        for size in range(shortest, min(shortest + 3, MOST_ITEMS)):
            found = self.array_of(branch, size)
            if found is not None:
                yield found
        pool = self.of(branch.item(0)) if shortest <= 1 else ()
        yield from ([value] for value in pool[1:])

    def _fitting(
        self, branch: Branch, pool: Iterable[Any], seen: set[Hashable], unmatched: Conjunction
    ) -> Iterator[Any]:
        unique = any(branch.values("uniqueItems"))
        fitting = [value for value in pool if not (unique and identity(value) in seen)]
        if unmatched:
            yield from (value for value in fitting if not self.oracle.accepts(value, unmatched))
        yield from fitting

    def _allowed(self, values: Iterable[Any], subschemas: Conjunction, wanted: int) -> Iterator[Any]:
        seen: set[Hashable] = set()
        null = False
        for value in islice(values, 4 * wanted + MOST_CONSTANTS):
            charge()
            if not is_sendable(value) or (key := identity(value)) in seen or not self.oracle.accepts(value, subschemas):
                continue
            seen.add(key)
            null = null or value is None
            if value is not None:
                yield value
        if null and len(seen) == 1:
            yield None


_NOTHING: Final = object()


def contained_in(branch: Branch) -> tuple[Subschema, ...]:
    """Return the subschema of the first `contains`."""
    found = (one.inside(one.schema["contains"]) for one in branch.subschemas if one.has("contains"))
    return tuple(islice(found, 1))


def _is_twice(name: str, branch: Branch) -> bool:
    return name == "number" and "integer" in branch.types


def _interleaved(streams: list[Iterator[Any]]) -> Iterator[Any]:
    """Give the first of each, then the second of each, and so on."""
    while streams:
        left = []
        for stream in streams:
            for value in islice(stream, 1):
                yield value
                left.append(stream)
        streams = left
