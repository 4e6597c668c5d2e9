"""Where the references of a schema lead (JSON Schema 2020-12 core, sections 8.2.3 and 9.4.1). Nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from referencing import Registry, Specification
from referencing.exceptions import Unresolvable

from conformance.contract.json_text import json_text
from conformance.dial.subschema import children, is_in_place

SchemaObject = dict[str, Any]
MetaFaultOf = Callable[[SchemaObject], str | None]

_KEYWORDS: Final = ("$ref", "$dynamicRef")
_READ: Final = ("type", "properties", "required")
"""What the suite reads of the schema of a configuration."""
_NOWHERE: Final = (Unresolvable, ValueError, TypeError, AttributeError)
"""What referencing raises for a reference that leads nowhere, or that is none."""


@dataclass(frozen=True)
class Followed:
    """What is reached from a schema.

    Attributes:
        schemas: All schemas inside it, and those elsewhere in the document that a reference leads to.
        lost: Which reference leads to no schema inside the document, or back to itself without end, or None.
        most: How many schemas look at one value, at most, each counted as often as it is reached.
    """

    schemas: tuple[SchemaObject, ...]
    lost: str | None
    most: int = 1


def references_of(schema: SchemaObject) -> Iterator[str]:
    """Give the references that stand directly in a schema."""
    return (schema[keyword] for keyword in _KEYWORDS if isinstance(schema.get(keyword), str))


def root_of(document: SchemaObject, specification: Specification[Any], *, alone: bool) -> SchemaObject | None:
    """Return the document as it reads with what a `$ref` at its root leads to, which pydantic writes for recursion.

    Args:
        document: The whole schema.
        specification: Its draft.
        alone: Whether what stands beside a `$ref` is ignored (draft-07).

    Returns:
        The document, its own keywords and those of its target; None if the reference leads to no schema, or to itself.
    """
    root: SchemaObject = document
    passed: list[SchemaObject] = []
    try:
        resolver = Registry().resolver_with_root(specification.create_resource(document))
    except _NOWHERE:
        return document
    while isinstance(root.get("$ref"), str):
        passed.append(root)
        target, resolver = _target(resolver, root["$ref"])
        if not isinstance(target, dict) or any(target is one for one in passed):
            return None
        root = target
    ignored = {"$ref", *(_READ if alone else ())}
    for one in reversed(passed):
        beside = {name: value for name, value in one.items() if name not in ignored}
        root = {**root, **beside, **dict(_together(root, beside))}
    return root


def _together(root: SchemaObject, beside: SchemaObject) -> Iterator[tuple[str, Any]]:
    """Give what both have of properties and required names."""
    properties, more = root.get("properties"), beside.get("properties")
    if isinstance(properties, dict) and isinstance(more, dict):
        yield "properties", {**properties, **more}
    required, others = root.get("required"), beside.get("required")
    if isinstance(required, list) and isinstance(others, list):
        yield "required", [*required, *others]


def follow(document: SchemaObject, specification: Specification[Any], meta_fault: MetaFaultOf) -> Followed:
    """Follow all references of a schema.

    Args:
        document: The whole schema, a valid one.
        specification: Its draft.
        meta_fault: Tells why something is no valid schema, or None.
    """
    try:
        waiting = [(document, Registry().resolver_with_root(specification.create_resource(document)))]
    except _NOWHERE:
        return Followed((document,), f"$id {json_text(document.get('$id'))} is no address")
    reached: dict[int, SchemaObject] = {}
    same_value: dict[int, list[int]] = {}
    lost: str | None = None
    while waiting:
        schema, resolver = waiting.pop(0)
        if id(schema) in reached:
            continue
        reached[id(schema)] = schema
        successors = same_value[id(schema)] = []
        for pointer, child in children(schema):
            if isinstance(child, dict):
                waiting.append((child, _inside(resolver, specification, child)))
                successors += [id(child)] if is_in_place(pointer) else []
        for reference in references_of(schema):
            target, beyond = _target(resolver, reference)
            if isinstance(target, dict) and (id(target) in reached or meta_fault(target) is None):
                waiting.append((target, beyond))  # what stands where schemas stand was found valid before
                successors.append(id(target))
            elif not isinstance(target, bool):
                lost = lost or f"{reference} does not lead to a schema inside the document"
    most = _most_of_one_value(same_value)
    if lost is None and most is None:
        lost = "a $ref leads back to itself without end"
    return Followed(tuple(reached.values()), lost, most or 1)


def _target(resolver: Any, reference: str) -> tuple[Any, Any]:
    try:
        found = resolver.lookup(reference)
    except _NOWHERE:
        return None, None
    return found.contents, found.resolver


def _inside(resolver: Any, specification: Specification[Any], child: SchemaObject) -> Any:
    try:
        return resolver.in_subresource(specification.create_resource(child))
    except _NOWHERE:
        return resolver  # an $id that is no address does not move what is inside


def _most_of_one_value(same_value: dict[int, list[int]]) -> int | None:
    """Count the schemas that look at one value, at most; None if they would look at it again and again.

    Args:
        same_value: For each schema, those that look at the same value.
    """
    counted: dict[int, int] = {}
    for first, successors in same_value.items():
        path = [(first, iter(successors))] if first not in counted else []
        passed = {first}
        while path:
            current, rest = path[-1]
            following = next(rest, None)
            if following is None:
                counted[current] = 1 + sum(counted[one] for one in same_value[current])
                passed.discard(current)
                path.pop()
            elif following in passed:
                return None
            elif following not in counted:
                passed.add(following)
                path.append((following, iter(same_value[following])))
    return max(counted.values())
