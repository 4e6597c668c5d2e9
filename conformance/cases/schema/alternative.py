"""What the subschemas of one alternative say together (JSON Schema 2020-12 validation, section 6; core, 10.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from conformance.cases.schema.json_value import TYPES, type_of
from conformance.cases.schema.meter import current_meter
from conformance.cases.schema.subschema import Conjunction, Subschema, is_matching
from conformance.cases.values.formats import formats_of
from conformance.cases.values.names import names_like, names_of
from conformance.cases.values.regular import example

_MOST_NAMES: Final = 64
_STEPS_FOR_EXAMPLE: Final = 5
_ABOUT: Final = {
    "additionalProperties": "object", "patternProperties": "object", "properties": "object", "required": "object",
    "items": "array", "maxItems": "array", "minItems": "array", "prefixItems": "array", "contains": "array",
    "maxLength": "string", "minLength": "string", "pattern": "string",
    "maximum": "integer", "minimum": "integer", "multipleOf": "integer",
}  # fmt: skip
"""What a schema without `type` is about."""


@dataclass(frozen=True, eq=False)
class Alternative:
    """Subschemas that an instance can satisfy together.

    Attributes:
        subschemas: One alternative of each combination.
    """

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
    def types(self) -> tuple[str, ...]:
        """The types of the instances that it can allow, those that it speaks about first."""
        admitted = self._named_types
        if self.constants is not None:
            admitted = [name for name in admitted if name in self._types_of_constants]
        if not self.values("type"):
            about = [name for keyword, name in _ABOUT.items() if self.values(keyword)]
            admitted = [name for name in dict.fromkeys([*about, *admitted]) if name in admitted]
        return tuple(admitted)

    @cached_property
    def admitted(self) -> frozenset[str]:
        """The types that its `type` names, else those of its constants: no value of these is of the wrong type."""
        if self.values("type") or self.constants is None:
            return frozenset(self._named_types)
        numbers = {"integer", "number"}
        return self._types_of_constants | (numbers if self._types_of_constants & numbers else set())

    @cached_property
    def _named_types(self) -> list[str]:
        admitted = list(TYPES)
        for one in self.values("type"):
            named = [one] if isinstance(one, str) else list(one)
            named += ["integer"] if "number" in named else []
            admitted = [name for name in dict.fromkeys([*named, *admitted]) if name in admitted and name in named]
        return admitted

    @cached_property
    def _types_of_constants(self) -> frozenset[str]:
        return frozenset(type_of(value) for value in self.constants or ())

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the properties that it declares, or documents as names of others."""
        declared = [name for one in self.values("properties") for name in one]
        return tuple(dict.fromkeys([*declared, *(self.documented_names if self._takes_others else ())]))

    @cached_property
    def documented_names(self) -> tuple[str, ...]:
        """The names that the `enum` or `const` of a `propertyNames` has (2020-12 core, section 10.3.2.4)."""
        lists = [_constants(one) for one in self._of_names]
        shortest = min((one for one in lists if one is not None), key=len, default=[])
        return tuple(name for name in shortest[:_MOST_NAMES] if isinstance(name, str))

    @cached_property
    def other_names(self) -> tuple[str, ...]:
        """Names for properties that it does not declare, those that its `propertyNames` describes first."""
        patterns = [one.get("pattern") for one in self._of_names if one.has("pattern")]
        formats = formats_of(one.schema for one in self._of_names)
        shortest = max((int(one.get("minLength")) for one in self._of_names if one.has("minLength")), default=0)
        longest = min((int(one.get("maxLength")) for one in self._of_names if one.has("maxLength")), default=None)
        found = names_of(patterns, formats, (shortest, longest), is_matching)
        return tuple(dict.fromkeys([*self.documented_names, *found]))

    def more_names(self) -> Iterator[str]:
        """Give names of properties that it may have: those that it declares, such as it has a pattern for, others."""
        yield from self.names
        for pattern in self.pattern_names:
            for name in names_like(pattern, is_matching):
                current_meter().charge(_STEPS_FOR_EXAMPLE)
                yield name
        yield from self.other_names

    @cached_property
    def _takes_others(self) -> bool:
        return not any(value is False for value in self.values("additionalProperties"))

    @cached_property
    def _of_names(self) -> list[Subschema]:
        """The schemas of its names, and where their references lead."""
        found = [one.inside(one.schema["propertyNames"]) for one in self.subschemas if one.has("propertyNames")]
        found = [one for one in found if isinstance(one.schema, dict)]
        targets = [target for one in found if (target := one.target()) is not None and isinstance(target.schema, dict)]
        return [*found, *targets]

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        """The regular expressions that it has, for its texts and the names of its properties."""
        names = [pattern for one in self.values("patternProperties") for pattern in one]
        return tuple(dict.fromkeys([*self.values("pattern"), *names]))

    @cached_property
    def pattern_names(self) -> dict[str, str | None]:
        """A name for each pattern of its `patternProperties`, None where none was found."""
        patterns = [pattern for one in self.values("patternProperties") for pattern in one]
        current_meter().charge(_STEPS_FOR_EXAMPLE * len(patterns))
        return {pattern: example(pattern, 1) for pattern in patterns}  # an empty name is an odd one

    @cached_property
    def additional_name(self) -> str | None:
        """A name that it does not declare, if `additionalProperties` has a schema for such."""
        if not any(isinstance(one, dict) and one for one in self.values("additionalProperties")):
            return None
        taken = {*self.names, *self.pattern_names.values()}
        if self.documented_names:
            return None
        return next((name for name in self.other_names if name not in taken), None)

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

    @cached_property
    def needed(self) -> frozenset[str]:
        """The names of the properties that must be there, or must if another one is."""
        return frozenset((*self.required, *(name for names in self.dependencies.values() for name in names)))

    def member(self, name: str) -> Conjunction:
        """Return the subschemas of an object's property."""
        if name not in self._members:
            self._members[name] = tuple(found for one in self.subschemas for found in one.member(name))
        return self._members[name]

    @cached_property
    def _members(self) -> dict[str, Conjunction]:
        return {}

    def item(self, index: int) -> Conjunction:
        """Return the subschemas of an array's item."""
        return tuple(found for one in self.subschemas for found in one.item(index))

    @cached_property
    def prefix(self) -> int:
        """How many items have a schema of their own."""
        lists = [*self.values("prefixItems"), *(one for one in self.values("items") if isinstance(one, list))]
        return max((len(one) for one in lists), default=0)

    @cached_property
    def has_unique_items(self) -> bool:
        """Whether the items of an array must differ."""
        return any(self.values("uniqueItems"))

    @cached_property
    def contained(self) -> Conjunction:
        """The subschema of its first `contains`."""
        return tuple(one.inside(one.schema["contains"]) for one in self.subschemas if one.has("contains"))[:1]

    @cached_property
    def least_contained(self) -> int:
        """How many items must match `contains`."""
        if not self.contained:
            return 0
        return self.most("minContains") if self.values("minContains") else 1


def _constants(subschema: Subschema) -> list[Any] | None:
    """Return the values of an `enum` or `const`."""
    if subschema.has("const"):
        return [subschema.schema["const"]]
    found = subschema.get("enum")
    return found if isinstance(found, list) else None
