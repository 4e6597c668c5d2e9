"""The JSON Schema of a configuration (dial-api 3): JSON Schema 2020-12, or draft-07.

No remote reference is ever fetched: validators get an empty registry, and what lies outside the document cannot be
resolved.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import islice
from typing import Any, Final

from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.protocols import Validator
from referencing import Registry, Specification

from conformance.contract.exchange import Exchange
from conformance.contract.json_text import json_text
from conformance.dial.dialect import (
    contradiction,
    declared_draft,
    draft_of,
    specification_of,
    without_declarations,
)  # fmt: skip
from conformance.dial.internal import internal_in
from conformance.dial.meta_schema import meta_schema_of
from conformance.dial.pattern import bounded_steps, with_bounded_patterns
from conformance.dial.reference import Followed, follow, references_of, root_of
from conformance.dial.subschema import all_subschemas, children, essence_of

_DRAFTS: Final = (Draft202012Validator, Draft7Validator)
_OVERLOOKED: Final[dict[type[Validator], frozenset[str]]] = {
    Draft202012Validator: frozenset({"additionalItems"}),
    Draft7Validator: frozenset(
        {"$defs", "contentSchema", "dependentSchemas", "prefixItems", "unevaluatedItems", "unevaluatedProperties"}
    ),
}
"""Keywords that a draft does not know, though references may lead there."""
_MOST_OF_ONE_VALUE: Final = 10_000
_MOST_KNOWN: Final = 128
_MOST_SCHEMAS: Final = 5_000
_LISTS_OF_TEXTS: Final = ("required", "type")
_VALUES = ("const", "default")
_VALUE_LISTS = ("enum", "examples")
_FOR_PEOPLE = ("title", "description", "$comment")


@dataclass(frozen=True)
class Schema:
    """A configuration's schema, as the deployment published it.

    Attributes:
        exchange: The exchange that brought it.
        document: The JSON object.
    """

    exchange: Exchange
    document: dict[str, Any]

    @cached_property
    def is_too_large(self) -> bool:
        """It has more schemas in it than can be looked at in reasonable time."""
        return next(islice(all_subschemas(self.document), _MOST_SCHEMAS, None), None) is not None

    def because(self, expected: str, got: object = None) -> str:
        """Explain a violation that this schema shows."""
        return self.exchange.because(expected, got)

    @cached_property
    def essence(self) -> str:
        """The schema as text, without what is only for people to read. Many deployments of a DIAL share one."""
        return json.dumps(essence_of(self.document), separators=(",", ":"))

    @cached_property
    def _draft(self) -> tuple[type[Validator], str | None]:
        declared = declared_draft(self.document)
        drafts = list(_DRAFTS) if declared is None else [declared]
        good = next((draft for draft in drafts if _is_valid(draft, self.essence)), None)
        if good is not None:
            return good, None
        fault = _meta_fault(drafts[0], self.document) or next(_overlooked(drafts[0], self.document), None)
        return drafts[0], fault

    def equals(self, document: object) -> bool:
        """Tell whether a document is the same; 1, 1.0 and true differ."""
        return json.dumps(self.document, sort_keys=True) == json.dumps(document, sort_keys=True)

    @property
    def meta_fault(self) -> str | None:
        """Why the meta-schema refuses it, or None: the one it declares, else 2020-12 or draft-07."""
        return self._draft[1]

    @cached_property
    def root(self) -> dict[str, Any] | None:
        """The schema of the configuration itself: the document, a `$ref` at its root followed; None if it is lost."""
        return root_of(self.document, self._specification, alone=self._draft[0] is Draft7Validator)

    @property
    def shape_fault(self) -> str | None:
        """Why it is no schema of an object with named properties, or None."""
        if self.root is None:
            return None  # CONF-06 speaks of a reference that leads nowhere
        if self.root.get("type") != "object":
            return f"type is {json_text(self.root.get('type'))}"
        properties = self.root.get("properties")
        return None if isinstance(properties, dict) else f"properties is {json_text(properties)}"

    @cached_property
    def validator(self) -> Validator:
        """The validator of the whole, which fetches nothing."""
        draft = draft_of(self.document, [schema for _, schema in self.subschemas])
        return _bounded(draft)(without_declarations(self.document), registry=Registry())

    @property
    def properties(self) -> dict[str, Any]:
        """The schemas of the top-level properties."""
        found = (self.root or {}).get("properties")
        return found if isinstance(found, dict) else {}

    @property
    def required(self) -> list[str]:
        """The names that must be there."""
        found = (self.root or {}).get("required")
        return found if isinstance(found, list) else []

    def faults(self, value: Any) -> list[ValidationError]:
        """Return what the schema, one with no lost reference, finds wrong with a value."""
        with bounded_steps():
            return list(self.validator.iter_errors(value))

    def broken_keywords(self, value: Any) -> frozenset[str]:
        """Return the keywords for which a value is refused, those inside of combinations too."""
        waiting, found = self.faults(value), set()
        while waiting:
            fault = waiting.pop()
            found.add(str(fault.validator))
            waiting += fault.context or []
        return frozenset(found)

    def missing_properties(self, value: Any) -> frozenset[str]:
        """Return the names that `required` asks for and a value has not, wherever it is refused for that."""
        found = [fault for fault in self.faults(value) if fault.validator == "required"]
        pairs: list[tuple[Any, Any]] = [(fault.validator_value, fault.instance) for fault in found]
        return frozenset(name for names, instance in pairs for name in names if name not in instance)

    def accepts(self, value: Any) -> bool:
        """Tell whether the schema, one with no lost reference, allows a value."""
        with bounded_steps():
            return bool(self.validator.is_valid(value))

    @cached_property
    def subschemas(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """All schemas in the document with their JSON pointers; values that merely look like schemas are not."""
        return tuple(all_subschemas(self.document))

    @property
    def references(self) -> tuple[str, ...]:
        """All `$ref` and `$dynamicRef` of the document."""
        return tuple(reference for _, schema in self.subschemas for reference in references_of(schema))

    @property
    def _specification(self) -> Specification[Any]:
        return specification_of(self._draft[0])

    @cached_property
    def _followed(self) -> Followed:
        return follow(self.document, self._specification, lambda schema: _meta_fault(self._draft[0], schema))

    @property
    def lost_reference(self) -> str | None:
        """Which reference leads to no schema inside the document, or back to itself without end, or None."""
        return self._followed.lost

    @property
    def obstacle(self) -> str | None:
        """What keeps the suite from validating values, though the schema may be good, or None."""
        if self._followed.most > _MOST_OF_ONE_VALUE:
            return f"one value meets {self._followed.most} schemas"
        for schema in self._followed.schemas:
            if schema.get("multipleOf", 0) > sys.float_info.max:
                return f"multipleOf is {schema['multipleOf']}"
        return contradiction(self.document, [schema for _, schema in self.subschemas])

    def defaults(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """Return the schemas that have a default, with their pointers."""
        return tuple((pointer, schema) for pointer, schema in self.subschemas if "default" in schema)

    def wrong_default(self) -> str | None:
        """Tell the first default that its own schema, one with no lost reference, forbids, or None."""
        for pointer, schema in all_subschemas(self.validator.schema):
            if "default" not in schema:
                continue
            with bounded_steps():
                error = best_match(self.validator.evolve(schema=schema).iter_errors(schema["default"]))
            if error is not None:
                return f"{pointer}/default: {error.message}"
        return None

    def objects_with_required(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """Return the schemas that name both properties and required ones, but for the branches of a combination."""
        return tuple(
            (pointer, schema)
            for pointer, schema in self.subschemas
            if isinstance(schema.get("required"), list)
            and isinstance(schema.get("properties"), dict)
            and not re.search(r"/(allOf|anyOf|oneOf)/\d+$|/(if|then|else|not)$|/dependentSchemas/[^/]*$", pointer)
        )

    def unknown_required(self) -> str | None:
        """Tell the first name in `required` that `properties` has not, or None."""
        for pointer, schema in self.objects_with_required():
            for name in schema["required"]:
                if name not in schema["properties"]:
                    return f"{pointer}/required names {json_text(name)}"
        return None

    def buttons(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """Return the schemas with the widget "buttons" (DIAL documentation, custom buttons)."""
        return tuple((pointer, schema) for pointer, schema in self.subschemas if schema.get("dial:widget") == "buttons")

    def wrong_button(self) -> str | None:
        """Tell what is wrong with the first faulty buttons widget, or None."""
        disabled = (self.root or {}).get("dial:chatMessageInputDisabled", False)
        if not isinstance(disabled, bool):
            return f"dial:chatMessageInputDisabled is {json_text(disabled)}"
        for pointer, schema in self.buttons():
            choices = schema.get("oneOf")
            if not isinstance(choices, list) or not choices:
                return f"{pointer}/oneOf is {json_text(choices)}"
            for position, choice in enumerate(choices):
                if not (isinstance(choice, dict) and "const" in choice and isinstance(choice.get("title"), str)):
                    return f"{pointer}/oneOf/{position} is {json_text(choice)}"
        return None

    def internal_value(self) -> str | None:
        """Tell the first value or text for people that holds an internal address or a secret, or None."""
        for pointer, schema in self.subschemas:
            for keyword in (*_VALUES, *_VALUE_LISTS, *_FOR_PEOPLE):
                found = next(filter(None, map(internal_in, _texts(schema.get(keyword)))), None)
                if found is not None:
                    return f"{pointer}/{keyword}: {found}"
        return None


def _overlooked(draft: type[Validator], document: dict[str, Any]) -> Iterator[str]:
    """Give why schemas that the draft's meta-schema does not look at are none."""
    overlooked = _OVERLOOKED[draft]
    for pointer, schema in all_subschemas(document):
        for below, child in children(schema):
            fault = _meta_fault(draft, child) if below.split("/")[1] in overlooked else None
            if fault is not None:
                yield f"{pointer}{below}: {fault}"


@cache
def _bounded(draft: type[Validator]) -> type[Validator]:
    return with_bounded_patterns(draft)


def _meta_fault(draft: type[Validator], document: Any) -> str | None:
    for pointer, schema in all_subschemas(document):
        for keyword in _LISTS_OF_TEXTS:
            found = schema.get(keyword)
            if isinstance(found, list) and not all(isinstance(one, str) for one in found):
                return f"#{pointer}/{keyword}: not a list of texts"  # jsonschema would compare each with each
    try:
        error = best_match(_meta_validator(draft).iter_errors(document))
    except RecursionError:
        return "nested too deep to be looked at"
    return None if error is None else f"#/{'/'.join(str(part) for part in error.absolute_path)}: {error.message}"


@lru_cache(maxsize=_MOST_KNOWN)
def _is_valid(draft: type[Validator], essence: str) -> bool:
    schema = json.loads(essence)
    return _meta_fault(draft, schema) is None and next(_overlooked(draft, schema), None) is None


@cache
def _meta_validator(draft: type[Validator]) -> Validator:
    """Return what validates schemas. Formats are not asserted: not every regular expression is one in Python."""
    return _bounded(draft)(meta_schema_of(draft), registry=Registry())


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for child in value:
            yield from _texts(child)
    elif isinstance(value, dict):
        for name, child in value.items():
            yield name
            yield from _texts(child)
