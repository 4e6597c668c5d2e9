"""How the keywords of objects are broken (JSON Schema 2020-12 validation, section 6.5; core, section 10.3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from conformance.cases.faults.attempt import WRONG_TYPES, Attempt, Candidates
from conformance.cases.values.names import UNKNOWN_NAMES
from conformance.cases.values.samples import MOST_ITEMS, Samples

_FEW: Final = 4


def _objects(attempt: Attempt, samples: Samples, *names: str) -> Iterator[dict[str, Any]]:
    return islice(samples.objects(attempt.alternative, names), _FEW)


def _without(found: dict[str, Any], absent: str) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != absent}


def _without_required(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    return (_without(found, attempt.name) for found in _objects(attempt, samples, attempt.name))


def _without_dependency(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    for needed in attempt.alternative.dependencies.get(attempt.name, ()):
        yield from (_without(found, needed) for found in _objects(attempt, samples, attempt.name))


def _with_dependent(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    for found in _objects(attempt, samples):
        yield from (
            {**found, attempt.name: value} for value in samples.of(attempt.alternative.member(attempt.name))[:2]
        )


def _against_dependency(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    yield from _without_dependency(attempt, samples)
    yield from _with_dependent(attempt, samples)


def _with_unknown(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    for found in _objects(attempt, samples):
        for name in UNKNOWN_NAMES:
            if name not in attempt.alternative.names:
                yield from ({**found, name: value} for value in (1, *WRONG_TYPES))


def _with_bad_name(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    longest = attempt.value.get("maxLength") if isinstance(attempt.value, dict) else None
    long = [] if longest is None or longest > MOST_ITEMS else ["a" * (int(longest) + 1)]
    for found in _objects(attempt, samples):
        for name in (*long, *UNKNOWN_NAMES):
            yield from ({**found, name: value} for value in (*samples.of(attempt.alternative.member(name))[:1], 1))


def _too_few(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    for found in _objects(attempt, samples):
        kept = [*attempt.alternative.required, *(name for name in found if name not in attempt.alternative.required)]
        yield {name: found[name] for name in kept[: max(0, int(attempt.value) - 1)] if name in found}


def _too_many(attempt: Attempt, samples: Samples) -> Iterator[Any]:
    size = int(attempt.value) + 1
    known = [
        *attempt.alternative.required,
        *attempt.alternative.names,
        *filter(None, attempt.alternative.pattern_names.values()),
    ]
    for more in ((), attempt.alternative.other_names):
        names = list(dict.fromkeys([*known, *more]))[:size]
        found = samples.object_with(attempt.alternative, names) if len(names) == size <= MOST_ITEMS else None
        yield from () if found is None else (found,)


OBJECT_CANDIDATES: Final[Mapping[str, Candidates]] = {
    "additionalProperties": _with_unknown,
    "dependencies": _against_dependency,
    "dependentRequired": _without_dependency,
    "dependentSchemas": _with_dependent,
    "maxProperties": _too_many,
    "minProperties": _too_few,
    "propertyNames": _with_bad_name,
    "required": _without_required,
    "unevaluatedProperties": _with_unknown,
}
