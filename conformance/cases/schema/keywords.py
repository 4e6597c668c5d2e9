"""jsonschema's validators, metered, and with own functions for some keywords.

An `enum` is looked up instead of searched. A `pattern` that could take long is undecided, and so is a `multipleOf` on
which floating-point and decimal arithmetic differ. A value that a schema `false` forbids is reported at that value,
by the keyword that has the schema, as other validators do (2020-12 core, section 4.3.2); jsonschema reports it at what
is around the value, by no keyword.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, DecimalException
from functools import cache
from typing import Any, Final

from jsonschema import validators
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from conformance.cases.schema.meter import UndecidedError, current_meter
from conformance.dial.pattern import evaluated_names

Errors = Iterator[ValidationError]
Keyword = Callable[[Any, Any, Any, dict[str, Any]], Any]

_ASSERTIONS: Final = frozenset({
    "const", "dependentRequired", "enum", "exclusiveMaximum", "exclusiveMinimum", "format", "maxItems", "maxLength",
    "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "pattern",
    "required", "type", "uniqueItems",
})  # fmt: skip
"""Keywords without subschemas (2020-12 validation, section 6)."""


@cache
def metered(draft: type[Validator]) -> type[Validator]:
    """Return the validator of a draft that counts its work with the current meter."""
    extend: Any = validators.extend
    keywords = {name: _counted(_OWN.get(name, function), name) for name, function in draft.VALIDATORS.items()}
    extended: type[Validator] = extend(draft, keywords)
    return extended


def _counted(function: Keyword, name: str) -> Keyword:
    def counted(validator: Any, value: Any, instance: Any, schema: dict[str, Any]) -> Any:
        if name == "enum":
            current_meter().charge()
        else:
            current_meter().charge_for(value, instance)
        return function(validator, value, instance, schema)

    def counted_deeper(validator: Any, value: Any, instance: Any, schema: dict[str, Any]) -> Errors:
        meter = current_meter()
        meter.charge_for(value, instance)
        with meter.deeper():
            yield from function(validator, value, instance, schema) or ()

    return counted if name in _ASSERTIONS else counted_deeper


def _enum(validator: Any, enum: Any, instance: Any, schema: dict[str, Any]) -> Errors:
    del validator, schema
    if not current_meter().is_in(instance, enum):
        yield ValidationError("not in the enum")


def _pattern(validator: Any, pattern: Any, instance: Any, schema: dict[str, Any]) -> Errors:
    del validator, schema
    if isinstance(instance, str) and not current_meter().matches(pattern, instance):
        yield ValidationError("does not match")


def _multiple_of(validator: Any, divisor: Any, instance: Any, schema: dict[str, Any]) -> Errors:
    del schema
    if not validator.is_type(instance, "number"):
        return
    try:
        exact = Decimal(repr(instance)) % Decimal(repr(divisor)) == 0
        floating = instance % divisor == 0 if isinstance(divisor, int) else (instance / divisor).is_integer()
    except (DecimalException, OverflowError) as error:
        raise UndecidedError from error
    if exact != floating:
        raise UndecidedError
    if not exact:
        yield ValidationError("not a multiple")


def _inside(validator: Any, instance: Any, schema: Any, path: str | int, schema_path: str | int | None) -> Errors:
    """Validate a member or an item."""
    if schema is False:
        yield ValidationError("not allowed", path=[path], schema_path=[] if schema_path is None else [schema_path])
    else:
        yield from validator.descend(instance, schema, path=path, schema_path=schema_path)


def _properties(validator: Any, properties: Any, instance: Any, schema: dict[str, Any]) -> Errors:
    del schema
    for name in properties if isinstance(instance, dict) else ():
        if name in instance:
            yield from _inside(validator, instance[name], properties[name], name, name)


def _pattern_properties(validator: Any, patterns: Any, instance: Any, schema: dict[str, Any]) -> Errors:
    del schema
    for pattern in patterns if isinstance(instance, dict) else ():
        for name in instance:
            if current_meter().matches(pattern, name):
                yield from _inside(validator, instance[name], patterns[pattern], name, pattern)


def _additional_properties(validator: Any, additional: Any, instance: Any, schema: dict[str, Any]) -> Errors:
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name in instance if isinstance(instance, dict) else ():
        if name in known or any(current_meter().matches(pattern, name) for pattern in patterns):
            continue
        if additional is False:
            yield ValidationError("not allowed")
        else:
            yield from validator.descend(instance[name], additional, path=name)


def _unevaluated_properties(validator: Any, unevaluated: Any, instance: Any, schema: dict[str, Any]) -> Errors:
    if isinstance(instance, dict):
        evaluated = evaluated_names(validator, instance, schema, current_meter().matches)
        others = [name for name in instance if name not in evaluated]
        if any(not validator.evolve(schema=unevaluated).is_valid(instance[name]) for name in others):
            yield ValidationError("not allowed")


def _prefix_items(validator: Any, items: Any, instance: Any, schema: dict[str, Any]) -> Errors:
    del schema
    for index, (item, one) in enumerate(zip(instance, items, strict=False) if isinstance(instance, list) else ()):
        yield from _inside(validator, item, one, index, index)


def _items(validator: Any, items: Any, instance: Any, schema: dict[str, Any]) -> Errors:
    """Validate the items after the prefix, or where `items` is a list (draft-07) each with its own schema."""
    if isinstance(items, list):
        yield from _prefix_items(validator, items, instance, schema)
    elif isinstance(instance, list):
        for index in range(len(schema.get("prefixItems", ())), len(instance)):
            yield from _inside(validator, instance[index], items, index, None)


def _if(validator: Any, condition: Any, instance: Any, schema: dict[str, Any]) -> Errors:
    keyword = "then" if validator.evolve(schema=condition).is_valid(instance) else "else"
    if schema.get(keyword, True) is False:
        yield ValidationError("not allowed", validator=keyword, schema_path=[keyword])
    elif keyword in schema:
        yield from validator.descend(instance, schema[keyword], schema_path=keyword)


def _dependent_schemas(validator: Any, dependents: Any, instance: Any, schema: dict[str, Any]) -> Errors:
    del schema
    for name in dependents if isinstance(instance, dict) else ():
        if name in instance and dependents[name] is False:
            yield ValidationError("not allowed", schema_path=[name])
        elif name in instance:
            yield from validator.descend(instance, dependents[name], schema_path=name)


def _dependencies(validator: Any, dependencies: Any, instance: Any, schema: dict[str, Any]) -> Errors:
    """Validate what draft-07 has instead of `dependentRequired` and `dependentSchemas`."""
    for name, needed in dependencies.items():
        if not isinstance(needed, list):
            yield from _dependent_schemas(validator, {name: needed}, instance, schema)
        elif isinstance(instance, dict) and name in instance:
            yield from (ValidationError("needed, too") for other in needed if other not in instance)


_OWN: Final[Mapping[str, Keyword]] = {
    "additionalProperties": _additional_properties,
    "dependencies": _dependencies,
    "dependentSchemas": _dependent_schemas,
    "enum": _enum,
    "if": _if,
    "items": _items,
    "multipleOf": _multiple_of,
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "prefixItems": _prefix_items,
    "properties": _properties,
    "unevaluatedProperties": _unevaluated_properties,
}
