"""What changed between two JSON Schemas: by pointer and keyword, and whether more or less is allowed now.

An effect is given only where it is certain: if all changes tighten, what the new schema allows the old one allowed too.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from conformance.cases.schema.json_value import identity, pointer_of
from conformance.compare.effects import (
    ABSENT,
    FAR_REACHING,
    LISTS,
    MAPS,
    SCHEMAS,
    TURNING,
    Effect,
    effect_of,
    effect_of_a_member,
    effect_of_a_schema,
    is_the_same_schema,
    says_the_same,
)
from conformance.contract.exchange import printable

Path = tuple[str | int, ...]

_LONGEST: Final = 200
"""Characters of a value that are shown."""


@dataclass(frozen=True)
class SchemaChange:
    """A change of one keyword.

    Attributes:
        pointer: Where, as a JSON pointer (RFC 6901): the schema that has the keyword, or the member that came or went.
        keyword: Which keyword; empty for the schema itself.
        change: `added`, `removed` or `changed`.
        effect: What that does.
        old: What was there, as JSON, shortened; empty if there was nothing.
        new: What is there.
    """

    pointer: str
    keyword: str
    change: str
    effect: Effect
    old: str
    new: str


def schema_changes(old: Any, new: Any) -> list[SchemaChange]:
    """Compare two schemas, either of which may be None: not published, or not known.

    Args:
        old: What was.
        new: What is.
    """
    if json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True):
        return []
    if not isinstance(old, dict) or not isinstance(new, dict):
        return [_change((), "", Effect.UNCLEAR, _absent_if_none(old), _absent_if_none(new))]
    keywords = {*_names_in(old), *_names_in(new)}
    certain = keywords.isdisjoint(FAR_REACHING) and ("$ref" not in keywords or keywords.isdisjoint(TURNING))
    return [*_Walk(certain=certain).schema(old, new, ())]


@dataclass(frozen=True)
class _Walk:
    """A walk through two schemas at once.

    Attributes:
        certain: Effects can be known at all.
        turned: Below `not`, what tightens loosens.
    """

    certain: bool
    turned: bool = False

    def schema(self, old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[SchemaChange]:
        for keyword in sorted({*old, *new}):
            was, is_now = old.get(keyword, ABSENT), new.get(keyword, ABSENT)
            if keyword in MAPS and _are(dict, was, is_now):
                yield from self._map(keyword, old, new, path)
            elif keyword in LISTS and _are(list, was, is_now) and ABSENT not in (was, is_now):
                yield from self._list(keyword, was, is_now, path)
            elif keyword in SCHEMAS and _are(dict, was, is_now) and was and is_now and ABSENT not in (was, is_now):
                yield from self._below(keyword, old, new).schema(was, is_now, (*path, keyword))
            elif not says_the_same(keyword, was, is_now):
                walk = self._unsure if _is_turned_by_another(keyword, old, new) else self
                yield walk.change(path, keyword, effect_of(keyword, was, is_now), was, is_now)

    def _below(self, keyword: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> _Walk:
        if _is_turned_by_another(keyword, old, new):
            return self._unsure
        return _Walk(self.certain, not self.turned) if keyword == "not" else self

    @property
    def _unsure(self) -> _Walk:
        return _Walk(certain=False)

    def _list(self, keyword: str, old: list[Any], new: list[Any], path: Path) -> Iterator[SchemaChange]:
        """Compare lists of schemas in which the order means nothing."""
        walk = self._unsure if keyword == "oneOf" else self
        gone, come = _only_in(old, new), _only_in(new, old)
        if not gone and not come and len(old) != len(new):
            yield walk.change(path, keyword, Effect.NONE, old, new)
        if [*gone] == [*come]:
            for place, one in gone.items():
                yield from walk.member(keyword, one, come[place], (*path, keyword, place))
            return
        effect = Effect.LOOSENED if keyword == "anyOf" else Effect.TIGHTENED
        for place, one in gone.items():
            yield walk.change((*path, keyword, place), keyword, effect.opposite, one, ABSENT)
        for place, one in come.items():
            yield walk.change((*path, keyword, place), keyword, effect, ABSENT, one)

    def _map(self, keyword: str, old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[SchemaChange]:
        was, is_now = old.get(keyword, {}), new.get(keyword, {})
        effect = effect_of_a_member(keyword, old, new)
        for name in sorted({*was, *is_now}):
            inside = (*path, keyword, name)
            if name in was and name in is_now:
                yield from self.member(keyword, was[name], is_now[name], inside)
            elif name in is_now:
                yield self.change(inside, keyword, effect, ABSENT, is_now[name])
            else:
                yield self.change(inside, keyword, effect.opposite, was[name], ABSENT)

    def member(self, keyword: str, old: Any, new: Any, path: Path) -> Iterator[SchemaChange]:
        if isinstance(old, dict) and isinstance(new, dict) and old and new:
            yield from self.schema(old, new, path)
        elif not is_the_same_schema(old, new):
            yield self.change(path, keyword, effect_of_a_schema(old, new), old, new)

    def change(self, path: Path, keyword: str, effect: Effect, old: Any, new: Any) -> SchemaChange:
        if not self.certain and effect is not Effect.NONE:
            effect = Effect.UNCLEAR
        return _change(path, keyword, effect.opposite if self.turned else effect, old, new)


def _change(path: Path, keyword: str, effect: Effect, old: Any, new: Any) -> SchemaChange:
    change = "added" if old is ABSENT else "removed" if new is ABSENT else "changed"
    return SchemaChange(printable(pointer_of(path)), printable(keyword), change, effect, _json(old), _json(new))


def _is_turned_by_another(keyword: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    others = {"contains": {"maxContains"}, "items": {"prefixItems", "additionalItems"}}.get(keyword, set())
    return not others.isdisjoint({*old, *new})


def _are(kind: type, *values: Any) -> bool:
    return all(value is ABSENT or isinstance(value, kind) for value in values)


def _only_in(ones: Collection[Any], others: Collection[Any]) -> dict[int, Any]:
    """Return what the other list has not, by its place."""
    known = {identity(one) for one in others}
    return {place: one for place, one in enumerate(ones) if identity(one) not in known}


def _names_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _names_in(inner)


def _absent_if_none(value: Any) -> Any:
    return ABSENT if value is None else value


def _json(value: Any) -> str:
    if value is ABSENT:
        return ""
    text = printable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
