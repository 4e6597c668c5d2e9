"""What a schema allows and few runs try: for a thorough run, because each of these is a completion that is paid.

Single documented values, every two of them together, null and the empty text, a value of each property and of each
branch of a union for which nothing is documented, and a second item.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, islice
from typing import Any, Final

from conformance.cases.choosing.accepted import Documented
from conformance.cases.choosing.locations import Location
from conformance.cases.choosing.origins import Origins
from conformance.cases.choosing.pairs import KeepsApart, Pairs
from conformance.cases.faults.fault import Configuration
from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.json_value import identity, is_sendable, values_at, with_member
from conformance.cases.schema.meter import UncountableSchemaError, current_meter
from conformance.cases.values.samples import Samples
from conformance.cases.values.scalars import known_formats, unwritten

MOST: Final = 64
"""So many completions a thorough run asks of one deployment for these, at most."""

_MOST_TRIED: Final = 8
_STEPS: Final = 5_000
_STEPS_FOR_ONE: Final = 1_000
_TWO: Final = 2


class ThoroughValues:
    """Finds the configurations that only a thorough run asks.

    Attributes:
        origins: Where values come from.
    """

    def __init__(self, samples: Samples, documented: Documented, keeps_apart: KeepsApart) -> None:
        """Begin.

        Args:
            samples: Where values come from.
            documented: Finds documented values.
            keeps_apart: Tells of which values it is known that they are not taken together.
        """
        self.origins: Final = Origins(samples)
        self._samples: Final = samples
        self._keeps_apart: Final = keeps_apart
        self._pairs: Final = Pairs(samples, documented, self.origins, keeps_apart)

    def few(
        self, locations: Iterable[Location], accepted: Iterable[Configuration], single: Iterable[Configuration]
    ) -> list[Configuration]:
        """Return these configurations, what tells most first, until there are enough or the steps are used up.

        Args:
            locations: The locations of the schema.
            accepted: What any run asks.
            single: Configurations with a single documented value.
        """
        known: dict[Hashable, Configuration] = {identity(one): one for one in accepted}
        before = len(known)
        for one in single:
            known.setdefault(identity(one), one)
        finders = (self._of_locations(locations, known), self._pairs.of_root(known.values()))
        for found in finders:
            current_meter().allow(_STEPS)
            with suppress(UncountableSchemaError), current_meter().share(_STEPS):
                for one in islice(found, MOST):
                    known.setdefault(identity(one), one)
        return list(known.values())[before : before + MOST]

    def _of_locations(
        self, locations: Iterable[Location], known: dict[Hashable, Configuration]
    ) -> Iterator[Configuration]:
        for location in locations:
            with suppress(UncountableSchemaError), current_meter().share(_STEPS_FOR_ONE):
                yield from self._at(location, known) if location.path else ()

    def _at(self, location: Location, known: dict[Hashable, Configuration]) -> Iterator[Configuration]:
        """Give configurations with what no known one has at a location: they are known when the next is looked for."""
        alternatives = self._samples.alternatives.of(location.subschemas)
        for alternative in alternatives:
            tried = _Tried(self._samples, location, alternative, known, self._keeps_apart)
            if "array" in alternative.types and (alternative.values("type") or alternative.values("items")):
                yield from tried.first(self._arrays(alternative), _has_two_items)
            if not _is_beside_an_enum(alternative, alternatives) and not _is_of_no_known_format(alternative):
                values = (one for one in self._samples.of_branch(alternative) if one is not None)
                yield from tried.first(islice(values, _MOST_TRIED), _is_a_value)
                yield from tried.first([""] if _is_free_text(alternative) else [], _is_empty_text)
            yield from tried.first([None], _is_null)

    def _arrays(self, alternative: Alternative) -> Iterator[list[Any]]:
        """Give arrays of two items, of different ones first: some deployments want no item twice, and never say so."""
        array = self._samples.array_of(alternative, _TWO)
        if array is not None:
            others = (one for one in self._samples.of(alternative.item(1)) if identity(one) != identity(array[0]))
            yield from ([array[0], one] for one in islice(others, 1))
            yield array


class _Tried:
    """What was tried at a location, of one alternative there."""

    def __init__(
        self,
        samples: Samples,
        location: Location,
        alternative: Alternative,
        known: Mapping[Hashable, Configuration],
        keeps_apart: KeepsApart,
    ) -> None:
        self._accepts: Final = samples.validator.accepts
        self._location: Final = location
        self._subschemas: Final = alternative.subschemas
        self._known: Final = known
        self._keeps_apart: Final = keeps_apart

    def first(self, values: Iterable[Any], is_wanted: Callable[[Any], bool]) -> Iterator[Configuration]:
        """Give a configuration with the first of some values that is allowed, unless what is wanted was tried."""
        candidates = [one for one in values if is_sendable(one) and self._accepts(one, self._subschemas)]
        path = self._location.path
        before = (value for one in self._known.values() for value in values_at(one, path) if is_wanted(value))
        if candidates and any(self._accepts(one, self._subschemas) for one in before):
            return
        # where a value needs others beside it, a configuration that is known may have these
        carriers = chain(self._location.carriers, list(self._known.values()) if len(path) == 1 else ())
        placed = (with_member(carrier, path, one) for carrier in carriers for one in candidates)
        allowed = (one for one in placed if is_sendable(one) and not self._keeps_apart(one) and self._accepts(one))
        yield from islice(allowed, 1)


def _is_beside_an_enum(alternative: Alternative, alternatives: Iterable[Alternative]) -> bool:
    """Tell whether an alternative allows any text beside an enum, which is then only advice: of that CHAT-13 speaks."""
    others = (value for one in alternatives for value in one.constants or () if one is not alternative)
    return alternative.constants is None and alternative.types[:1] == ("string",) and any(map(_is_text, others))


def _is_of_no_known_format(alternative: Alternative) -> bool:
    """Tell whether a text has a format of which nobody can write one: then none is made up."""
    named = alternative.annotations("format") and alternative.types[:1] == ("string",)
    return bool(named and not known_formats(alternative)) or any(True for _ in unwritten(alternative))


def _is_free_text(alternative: Alternative) -> bool:
    """Tell whether a text may be empty: one that has a format is of that format, though few validators see to it."""
    about = ("format", "contentEncoding", "contentMediaType")
    named = [one for keyword in about for one in alternative.annotations(keyword)]
    return "string" in alternative.types and bool(alternative.values("type")) and not named


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_a_value(value: Any) -> bool:
    return value is not None


def _is_null(value: Any) -> bool:
    return value is None


def _is_empty_text(value: Any) -> bool:
    return bool(value == "")


def _has_two_items(value: Any) -> bool:
    return isinstance(value, list) and len(value) >= _TWO
