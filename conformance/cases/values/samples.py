"""Values that subschemas allow, built from what they say and confirmed by the validator."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.alternatives import Alternatives
from conformance.cases.schema.json_value import identity, is_sendable
from conformance.cases.schema.meter import current_meter
from conformance.cases.schema.subschema import Conjunction, Key, key_of
from conformance.cases.schema.validator import SchemaValidator
from conformance.cases.values.scalars import Range, texts

MOST_CONSTANTS: Final = 64
"""So many values of one `enum` are looked at."""

MOST_ITEMS: Final = 64
"""Longer arrays, and objects with more properties than that for their size alone, are not built."""

_DEEPEST: Final = 16
_MOST_EXAMPLES: Final = 8
_NOTHING: Final = object()


class Samples:
    """Finds values that subschemas allow, the plainest and smallest first.

    Attributes:
        validator: Tells what is allowed.
        alternatives: Tells what can apply together.
        undescribed: The names of properties that are required somewhere, and described nowhere: none is invented.
    """

    def __init__(self, validator: SchemaValidator, alternatives: Alternatives, usual: int = 8) -> None:
        """Begin.

        Args:
            validator: Tells what is allowed.
            alternatives: Tells what can apply together.
            usual: How many values of a location are enough.
        """
        self.validator: Final = validator
        self.alternatives: Final = alternatives
        self.undescribed: Final[dict[str, None]] = {}
        self._usual: Final = usual
        self._known: dict[tuple[int, Key], tuple[Any, ...]] = {}
        self._kept: list[Conjunction] = []
        self._open: set[tuple[int, Key]] = set()
        self._unfinished: set[tuple[int, Key]] = set()
        self._has_met_itself = False

    def of(self, subschemas: Conjunction, wanted: int | None = None) -> tuple[Any, ...]:
        """Return different values that all subschemas allow.

        Args:
            subschemas: What applies to the location.
            wanted: How many are enough, instead of the usual number.

        Returns:
            At most so many, none if none was found; null only if there is nothing else.
        """
        most = self._usual if wanted is None else wanted
        key = (most, key_of(subschemas))
        if key in self._open or (key not in self._known and len(self._open) == _DEEPEST):
            self._has_met_itself = True
            return ()  # a value that must contain itself has no end
        if key not in self._known:
            self._kept.append(subschemas)
            self._open.add(key)
            try:
                streams = [self.of_branch(alternative) for alternative in self.alternatives.of(subschemas)]
                self._known[key] = tuple(islice(self._allowed(_interleaved(streams), subschemas, most), most))
            finally:
                self._open.discard(key)
            self._forget(key)
        return self._known[key]

    def _forget(self, key: tuple[int, Key]) -> None:
        """Forget, at the end, what has no value only because it was looked for inside itself."""
        found = self._known[key]
        if not found and self._has_met_itself and self._open:
            self._unfinished.add(key)
        if not self._open:
            for one in self._unfinished:
                self._known.pop(one, None)
            self._unfinished.clear()
            self._has_met_itself = False

    def of_branch(self, alternative: Alternative) -> Iterator[Any]:
        """Give values that one alternative may allow."""
        if alternative.constants is not None:
            yield from alternative.constants[:MOST_CONSTANTS]
            return
        yield from (value for value in alternative.annotations("default") if value is not None)
        for examples in alternative.annotations("examples"):
            yield from examples[:_MOST_EXAMPLES] if isinstance(examples, list) else ()
        kinds: dict[str, Callable[[], Iterable[Any]]] = {
            "string": lambda: texts(alternative),
            "integer": lambda: islice(Range(alternative).numbers(), 3 * MOST_ITEMS),
            "boolean": lambda: (True, False),
            "array": lambda: self._arrays(alternative),
            "object": lambda: self.objects(alternative),
            "null": lambda: (None,),
        }
        if "integer" not in alternative.types:
            kinds["number"] = kinds["integer"]
        yield from _interleaved([iter(kinds[name]()) for name in alternative.types if name in kinds])

    def objects(self, alternative: Alternative, names: Iterable[str] = ()) -> Iterator[dict[str, Any]]:
        """Give objects with what is required, then each with one property more; those names are in all of them."""
        least = self.object_with(alternative, [*alternative.required, *names])
        if least is None:
            return
        yield least
        for name in [name for name in alternative.names if name not in least][:MOST_ITEMS]:
            larger = self.object_with(alternative, [*least, name])
            if larger is not None:
                yield larger

    def object_with(self, alternative: Alternative, names: Iterable[str]) -> dict[str, Any] | None:
        """Build an object with those properties and what they depend on, and as many as there must be at least."""
        found: dict[str, Any] = {}
        waiting = list(names)
        for name in waiting:  # it grows meanwhile
            if name in found:
                continue
            current_meter().charge()
            member = alternative.member(name)
            if not member and name in alternative.needed and name not in alternative.names:
                self.undescribed.setdefault(name)
                return None  # nobody knows a value of what is required and not described
            values = self.of(member)
            if not values:
                return None
            found[name] = values[0]
            waiting += alternative.dependencies.get(name, ())
        least = alternative.most("minProperties")
        for name in alternative.more_names() if least <= MOST_ITEMS else ():
            if len(found) >= least:
                break
            values = () if name in found else self.of(alternative.member(name))
            found |= {name: values[0]} if values else {}
        return found

    def array_of(self, alternative: Alternative, size: int, matching: int | None = None) -> list[Any] | None:
        """Build an array of a size.

        Args:
            alternative: Its `items`, `prefixItems`, `uniqueItems` and first `contains` are followed.
            size: How many items.
            matching: How many items match `contains`, instead of as many as must at least.

        Returns:
            The array, or None if it would be too long or an item was not found.
        """
        matches = alternative.least_contained if matching is None else matching
        if size > MOST_ITEMS:
            return None
        found = self._array(alternative, size, range(matches))
        if found is None and matches and alternative.prefix:  # the first items may be such as cannot match
            found = self._array(alternative, size, range(size - matches, size))
        return found

    def _array(self, alternative: Alternative, size: int, matching: range) -> list[Any] | None:
        found: list[Any] = []
        for index in range(size):
            current_meter().charge()
            value = self._item(alternative, index, found, is_matching=index in matching)
            if value is _NOTHING:
                return None
            found.append(value)
        return found

    def shortest_array(self, alternative: Alternative) -> int:
        """Return how many items an array has at least."""
        return max(alternative.most("minItems"), alternative.least_contained)

    def _item(self, alternative: Alternative, index: int, before: list[Any], *, is_matching: bool) -> Any:
        """Choose an item, another one than those before it if they must differ."""
        subschemas = (*alternative.item(index), *(alternative.contained if is_matching else ()))
        pool = self.of(subschemas, len(before) + self._usual if alternative.has_unique_items else self._usual)
        taken = {identity(value) for value in before} if alternative.has_unique_items else set()
        fitting = [value for value in pool if identity(value) not in taken]
        others = [] if is_matching or not alternative.contained else fitting
        unmatched = (value for value in others if not self.validator.accepts(value, alternative.contained))
        return next(unmatched, next(iter(fitting), _NOTHING))

    def _arrays(self, alternative: Alternative) -> Iterator[list[Any]]:
        shortest = self.shortest_array(alternative)
        for size in range(shortest, min(shortest + 3, MOST_ITEMS)):
            found = self.array_of(alternative, size)
            if found is not None:
                yield found
        pool = self.of(alternative.item(0)) if shortest <= 1 else ()
        yield from ([value] for value in pool[1:])

    def _allowed(self, values: Iterable[Any], subschemas: Conjunction, wanted: int) -> Iterator[Any]:
        """Leave out what the subschemas refuse and what was there before; null comes last, and only alone."""
        seen: set[Hashable] = set()
        for value in islice(values, 4 * wanted + MOST_CONSTANTS):
            current_meter().charge()
            if (
                is_sendable(value)
                and (key := identity(value)) not in seen
                and self.validator.accepts(value, subschemas)
            ):
                seen.add(key)
                if value is not None:
                    yield value
        if seen == {identity(None)}:
            yield None


def _interleaved(streams: list[Iterator[Any]]) -> Iterator[Any]:
    """Give the first of each, then the second of each, and so on."""
    while streams:
        left = []
        for stream in streams:
            for value in islice(stream, 1):
                yield value
                left.append(stream)
        streams = left
