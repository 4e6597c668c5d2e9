"""Cases from what a schema documents: enum, const and boolean values, and the wrong types of each property.

The cases of nested locations and of the other keywords are not here yet.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Any, Final

from conformance.cases.case import ABSENT, Case, named
from conformance.dial.schema import Schema

Configuration = dict[str, Any]

DALLE3_DOCUMENTED: Final[tuple[Configuration, ...]] = (
    {"quality": "hd", "size": "1792x1024", "style": "vivid"},
    {"quality": "standard", "size": "1024x1024", "style": "natural"},
    {"quality": "standard", "size": "1024x1792", "style": "vivid"},
)
"""Every documented value of DALL-E 3 in three requests (the cookbook's notebook, step 5)."""

WRONG_TYPES: Final[tuple[Any, ...]] = (42, 1.5, True, "text", [1], {"key": "value"})
"""One value of each JSON type; null is another requirement's."""

ABSENT_CASE: Final = Case("absent", ABSENT)


def accepted(schema: Schema) -> tuple[Case, ...]:
    """Give configurations that the schema allows, so that each documented value of a top-level property occurs.

    The k-th configuration has the k-th documented value of every property, and what is required.

    Args:
        schema: One that can be followed.
    """
    base = _required(schema)
    if base is None:
        return ()
    columns = {name: _documented(schema, name) for name in schema.properties}
    columns = {name: values for name, values in columns.items() if values}
    rows = [
        {**base, **{name: value for name, value in zip(columns, row, strict=True) if value is not ABSENT}}
        for row in zip_longest(*columns.values(), fillvalue=ABSENT)
    ]
    return _cases([row for row in rows or ([base] if base else []) if schema.accepts(row)])


def dalle3_accepted(schema: Schema) -> tuple[Case, ...]:
    """Give the documented configurations of DALL-E 3 that the schema allows."""
    return _cases([one for one in DALLE3_DOCUMENTED if schema.accepts(one)])


def refused(schema: Schema, twin: Case | None) -> tuple[Case, ...]:
    """Give configurations with one wrong type each, at one top-level property, beside what is required.

    Args:
        schema: One that can be followed.
        twin: The accepted case that is the same without the fault.
    """
    base = _required(schema) or {}
    found: list[Case] = []
    for name in schema.properties:
        for value in WRONG_TYPES:
            configuration = {**base, name: value}
            faults = schema.faults(configuration)
            pointer = f"/{name.replace('~', '~0').replace('/', '~1')}"
            if faults and all(list(fault.absolute_path)[:1] == [name] for fault in faults):
                keywords = tuple(sorted({str(fault.validator) for fault in faults}))
                label = named({name: value})
                found.append(Case(label, configuration, pointer, keywords, twin.name if twin else None))
    return tuple(found)


def _cases(configurations: list[Configuration]) -> tuple[Case, ...]:
    unique = {named(one): one for one in configurations if one}
    return tuple(Case(name, value) for name, value in unique.items())


def _required(schema: Schema) -> Configuration | None:
    base: Configuration = {}
    for name in schema.required:
        values = _documented(schema, name)
        if not values:
            return None
        base[name] = values[0]
    return base


def _documented(schema: Schema, name: str) -> list[Any]:
    values: list[Any] = []
    branches = [schema.properties.get(name)]
    while branches:
        branch = branches.pop(0)
        if not isinstance(branch, dict):
            continue
        values += branch.get("enum", []) if isinstance(branch.get("enum"), list) else []
        values += [branch["const"]] if "const" in branch else []
        values += [True, False] if branch.get("type") == "boolean" else []
        for keyword in ("anyOf", "oneOf"):
            branches += branch.get(keyword, []) if isinstance(branch.get(keyword), list) else []
    return values
