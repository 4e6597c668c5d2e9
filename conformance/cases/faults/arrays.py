"""How the keywords of arrays are broken (JSON Schema 2020-12 validation, section 6.4; core, section 10.3.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from conformance.cases.faults.attempt import WRONG_TYPES, Aim, Candidates
from conformance.cases.values.samples import Samples


def _arrays(aim: Aim, samples: Samples, *sizes: int, matching: int | None = None) -> Iterator[list[Any]]:
    found = (samples.array_of(aim.branch, size, matching) for size in sizes)
    return (array for array in found if array is not None)


def _too_few(aim: Aim, samples: Samples) -> Iterator[Any]:
    return _arrays(aim, samples, int(aim.value) - 1)


def _too_many(aim: Aim, samples: Samples) -> Iterator[Any]:
    yield from _arrays(aim, samples, int(aim.value) + 1)
    for array in _arrays(aim, samples, int(aim.value)):
        yield [*array, *array[:1]]  # where there are no more different items


def _repeating(aim: Aim, samples: Samples) -> Iterator[Any]:
    size = max(2, samples.shortest_array(aim.branch))
    for array in _arrays(aim, samples, size, size - 1):
        yield [*array[: size - 1], array[0]]


def _containing_none(aim: Aim, samples: Samples) -> Iterator[Any]:
    least = aim.branch.most("minItems")
    return _arrays(aim, samples, least, least + 1, matching=0)


def _containing_few(aim: Aim, samples: Samples) -> Iterator[Any]:
    matching = int(aim.value) - 1
    least = max(aim.branch.most("minItems"), matching)
    return _arrays(aim, samples, least, least + 1, matching=matching)


def _containing_many(aim: Aim, samples: Samples) -> Iterator[Any]:
    matching = int(aim.value) + 1
    return _arrays(aim, samples, max(aim.branch.most("minItems"), matching), matching=matching)


def _with_one_more(aim: Aim, samples: Samples) -> Iterator[Any]:
    size = max(samples.shortest_array(aim.branch), aim.branch.prefix)
    for array in _arrays(aim, samples, size, size + 1):
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
