"""The cases of configurations that were explored, in this run or an earlier one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from conformance.contract.case import ABSENT, ABSENT_CASE, Case, compact, named
from conformance.dial.pattern import SlowPatternError
from conformance.dial.schema import Schema
from conformance.run.kept_cases import KeptCase

FORBIDDEN: Final = "refused"
"""The recipe that asks what the schema forbids."""
ALLOWED: Final = "with_disputed_value"
"""The recipe that asks what the schema allows, and the suite made up."""
RECIPES_OF_KEPT: Final[Mapping[str, bool]] = {FORBIDDEN: False, ALLOWED: True}
"""Which recipe asks the kept cases, and whether those that the schema allows."""
REQUIREMENTS: Final[Mapping[str, str]] = {FORBIDDEN: "CHAT-05", ALLOWED: "CHAT-13"}
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
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in shared)
    keywords = tuple(sorted({str(fault.validator) for fault in faults}))
    name = named(value)
    while name in taken:
        name += "'"
    return Case(name, value, pointer if faults else None, keywords, named(twin) if twin else ABSENT_CASE.name)
