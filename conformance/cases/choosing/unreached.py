"""What a location allows or forbids that no case will try, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.json_value import is_sendable
from conformance.cases.schema.subschema import Conjunction
from conformance.cases.values.samples import MOST_CONSTANTS, Samples
from conformance.cases.values.scalars import unwritten
from conformance.dial.pattern import unreadable

_ALLOWED: Final = "an allowed value"
_UNDECIDED: Final = "an allowed value, which could not be decided"


def untried_at(alternatives: Sequence[Alternative]) -> Iterator[str]:
    """Give what is not tried at a location though nothing is wrong with it.

    Args:
        alternatives: What applies there.
    """
    if any("null" in one.types for one in alternatives):
        yield "null"
    if any(not is_sendable(value) for one in alternatives for value in one.constants or ()):
        yield "values of its enum that JSON does not have"


def unreached_at(subschemas: Conjunction, alternatives: Sequence[Alternative], samples: Samples) -> Iterator[str]:
    """Give what no case can be made of at a location.

    Args:
        subschemas: What applies there.
        alternatives: The same, one way through it each.
        samples: They know what is allowed.
    """
    if samples.alternatives.is_cut(subschemas):
        yield "all of its alternatives"
    if alternatives and not samples.of(subschemas):
        yield _UNDECIDED if samples.validator.is_undecided(subschemas) else _ALLOWED
    reasons = (unreadable(pattern) for one in alternatives for pattern in one.patterns)
    yield from (why for why in reasons if why is not None)
    for one in alternatives:
        yield from unwritten(one)
    for one in alternatives:
        more = len(one.constants or ()) - MOST_CONSTANTS
        if more > 0:
            yield f"{more} more values of its enum"
