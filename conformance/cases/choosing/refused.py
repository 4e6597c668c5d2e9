"""Configurations with one faulty location each, beside the accepted ones that are the same without the fault."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import Any, Final

from conformance.cases.choosing.exclusive import exclude_each_other
from conformance.cases.choosing.lax import (
    as_doubles,
    is_read_without_loss,
    readings,
    whole_readings,
    with_numbers_for_texts,
)
from conformance.cases.choosing.locations import Location, Locations
from conformance.cases.choosing.near_faults import NearMisses
from conformance.cases.choosing.unreached import unreached_at, untried_at
from conformance.cases.faults.attempt import COMBINED, WRONG_TYPES, Attempt
from conformance.cases.faults.breakable_keywords import attempts, candidates, is_free
from conformance.cases.faults.fault import Configuration, Fault, Path
from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.json_value import identity, is_sendable, type_of, value_at, with_member
from conformance.cases.schema.meter import UncountableSchemaError, current_meter
from conformance.cases.schema.subschema import Key, key_of
from conformance.cases.schema.validator import SchemaValidator
from conformance.cases.values.names import UNKNOWN_NAMES
from conformance.cases.values.samples import Samples

_MOST_CANDIDATES: Final = 80
_MOST_SITES: Final = 300
_MOST_NAMED: Final = 200
_STEPS_TO_GO_INSIDE: Final = 20
"""What is inside may be known, and takes no steps then; it may have no end."""
_INVENTED: Final = frozenset({*UNKNOWN_NAMES, "key"})

Part = tuple[Path, Key, str, str]
"""A location, the subschema there, its keyword, and which part of that."""


class Refused:
    """Finds the faults that a configuration can have.

    Attributes:
        faults: What was found, in the order of the schema.
        untried: Locations, and what was not tried there though nothing is wrong with that.
    """

    def __init__(self, samples: Samples) -> None:
        self._samples: Final = samples
        self._validator: Final = samples.validator
        self._locations: Final = Locations(samples)
        self.faults: Final[list[Fault]] = []
        self.untried: Final[list[tuple[Path, str]]] = []
        self._looked_at: Final[list[Location]] = []
        self._configurations: Final[set[Hashable]] = set()
        self._seen: Final[set[tuple[Path, str]]] = set()
        self._wrong: Final[set[tuple[Path, Hashable]]] = set()
        self._visited: Final[set[tuple[Path, Key]]] = set()
        self._broken: Final[dict[Part, bool]] = {}

    def look(self, base: Configuration) -> None:
        """Look for faults at all locations.

        Args:
            base: The smallest accepted configuration.
        """
        self._visit(Location((), (self._validator.root,), lambda: (base,)))

    def look_shallow_first(self, base: Configuration, *, types: int, each: int) -> None:
        """Look for faults until the steps are used up: first one wrong type at each property, then deeper and deeper.

        Args:
            base: The smallest accepted configuration.
            types: How many steps the wrong types may take.
            each: How many steps one location may take.
        """
        root = Location((), (self._validator.root,), lambda: (base,))
        waiting = deque([root])
        try:
            with current_meter().share(types):
                for inner in self._inside(root):
                    waiting.append(inner)
                    shallow = replace(inner, find_carriers=root.find_carriers)
                    self._try_wrong_types(shallow, self._samples.alternatives.of(inner.subschemas), most=1)
        except UncountableSchemaError:
            waiting = deque([root, *self._inside_or_noted(root)])
        dear: deque[Location] = deque()  # what takes too much as a whole may have members that do not: they come last
        while waiting:
            location = waiting.popleft()
            try:
                with current_meter().share(each):
                    self._look_at(location)
            except UncountableSchemaError:
                self._note(location.path, "what takes too much", is_needed=True)
                dear.append(location)
            else:
                waiting += [] if location is root else self._inside_or_noted(location)
            while dear and not waiting:
                waiting += self._inside_or_noted(dear.popleft(), _STEPS_TO_GO_INSIDE)

    def _look_at(self, location: Location) -> None:
        key = (location.path, key_of(tuple(one for one in location.subschemas if one.asserted)))
        if len(self._visited) >= _MOST_SITES:
            raise UncountableSchemaError
        if location.carriers and key not in self._visited:
            self._visited.add(key)
            self._try_all(location, self._samples.alternatives.of(location.subschemas))

    def _inside(self, location: Location) -> Iterator[Location]:
        for alternative in self._samples.alternatives.of(location.subschemas):
            yield from self._locations.inside(location, alternative)

    def _inside_or_noted(self, location: Location, steps: int = 0) -> list[Location]:
        try:
            current_meter().charge(steps)
            return list(self._inside(location))
        except UncountableSchemaError:
            self._note(location.path, "what is deeper inside", is_needed=True)
            return []

    @property
    def locations(self) -> tuple[Path, ...]:
        """The locations that were looked at."""
        return tuple(dict.fromkeys(location.path for location in self._looked_at))

    @property
    def looked_at(self) -> tuple[Location, ...]:
        """The same, each with what applies there, and once for each way to it."""
        return tuple(self._looked_at)

    def near(self, accepted: Iterable[Configuration]) -> Iterator[Fault]:
        """Give faults with values that a careless validator takes for valid ones; none that was found already.

        Args:
            accepted: Configurations in which there may be a second item to be wrong.
        """
        return NearMisses(self._samples, self._looked_at, self._fault).new(self._configurations, tuple(accepted))

    def marked(self, fault: Fault) -> Fault:
        """Return a fault that tells whether a lax validator reads it without loss; yes if it takes too long to tell."""
        try:
            is_lax = is_read_without_loss(fault.value, fault.subschemas, self._samples)
            return replace(fault, lax=is_lax or self._is_read_elsewhere(fault))
        except UncountableSchemaError:
            is_rounded = as_doubles(fault.configuration) != fault.configuration
            return replace(fault, lax=is_rounded or next(readings(fault.value), None) is not None)

    def _is_read_elsewhere(self, fault: Fault) -> bool:
        """Tell whether the whole can be read as allowed: as doubles, or as what another of its alternatives allows."""
        rounded = as_doubles(fault.configuration)
        if rounded != fault.configuration and self._validator.accepts(rounded):
            return True
        if fault.place == fault.path:
            return False
        whole = value_at(fault.configuration, fault.path)
        read = (
            *((fault.place, one) for one in (*readings(fault.value), *whole_readings(fault.value))),
            *((fault.path, one) for one in whole_readings(whole)),
        )
        found = (with_member(fault.configuration, path, one) for path, one in read if is_sendable(one))
        lax = self._with_numbers_for_texts
        return any(map(self._validator.accepts, found)) or (lax is not None and lax.accepts(fault.configuration))

    @cached_property
    def _with_numbers_for_texts(self) -> SchemaValidator | None:
        document = with_numbers_for_texts(self._validator.root.schema)
        return None if document is None else SchemaValidator(document)

    def missing(self) -> Iterator[tuple[Path, str]]:
        """Give the locations and keywords for which no fault was found."""
        yield from ((path, keyword) for (path, _, keyword, _), is_broken in self._broken.items() if not is_broken)
        yield from self._locations.unreached

    def _visit(self, location: Location) -> None:
        """Look for faults at a location, and at those inside it."""
        key = (location.path, key_of(tuple(one for one in location.subschemas if one.asserted)))
        is_new = key not in self._visited
        if not location.carriers or not (is_new or self._is_open(location.path)):
            return
        self._visited.add(key)
        if len(self._visited) > _MOST_SITES:
            self._note(location.path, "anything", is_needed=len(self._visited) <= _MOST_SITES + _MOST_NAMED)
            return
        alternatives = self._samples.alternatives.of(location.subschemas)
        self._try_all(location, alternatives)
        for alternative in alternatives if is_new else ():
            for inner in self._locations.inside(location, alternative):
                self._visit(inner)

    def _try_all(self, location: Location, alternatives: list[Alternative]) -> None:
        """Break what can be broken at a location; what combines others last, as these may have broken it."""
        self._looked_at.append(location)
        self.untried.extend((location.path, what) for what in untried_at(alternatives))
        reasons = unreached_at(location.subschemas, alternatives, self._samples)
        self._locations.unreached.extend((location.path, what) for what in reasons)
        if location.path:
            self._try_wrong_types(location, alternatives)
        found = [
            attempt for alternative in alternatives for attempt in attempts(alternative, at_root=not location.path)
        ]
        for attempt in sorted(found, key=lambda attempt: attempt.keyword in COMBINED):
            if not self._cannot_be_broken(alternatives, attempt):
                self._try(location, attempt)

    def _note(self, path: Path, what: str, *, is_needed: bool) -> None:
        if is_needed:
            self._locations.unreached.append((path, what))

    def _is_open(self, path: Path) -> bool:
        """Tell whether something at a location was not broken yet: in another alternative it may be."""
        return any(not is_broken for (other, *_), is_broken in self._broken.items() if other == path)

    def _try_wrong_types(self, location: Location, alternatives: list[Alternative], most: int | None = None) -> None:
        """Try one value of each type that the location does not admit; where nothing is allowed, any value.

        Args:
            location: The location.
            alternatives: What applies there.
            most: How many values are enough, if not all.
        """
        found = 0
        admitted = {name for alternative in alternatives for name in alternative.admitted}
        for value in WRONG_TYPES if alternatives else WRONG_TYPES[:1]:
            if type_of(value) in admitted or (location.path, identity(value)) in self._wrong or found == most:
                continue
            fault = self._fault(location, value)
            if fault is not None:
                self._wrong.add((location.path, identity(value)))
                self._add(fault)
                found += 1
            part = (location.path, (), "type", "")
            self._broken[part] = self._broken.get(part, False) or fault is not None

    def _try(self, location: Location, attempt: Attempt) -> None:
        """Break one keyword."""
        part = (location.path, key_of((attempt.subschema,)), attempt.keyword, attempt.name)
        is_done = (
            attempt.keyword in COMBINED and not attempt.is_extra and (location.path, attempt.keyword) in self._seen
        )
        if is_done or self._broken.get(part):
            return
        fault = self._best(location, attempt)
        if fault is not None:
            self._add(fault)
        elif attempt.is_extra and not exclude_each_other(
            attempt.subschema.children("oneOf"), self._samples.alternatives
        ):
            self.untried.append((location.path, "what several alternatives of its oneOf allow"))
        if not attempt.is_extra:
            self._broken[part] = fault is not None

    def _best(self, location: Location, attempt: Attempt) -> Fault | None:
        """Find the value that breaks the fewest other keywords."""
        best: tuple[tuple[int, int], Fault] | None = None
        placed = self._with_twin(location, attempt)
        for value in islice(candidates(attempt, self._samples), _MOST_CANDIDATES):
            broken = self._broken_by(value, attempt)
            fault = (
                self._fault(placed, value)
                if broken and (location.path or _is_known(value, attempt.alternative))
                else None
            )
            if fault is None:
                continue
            rank = (len(fault.keywords), len(broken))
            if best is None or rank < best[0]:
                best = (rank, fault)
            if rank == (1, 1):
                break
        return None if best is None else best[1]

    def _with_twin(self, location: Location, attempt: Attempt) -> Location:
        """Return the location; the whole configuration's twin is an accepted one of the same alternative."""
        if location.path:
            return location
        return Location(
            (), location.subschemas, lambda: tuple(islice(self._locations.homes(location, attempt.alternative), 1))
        )

    def _broken_by(self, value: Any, attempt: Attempt) -> set[str]:
        """Return the keywords that a value breaks itself, not inside it; none without that of the attempt."""
        broken: set[str] = set()
        for one in attempt.alternative.subschemas if is_sendable(value) else ():
            found = self._validator.broken(value, (one,)) if one.asserted else ()
            keywords = {each.keyword for each in found or () if not each.path}
            if one.schema is attempt.subschema.schema and attempt.keyword not in keywords:
                return set()
            broken |= keywords
        return (broken - COMBINED) | {attempt.keyword} if broken else broken

    def _fault(self, location: Location, value: Any) -> Fault | None:
        """Put a value at a location, if the schema then refuses that and nothing else."""
        for carrier in location.carriers:
            configuration = with_member(carrier, location.path, value)
            found = (self._validator.broken(configuration) if is_sendable(configuration) else None) or ()
            paths = {each.path for each in found}
            if len(paths) == 1 and location.path[: len(path := paths.pop())] == path:
                keywords = tuple(sorted({each.keyword for each in found}))
                return Fault(configuration, path, keywords, carrier, location.path, value, location.subschemas)
        return None

    def _add(self, fault: Fault) -> None:
        self._seen.update((fault.path, keyword) for keyword in fault.keywords)
        key = identity(fault.configuration)
        if key not in self._configurations:
            self._configurations.add(key)
            self.faults.append(fault)

    def _cannot_be_broken(self, alternatives: list[Alternative], attempt: Attempt) -> bool:
        """Tell whether another alternative allows all that this one forbids, as `anyOf` of an enum and any string."""
        others = (alternative for alternative in alternatives if alternative is not attempt.alternative)
        return any(
            is_free(alternative) and set(attempt.alternative.types) <= set(alternative.types) for alternative in others
        )


def _is_known(value: Any, alternative: Alternative) -> bool:
    """Tell whether a whole configuration has no property that was only invented."""
    return isinstance(value, dict) and not any(name in _INVENTED and name not in alternative.names for name in value)
