"""Configurations with one near miss each: a value that the schema forbids and a careless validator takes."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, Final

from conformance.cases.choosing.locations import Location
from conformance.cases.choosing.near import near_misses
from conformance.cases.faults.attempt import WRONG_TYPES
from conformance.cases.faults.fault import Configuration, Fault, Path
from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.json_value import identity, type_of, value_at, with_member
from conformance.cases.values.samples import Samples
from conformance.contract.case import compact

_SEVERAL: Final = 3
"""Items of an array, so that one is in the middle."""

Put = Callable[[Location, Any], Fault | None]
"""Puts a value at a location, if the schema then refuses that and nothing else."""


class NearMisses:
    """Finds near misses at the locations of a schema."""

    def __init__(self, samples: Samples, locations: Sequence[Location], put: Put) -> None:
        """Begin.

        Args:
            samples: Where allowed values come from.
            locations: Where something can be wrong.
            put: Makes a fault of a location and a value.
        """
        self._samples: Final = samples
        self._locations: Final = locations
        self._put: Final = put
        self._found: Final[set[str]] = set()

    def new(self, known: Container[Hashable], accepted: tuple[Configuration, ...]) -> Iterator[Fault]:
        """Give those that are not known.

        Args:
            known: The identities of faulty configurations that were found already.
            accepted: Configurations in which there may be a second item to be wrong.
        """
        for fault in self._all(accepted):
            text = compact(fault.configuration)  # 0 and 0.0 are one value of JSON Schema, and two of some validators
            if text not in self._found and identity(fault.configuration) not in known:
                self._found.add(text)
                yield fault

    def _all(self, accepted: tuple[Configuration, ...]) -> Iterator[Fault]:
        texts = self._documented_texts()
        for location in self._locations:
            others = tuple(text for path, text in texts if path != location.path)
            alternatives = self._samples.alternatives.of(location.subschemas) if location.path else []
            admitted = {name for one in alternatives for name in one.admitted}
            wrong = [value for value in WRONG_TYPES if alternatives and type_of(value) not in admitted]
            yield from self._first(location, wrong)  # this place may be inside another alternative, too
            for alternative in alternatives:
                yield from self._each(location, near_misses(alternative, self._samples, others))
                if "array" in alternative.types and not alternative.prefix:
                    yield from self._with_later_item(location, alternative, accepted)

    def _documented_texts(self) -> list[tuple[Path, str]]:
        """Return the first text of each enum, and where it is."""
        found: list[tuple[Path, str]] = []
        for location in self._locations:
            for alternative in self._samples.alternatives.of(location.subschemas):
                texts = (one for one in alternative.constants or () if isinstance(one, str))
                found += [(location.path, text) for text in islice(texts, 1)]
        return found

    def _with_later_item(
        self, location: Location, alternative: Alternative, accepted: tuple[Configuration, ...]
    ) -> Iterator[Fault]:
        """Give arrays in which an item behind the first one is wrong: in the middle, and the last."""
        arrays = (self._samples.array_of(alternative, size) for size in (_SEVERAL, _SEVERAL - 1))
        is_allowed = self._samples.validator.accepts
        longest = next((one for one in arrays if one and is_allowed(one, location.subschemas)), [])
        for index in range(1, max(len(longest), 2)):
            find_carriers = partial(_with_items, accepted, location, longest, index + 1)
            later = Location((*location.path, index), alternative.item(index), find_carriers)
            yield from self._first(later, WRONG_TYPES)

    def _each(self, location: Location, values: Iterable[Any]) -> Iterator[Fault]:
        return (fault for value in values if (fault := self._put(location, value)) is not None)

    def _first(self, location: Location, values: Iterable[Any]) -> Iterator[Fault]:
        return islice(self._each(location, values), 1)


def _with_items(
    configurations: tuple[Configuration, ...], location: Location, items: list[Any], least: int
) -> tuple[Configuration, ...]:
    """Return those that have an array of so many items at a location, then such as are made to have one."""
    path = location.path
    found = [one for one in configurations if isinstance(array := value_at(one, path), list) and len(array) >= least]
    made = [with_member(one, path, items) for one in location.carriers] if len(items) >= least else []
    return (*found, *made)
