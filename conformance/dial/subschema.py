"""Where schemas stand inside a schema (JSON Schema 2020-12 core, sections 10 and 11; draft-07 too)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, Final

_ONE: Final = (
    "additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not",
    "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties",
)  # fmt: skip
_LISTS: Final = ("allOf", "anyOf", "items", "oneOf", "prefixItems")
_MAPS: Final = ("$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties")
_TEXTS: Final = frozenset({"$comment", "description", "title"})
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


def all_subschemas(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give all schemas in a document with their JSON pointers; values that merely look like schemas are not."""
    waiting: deque[tuple[str, Any]] = deque([("", document)])
    while waiting:
        pointer, schema = waiting.popleft()
        if isinstance(schema, dict):
            yield pointer, schema
            waiting.extend((pointer + below, child) for below, child in children(schema))


def essence_of(schema: Any) -> Any:
    """Return a schema without the texts that are only for people: two with the same essence allow the same values."""
    if not isinstance(schema, dict):
        return schema
    kept = {name: value for name, value in schema.items() if name not in _TEXTS or not isinstance(value, str)}
    for keyword in _ONE:
        if isinstance(kept.get(keyword), dict):
            kept[keyword] = essence_of(kept[keyword])
    for keyword in _LISTS:
        if isinstance(kept.get(keyword), list):
            kept[keyword] = [essence_of(child) for child in kept[keyword]]
    for keyword in _MAPS:
        if isinstance(kept.get(keyword), dict):
            kept[keyword] = {name: essence_of(child) for name, child in kept[keyword].items()}
    return kept


def is_in_place(pointer: str) -> bool:
    """Tell whether the schema at that pointer from its parent is about the same value as its parent."""
    return pointer.split("/")[1] in _IN_PLACE
