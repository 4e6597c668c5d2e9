"""Configurations with one to three changes at once: a strategy of Hypothesis over the locations of a schema."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from hypothesis import strategies as st

from conformance.cases.choosing.locations import Location, Locations
from conformance.cases.exploring.contradiction import Trial
from conformance.cases.exploring.values import Kinds, Values
from conformance.cases.faults.fault import Configuration, Path
from conformance.cases.schema.json_value import identity, is_sendable, values_at, with_member
from conformance.cases.schema.meter import UncountableSchemaError, current_meter
from conformance.cases.values.samples import Samples

_NUMBERS_OF_CHANGES: Final = (1, 1, 1, 1, 2, 2, 3)
_MOST_LOCATIONS: Final = 60
_MOST_BASES: Final = 12
_STEPS_FOR_ONE: Final = 4_000


@dataclass(frozen=True, eq=False)
class _Place:
    """A location that an accepted configuration has, or can have."""

    path: Path
    kinds: Kinds = field(repr=False)

    def __repr__(self) -> str:
        return "place"  # Hypothesis writes it out, for each configuration


def locations_of(samples: Samples, smallest: Configuration) -> list[Location]:
    """Return the locations of a schema, those near the root first, as far as the steps of the meter go.

    Args:
        samples: Finds what is allowed.
        smallest: The smallest accepted configuration.
    """
    locations = Locations(samples)
    found: list[Location] = []
    waiting = [Location((), (samples.validator.root,), lambda: (smallest,))]
    for location in waiting:  # it grows meanwhile
        if location.path:
            found.append(location)
        if len(found) >= _MOST_LOCATIONS:
            break
        try:
            with current_meter().share(_STEPS_FOR_ONE):
                for alternative in samples.alternatives.of(location.subschemas):
                    waiting += locations.inside(location, alternative)
        except UncountableSchemaError:
            continue  # what is inside is not explored
    return found


def trials_of(samples: Samples, smallest: Configuration) -> st.SearchStrategy[Trial] | None:
    """Return a strategy of configurations, allowed ones and others; None if there is nothing to change.

    Args:
        samples: Finds what is allowed.
        smallest: The smallest accepted configuration.
    """
    values = Values(samples)
    places: dict[Path, Kinds] = {}
    bases = {identity(smallest): smallest}
    for location in locations_of(samples, smallest):
        try:
            with current_meter().share(_STEPS_FOR_ONE):
                carriers = location.carriers
                kinds = values.of(samples.alternatives.of(location.subschemas))
        except UncountableSchemaError:
            continue
        places.setdefault(location.path, []).extend(kinds if carriers else ())
        for carrier in carriers[:1]:
            if len(bases) < _MOST_BASES:
                bases.setdefault(identity(carrier), carrier)
    found = [(base, _reachable(base, places)) for base in bases.values()]
    changed = [_changed(base, reachable) for base, reachable in found if reachable]
    return st.one_of(changed) if changed else None


def _reachable(base: Configuration, places: dict[Path, Kinds]) -> list[_Place]:
    """Return the places whose surroundings a configuration has."""
    return [_Place(path, kinds) for path, kinds in places.items() if kinds and _has_place(base, path)]


def _has_place(base: Any, path: Path) -> bool:
    for around in values_at(base, path[:-1]):
        last = path[-1]
        return isinstance(around, list) and last <= len(around) if isinstance(last, int) else isinstance(around, dict)
    return False


@st.composite
def _changes(draw: st.DrawFn, places: list[_Place]) -> tuple[tuple[Path, str, Any], ...]:
    """Draw one change, in some cases with one or two more at other locations."""
    number = _NUMBERS_OF_CHANGES[draw(st.integers(0, len(_NUMBERS_OF_CHANGES) - 1))]
    found: dict[Path, tuple[Path, str, Any]] = {}
    for _ in range(number):
        place = places[draw(st.integers(0, len(places) - 1))]
        kind, values = place.kinds[draw(st.integers(0, len(place.kinds) - 1))]
        found.setdefault(place.path, (place.path, kind, draw(values)))
    return tuple(found.values())


def _changed(base: Configuration, places: list[_Place]) -> st.SearchStrategy[Trial]:
    return _changes(places).map(lambda changes: _trial(base, changes)).filter(lambda one: is_sendable(one.value))


def _trial(base: Configuration, changes: Iterable[tuple[Path, str, Any]]) -> Trial:
    """Make the changes, those inside others last."""
    value: Any = base
    made = sorted(changes, key=lambda one: len(one[0]))
    kept = []
    for path, kind, new in made:
        if _has_place(value, path):
            value = with_member(value, path, new)
            kept.append((path, kind))
    return Trial(value, base, tuple(sorted(kept, key=str)))
