"""The validator: it decides what a schema allows, and where and by which keyword it refuses."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from referencing import Registry

from conformance.cases.schema.json_value import identity
from conformance.cases.schema.keywords import metered
from conformance.cases.schema.meter import Meter, UncountableSchemaError, UndecidedError
from conformance.cases.schema.subschema import Conjunction, Dialect, Key, Subschema, key_of
from conformance.dial.dialect import contradiction, draft_of, specification_of, without_declarations
from conformance.dial.subschema import children

_MOST_SUBSCHEMAS: Final = 10_000
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


class SchemaValidator:
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
        why = contradiction(document, schemas)
        if why is not None:
            raise UncountableSchemaError(why)
        own = without_declarations(document)  # with one the validator would change to one that is not metered
        specification = specification_of(draft)
        self._validator: Any = metered(draft)(own, registry=Registry())
        self._known: dict[tuple[Hashable, ...], tuple[Broken, ...] | None] = {}
        self._undecided: set[Key] = set()
        self._kept: list[Conjunction] = []
        dialect = Dialect(specification, _known_keywords(draft), ref_stands_alone=draft is Draft7Validator)
        resolver: Any = Registry().resolver_with_root(specification.create_resource(own))
        self.root: Final = Subschema(own, resolver, dialect)
        self.meter: Final = Meter()

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
                self._undecided.add(key_of(held_to))
        return self._known[key]

    def accepts(self, instance: Any, subschemas: Conjunction | None = None) -> bool:
        """Tell whether an instance is surely allowed."""
        return self.broken(instance, subschemas) == ()

    def is_undecided(self, subschemas: Conjunction | None = None) -> bool:
        """Tell whether for some instance it could not be decided whether subschemas allow it, or any at all."""
        return bool(self._undecided) if subschemas is None else key_of(subschemas) in self._undecided

    def _errors(self, instance: Any, subschemas: Conjunction) -> Iterator[Broken]:
        for one in subschemas:
            for error in self._validator.descend(instance, one.schema, resolver=one.resolver):
                yield Broken(tuple(error.path), _keyword(error))


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


def _known_keywords(draft: type[Validator]) -> frozenset[str]:
    """Return the keywords of a draft, and those that jsonschema treats as parts of `contains`."""
    return frozenset({*draft.VALIDATORS, *(() if draft is Draft7Validator else ("maxContains", "minContains"))})


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
