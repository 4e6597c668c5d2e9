"""How the keywords of arrays are broken (JSON Schema 2020-12 validation, section 6.4; core, section 10.3.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from conformance.cases.faults.attempt import WRONG_TYPES, Attempt, Candidates
from conformance.cases.values.samples import Samples


def _arrays(attempt: Attempt, samples: Samples, *sizes: int, matching: int | None = None) -> Iterator[list[Any]]:
    found = (samples.array_of(attempt.alternative, size, matching) for size in sizes)
    return (array for array in found if array is not None)


def _too_few(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    return _arrays(attempt, samples, int(attempt.value) - 1)


def _too_many(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    yield from _arrays(attempt, samples, int(attempt.value) + 1)
    for array in _arrays(attempt, samples, int(attempt.value)):
        yield [*array, *array[:1]]  # where there are no more different items


def _repeating(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    size = max(2, samples.shortest_array(attempt.alternative))
    for array in _arrays(attempt, samples, size, size - 1):
        yield [*array[: size - 1], array[0]]


def _containing_none(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    least = attempt.alternative.most("minItems")
    return _arrays(attempt, samples, least, least + 1, matching=0)


def _containing_few(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    matching = int(attempt.value) - 1
    least = max(attempt.alternative.most("minItems"), matching)
    return _arrays(attempt, samples, least, least + 1, matching=matching)


def _containing_many(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    matching = int(attempt.value) + 1
    return _arrays(attempt, samples, max(attempt.alternative.most("minItems"), matching), matching=matching)


def _with_one_more(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    size = max(samples.shortest_array(attempt.alternative), attempt.alternative.prefix)
    for array in _arrays(attempt, samples, size, size + 1):
        yield from ([*array, value] for value in WRONG_TYPES)


ARRAY_CANDIDATES: Final[Mapping[str, Candidates]] = {
    "contains": _containing_none,
    "maxContains": _containing_many,
    "maxItems": _too_many,
    "minContains": _containing_few,
    "minItems": _too_few,
    "unevaluatedItems": _with_one_more,
    "uniqueItems": _repeating,
}
