"""Schemas for Hypothesis: valid ones of bounded depth, with every keyword that the engine knows."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

Schema = dict[str, Any]
Schemas = st.SearchStrategy[Schema]

_NAMES: Final = ("a", "b", "mode", "x/y")
_PATTERNS: Final = ("^[a-z]+$", "^[A-Z][a-z0-9-]*$", r"^\d{2,4}$", "b", "^(on|off)$")

_numbers = st.one_of(st.integers(-5, 60), st.sampled_from([0.5, 1.5, -2.25]))
_texts = st.sampled_from(["", "a", "on", "text", "standard", "1024x1024", "é"])
_scalars = st.one_of(st.none(), st.booleans(), _numbers, _texts)
_constants = st.one_of(
    _scalars, st.lists(_scalars, max_size=2), st.dictionaries(st.sampled_from(_NAMES), _scalars, max_size=2)
)
_references = st.sampled_from(["#/$defs/One", "#/$defs/Two"]).map(lambda reference: {"$ref": reference})


def _some(**keywords: st.SearchStrategy[Any]) -> Schemas:
    """Draw some of the keywords."""
    return st.fixed_dictionaries({}, optional=keywords)


def _typed(kind: str, rest: Schemas) -> Schemas:
    return rest.map(lambda schema: {"type": kind, **schema})


_number_keywords = _some(
    minimum=_numbers,
    maximum=_numbers,
    exclusiveMinimum=_numbers,
    exclusiveMaximum=_numbers,
    multipleOf=st.sampled_from([1, 2, 5, 0.5, 0.25]),
)
_text_keywords = _some(minLength=st.integers(0, 4), maxLength=st.integers(0, 8), pattern=st.sampled_from(_PATTERNS))

leaves: Final[Schemas] = st.one_of(
    st.just({}),
    st.sampled_from(["boolean", "null", "string", "integer"]).map(lambda kind: {"type": kind}),
    st.lists(
        st.sampled_from(["string", "integer", "number", "null", "boolean"]), min_size=1, max_size=3, unique=True
    ).map(lambda kinds: {"type": kinds}),
    st.lists(_constants, min_size=1, max_size=4).map(lambda values: {"enum": values}),
    st.lists(_texts, min_size=1, max_size=4).map(lambda values: {"type": "string", "enum": values}),
    _constants.map(lambda value: {"const": value}),
    _typed("integer", _number_keywords),
    _typed("number", _number_keywords),
    _typed("string", _text_keywords),
    _number_keywords,
    _references,
)


def _arrays(inner: Schemas) -> Schemas:
    schemas = st.one_of(inner, st.booleans())
    keywords = _some(
        items=schemas,
        prefixItems=st.lists(schemas, min_size=1, max_size=2),
        contains=inner,
        minContains=st.integers(0, 2),
        maxContains=st.integers(1, 3),
        minItems=st.integers(0, 3),
        maxItems=st.integers(0, 4),
        uniqueItems=st.booleans(),
    )
    return _typed("array", keywords)


def objects(inner: Schemas) -> Schemas:
    """Draw schemas of objects."""
    names = st.sampled_from(_NAMES)
    some_names = st.lists(names, max_size=2, unique=True)
    keywords = _some(
        required=some_names,
        dependentRequired=st.dictionaries(names, some_names, max_size=1),
        dependentSchemas=st.dictionaries(names, inner, max_size=1),
        additionalProperties=st.one_of(st.booleans(), inner),
        patternProperties=st.dictionaries(st.sampled_from(["^x-", "^[A-Z]+$"]), inner, max_size=1),
        propertyNames=st.sampled_from([{"maxLength": 4}, {"pattern": "^[a-z]"}, True]),
        minProperties=st.integers(0, 2),
        maxProperties=st.integers(1, 3),
    )
    properties = st.dictionaries(names, st.one_of(inner, inner, inner, st.booleans()), max_size=3)
    return st.builds(_object, properties, keywords)


def _object(properties: Schema, keywords: Schema) -> Schema:
    """Require only what is declared: most schemas should allow something."""
    required = [
        name for name in keywords.get("required", []) if properties.get(name) is not False and name in properties
    ]
    return {"type": "object", "properties": properties, **keywords, "required": required}


def _combined(inner: Schemas) -> Schemas:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        several.map(lambda schemas: {"anyOf": schemas}),
        several.map(lambda schemas: {"oneOf": schemas}),
        several.map(lambda schemas: {"allOf": schemas}),
        st.builds(lambda schema, refused: {**schema, "not": refused}, inner, inner),
        st.builds(lambda one, two, three: {"if": one, "then": two, "else": three}, inner, inner, inner),
    )


nested: Final[Schemas] = st.recursive(
    leaves, lambda inner: st.one_of(_arrays(inner), objects(inner), _combined(inner)), max_leaves=6
)


def _documents(own: Schema, combination: Schema, one: Schema, two: Schema) -> Schema:
    return {**own, **combination, "$defs": {"One": one, "Two": two}}


documents: Final[Schemas] = st.builds(
    _documents,
    objects(nested),
    st.one_of(st.just({}), st.just({}), _combined(st.one_of(objects(leaves), _some(required=st.just(["a"]))))),
    nested,
    leaves,
)
"""Schemas of configurations."""
