"""How the keywords of numbers, texts, constants and combinations are broken.

JSON Schema 2020-12 validation, sections 6.1 to 6.3; core, sections 10.2.1 and 10.2.2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain, combinations, islice
from typing import Any, Final

from conformance.cases.faults.attempt import SEVERAL, Attempt, Candidates, any_values
from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.json_value import is_finite, type_of
from conformance.cases.values.formats import LONGEST_TEXT
from conformance.cases.values.samples import Samples
from conformance.cases.values.scalars import Range, as_json, written

_MOST_PAIRS: Final = 12
_ODD_TEXTS: Final = ("text", "A", "1", "", "!", " ", "a b", "-")


def _beneath(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    del samples
    return _outside(attempt, -1)


def _beyond(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    del samples
    return _outside(attempt, 1)


def _outside(attempt: Attempt, direction: int) -> Iterator[Any]:
    """Give numbers on the other side of a bound: multiples first, then integers, then others."""
    if not is_finite(attempt.value):
        return
    bound, step = Fraction(repr(attempt.value)), Range(attempt.alternative).step or Fraction(1)
    nearest = math.floor(direction * bound / step) * direction * step
    found = [bound] if attempt.keyword.startswith("exclusive") else []
    found += [nearest + direction * step, math.floor(direction * bound) * direction + Fraction(direction)]
    found += [bound + direction * distance for distance in (Fraction(1), step, Fraction(1, 2), abs(bound) + 1)]
    yield from (as_json(one) for one in found)


def _no_multiples(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    del samples
    step = Fraction(repr(attempt.value)) if is_finite(attempt.value) else Fraction(1)
    for number in islice(Range(attempt.alternative).numbers(), 6):
        for distance in (Fraction(1), step / 2, -Fraction(1), -step / 2, step / 4):
            yield as_json(Fraction(repr(number)) + distance)


def _too_short(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    length = int(attempt.value) - 1
    yield from _of_length(attempt.alternative, length)
    yield from (value[:length] for value in samples.of(attempt.alternative.subschemas) if isinstance(value, str))


def _too_long(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    del samples
    return _of_length(attempt.alternative, int(attempt.value) + 1)


def _of_length(alternative: Alternative, length: int) -> Iterator[str]:
    if 0 <= length <= LONGEST_TEXT:
        found = (written(alternative, length, turn) for turn in range(3))
        yield from (text for text in found if text is not None)
        yield from (letter * length for letter in "aA0")


def _unmatched(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    """Give texts of the right length, and texts that match but for one character."""
    shortest, longest = attempt.alternative.most("minLength"), attempt.alternative.least("maxLength")
    for text in _ODD_TEXTS:
        repeated = text * max(1, math.ceil(shortest / len(text))) if text and shortest <= LONGEST_TEXT else text
        yield repeated[:longest]
    for value in samples.of(attempt.alternative.subschemas):
        if isinstance(value, str):
            yield from (f"{value}!", f"!{value}", value.upper(), value[:-1], f"{value[:-1]}!")


def _other_constants(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    constants = attempt.value if attempt.keyword == "enum" else [attempt.value]
    kinds = {type_of(value) for value in constants}
    return iter(sorted(any_values(attempt.alternative, samples), key=lambda value: type_of(value) not in kinds))


def _of_no_alternative(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    return _of_several(attempt, samples) if attempt.name == SEVERAL else iter(any_values(attempt.alternative, samples))


def _of_several(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    """Give values that two alternatives allow, and of those that one allows such as another one allows, too."""
    alternatives = attempt.subschema.children("oneOf")
    pairs = islice(combinations(alternatives, 2), _MOST_PAIRS)
    both = (value for pair in pairs for value in attempt.relaxed(samples, *pair))
    each = (value for one in alternatives[:_MOST_PAIRS] for value in attempt.relaxed(samples, one))
    for value in chain(both, each):
        if sum(samples.validator.accepts(value, (one,)) for one in alternatives) > 1:
            yield value


def _forbidden(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    """Give what `not` forbids, or `if` with a `then` or `else` that is false."""
    condition = attempt.value if attempt.keyword == "not" else attempt.subschema.schema["if"]
    yield from attempt.relaxed(samples, attempt.subschema.inside(condition))
    yield from any_values(attempt.alternative, samples)


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
