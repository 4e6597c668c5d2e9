"""What the subschemas of one branch say together (JSON Schema 2020-12 validation, section 6; core, section 10.3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from conformance.cases.schema.json_value import TYPES, type_of
from conformance.cases.schema.subschema import Conjunction
from conformance.cases.values.regular import example

UNKNOWN_NAMES: Final = ("foo", "bar", "A", "1", "a b", "")
"""Names for properties that a schema does not declare."""

_ABOUT: Final = {
    "additionalProperties": "object", "patternProperties": "object", "properties": "object", "required": "object",
    "items": "array", "maxItems": "array", "minItems": "array", "prefixItems": "array", "contains": "array",
    "maxLength": "string", "minLength": "string", "pattern": "string",
    "maximum": "integer", "minimum": "integer", "multipleOf": "integer",
}  # fmt: skip
"""What a schema without `type` is about."""


@dataclass(frozen=True, eq=False)
class Branch:
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
        """Return the subschemas of an object's property."""
        return tuple(found for one in self.subschemas for found in one.member(name))

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
