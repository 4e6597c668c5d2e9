"""The validator: it decides what a schema allows, and where and by which keyword it refuses."""

from __future__ import annotations

import copy
import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from referencing import Registry, Specification
from referencing.jsonschema import DRAFT7, DRAFT202012

from conformance.cases.schema.json_value import identity
from conformance.cases.schema.keywords import metered
from conformance.cases.schema.meter import Meter, UncountableSchemaError, UndecidedError
from conformance.cases.schema.subschema import Conjunction, Dialect, Subschema, key_of
from conformance.dial.subschema import children

_MOST_SUBSCHEMAS: Final = 10_000
_SPECIFICATIONS: Final[dict[type[Validator], Specification[Any]]] = {
    Draft202012Validator: DRAFT202012,
    Draft7Validator: DRAFT7,
}
_WITH_NAMES: Final = frozenset({"dependencies", "dependentSchemas", "patternProperties", "properties"})
"""Keywords whose subschemas have names; these stand behind the keyword in the path of an error."""


@dataclass(frozen=True)
class Broken:
    """A keyword that an instance breaks.

    Attributes:
        path: The location of the refused value in the instance.
        keyword: The keyword that refuses it.
    """

    path: tuple[str | int, ...]
    keyword: str


class Oracle:
    """Validates instances against a schema or parts of it. Nothing is ever fetched.

    Attributes:
        root: The whole schema.
        meter: What counts the work; it must be the one of the context.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        """Choose the draft and read the schema.

        Args:
            document: The schema.

        Raises:
            UncountableSchemaError: It is too large, or its parts are of different drafts.
        """
        schemas = all_schemas(document)
        draft = draft_of(document, schemas)
        # with a $schema the validator would change to one that is not metered
        own = {keyword: value for keyword, value in document.items() if keyword != "$schema"}
        if any("$schema" in schema for schema in schemas[1:]):
            own = _in_one_draft(own, draft)
        specification = _SPECIFICATIONS[draft]
        self._validator: Any = metered(draft)(own, registry=Registry())
        self._known: dict[tuple[Hashable, ...], tuple[Broken, ...] | None] = {}
        self._kept: list[Conjunction] = []
        dialect = Dialect(specification, _known_keywords(draft), ref_stands_alone=draft is Draft7Validator)
        resolver: Any = Registry().resolver_with_root(specification.create_resource(own))
        self.root: Final = Subschema(own, resolver, dialect)
        self.meter: Final = Meter(tuple(name for schema in schemas for name in schema.get("patternProperties", ())))

    def broken(self, instance: Any, subschemas: Conjunction | None = None) -> tuple[Broken, ...] | None:
        """Return which keywords an instance breaks, and where.

        Args:
            instance: A JSON value.
            subschemas: What it is held to, the whole schema unless given.

        Returns:
            What it breaks, nothing if it is allowed; None if that cannot be told.

        Raises:
            UncountableSchemaError: It takes too long.
        """
        held_to = (self.root,) if subschemas is None else subschemas
        key = (identity(instance), key_of(held_to))
        if key not in self._known:
            self._kept.append(held_to)
            try:
                self._known[key] = tuple(self._errors(instance, held_to))
            except (UndecidedError, re.error):  # jsonschema joins the patterns of names to one that may be none
                self._known[key] = None
        return self._known[key]

    def accepts(self, instance: Any, subschemas: Conjunction | None = None) -> bool:
        """Tell whether an instance is surely allowed."""
        return self.broken(instance, subschemas) == ()

    def _errors(self, instance: Any, subschemas: Conjunction) -> Iterator[Broken]:
        for one in subschemas:
            for error in self._validator.descend(instance, one.schema, resolver=one.resolver):
                yield Broken(tuple(error.path), _keyword(error))


def draft_of(document: dict[str, Any], schemas: list[dict[str, Any]]) -> type[Validator]:
    """Choose the draft: the declared one, else draft-07 where `items` is a list, else 2020-12.

    Args:
        document: The schema.
        schemas: All schemas in it.
    """
    declared = document.get("$schema")
    for draft in _SPECIFICATIONS:
        if isinstance(declared, str) and declared.rstrip("#") == str(draft.META_SCHEMA["$id"]).rstrip("#"):
            return draft
    tuples = any(isinstance(schema.get("items"), list) for schema in schemas)
    return Draft7Validator if tuples else Draft202012Validator


def all_schemas(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a schema and all that are inside it.

    Raises:
        UncountableSchemaError: They are too many.
    """
    found = [document]
    for schema in found:  # it grows meanwhile
        found += [child for _, child in children(schema) if isinstance(child, dict)]
        if len(found) > _MOST_SUBSCHEMAS:
            raise UncountableSchemaError(f"it has more than {_MOST_SUBSCHEMAS} subschemas")
    return found


def _in_one_draft(document: dict[str, Any], draft: type[Validator]) -> dict[str, Any]:
    """Return a copy in which no subschema names its draft.

    Raises:
        UncountableSchemaError: One names another draft.
    """
    own = copy.deepcopy(document)
    for schema in all_schemas(own):
        if "$schema" in schema and draft_of(schema, []) is not draft:
            raise UncountableSchemaError("its parts are of different drafts")
        schema.pop("$schema", None)
    return own


def _known_keywords(draft: type[Validator]) -> frozenset[str]:
    """Return the keywords of a draft, and those that jsonschema treats as parts of `contains`."""
    return frozenset({*draft.VALIDATORS, *({"maxContains", "minContains"} if draft is Draft202012Validator else ())})


def _keyword(error: ValidationError) -> str:
    """Name the keyword that an error is about; a name that is refused is about `propertyNames`."""
    path = list(error.schema_path)
    keywords: list[str] = []
    while path:
        keyword, *path = path
        if keyword in _WITH_NAMES or (path and isinstance(path[0], int)):
            path = path[1:]
        keywords.append(str(keyword))
    return "propertyNames" if "propertyNames" in keywords else str(error.validator or "false")
