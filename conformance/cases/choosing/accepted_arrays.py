"""What a schema documents about arrays: sizes at and inside the bounds, and the documented values of the items."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import cycle, islice
from typing import Any, Final

from conformance.cases.choosing.few_values import Token, Variant, rows, tokens_of
from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.json_value import identity
from conformance.cases.schema.subschema import Conjunction
from conformance.cases.values.samples import MOST_ITEMS, Samples

_ITEMS_TOGETHER: Final = 8


class DocumentedArrays:
    """Finds arrays in which all that is documented about them occurs."""

    def __init__(self, samples: Samples, documented: Callable[[Conjunction], tuple[Variant, ...]]) -> None:
        """Begin.

        Args:
            samples: Where other items come from.
            documented: Gives the values of an item in which all that is documented occurs.
        """
        self._samples: Final = samples
        self._documented: Final = documented

    def of_branch(self, alternative: Alternative) -> Iterator[Variant]:
        """Give arrays of the documented sizes, and as many as the documented values of the items need."""
        if alternative.prefix:
            yield from self._tuples(alternative)
            return
        sizes = self._sizes(alternative)
        items = () if alternative.contained else self._documented(alternative.item(0))
        if not items:
            arrays = [self._samples.array_of(alternative, size) for size in sizes]
            yield from (Variant(array, _size_of(array)) for array in arrays if array is not None)
            return
        most = alternative.least("maxItems")
        together = min(len(items), _ITEMS_TOGETHER if most is None else most, MOST_ITEMS)
        usual = max(self._samples.shortest_array(alternative), together)
        left = list(items)
        for size in [*sizes, *([usual] * len(items) if usual else [])]:
            if size in sizes or left:
                chosen, left = left[:size], left[size:]
                yield self._filled(alternative, size, chosen, items)

    def _filled(
        self, alternative: Alternative, size: int, chosen: list[Variant], items: tuple[Variant, ...]
    ) -> Variant:
        """Fill an array up to its size: with values that it has not yet, if they must differ."""
        filling: Iterator[Variant] = cycle(items)
        if alternative.has_unique_items:
            taken = {identity(one.value) for one in chosen}
            samples = (Variant(value, frozenset()) for value in self._samples.of(alternative.item(0), size + 1))
            filling = _different((*items, *samples), taken)
        chosen = [*chosen, *islice(filling, size - len(chosen))]
        array = [one.value for one in chosen]
        return Variant(array, frozenset(_at_an_item(chosen)) | _size_of(array))

    def _sizes(self, alternative: Alternative) -> list[int]:
        """Return a documented size inside the bounds, and those at the bounds."""
        least, most = alternative.most("minItems"), alternative.least("maxItems")
        ends = [*([least] if least else []), *([] if most is None else [most])]
        inside = least + 1 if ends and (most is None or least + 1 < most) else least
        return [size for size in dict.fromkeys([inside, *ends] if ends else []) if 0 < size <= MOST_ITEMS]

    def _tuples(self, alternative: Alternative) -> Iterator[Variant]:
        """Give arrays in which each item of the prefix, and one after it, shows what is documented of it."""
        size = alternative.prefix + (1 if self._documented(alternative.item(alternative.prefix)) else 0)
        size, most = max(size, self._samples.shortest_array(alternative)), alternative.least("maxItems")
        array = self._samples.array_of(alternative, size if most is None else min(size, most))
        columns = {index: self._documented(alternative.item(index)) for index in range(len(array or ()))}
        for row in rows({index: values for index, values in columns.items() if values}):
            filled = [row[index].value if index in row else value for index, value in enumerate(array or ())]
            yield Variant(filled, tokens_of(row))


def _different(variants: Iterable[Variant], taken: set[Hashable]) -> Iterator[Variant]:
    """Leave out the values that were there before."""
    for one in variants:
        if identity(one.value) not in taken:
            taken.add(identity(one.value))
            yield one


def _at_an_item(chosen: list[Variant]) -> Iterator[Token]:
    """Give what items show; all items are one location."""
    return (((0, *path), text) for one in chosen for path, text in one.shows)


def _size_of(array: list[Any]) -> frozenset[Token]:
    return frozenset({((), f"{len(array)} items")})
