"""Taking a configuration apart: what is left of it around each of its values, if all else goes that may go."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

from conformance.cases.choosing.origins import Origins
from conformance.cases.faults.fault import Configuration, Path
from conformance.cases.schema.json_value import identity, value_at, with_member
from conformance.cases.schema.meter import UncountableSchemaError, current_meter
from conformance.contract.case import MADE_UP, Case, named

Accepts = Callable[[Configuration], bool]

_STEPS: Final = 10_000
_STEPS_FOR_ONE: Final = 2_000


def taken_apart(
    cases: Iterable[Case],
    origins: Origins,
    unique: Callable[[str, Configuration], str],
    others: Iterable[Case] = (),
) -> tuple[tuple[Case, ...], tuple[Case, ...]]:
    """Say of accepted cases where their values come from, and of which smaller ones they are a combination.

    Args:
        cases: The accepted cases.
        origins: Where values come from.
        unique: Makes the name of a configuration one that no other case has.
        others: Further cases that may be parts of these.

    Returns:
        The cases, and those of their parts that are neither among them nor among the others. What takes too many steps
        counts as made up.
    """
    own_cases = {identity(case.value): case for case in cases}
    known = {identity(case.value): case for case in others} | own_cases
    alone: dict[Hashable, Case] = {}
    found: list[Case] = []
    current_meter().allow(_STEPS)
    for key, case in own_cases.items():
        try:
            with current_meter().share(_STEPS_FOR_ONE):
                own = origins.of(case.value, _STEPS_FOR_ONE)
                parts = {identity(one): one for one in parts_of(case.value, partial(_is_as_documented, origins, own))}
        except UncountableSchemaError:
            found.append(replace(case, origins=(("", MADE_UP),)))
            continue
        for other, part in parts.items():
            if other not in known and other not in alone:
                alone[other] = Case(unique(named(part), part), part, origins=origins.of(part, _STEPS_FOR_ONE))
        names = tuple((known.get(other) or alone[other]).name for other in parts)
        is_one = list(parts) == [key]
        found.append(replace(case, origins=own, parts=() if is_one else names))
    return tuple(found), tuple(alone.values())


def _is_as_documented(origins: Origins, before: tuple[tuple[str, str], ...], configuration: Configuration) -> bool:
    """Tell whether a configuration is allowed, and nothing that was documented in the larger one is made up in it."""
    return origins.accepts(configuration) and {*origins.of(configuration, _STEPS_FOR_ONE)} <= {*before}


def parts_of(configuration: Configuration, accepts: Accepts) -> Iterator[Configuration]:
    """Give the smallest allowed configurations around each value of one; of an array's items only the first.

    Args:
        configuration: An allowed one.
        accepts: Tells whether the schema allows a configuration.
    """
    for path in _places(configuration, ()):
        yield _around(configuration, path, accepts)


def is_part(smaller: Any, larger: Any) -> bool:
    """Tell whether all members and items of a value stand in a larger one, too; items in any place."""
    if isinstance(smaller, dict) and isinstance(larger, dict):
        return all(name in larger and is_part(value, larger[name]) for name, value in smaller.items())
    if isinstance(smaller, list) and isinstance(larger, list):
        return all(any(is_part(one, other) for other in larger) for one in smaller)
    return type(smaller) is type(larger) and bool(smaller == larger)


def _places(value: Any, path: Path) -> Iterator[Path]:
    inside: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = [(0, value[0])] if value else []
    if not inside:
        yield path
    for name, child in inside:
        yield from _places(child, (*path, name))


def _around(configuration: Configuration, path: Path, accepts: Accepts) -> Configuration:
    for depth in range(len(path)):
        above, kept = path[:depth], path[depth]
        alone = with_member(configuration, above, _without_others(value_at(configuration, above), kept))
        if accepts(alone):
            configuration = alone
            continue
        for other in _others(value_at(configuration, above), kept):
            less = with_member(configuration, above, _without(value_at(configuration, above), other))
            configuration = less if accepts(less) else configuration
    return configuration


def _others(container: Any, kept: str | int) -> list[str | int]:
    """Return what else is inside, the last first, so that the index of an item stays the same."""
    names = list(container) if isinstance(container, dict) else list(range(len(container)))
    return [name for name in reversed(names) if name != kept]


def _without_others(container: Any, kept: str | int) -> Any:
    return {kept: container[kept]} if isinstance(container, dict) else [container[kept]]


def _without(container: Any, name: str | int) -> Any:
    if isinstance(container, dict):
        return {other: value for other, value in container.items() if other != name}
    return [item for index, item in enumerate(container) if index != name]
