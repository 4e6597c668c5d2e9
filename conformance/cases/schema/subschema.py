"""A schema inside a document, with what its references are relative to (JSON Schema 2020-12 core, sections 8 and 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from referencing import Specification

from conformance.cases.schema.meter import UndecidedError, current_meter

_LONGEST_NAME: Final = 100


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
    """A schema, as it is read at one place of the document.

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

    def dependents(self) -> Iterator[tuple[str, Subschema]]:
        """Give what must hold, too, if a property is present (core, section 10.2.2.4; draft-07, `dependencies`)."""
        for keyword in ("dependentSchemas", "dependencies"):
            for name, one in (self.get(keyword) or {}).items():
                if isinstance(one, (dict, bool)):
                    yield name, self.inside(one)

    def member(self, name: str) -> Iterator[Subschema]:
        """Give what applies to an object's property (core, section 10.3.2)."""
        properties: dict[str, Any] = self.get("properties") or {}
        patterns: dict[str, Any] = self.get("patternProperties") or {}
        matching = [one for pattern, one in patterns.items() if is_matching(pattern, name)]
        found = [*([properties[name]] if name in properties else []), *matching]
        if not found and self.has("additionalProperties"):
            found = [self.schema["additionalProperties"]]
        return (self.inside(one) for one in found if one is not True)

    def item(self, index: int) -> Iterator[Subschema]:
        """Give what applies to an array's item (core, section 10.3.1; draft-07, `additionalItems`)."""
        items = self.get("items")
        prefix: Iterable[Any] = items if isinstance(items, list) else self.get("prefixItems") or ()
        rest = self.get("additionalItems") if isinstance(items, list) else items
        found = [*prefix][index : index + 1] or ([] if rest is None else [rest])
        return (self.inside(one) for one in found if one is not True)


Conjunction = tuple[Subschema, ...]
"""Subschemas that apply to one instance together."""

Key = tuple[tuple[int, bool], ...]
"""What subschemas are known by: the addresses of their schemas, which must be kept as long."""


def key_of(subschemas: Conjunction) -> Key:
    """Return what is the same for the same subschemas."""
    return tuple((id(one.schema), one.asserted) for one in subschemas)


def is_matching(pattern: str, name: str) -> bool:
    """Tell whether a pattern is one for a name; where that cannot be decided it is taken for none."""
    try:
        return len(name) <= _LONGEST_NAME and current_meter().matches(pattern, name)
    except UndecidedError:
        return False
