"""Values that may break one keyword and no other; the validator tells which of them do.

One function per keyword (JSON Schema 2020-12 validation, section 6; core, sections 10 and 11), each giving the
likeliest value first. Values of the wrong type are `WRONG_TYPES`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, combinations, islice
from typing import Any, Final

from conformance.cases.branch import Branch
from conformance.cases.subschema import Subschema
from conformance.cases.json_value import is_finite, type_of
from conformance.cases.samples import Samples
from conformance.cases.scalars import LONGEST_TEXT, Range, as_json, texts, written

WRONG_TYPES: Final[tuple[Any, ...]] = (42, 1.5, True, "text", [1], {"key": "value"})
"""One value of each JSON type; null is another requirement's."""

COMBINED: Final = frozenset({"anyOf", "oneOf"})
"""Keywords that are broken, too, by what breaks all of their alternatives."""

SEVERAL: Final = "several"
"""The part of `oneOf` that is broken by what more than one alternative allows."""

_MOST_PAIRS: Final = 12
_MORE_VALUES: Final[tuple[Any, ...]] = ("other", "unknown", "", 0, -1, False, [], ["text"], {}, [[]], 0.5)
_ODD_TEXTS: Final = ("text", "A", "1", "", "!", " ", "a b", "-")


@dataclass(frozen=True)
class Aim:
    """A keyword that is to be broken.

    Attributes:
        branch: What applies together with it.
        subschema: Where it stands.
        keyword: Its name.
        value: What the subschema has for it.
        name: Which of its parts, if it has several.
    """

    branch: Branch
    subschema: Subschema
    keyword: str
    value: Any
    name: str = ""

    @property
    def is_extra(self) -> bool:
        """Whether it may well be that it cannot be broken, as with alternatives that exclude each other."""
        return self.name == SEVERAL


Candidates = Callable[[Aim, Samples], Iterator[Any]]


def any_values(branch: Branch, samples: Samples) -> Iterator[Any]:
    """Give values of all types, those of the branch's own first."""
    numbers = islice(Range(branch).numbers(), 8)
    pool = [*WRONG_TYPES, *_MORE_VALUES, *islice(texts(branch), 12), *numbers, *islice(samples.objects(branch), 2)]
    return iter(sorted(pool, key=lambda value: type_of(value) not in branch.types))


def _beneath(aim: Aim, samples: Samples) -> Iterator[Any]:
    del samples
    if is_finite(aim.value):
        bound, step = Fraction(repr(aim.value)), Range(aim.branch).step or Fraction(1)
        found = [bound] if aim.keyword == "exclusiveMinimum" else []
        found += [(math.ceil(bound / step) - 1) * step, math.ceil(bound) - Fraction(1), bound - 1, bound - step]
        yield from (as_json(one) for one in [*found, bound - Fraction(1, 2), bound - abs(bound) - 1])


def _beyond(aim: Aim, samples: Samples) -> Iterator[Any]:
    del samples
    if is_finite(aim.value):
        bound, step = Fraction(repr(aim.value)), Range(aim.branch).step or Fraction(1)
        found = [bound] if aim.keyword == "exclusiveMaximum" else []
        found += [(math.floor(bound / step) + 1) * step, math.floor(bound) + Fraction(1), bound + 1, bound + step]
        yield from (as_json(one) for one in [*found, bound + Fraction(1, 2), bound + abs(bound) + 1])


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
    shortest, longest = aim.branch.most("minLength"), aim.branch.least("maxLength")
    for text in _ODD_TEXTS:
        repeated = text * max(1, math.ceil(shortest / len(text))) if text and shortest <= LONGEST_TEXT else text
        yield repeated[:longest]
    for value in samples.of(aim.branch.subschemas):
        if isinstance(value, str):
            yield from (f"{value}!", f"!{value}", value.upper(), value[:-1], f"{value[:-1]}!")


def _others(aim: Aim, samples: Samples) -> Iterator[Any]:
    constants = aim.value if aim.keyword == "enum" else [aim.value]
    kinds = {type_of(value) for value in constants}
    return iter(sorted(any_values(aim.branch, samples), key=lambda value: type_of(value) not in kinds))


def _none_of(aim: Aim, samples: Samples) -> Iterator[Any]:
    return _several_of(aim, samples) if aim.name == SEVERAL else any_values(aim.branch, samples)


def _several_of(aim: Aim, samples: Samples) -> Iterator[Any]:
    """Give values that two alternatives allow, or each of them: another may allow these, too."""
    alternatives = aim.subschema.children("oneOf")
    pairs = islice(combinations(alternatives, 2), _MOST_PAIRS)
    both = (value for pair in pairs for value in relaxed(aim, samples, *pair))
    each = (value for one in alternatives for value in relaxed(aim, samples, one))
    for value in chain(both, each):
        if sum(samples.oracle.accepts(value, (one,)) for one in alternatives) > 1:
            yield value


def _forbidden(aim: Aim, samples: Samples) -> Iterator[Any]:
    condition = aim.value if aim.keyword == "not" else aim.subschema.schema["if"]
    yield from relaxed(aim, samples, aim.subschema.inside(condition))
    yield from any_values(aim.branch, samples)


def relaxed(aim: Aim, samples: Samples, *more: Subschema) -> Iterator[Any]:
    """Give values that all but the aim's keyword allows.

    Args:
        aim: What is to be broken.
        samples: Where values come from.
        more: What must allow them, too.
    """
    schema = {keyword: value for keyword, value in aim.subschema.schema.items() if keyword != aim.keyword}
    others = (one for one in aim.branch.subschemas if one.schema is not aim.subschema.schema)
    return iter(samples.of((replace(aim.subschema, schema=schema), *others, *more)))


def _too_few(aim: Aim, samples: Samples) -> Iterator[Any]:
    return _arrays(aim, samples, [int(aim.value) - 1])


def _too_many(aim: Aim, samples: Samples) -> Iterator[Any]:
    yield from _arrays(aim, samples, [int(aim.value) + 1])
    for array in _arrays(aim, samples, [int(aim.value)]):
        yield [*array, *array[:1]]  # where there are no more different items


def _arrays(aim: Aim, samples: Samples, sizes: list[int], matching: int | None = None) -> Iterator[Any]:
    found = (samples.array_of(aim.branch, size, matching) for size in sizes)
    return (array for array in found if array is not None)


def _repeating(aim: Aim, samples: Samples) -> Iterator[Any]:
    size = max(2, samples.shortest_array(aim.branch))
    for array in chain(_arrays(aim, samples, [size]), _arrays(aim, samples, [size - 1])):
        yield [*array[:-1], array[0]] if len(array) == size else [*array, *array[:1]]


def _containing_none(aim: Aim, samples: Samples) -> Iterator[Any]:
    least = aim.branch.most("minItems")
    return _arrays(aim, samples, [least, least + 1], matching=0)


def _containing_few(aim: Aim, samples: Samples) -> Iterator[Any]:
    matching = int(aim.value) - 1
    least = max(aim.branch.most("minItems"), matching)
    return _arrays(aim, samples, [least, least + 1], matching)


def _containing_many(aim: Aim, samples: Samples) -> Iterator[Any]:
    matching = int(aim.value) + 1
    return _arrays(aim, samples, [max(aim.branch.most("minItems"), matching)], matching)


def _with_one_more(aim: Aim, samples: Samples) -> Iterator[Any]:
    size = max(samples.shortest_array(aim.branch), aim.branch.prefix)
    for array in _arrays(aim, samples, [size, size + 1]):
        yield from ([*array, value] for value in WRONG_TYPES)


CANDIDATES: Final[Mapping[str, Candidates]] = {
    "additionalItems": _with_one_more,
    "anyOf": _none_of,
    "const": _others,
    "contains": _containing_none,
    "else": _forbidden,
    "enum": _others,
    "exclusiveMaximum": _beyond,
    "exclusiveMinimum": _beneath,
    "maxContains": _containing_many,
    "maxItems": _too_many,
    "maxLength": _too_long,
    "maximum": _beyond,
    "minContains": _containing_few,
    "minItems": _too_few,
    "minLength": _too_short,
    "minimum": _beneath,
    "multipleOf": _no_multiples,
    "not": _forbidden,
    "oneOf": _none_of,
    "pattern": _unmatched,
    "then": _forbidden,
    "unevaluatedItems": _with_one_more,
    "uniqueItems": _repeating,
}
"""How the keywords of values and arrays are broken; those of objects are in `faulty_objects`."""
