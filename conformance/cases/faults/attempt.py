"""A keyword that is to be broken, and values with which that may be tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.json_value import type_of
from conformance.cases.schema.subschema import Subschema
from conformance.cases.values.samples import Samples
from conformance.cases.values.scalars import Range, texts

WRONG_TYPES: Final[tuple[Any, ...]] = (42, 1.5, True, "text", [1], {"key": "value"})
"""One value of each JSON type; null is another requirement's."""

COMBINED: Final = frozenset({"anyOf", "oneOf"})
"""Keywords that are broken, too, by what breaks all of their alternatives."""

SEVERAL: Final = "several"
"""The part of `oneOf` that is broken by what more than one alternative allows."""

_MORE_VALUES: Final[tuple[Any, ...]] = ("other", "unknown", "", 0, -1, False, [], ["text"], {}, [[]], 0.5)


@dataclass(frozen=True)
class Attempt:
    """A keyword that is to be broken.

    Attributes:
        alternative: What applies together with it.
        subschema: Where it stands.
        keyword: Its name.
        value: What the subschema has for it.
        name: Which of its parts, if it has several.
    """

    alternative: Alternative
    subschema: Subschema
    keyword: str
    value: Any
    name: str = ""

    @property
    def is_extra(self) -> bool:
        """Whether it may well be that it cannot be broken, as with alternatives that exclude each other."""
        return self.name == SEVERAL

    def relaxed(self, samples: Samples, *more: Subschema) -> Iterator[Any]:
        """Give values that all but this keyword allows.

        Args:
            samples: Where values come from.
            more: What must allow them, too.
        """
        schema = {keyword: value for keyword, value in self.subschema.schema.items() if keyword != self.keyword}
        others = (one for one in self.alternative.subschemas if one.schema is not self.subschema.schema)
        return iter(samples.of((replace(self.subschema, schema=schema), *others, *more)))


Candidates = Callable[[Attempt, Samples], Iterator[Any]]
"""Gives values that may break a keyword and no other, the likeliest first; the validator tells which of them do."""


def any_values(alternative: Alternative, samples: Samples) -> list[Any]:
    """Return values of all types, those of the alternative's own first."""
    numbers = islice(Range(alternative).numbers(), 8)
    pool = [
        *WRONG_TYPES,
        *_MORE_VALUES,
        *islice(texts(alternative), 12),
        *numbers,
        *islice(samples.objects(alternative), 2),
    ]
    return sorted(pool, key=lambda value: type_of(value) not in alternative.types)
