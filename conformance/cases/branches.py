"""Which subschemas apply to one instance together (JSON Schema 2020-12 core, section 10.2; draft-07 too).

A branch is one way through the `anyOf`, `oneOf`, `if` and `dependentSchemas` of a schema: the subschemas that hold
together if one alternative of each is chosen. What the branches do not say (`not`, or that only one of a `oneOf` may
hold) is left to the validator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, product
from typing import Any, Final

from referencing import Specification

from conformance.cases.json_value import TYPES, type_of
from conformance.cases.meter import charge, current_meter
from conformance.cases.regular import example, is_found, matching_cost

UNKNOWN_NAMES: Final = ("foo", "bar", "A", "1", "a b", "")
"""Names for properties that a schema does not declare."""

_MOST_BRANCHES: Final = 64
_MOST_CHOICES: Final = 1_000
_LONGEST_NAME: Final = 100
_MOST_PER_NAME: Final = 100_000
_ABOUT: Final = {
    "additionalProperties": "object", "patternProperties": "object", "properties": "object", "required": "object",
    "items": "array", "maxItems": "array", "minItems": "array", "prefixItems": "array", "contains": "array",
    "maxLength": "string", "minLength": "string", "pattern": "string",
    "maximum": "integer", "minimum": "integer", "multipleOf": "integer",
}  # fmt: skip
"""What a schema without `type` is about."""


@dataclass(frozen=True)
class Dialect:
    """What differs between the drafts.

    Attributes:
        specification: How references are read.
        keywords: Those that the draft knows.
        ref_stands_alone: Whether what stands beside a `$ref` is ignored (draft-07).
    """

    specification: Specification[Any]
    keywords: frozenset[str]
    ref_stands_alone: bool


@dataclass(frozen=True, eq=False)
class Subschema:
    """A schema inside a document, with what its references are relative to.

    Attributes:
        schema: The object, or a boolean.
        resolver: The referencing library's resolver at this place.
        dialect: The draft.
        asserted: Whether an instance must satisfy it: false for the condition of an `if`.
    """

    schema: Any
    resolver: Any = field(repr=False)
    dialect: Dialect = field(repr=False)
    asserted: bool = True

    def inside(self, schema: Any) -> Subschema:
        """Return a subschema of this one."""
        resource = self.dialect.specification.create_resource(schema)
        return replace(self, schema=schema, resolver=self.resolver.in_subresource(resource))

    def has(self, keyword: str) -> bool:
        """Tell whether it has a keyword that the draft knows."""
        known = keyword in self.dialect.keywords and not (self.dialect.ref_stands_alone and "$ref" in self.schema)
        return known and keyword in self.schema

    def get(self, keyword: str) -> Any:
        """Return a keyword's value if the draft knows it, else None."""
        return self.schema[keyword] if self.has(keyword) else None

    def target(self) -> Subschema | None:
        """Return where its reference leads, None if it has none.

        Raises:
            referencing.exceptions.Unresolvable: It leads out of the document.
        """
        reference = self.schema.get("$ref", self.schema.get("$dynamicRef"))
        if reference is None:
            return None
        found = self.resolver.lookup(reference)
        return replace(self, schema=found.contents, resolver=found.resolver)

    def children(self, keyword: str) -> list[Subschema]:
        """Return the subschemas of a keyword that has a list of them."""
        found = self.get(keyword)
        return [self.inside(one) for one in found] if isinstance(found, list) else []


Conjunction = tuple[Subschema, ...]


class Branches:
    """Finds the branches of subschemas, each once."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, ...], list[Branch]] = {}
        self._known: dict[int, list[Conjunction]] = {}
        self._kept: list[Any] = []
        self._cut: set[int] = set()

    def of(self, subschemas: Conjunction) -> list[Branch]:
        """Return the branches of subschemas that apply to one instance; none if nothing is allowed."""
        key = tuple(id(one.schema) for one in subschemas)
        if key not in self._found:
            self._kept.append(subschemas)
            self._found[key] = [Branch(way) for way in self._all([self._ways(one) for one in subschemas])]
        return self._found[key]

    def is_cut(self, subschemas: Conjunction) -> bool:
        """Tell whether they have more branches than are looked at."""
        self.of(subschemas)
        return any(id(one.schema) in self._cut for one in subschemas)

    def _ways(self, subschema: Subschema) -> list[Conjunction]:
        if isinstance(subschema.schema, bool):
            return [()] if subschema.schema else []
        key = id(subschema.schema)
        if key not in self._known:
            self._known[key] = [(subschema,)]  # what a loop finds on its way back
            self._kept.append(subschema.schema)
            with current_meter().deeper():
                parts = [[(subschema,)], *self._parts(subschema)]
            found = self._all(parts)
            if len(found) > _MOST_BRANCHES:
                self._cut.add(key)
            self._known[key] = found[:_MOST_BRANCHES]
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
        condition = subschema.get("if")
        if condition is not None:
            yield self._conditional(subschema, condition)
        for name, one in _dependent_schemas(subschema):
            present = subschema.inside({"required": [name]})
            self._kept.append(present.schema)
            yield [(), *self._all([[_unasserted((present,))], self._ways(one)])]

    def _conditional(self, subschema: Subschema, condition: Any) -> list[Conjunction]:
        kept = subschema.schema.get("then", True), subschema.schema.get("else", True)
        then, otherwise = (self._ways(subschema.inside(one)) for one in kept)
        met = self._ways(subschema.inside(condition))
        return [*otherwise, *self._all([[_unasserted(way) for way in met], then])]

    def _all(self, parts: list[list[Conjunction]]) -> list[Conjunction]:
        """Choose one of each part, in every way, up to one more than are looked at."""
        found: dict[tuple[int, ...], Conjunction] = {}
        for chosen in islice(product(*parts), _MOST_CHOICES):
            charge()
            way: dict[int, Subschema] = {}
            for one in (one for conjunction in chosen for one in conjunction):
                if one.asserted or id(one.schema) not in way:
                    way[id(one.schema)] = one
            found.setdefault(tuple(way), tuple(way.values()))
            if len(found) > _MOST_BRANCHES:
                break
        return list(found.values())


def _unasserted(way: Conjunction) -> Conjunction:
    return tuple(replace(one, asserted=False) for one in way)


def _dependent_schemas(subschema: Subschema) -> Iterator[tuple[str, Subschema]]:
    for keyword in ("dependentSchemas", "dependencies"):
        for name, one in (subschema.get(keyword) or {}).items():
            if isinstance(one, (dict, bool)):
                yield name, subschema.inside(one)


@dataclass(frozen=True, eq=False)
class Branch:
    """Subschemas that an instance can satisfy together."""

    subschemas: Conjunction

    def values(self, keyword: str) -> list[Any]:
        """Return what its subschemas have for a keyword."""
        found = (one.get(keyword) for one in self.subschemas)
        return [value for value in found if value is not None]

    def annotations(self, keyword: str) -> list[Any]:
        """Return what its subschemas have for a keyword that allows and forbids nothing, such as `default`."""
        return [one.schema[keyword] for one in self.subschemas if keyword in one.schema]

    def most(self, keyword: str) -> int:
        """Return the greatest value of a keyword such as `minItems`, 0 without one."""
        return int(max(self.values(keyword), default=0))

    def least(self, keyword: str) -> int | None:
        """Return the smallest value of a keyword such as `maxItems`, None without one."""
        return min((int(one) for one in self.values(keyword)), default=None)

    @cached_property
    def constants(self) -> list[Any] | None:
        """The values of the shortest `enum` or `const`, None without one."""
        lists = [*self.values("enum"), *([one.schema["const"]] for one in self.subschemas if one.has("const"))]
        return min(lists, key=len, default=None)

    @cached_property
    def admitted(self) -> frozenset[str]:
        """The types that its `type` names, else those of its constants: no value of these is of the wrong type."""
        if not self.values("type") and self.constants is not None:
            present = {type_of(value) for value in self.constants}
            return frozenset(present | ({"integer", "number"} if present & {"integer", "number"} else set()))
        return frozenset(self._named_types)

    @cached_property
    def _named_types(self) -> list[str]:
        admitted = list(TYPES)
        for one in self.values("type"):
            named = [one] if isinstance(one, str) else list(one)
            named += ["integer"] if "number" in named else []
            admitted = [name for name in dict.fromkeys([*named, *admitted]) if name in admitted and name in named]
        return admitted

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types of the instances that it can allow, those that it speaks about first."""
        admitted = self._named_types
        if self.constants is not None:
            present = {type_of(value) for value in self.constants}
            admitted = [name for name in admitted if name in present]
        if not self.values("type"):
            about = [name for keyword, name in _ABOUT.items() if self.values(keyword)]
            admitted = [name for name in dict.fromkeys([*about, *admitted]) if name in admitted]
        return tuple(admitted)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the properties that it declares."""
        return tuple(dict.fromkeys(name for one in self.values("properties") for name in one))

    @cached_property
    def pattern_names(self) -> dict[str, str | None]:
        """A name for each pattern of its `patternProperties`, None where none was found."""
        return {pattern: example(pattern) for one in self.values("patternProperties") for pattern in one}

    @cached_property
    def additional_name(self) -> str | None:
        """A name that it does not declare, if `additionalProperties` has a schema for such."""
        if not any(isinstance(one, dict) and one for one in self.values("additionalProperties")):
            return None
        taken = {*self.names, *self.pattern_names.values()}
        return next((name for name in UNKNOWN_NAMES if name not in taken), None)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The names of the properties that must be there."""
        return tuple(dict.fromkeys(name for one in self.values("required") for name in one))

    @cached_property
    def dependencies(self) -> dict[str, list[str]]:
        """Which property needs which other ones."""
        found: dict[str, list[str]] = {}
        for one in (*self.values("dependentRequired"), *self.values("dependencies")):
            for name, needed in one.items():
                found.setdefault(name, []).extend(needed if isinstance(needed, list) else ())
        return found

    def member(self, name: str) -> Conjunction:
        """Return the subschemas of an object's property (core, section 10.3.2)."""
        return tuple(found for one in self.subschemas for found in _member(one, name) if found.schema is not True)

    def item(self, index: int) -> Conjunction:
        """Return the subschemas of an array's item (core, section 10.3.1)."""
        found = (_item(one, index) for one in self.subschemas)
        return tuple(one for one in found if one is not None and one.schema is not True)

    @cached_property
    def prefix(self) -> int:
        """How many items have a schema of their own."""
        lists = [*self.values("prefixItems"), *(one for one in self.values("items") if isinstance(one, list))]
        return max((len(one) for one in lists), default=0)


def _member(subschema: Subschema, name: str) -> Iterator[Subschema]:
    properties: dict[str, Any] = subschema.get("properties") or {}
    patterns: dict[str, Any] = subschema.get("patternProperties") or {}
    matching = [one for pattern, one in patterns.items() if is_matching_name(pattern, name)]
    found = [*([properties[name]] if name in properties else []), *matching]
    additional = subschema.get("additionalProperties")
    if not found and additional is not None:
        found = [additional]
    yield from (subschema.inside(one) for one in found)


def _item(subschema: Subschema, index: int) -> Subschema | None:
    items = subschema.get("items")
    prefix: Iterable[Any] = items if isinstance(items, list) else subschema.get("prefixItems") or ()
    rest = subschema.get("additionalItems") if isinstance(items, list) else items
    found = [*prefix][index : index + 1] or ([] if rest is None else [rest])
    return subschema.inside(found[0]) if found else None


def is_matching_name(pattern: str, name: str) -> bool:
    """Tell whether a pattern of `patternProperties` is one for that name; one that could take long is taken for none."""
    cost = matching_cost(pattern, len(name)) if len(name) <= _LONGEST_NAME else None
    return cost is not None and cost <= _MOST_PER_NAME and bool(is_found(pattern, name))
