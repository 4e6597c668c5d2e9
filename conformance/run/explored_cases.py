"""The cases of configurations that were explored, in this run or an earlier one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from conformance.cases.schema.json_value import pointer_of
from conformance.contract.case import ABSENT, ABSENT_CASE, MADE_UP, Case, compact, named
from conformance.dial.pattern import SlowPatternError
from conformance.dial.schema import Schema
from conformance.run.kept_cases import KeptCase

FORBIDDEN: Final = "refused"
"""The recipe that asks what the schema forbids."""
ALLOWED: Final = "accepted"
"""The recipe that asks what the schema allows; what was explored of that, the suite made up."""
RECIPES_OF_KEPT: Final[Mapping[str, bool]] = {FORBIDDEN: False, ALLOWED: True}
"""Which recipe asks the kept cases, and whether those that the schema allows."""
REQUIREMENTS: Final[Mapping[str, str]] = {FORBIDDEN: "CHAT-05", ALLOWED: "CHAT-30"}
"""Which requirement says that a case of a recipe contradicts the schema."""


def with_kept(cases: Sequence[Case], kept: Iterable[KeptCase], schema: Schema) -> Sequence[Case]:
    """Return cases and those that were kept, as far as the schema still says of them what it said.

    Args:
        cases: The fixed ones.
        kept: Those of a file.
        schema: The schema as it is now.
    """
    found = list(cases)
    known = {compact(one.value) for one in cases if one.value is not ABSENT}
    for one in kept:
        if compact(one.configuration) not in known and says_the_same(one, schema):
            taken = {case.name for case in found}
            found.append(explored_case(one.configuration, one.twin, schema, taken))
    return found


def says_the_same(kept: KeptCase, schema: Schema) -> bool:
    """Tell whether a schema says of a kept case what it said when it was found."""
    try:
        return schema.accepts(kept.configuration) is kept.is_allowed
    except SlowPatternError:
        return False


def explored_case(value: dict[str, Any], twin: dict[str, Any], schema: Schema, taken: Collection[str]) -> Case:
    """Make the case of a configuration that was explored.

    Args:
        value: The configuration.
        twin: The accepted one that was changed.
        schema: Says where it is wrong, and why.
        taken: The names of other cases.
    """
    faults = schema.faults(value)
    paths = [tuple(fault.absolute_path) for fault in faults]
    shared = next(iter(paths), ())
    while any(path[: len(shared)] != shared for path in paths):
        shared = shared[:-1]
    pointer = pointer_of(shared)
    keywords = tuple(sorted({str(fault.validator) for fault in faults}))
    name = named(value)
    while name in taken:
        name += "'"
    if not faults:
        return Case(name, value, origins=tuple((one, MADE_UP) for one in _changed(value, twin)))
    return Case(name, value, pointer, keywords, named(twin) if twin else ABSENT_CASE.name)


def _changed(value: Any, twin: Any, pointer: str = "") -> Iterator[str]:
    """Give the JSON pointers of what is not the same in a value and its twin, as deep as both are objects."""
    if not isinstance(value, dict) or not isinstance(twin, dict):
        yield from () if compact(value) == compact(twin) else (pointer,)
        return
    for name in dict.fromkeys((*value, *twin)):
        inner = pointer + pointer_of((name,))
        yield from _changed(value[name], twin[name], inner) if name in value and name in twin else (inner,)
