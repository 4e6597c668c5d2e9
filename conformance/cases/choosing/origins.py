"""Where the values of an accepted configuration come from.

What a deployment promises is what its schema documents: values of `default`, `examples`, `enum` and `const`, and the
two booleans. All other values are made up: between bounds, of a length, or of nothing but a type (dial-api 4.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from conformance.cases.faults.fault import Configuration, Path
from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.json_value import identity, pointer_of
from conformance.cases.schema.meter import UncountableSchemaError, current_meter
from conformance.cases.schema.subschema import Conjunction
from conformance.cases.values.samples import Samples
from conformance.contract.case import MADE_UP

DEFAULT: Final = "default"
EXAMPLE: Final = "example"
CONST: Final = "const"
ENUM: Final = "enum"
BOOLEAN: Final = "boolean"
NULL: Final = "null"

_DEEPEST: Final = 16

Origin = tuple[Path, str]


class Origins:
    """Finds where values come from."""

    def __init__(self, samples: Samples) -> None:
        """Begin.

        Args:
            samples: What knows the schema.
        """
        self._samples: Final = samples

    def of(self, configuration: Configuration, steps: int) -> tuple[tuple[str, str], ...]:
        """Return the values of a configuration by their JSON pointers, each with its origin.

        Args:
            configuration: What the schema allows.
            steps: How many steps it may take; where these are not enough, all of it counts as made up.
        """
        try:
            with current_meter().share(steps):
                found = self._of(configuration, (self._samples.validator.root,), ())
        except UncountableSchemaError:
            found = [((), MADE_UP)]
        return tuple((pointer_of(path), origin) for path, origin in found)

    def accepts(self, configuration: Configuration) -> bool:
        """Tell whether the schema allows a configuration."""
        return self._samples.validator.accepts(configuration)

    def is_documented(self, value: Any, subschemas: Conjunction) -> bool:
        """Tell whether nothing in a value at some location is made up."""
        return not _made_up(self._of(value, subschemas, ()))

    def _of(self, value: Any, subschemas: Conjunction, path: Path) -> list[Origin]:
        """Return the origins by the alternative that documents the most of a value."""
        best: list[Origin] = []
        for alternative in self._samples.alternatives.of(subschemas) if len(path) < _DEEPEST else ():
            current_meter().charge()
            if not self._samples.validator.accepts(value, alternative.subschemas):
                continue
            found = list(self._by(alternative, value, path))
            if not best or _made_up(found) < _made_up(best):
                best = found
            if not _made_up(best):
                break
        return best or [(path, MADE_UP)]

    def _by(self, alternative: Alternative, value: Any, path: Path) -> Iterator[Origin]:
        documented = _documented_by(alternative, value)
        if documented is not None:
            yield path, documented
        elif isinstance(value, dict) and value:
            for name, member in value.items():
                yield from self._of(member, alternative.member(name), (*path, name))
        elif isinstance(value, list) and value:
            for index, item in enumerate(value):
                yield from self._of(item, alternative.item(index), (*path, index))
        else:
            yield path, MADE_UP


def _documented_by(alternative: Alternative, value: Any) -> str | None:
    key = identity(value)
    if any(identity(one) == key for one in alternative.annotations("default")):
        return DEFAULT
    lists = (one for one in alternative.annotations("examples") if isinstance(one, list))
    if any(identity(one) == key for examples in lists for one in examples):
        return EXAMPLE
    if any(identity(one) == key for one in alternative.constants or ()):
        return CONST if any(one.has("const") for one in alternative.subschemas) else ENUM
    if value is None or isinstance(value, bool):
        kind = NULL if value is None else BOOLEAN
        return kind if alternative.values("type") and kind in alternative.types else None
    return None


def _made_up(origins: list[Origin]) -> int:
    return sum(origin == MADE_UP for _, origin in origins)
