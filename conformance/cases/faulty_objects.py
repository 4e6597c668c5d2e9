"""Objects that may break one keyword and no other (JSON Schema 2020-12 validation, section 6.5; core, section 10.3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from conformance.cases.branch import UNKNOWN_NAMES
from conformance.cases.faulty import WRONG_TYPES, Aim, Candidates
from conformance.cases.samples import MOST_ITEMS, Samples

_FEW: Final = 4


def _without(aim: Aim, samples: Samples) -> Iterator[Any]:
    for found in islice(samples.objects(aim.branch, [aim.name]), _FEW):
        yield {name: value for name, value in found.items() if name != aim.name}


def _without_dependency(aim: Aim, samples: Samples) -> Iterator[Any]:
    for needed in aim.branch.dependencies.get(aim.name, ()):
        for found in islice(samples.objects(aim.branch, [aim.name]), _FEW):
            yield {name: value for name, value in found.items() if name != needed}


def _with_dependency(aim: Aim, samples: Samples) -> Iterator[Any]:
    for found in islice(samples.objects(aim.branch), _FEW):
        yield from ({**found, aim.name: value} for value in samples.of(aim.branch.member(aim.name))[:2])


def _with_unknown(aim: Aim, samples: Samples) -> Iterator[Any]:
    for found in islice(samples.objects(aim.branch), _FEW):
        for name in UNKNOWN_NAMES:
            if name not in aim.branch.names:
                yield from ({**found, name: value} for value in (1, *WRONG_TYPES))


def _with_bad_name(aim: Aim, samples: Samples) -> Iterator[Any]:
    lengths = [one.get("maxLength") for one in (aim.subschema.inside(aim.value),) if isinstance(one.schema, dict)]
    long = ["a" * (int(one) + 1) for one in lengths if one is not None and one < MOST_ITEMS]
    for found in islice(samples.objects(aim.branch), _FEW):
        for name in (*long, *UNKNOWN_NAMES):
            yield from ({**found, name: value} for value in (*samples.of(aim.branch.member(name))[:1], 1))


def _too_small(aim: Aim, samples: Samples) -> Iterator[Any]:
    for found in islice(samples.objects(aim.branch), _FEW):
        kept = [*aim.branch.required, *(name for name in found if name not in aim.branch.required)]
        yield {name: found[name] for name in kept[: max(0, int(aim.value) - 1)] if name in found}


def _too_large(aim: Aim, samples: Samples) -> Iterator[Any]:
    size = int(aim.value) + 1
    names = [*aim.branch.required, *aim.branch.names, *filter(None, aim.branch.pattern_names.values())]
    for more in ((), UNKNOWN_NAMES):
        wanted = list(dict.fromkeys([*names, *more]))[:size]
        found = samples.object_with(aim.branch, wanted) if len(wanted) == size <= MOST_ITEMS else None
        if found is not None:
            yield found


OBJECT_CANDIDATES: Final[Mapping[str, Candidates]] = {
    "additionalProperties": _with_unknown,
    "dependencies": _without_dependency,
    "dependentRequired": _without_dependency,
    "dependentSchemas": _with_dependency,
    "maxProperties": _too_large,
    "minProperties": _too_small,
    "propertyNames": _with_bad_name,
    "required": _without,
    "unevaluatedProperties": _with_unknown,
}
"""How the keywords of objects are broken."""
