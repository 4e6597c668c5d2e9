"""How the keywords of numbers, texts, constants and combinations are broken.

JSON Schema 2020-12 validation, sections 6.1 to 6.3; core, sections 10.2.1 and 10.2.2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain, combinations, islice
from typing import Any, Final

from conformance.cases.faults.attempt import SEVERAL, Aim, Candidates, any_values
from conformance.cases.schema.alternative import Branch
from conformance.cases.schema.json_value import is_finite, type_of
from conformance.cases.values.samples import Samples
from conformance.cases.values.scalars import LONGEST_TEXT, Range, as_json, written

_MOST_PAIRS: Final = 12
_ODD_TEXTS: Final = ("text", "A", "1", "", "!", " ", "a b", "-")


def _beneath(aim: Aim, samples: Samples) -> Iterator[Any]:
    del samples
    return _outside(aim, -1)


def _beyond(aim: Aim, samples: Samples) -> Iterator[Any]:
    del samples
    return _outside(aim, 1)


def _outside(aim: Aim, direction: int) -> Iterator[Any]:
    """Give numbers on the other side of a bound: multiples first, then integers, then others."""
    if not is_finite(aim.value):
        return
    bound, step = Fraction(repr(aim.value)), Range(aim.branch).step or Fraction(1)
    nearest = math.floor(direction * bound / step) * direction * step
    found = [bound] if aim.keyword.startswith("exclusive") else []
    found += [nearest + direction * step, math.floor(direction * bound) * direction + Fraction(direction)]
    found += [bound + direction * distance for distance in (Fraction(1), step, Fraction(1, 2), abs(bound) + 1)]
    yield from (as_json(one) for one in found)


def _no_multiples(aim: Aim, samples: Samples) -> Iterator[Any]:
    del samples
    step = Fraction(repr(aim.value)) if is_finite(aim.value) else Fraction(1)
    for number in islice(Range(aim.branch).numbers(), 6):
        for distance in (Fraction(1), step / 2, -Fraction(1), -step / 2, step / 4):
            yield as_json(Fraction(repr(number)) + distance)


def _too_short(aim: Aim, samples: Samples) -> Iterator[Any]:
    length = int(aim.value) - 1
    yield from _of_length(aim.branch, length)
    yield from (value[:length] for value in samples.of(aim.branch.subschemas) if isinstance(value, str))


def _too_long(aim: Aim, samples: Samples) -> Iterator[Any]:
    del samples
    return _of_length(aim.branch, int(aim.value) + 1)


def _of_length(branch: Branch, length: int) -> Iterator[str]:
    if 0 <= length <= LONGEST_TEXT:
        found = (written(branch, length, turn) for turn in range(3))
        yield from (text for text in found if text is not None)
        yield from (letter * length for letter in "aA0")


def _unmatched(aim: Aim, samples: Samples) -> Iterator[Any]:
    """Give texts of the right length, and texts that match but for one character."""
    shortest, longest = aim.branch.most("minLength"), aim.branch.least("maxLength")
    for text in _ODD_TEXTS:
        repeated = text * max(1, math.ceil(shortest / len(text))) if text and shortest <= LONGEST_TEXT else text
        yield repeated[:longest]
    for value in samples.of(aim.branch.subschemas):
        if isinstance(value, str):
            yield from (f"{value}!", f"!{value}", value.upper(), value[:-1], f"{value[:-1]}!")


def _other_constants(aim: Aim, samples: Samples) -> Iterator[Any]:
    constants = aim.value if aim.keyword == "enum" else [aim.value]
    kinds = {type_of(value) for value in constants}
    return iter(sorted(any_values(aim.branch, samples), key=lambda value: type_of(value) not in kinds))


def _of_no_alternative(aim: Aim, samples: Samples) -> Iterator[Any]:
    return _of_several(aim, samples) if aim.name == SEVERAL else iter(any_values(aim.branch, samples))


def _of_several(aim: Aim, samples: Samples) -> Iterator[Any]:
    """Give values that two alternatives allow, and of those that one allows such as another one allows, too."""
    alternatives = aim.subschema.children("oneOf")
    pairs = islice(combinations(alternatives, 2), _MOST_PAIRS)
    both = (value for pair in pairs for value in aim.relaxed(samples, *pair))
    each = (value for one in alternatives[:_MOST_PAIRS] for value in aim.relaxed(samples, one))
    for value in chain(both, each):
        if sum(samples.oracle.accepts(value, (one,)) for one in alternatives) > 1:
            yield value


def _forbidden(aim: Aim, samples: Samples) -> Iterator[Any]:
    """Give what `not` forbids, or `if` with a `then` or `else` that is false."""
    condition = aim.value if aim.keyword == "not" else aim.subschema.schema["if"]
    yield from aim.relaxed(samples, aim.subschema.inside(condition))
    yield from any_values(aim.branch, samples)


VALUE_CANDIDATES: Final[Mapping[str, Candidates]] = {
    "anyOf": _of_no_alternative,
    "const": _other_constants,
    "else": _forbidden,
    "enum": _other_constants,
    "exclusiveMaximum": _beyond,
    "exclusiveMinimum": _beneath,
    "maxLength": _too_long,
    "maximum": _beyond,
    "minLength": _too_short,
    "minimum": _beneath,
    "multipleOf": _no_multiples,
    "not": _forbidden,
    "oneOf": _of_no_alternative,
    "pattern": _unmatched,
    "then": _forbidden,
}
