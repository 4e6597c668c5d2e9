"""Values that a schema forbids and that a careless validator takes for valid ones: near misses.

A boolean written as a text, a number in quotes, an enum's value in capitals, what a pattern without anchors finds. The
validator must confirm that the schema forbids them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.json_value import type_of
from conformance.cases.values.samples import Samples

_BOOLEANS: Final[tuple[Any, ...]] = (
    1, "true", "yes", 0, "True", "t", "y", "on", "1", 0.0, 1.0, "false", "False", "f", "no", "n", "off", "0",
)  # fmt: skip
_NUMBERS_AS_TEXTS: Final = ("42", " 5", "4.5")
_INTEGERS: Final = (-1, 0, 2**31, 2**32 + 1)
"""Below zero, zero, and what is another number where only 32 bits are kept."""
TIMES: Final = frozenset({"date", "date-time", "time", "duration"})
_MOST_CONSTANTS: Final = 2
_MOST_OTHERS: Final = 2


def near_misses(alternative: Alternative, samples: Samples, others: tuple[str, ...] = ()) -> Iterator[Any]:
    """Give what a careless validator may take for a value of an alternative, the likeliest first.

    Args:
        alternative: The alternative.
        samples: Where allowed values come from.
        others: Texts that the enums of other locations have.
    """
    texts = [one for one in alternative.constants or () if isinstance(one, str)]
    for text in texts[:_MOST_CONSTANTS]:
        yield from (text.upper(), f" {text}", text[:-1], text.capitalize(), f"{text} ")
    yield from [one for one in others if one not in texts][:_MOST_OTHERS] if texts else ()
    if "boolean" in alternative.types:
        yield from _BOOLEANS
    allowed = samples.of(alternative.subschemas)
    numbers = [one for one in allowed if type_of(one) in {"integer", "number"}]
    for number in numbers[:1]:
        yield from (str(number), *_NUMBERS_AS_TEXTS, f" {number}", True)
        yield from (number + 0.5, f"{number}.5") if "number" not in alternative.types else ()
        yield from _INTEGERS
    for text in [one for one in allowed if isinstance(one, str)][:1] if alternative.values("pattern") else ():
        yield from (f"{text}!", f"!{text}", f"{text}\n")
    if _is_time(alternative):
        yield from (1_700_000_000, 0)


def _is_time(alternative: Alternative) -> bool:
    """Tell whether a text of an alternative is a date or a time, which some validators also take as a number."""
    return not TIMES.isdisjoint(map(str, alternative.annotations("format")))
