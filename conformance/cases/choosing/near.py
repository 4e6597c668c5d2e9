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
    1, 0, 1.0, "true", "True", "t", "yes", "y", "on", "1", "false", "False", "f", "no", "n", "off", "0",
)  # fmt: skip
_TIMES: Final = frozenset({"date", "date-time", "time", "duration"})
_MOST_CONSTANTS: Final = 2


def near_misses(alternative: Alternative, samples: Samples) -> Iterator[Any]:
    """Give what a careless validator may take for a value of an alternative, the likeliest first."""
    texts = [one for one in alternative.constants or () if isinstance(one, str)]
    for text in texts[:_MOST_CONSTANTS]:
        yield from (text.upper(), text.capitalize(), f" {text}", f"{text} ")
    if "boolean" in alternative.types:
        yield from _BOOLEANS
    allowed = samples.of(alternative.subschemas)
    numbers = [one for one in allowed if type_of(one) in {"integer", "number"}]
    for number in numbers[:1]:
        yield from (str(number), f" {number}", True)
        yield from (f"{number}.5", number + 0.5) if "number" not in alternative.types else ()
    for text in [one for one in allowed if isinstance(one, str)][:1] if alternative.values("pattern") else ():
        yield from (f"{text}!", f"!{text}", f"{text}\n")
    if _TIMES.intersection(map(str, alternative.annotations("format"))):
        yield from (0, 1_700_000_000)
