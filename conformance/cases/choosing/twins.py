"""Choosing twins: an accepted case costs an answer of the model, so that faults use the same one where they can."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any

from conformance.cases.faults.fault import Configuration, Fault, Path
from conformance.cases.schema.json_value import identity, is_sendable, with_member
from conformance.cases.schema.meter import OutOfStepsError
from conformance.cases.schema.validator import SchemaValidator


def with_few_twins(
    faults: Iterable[Fault],
    base: Configuration,
    rows: Iterable[Configuration],
    validator: SchemaValidator,
    *,
    partly: bool = False,
) -> list[Fault]:
    """Let faults share their twins.

    The smallest configuration is the twin of each fault that differs from it nowhere else. Of the other twins, those
    whose members another one has, too, give their faults to that one; to a configuration that is accepted anyway only
    if it sets the same properties, so that the faulty ones stay small.

    Args:
        faults: The faults.
        base: The smallest configuration.
        rows: Configurations that are accepted cases anyway.
        validator: Tells whether a moved fault is still the same.
        partly: Where the steps are used up, the faults whose twins were chosen by then are enough.

    Returns:
        The faults in the same order.

    Raises:
        OutOfStepsError: It takes too many steps, and a part is not enough.
    """
    found = [replace(one, twin=base) if _same_elsewhere(one.configuration, base, one.path) else one for one in faults]
    anyway = list(rows)
    free = {identity(one) for one in (base, *anyway)}
    kept: list[Configuration] = []
    for twin in sorted(_twins(found), key=_size, reverse=True):
        if identity(twin) in free:
            continue
        own = [position for position, fault in enumerate(found) if fault.twin == twin]
        others = [one for one in (*anyway, *kept) if _has(one, twin) and (one in kept or one.keys() == twin.keys())]
        moves = ([_moved(found[position], one, validator) for position in own] for one in others)
        try:
            moved = next(([one for one in move if one] for move in moves if all(move)), None)
        except OutOfStepsError:
            if not partly:
                raise
            chosen = free | {identity(one) for one in kept}
            return [one for one in found if identity(one.twin) in chosen]
        if moved is None:
            kept.append(twin)
            continue
        for position, fault in zip(own, moved, strict=True):
            found[position] = fault
    return found


def with_accepted_twin(fault: Fault, base: Configuration, accepted: Iterable[Configuration]) -> Fault:
    """Let a fault have an accepted case for a twin, so that it costs no further one.

    Args:
        fault: The fault.
        base: The smallest configuration, which is its twin if the fault is all that differs.
        accepted: Configurations that are accepted cases. If none differs at the fault only, the one that has most in
            common with the faulty one is its twin.
    """
    if _same_elsewhere(fault.configuration, base, fault.path):
        return replace(fault, twin=base)
    known = [base, *accepted]
    if not fault.twin or any(identity(one) == identity(fault.twin) for one in known):
        return fault
    nearest = max(known, key=lambda one: _in_common(one, fault.twin))
    return replace(fault, twin=nearest)


def _in_common(one: Configuration, other: Configuration) -> tuple[int, int]:
    """Count the properties that two configurations both set, and those that one of them has alone, as a debt."""
    return len(one.keys() & other.keys()), -len(one.keys() ^ other.keys())


def _twins(faults: Iterable[Fault]) -> Iterable[Configuration]:
    found: dict[Hashable, Configuration] = {identity(fault.twin): fault.twin for fault in faults}
    return found.values()


def _moved(fault: Fault, twin: Configuration, validator: SchemaValidator) -> Fault | None:
    """Put a fault into another twin, if it is still the same fault there."""
    configuration = with_member(twin, fault.place, fault.value)
    broken = validator.broken(configuration) if is_sendable(configuration) else None
    if {one.path for one in broken or ()} != {fault.path} or {one.keyword for one in broken or ()} != {*fault.keywords}:
        return None
    return replace(fault, configuration=configuration, twin=twin)


def _same_elsewhere(one: Any, other: Any, path: Path) -> bool:
    """Tell whether two values differ at most at a path, which both have but for its last part."""
    if not path:
        return True
    first, *rest = path
    if isinstance(one, dict) and isinstance(other, dict):
        rests: list[Any] = [{name: value for name, value in each.items() if name != first} for each in (one, other)]
        present = first in one and first in other
    elif isinstance(one, list) and isinstance(other, list):
        index = int(first)
        rests = [[*each[:index], *each[index + 1 :]] for each in (one, other)]
        present = index < min(len(one), len(other))
    else:
        return False
    same = identity(rests[0]) == identity(rests[1])
    return same and (not rest or (present and _same_elsewhere(one[first], other[first], tuple(rest))))


def _has(larger: Any, smaller: Any) -> bool:
    """Tell whether a value has all members and items of another one."""
    if isinstance(larger, dict) and isinstance(smaller, dict):
        return all(name in larger and _has(larger[name], value) for name, value in smaller.items())
    if isinstance(larger, list) and isinstance(smaller, list):
        return len(smaller) <= len(larger) and all(_has(*pair) for pair in zip(larger, smaller, strict=False))
    return identity(larger) == identity(smaller)


def _size(value: Any) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(_size(one) for one in inside)
