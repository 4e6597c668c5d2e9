"""Which draft a schema is read by: JSON Schema 2020-12, draft-07, or both (dial-api 3).

Hand-written schemas of DIAL often declare no draft, an older one, or DIAL's own dialect, which is one of these with
keywords that begin with `dial:`. They are read by the keywords that they have, old and new.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Specification
from referencing.jsonschema import DRAFT7, DRAFT202012

from conformance.dial.subschema import all_subschemas

_DECLARED: Final[tuple[type[Validator], ...]] = (Draft202012Validator, Draft7Validator)
_OLD: Final = frozenset({"dependencies"})
_NEW: Final = frozenset({
    "$dynamicRef", "dependentRequired", "dependentSchemas", "maxContains", "minContains", "prefixItems",
    "unevaluatedItems", "unevaluatedProperties",
})  # fmt: skip


def _items(validator: Any, items: Any, instance: Any, schema: dict[str, Any]) -> Iterator[ValidationError]:
    draft: Any = Draft7Validator if isinstance(items, list) else Draft202012Validator
    yield from draft.VALIDATORS["items"](validator, items, instance, schema) or ()


@cache
def both_drafts() -> type[Validator]:
    """Return the validator that reads 2020-12, and the keywords of draft-07 that it has not."""
    old = {keyword: Draft7Validator.VALIDATORS[keyword] for keyword in ("additionalItems", "dependencies")}
    both: type[Validator] = extend(Draft202012Validator, {**old, "items": _items})  # type: ignore[no-untyped-call]  # types-jsonschema leaves it so
    return both


def declared_draft(document: dict[str, Any]) -> type[Validator] | None:
    """Return the draft that a schema names, None if it names none of the two."""
    declared = document.get("$schema")
    name = _name(declared) if isinstance(declared, str) else None
    return next((draft for draft in _DECLARED if _name(str(draft.META_SCHEMA["$id"])) == name), None)


def _name(address: str) -> str:
    """Return what is the same however the address of a draft is written; many write https for http."""
    return address.rstrip("#").removeprefix("https://").removeprefix("http://")


def draft_of(document: dict[str, Any], schemas: Iterable[dict[str, Any]]) -> type[Validator]:
    """Choose the draft: the declared one, else draft-07 where only its keywords occur, both where both do, 2020-12.

    Args:
        document: The schema.
        schemas: All schemas in it.
    """
    declared = declared_draft(document)
    if declared is not None:
        return declared
    found = list(schemas)
    has_old = any(not _OLD.isdisjoint(schema) or isinstance(schema.get("items"), list) for schema in found)
    if not has_old:
        return Draft202012Validator
    return both_drafts() if any(not _NEW.isdisjoint(schema) for schema in found) else Draft7Validator


def specification_of(draft: type[Validator]) -> Specification[Any]:
    """Return how the references of a draft are read."""
    return DRAFT7 if draft is Draft7Validator else DRAFT202012


def contradiction(document: dict[str, Any], schemas: Iterable[dict[str, Any]]) -> str | None:
    """Tell why a schema cannot be read by one draft, or by both, or None.

    Args:
        document: The schema.
        schemas: All schemas in it, the document too.
    """
    declared = declared_draft(document)
    for schema in schemas:
        if schema is not document and declared_draft(schema) not in {None, declared}:
            return "its parts are of different drafts"
        if declared is not None:
            continue
        if isinstance(schema.get("items"), list) and "prefixItems" in schema:
            return "it says in two ways what the first items are: items and prefixItems"
        for keyword in ("dependentRequired", "dependentSchemas"):
            old, new = schema.get("dependencies"), schema.get(keyword)
            if not (isinstance(old, dict) and isinstance(new, dict)):
                continue
            if any(old[name] != new[name] for name in old.keys() & new.keys()):
                return f"it says in two ways what a property depends on: dependencies and {keyword}"
    return None


def without_declarations(document: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that names no draft anywhere: where one is named, jsonschema goes on with its own validator."""
    own = {keyword: value for keyword, value in document.items() if keyword != "$schema"}
    if any("$schema" in schema for _, schema in all_subschemas(own)):
        own = copy.deepcopy(own)
        for _, schema in all_subschemas(own):
            schema.pop("$schema", None)
    return own
