"""Which subschemas apply to one instance together (JSON Schema 2020-12 core, section 10.2; draft-07 too).

An alternative is one way through the `anyOf`, `oneOf`, `if` and `dependentSchemas` of a schema: the subschemas that
hold together if one subschema of each is chosen. What they do not say (`not`, or that only one of a `oneOf` may hold)
is left to the validator.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import Any, Final

from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.meter import current_meter
from conformance.cases.schema.subschema import Conjunction, Key, Subschema, key_of

_MOST_BRANCHES: Final = 64
_MOST_CHOICES: Final = 1_000
_CHOICES_PER_BRANCH: Final = 16
_PARTS_PER_STEP: Final = 4


class Alternatives:
    """Finds the alternatives of subschemas, each once."""

    def __init__(self, most: int = _MOST_BRANCHES) -> None:
        """Begin.

        Args:
            most: How many alternatives are looked at.
        """
        self._most: Final = most
        self._found: dict[Key, list[Alternative]] = {}
        self._known: dict[Key, list[Conjunction]] = {}
        self._kept: list[Any] = []
        self._cut: set[Key] = set()

    def of(self, subschemas: Conjunction) -> list[Alternative]:
        """Return the alternatives of subschemas that apply to one instance; none if nothing is allowed."""
        key = key_of(subschemas)
        if key not in self._found:
            self._kept.append(subschemas)
            ways = self._all([self._ways(one) for one in subschemas])
            self._found[key] = [Alternative(way) for way in ways]
        return self._found[key]

    def is_cut(self, subschemas: Conjunction) -> bool:
        """Tell whether they have more alternatives than are looked at."""
        return len(self.of(subschemas)) > self._most or any(key_of((one,)) in self._cut for one in subschemas)

    def _ways(self, subschema: Subschema) -> list[Conjunction]:
        if isinstance(subschema.schema, bool):
            return [()] if subschema.schema else []
        key = key_of((subschema,))
        if key not in self._known:
            self._known[key] = [(subschema,)]  # what a loop finds on its way back
            self._kept.append(subschema.schema)
            try:
                with current_meter().deeper():
                    found = self._all([[(subschema,)], *self._parts(subschema)])
            except BaseException:
                del self._known[key]  # what was not finished is not known
                raise
            if len(found) > self._most:
                self._cut.add(key)
            self._known[key] = found[: self._most]
        return self._known[key]

    def _parts(self, subschema: Subschema) -> Iterator[list[Conjunction]]:
        """Give what must hold beside the subschema's own keywords: of each part one."""
        target = subschema.target()
        if target is not None:
            yield self._ways(target)
        for one in subschema.children("allOf"):
            yield self._ways(one)
        for keyword in ("anyOf", "oneOf"):
            children = subschema.children(keyword)
            if children:
                yield [way for one in children for way in self._ways(one)]
        if subschema.has("if"):
            yield self._conditional(subschema)
        for name, one in subschema.dependents():
            present = subschema.inside({"required": [name]})
            self._kept.append(present.schema)
            yield [(), *self._all([[_unasserted((present,))], self._ways(one)])]

    def _conditional(self, subschema: Subschema) -> list[Conjunction]:
        """Return the ways of `else`, and those of `if` with `then`."""
        condition, then, otherwise = (
            self._ways(subschema.inside(subschema.schema.get(keyword, True))) for keyword in ("if", "then", "else")
        )
        return [*otherwise, *self._all([[_unasserted(way) for way in condition], then])]

    def _all(self, parts: list[list[Conjunction]]) -> list[Conjunction]:
        """Choose one of each part, in every way, up to one more than are looked at."""
        found: dict[tuple[int, ...], Conjunction] = {}
        for chosen in islice(product(*parts), min(_MOST_CHOICES, _CHOICES_PER_BRANCH * self._most)):
            current_meter().charge(1 + len(chosen) // _PARTS_PER_STEP)
            way: dict[int, Subschema] = {}
            for one in (one for conjunction in chosen for one in conjunction):
                if one.asserted or id(one.schema) not in way:
                    way[id(one.schema)] = one
            found.setdefault(tuple(way), tuple(way.values()))
            if len(found) > self._most:
                break
        return list(found.values())


def _unasserted(way: Conjunction) -> Conjunction:
    return tuple(replace(one, asserted=False) for one in way)
