"""Where schemas stand inside a schema (JSON Schema 2020-12 core, sections 10 and 11; draft-07 too)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

_ONE: Final = (
    "additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not",
    "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties",
)  # fmt: skip
_LISTS: Final = ("allOf", "anyOf", "items", "oneOf", "prefixItems")
_MAPS: Final = ("$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties")
_IN_PLACE: Final = frozenset({
    "allOf", "anyOf", "dependencies", "dependentSchemas", "else", "if", "not", "oneOf", "then",
})  # fmt: skip


def children(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the schemas directly inside a schema, with their JSON pointers from there."""
    for keyword in _ONE:
        if isinstance(schema.get(keyword), dict):
            yield f"/{keyword}", schema[keyword]
    for keyword in _LISTS:
        if isinstance(schema.get(keyword), list):
            for position, child in enumerate(schema[keyword]):
                yield f"/{keyword}/{position}", child
    for keyword in _MAPS:
        if isinstance(schema.get(keyword), dict):
            for name, child in schema[keyword].items():
                yield f"/{keyword}/{name.replace('~', '~0').replace('/', '~1')}", child


def is_in_place(pointer: str) -> bool:
    """Tell whether the schema at that pointer from its parent is about the same value as its parent."""
    return pointer.split("/")[1] in _IN_PLACE
