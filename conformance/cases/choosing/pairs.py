"""Every two documented values together, in few configurations (pairwise testing)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import combinations, product
from typing import Any, Final

from conformance.cases.choosing.accepted import Documented
from conformance.cases.choosing.origins import Origins
from conformance.cases.faults.fault import Configuration
from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.json_value import identity, is_sendable
from conformance.cases.schema.meter import current_meter
from conformance.cases.schema.subschema import Conjunction, Key, key_of
from conformance.cases.values.samples import Samples

_DEEPEST: Final = 4
_MOST_VALUES: Final = 16
"""So many values of one property are combined with others."""

KeepsApart = Callable[[Configuration], bool]
Choice = tuple[str, Hashable]
Pair = frozenset[Choice]


class Pairs:
    """Combines the documented values of properties. Values that the suite made up are in no pair."""

    def __init__(self, samples: Samples, documented: Documented, origins: Origins, keeps_apart: KeepsApart) -> None:
        """Begin.

        Args:
            samples: Where the values of required properties come from.
            documented: Finds what is documented.
            origins: Tells what is not made up.
            keeps_apart: Tells of which values it is known that they are not taken together.
        """
        self._samples: Final = samples
        self._documented: Final = documented
        self._origins: Final = origins
        self._keeps_apart: Final = keeps_apart
        self._open: set[Key] = set()

    def of_root(self, accepted: Iterable[Configuration]) -> Iterator[Configuration]:
        """Give configurations in which each two documented values stand together that do so nowhere yet.

        Args:
            accepted: Configurations that are asked anyway.
        """
        done = list(accepted)
        for alternative in self._samples.alternatives.of((self._samples.validator.root,)):
            for one in self._objects(alternative, done):
                done.append(one)
                yield one

    def _of(self, subschemas: Conjunction) -> list[Any]:
        """Return the documented values of a property: of an object, those in which all pairs of its own are."""
        key = key_of(subschemas)
        if key in self._open or len(self._open) >= _DEEPEST:
            return []
        self._open.add(key)
        try:
            found = [one.value for one in self._documented.of(subschemas)]
            for alternative in self._samples.alternatives.of(subschemas):
                found += self._objects(alternative, [one for one in found if isinstance(one, dict)])
        finally:
            self._open.discard(key)
        return [one for one in found if self._origins.is_documented(one, subschemas)][:_MOST_VALUES]

    def _objects(self, alternative: Alternative, done: list[Configuration]) -> Iterator[Configuration]:
        if "object" not in alternative.types or alternative.constants is not None:
            return
        columns = {name: self._of(alternative.member(name)) for name in alternative.names}
        columns = {name: values for name, values in columns.items() if values}
        left = dict.fromkeys(self._pairs(columns))
        for one in done:
            _forget(left, one)
        while left:
            first = next(iter(left))
            row = self._row(columns, first, left)
            found = self._built(alternative, row) or self._built(alternative, _only(row, first))
            del left[first]
            if found is not None:
                _forget(left, found)
                yield found

    def _pairs(self, columns: dict[str, list[Any]]) -> Iterator[Pair]:
        for (name, values), (other, others) in combinations(columns.items(), 2):
            for value, another in product(values, others):
                current_meter().charge()
                if not self._keeps_apart({name: value, other: another}):
                    yield frozenset({(name, identity(value)), (other, identity(another))})

    def _row(self, columns: dict[str, list[Any]], first: Pair, left: dict[Pair, None]) -> Configuration:
        """Choose, beside a pair, the value of each other property that makes the most pairs which are left."""
        row = {name: one for name, values in columns.items() for one in values if (name, identity(one)) in first}
        for name, values in columns.items():
            if name in row:
                continue
            current_meter().charge(1 + len(values) * len(row) // 8)
            known = [(other, identity(one)) for other, one in row.items()]
            gains = [sum(frozenset({(name, identity(one)), each}) in left for each in known) for one in values]
            best = max(range(len(values)), key=gains.__getitem__)
            if gains[best] and not self._keeps_apart({**row, name: values[best]}):
                row[name] = values[best]
        return row

    def _built(self, alternative: Alternative, row: Configuration) -> Configuration | None:
        least = self._samples.object_with(alternative, [*alternative.required, *row])
        configuration = None if least is None else {**least, **row}
        if configuration is None or not is_sendable(configuration) or self._keeps_apart(configuration):
            return None
        return configuration if self._samples.validator.accepts(configuration, alternative.subschemas) else None


def _only(row: Configuration, pair: Pair) -> Configuration:
    names = {name for name, _ in pair}
    return {name: value for name, value in row.items() if name in names}


def _forget(left: dict[Pair, None], configuration: Configuration) -> None:
    """Forget the pairs that stand in a configuration."""
    choices = [(name, identity(value)) for name, value in configuration.items()]
    for two in combinations(choices, 2):
        left.pop(frozenset(two), None)
