"""What a schema documents, in as few values as possible.

Documented are the values of `enum` and `const`, both booleans, and of what has bounds or a pattern a value inside and
one at each bound; of other texts and numbers only the `default` or the first of the `examples`. Null is never looked
for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from conformance.cases.choosing.accepted_arrays import DocumentedArrays
from conformance.cases.choosing.few_values import Token, Variant, end_of, needed, rows, tokens_of
from conformance.cases.faults.fault import Path
from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.json_value import is_sendable
from conformance.cases.schema.meter import UncountableSchemaError, current_meter
from conformance.cases.schema.subschema import Conjunction, Key, key_of
from conformance.cases.values.samples import MOST_CONSTANTS, Samples
from conformance.cases.values.scalars import Range, has_lengths, text_ends, texts
from conformance.contract.case import compact

_DEEPEST: Final = 16


class Documented:
    """Finds values in which all that is documented occurs.

    Attributes:
        left: Locations whose values were not looked for, and what.
    """

    def __init__(self, samples: Samples, share: int | None = None) -> None:
        """Begin.

        Args:
            samples: Where other values come from.
            share: How many steps the values of one property of the root may take; without it, all there are.
        """
        self._share: Final = share
        self.left: Final[list[tuple[Path, str]]] = []
        self._samples: Final = samples
        self._arrays: Final = DocumentedArrays(samples, self.of)
        self._known: dict[Key, tuple[Variant, ...]] = {}
        self._lost: dict[Key, tuple[Token, ...]] = {}
        self._below: dict[Key, tuple[Token, ...]] = {}
        self._kept: list[Conjunction] = []
        self._depth = 0

    def of(self, subschemas: Conjunction) -> tuple[Variant, ...]:
        """Return a smallest set of values that all subschemas allow, in which each documented value occurs."""
        key = key_of(subschemas)
        if key not in self._known and self._depth < _DEEPEST:
            self._known[key] = ()  # what contains itself is looked into once
            self._kept.append(subschemas)
            self._depth += 1
            try:
                found = [
                    one
                    for alternative in self._samples.alternatives.of(subschemas)
                    for one in self._of_branch(alternative)
                ]
            except UncountableSchemaError:
                del self._known[key]  # what was not finished is not known
                raise
            finally:
                self._depth -= 1
            sendable = (one for one in found if is_sendable(one.value))
            self._known[key] = needed(one for one in sendable if self._samples.validator.accepts(one.value, subschemas))
            shown = {token for one in self._known[key] for token in one.shows}
            inner = dict.fromkeys(token for one in found for token in sorted(one.shows, key=str) if token[0])
            self._lost[key] = tuple(token for token in inner if token not in shown)
        return self._known.get(key, ())

    def lost(self, subschemas: Conjunction) -> tuple[Token, ...]:
        """Return which values are documented and allowed at their location, but in nothing that `of` returns."""
        key = key_of(subschemas)
        if key in self._lost and key not in self._below:
            self._below[key] = self._lost[key]
            found = dict.fromkeys(self._lost[key])
            for alternative in self._samples.alternatives.of(subschemas):
                below: dict[str | int, Conjunction] = {name: alternative.member(name) for name in alternative.names}
                below |= {0: alternative.item(0)} if "array" in alternative.types else {}
                for name, one in below.items():
                    found |= dict.fromkeys(((name, *path), text) for path, text in self.lost(one))
            self._below[key] = tuple(found)
        return self._below.get(key, ())

    def _of_branch(self, alternative: Alternative) -> Iterator[Variant]:
        """Give what one alternative documents; the validator must confirm it."""
        if alternative.constants is not None:
            yield from _leaves(value for value in alternative.constants[:MOST_CONSTANTS] if value is not None)
            return
        if "boolean" in alternative.types and alternative.values("type"):
            yield from _leaves((True, False))
        if "integer" in alternative.types or "number" in alternative.types:
            yield from self._numbers(alternative)
        if "string" in alternative.types:
            yield from _leaves(self._texts(alternative))
        yield from self._wholes(alternative)
        if "array" in alternative.types:
            yield from self._arrays.of_branch(alternative)
        if "object" in alternative.types:
            yield from self._objects(alternative)

    def _wholes(self, alternative: Alternative) -> Iterator[Variant]:
        """Give the array or object that the schema documents as a whole, unless it is empty."""
        kinds = tuple(kind for name, kind in (("array", list), ("object", dict)) if name in alternative.types)
        return _leaves(value for value in self._first(alternative, kinds, ()) if value)

    def _numbers(self, alternative: Alternative) -> Iterator[Variant]:
        known = Range(alternative)
        yield from _leaves(self._first(alternative, (int, float), known.numbers() if known.is_bounded else ()))
        for end, values in zip(("low", "high"), known.each_end(), strict=True) if known.is_bounded else ():
            yield from (replace(one, end=end) for one in _leaves(values))

    def _texts(self, alternative: Alternative) -> Iterator[str]:
        yield from self._first(alternative, (str,), texts(alternative) if has_lengths(alternative) else ())
        yield from text_ends(alternative)

    def _first(self, alternative: Alternative, kinds: tuple[type, ...], values: Iterable[Any]) -> Iterator[Any]:
        """Give the first value that the alternative allows, its default before its examples before others."""
        lists = (found for found in alternative.annotations("examples") if isinstance(found, list))
        examples = [one for found in lists for one in found[:MOST_CONSTANTS]]
        named = [*alternative.annotations("default"), *examples]
        typed = (one for one in named if isinstance(one, kinds) and not isinstance(one, bool))
        candidates = (one for one in (*typed, *islice(values, MOST_CONSTANTS)) if is_sendable(one))
        allowed = (one for one in candidates if self._samples.validator.accepts(one, alternative.subschemas))
        return islice(allowed, 1)

    def _objects(self, alternative: Alternative) -> Iterator[Variant]:
        """Give objects in which the documented values of all properties occur together, else alone."""
        unknown = None if self._samples.validator.root in alternative.subschemas else alternative.additional_name
        names = dict.fromkeys((*alternative.names, *alternative.pattern_names.values(), unknown))
        columns = {name: self._member(alternative, name) for name in names if name is not None}
        least = self._samples.object_with(alternative, alternative.required)
        if least is None:
            return
        for row in rows({name: values for name, values in columns.items() if values}):
            together = _object(least, row)
            if is_sendable(together.value) and self._samples.validator.accepts(together.value, alternative.subschemas):
                yield together
                continue
            for name, variant in row.items():
                alone = self._samples.object_with(alternative, [*alternative.required, name])
                yield from () if alone is None else (_object(alone, {name: variant}),)

    def _member(self, alternative: Alternative, name: str) -> tuple[Variant, ...]:
        """Return the values of a property; at the root, none if they take more steps than its share."""
        if self._share is None or self._depth > 1:
            return self.of(alternative.member(name))
        try:
            with current_meter().share(self._share):
                return self.of(alternative.member(name))
        except UncountableSchemaError:
            self.left.append(((name,), "its documented values"))
            return ()


def _leaves(values: Iterable[Any]) -> Iterator[Variant]:
    return (Variant(value, frozenset({((), compact(value))})) for value in values if is_sendable(value))


def _object(base: dict[str, Any], row: dict[str, Variant]) -> Variant:
    return Variant({**base, **{name: one.value for name, one in row.items()}}, tokens_of(row), end_of(row))
