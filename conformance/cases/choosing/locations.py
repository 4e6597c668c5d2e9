"""The locations of a configuration, each with the accepted configurations in which it can be made faulty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from typing import Any, Final

from conformance.cases.faults.fault import Configuration, Path
from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.json_value import is_sendable, with_member
from conformance.cases.schema.subschema import Conjunction
from conformance.cases.values.samples import Samples

_DEEPEST: Final = 8
_MOST_TRIED: Final = 8


@dataclass(frozen=True, eq=False)
class Location:
    """A location, reached in one way through the alternatives above it.

    Attributes:
        path: Where it is in the configuration.
        subschemas: What applies to it.
        find_carriers: Finds the carriers.
        above: The schemas of the locations around it, by their addresses.
    """

    path: Path
    subschemas: Conjunction
    find_carriers: Callable[[], tuple[Configuration, ...]] = field(repr=False)
    above: frozenset[int] = field(default=frozenset(), repr=False)

    @cached_property
    def carriers(self) -> tuple[Configuration, ...]:
        """Accepted configurations in which a value can be put there, the smallest first."""
        return self.find_carriers()


class Locations:
    """Walks through the locations of a schema.

    Attributes:
        unreached: Locations at which something is not looked at, and what.
    """

    def __init__(self, samples: Samples) -> None:
        self._samples: Final = samples
        self.unreached: Final[list[tuple[Path, str]]] = []

    def inside(self, location: Location, alternative: Alternative) -> Iterator[Location]:
        """Give the locations directly inside one, in the order of the schema.

        Args:
            location: The location.
            alternative: One of its alternatives.
        """
        names: list[str | int] = [*self._members(location, alternative), *self._items(alternative)]
        if any(id(one.schema) in location.above for one in alternative.subschemas):
            return  # it refers to itself: nothing new is inside
        if names and len(location.path) >= _DEEPEST:
            self.unreached.append((location.path, "what is deeper inside"))
            return
        above = location.above | {id(one.schema) for one in alternative.subschemas}
        for name in dict.fromkeys(names):
            subschemas = alternative.item(name) if isinstance(name, int) else alternative.member(name)
            yield Location(
                (*location.path, name), subschemas, partial(self._carriers, location, alternative, name), above
            )

    def homes(self, location: Location, alternative: Alternative) -> Iterator[Configuration]:
        """Give accepted configurations with a value of one alternative at a location, the smallest first."""
        yield from self._placed(location, alternative, self._samples.objects(alternative))

    def _carriers(self, location: Location, alternative: Alternative, name: str | int) -> tuple[Configuration, ...]:
        """Find a configuration in which the location may be missing, and one in which it is there."""
        if isinstance(name, int):
            least = max(self._samples.shortest_array(alternative), name)
            arrays = [self._samples.array_of(alternative, size) for size in (least, least + 1)]
            values: list[Iterator[Any]] = [iter([array]) for array in arrays if array is not None]
        else:
            values = [self._samples.objects(alternative), self._samples.objects(alternative, (name,))]
        found = (next(self._placed(location, alternative, one), None) for one in values)
        return tuple(one for one in found if one is not None)

    def _placed(self, location: Location, alternative: Alternative, values: Iterator[Any]) -> Iterator[Configuration]:
        """Put values at a location, if the alternative and the schema allow it."""
        for value in islice(values, _MOST_TRIED):
            if not is_sendable(value) or not self._samples.validator.accepts(value, alternative.subschemas):
                continue
            for carrier in location.carriers if location.path else ({},):
                configuration = with_member(carrier, location.path, value)
                if is_sendable(configuration) and self._samples.validator.accepts(configuration):
                    yield configuration
                    break

    def _members(self, location: Location, alternative: Alternative) -> Iterator[str]:
        """Give names of properties; at top level only such as the schema knows."""
        if "object" not in alternative.types:
            return
        yield from alternative.names
        for name in alternative.pattern_names.values():
            if name is None:
                self.unreached.append((location.path, "patternProperties"))
            else:
                yield name
        if alternative.additional_name is None:
            return
        if location.path:
            yield alternative.additional_name
        else:
            self.unreached.append(((), "additionalProperties"))

    def _items(self, alternative: Alternative) -> Iterator[int]:
        """Give the index of each item with a schema of its own, and of one after them."""
        if "array" in alternative.types:
            yield from (index for index in range(alternative.prefix + 1) if alternative.item(index))
