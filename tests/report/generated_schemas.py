"""Schemas by Hypothesis, small enough that a pool of values tells what they allow, and edits of them."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

from hypothesis import strategies as st

TYPES = ("string", "number", "integer", "object", "array", "null")
SCALARS: tuple[Any, ...] = (0, 1, 2, 1.5, True, "", "a", "ab", None)
FEW: tuple[Any, ...] = (0, 1, "a")
POOL: tuple[Any, ...] = (
    *SCALARS,
    *([*items] for length in range(4) for items in product(FEW, repeat=length)),
    *(
        {name: one for name, one in zip("pq", both, strict=True) if one != "-"}
        for both in product((*FEW, "-"), repeat=2)
    ),
    *({"p": one, "r": 0} for one in FEW),
    {"r": "a"},
)
"""Values that tell schemas apart."""

_OF_A_SCHEMA = ("additionalProperties", "items", "not", "contains", "propertyNames", "if", "then", "else")
_OF_LISTS = ("anyOf", "allOf", "oneOf", "prefixItems")
_OF_NAMES = ("properties", "patternProperties")
_SIMPLE: dict[str, st.SearchStrategy[Any]] = {
    "type": st.one_of(st.sampled_from(TYPES), st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True)),
    "enum": st.lists(st.sampled_from(SCALARS), min_size=1, max_size=3),
    "const": st.sampled_from(FEW),
    "required": st.lists(st.sampled_from("pq"), unique=True),
    "uniqueItems": st.booleans(),
    "multipleOf": st.integers(1, 3),
    "pattern": st.sampled_from(["a", "b", "^$"]),
    "title": st.sampled_from(["one", "two"]),
    **{
        name: st.integers(0, 2)
        for name in (
            *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength"),
            *("minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"),
        )
    },
}
KEYWORDS = (*_SIMPLE, *_OF_A_SCHEMA, *_OF_LISTS, *_OF_NAMES)


@st.composite
def values(draw: st.DrawFn, keyword: str, depth: int) -> Any:
    """A value of a keyword, with schemas of at most that depth in it."""
    inner = st.one_of(st.booleans(), schemas(depth - 1)) if depth else st.booleans()
    if keyword in _SIMPLE:
        return draw(_SIMPLE[keyword])
    if keyword in _OF_LISTS:
        return draw(st.lists(inner, min_size=1, max_size=2))
    return draw(st.dictionaries(st.sampled_from("pq"), inner, max_size=2)) if keyword in _OF_NAMES else draw(inner)


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    """A schema."""
    chosen = draw(st.lists(st.sampled_from(KEYWORDS), max_size=3, unique=True))
    return {keyword: draw(values(keyword, depth)) for keyword in chosen}


@st.composite
def edited(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A schema, and the same with a keyword that came, went, or has another value, in it or in a schema inside it."""
    old = draw(schemas())
    new = json.loads(json.dumps(old))
    place = new
    for _ in range(draw(st.integers(0, 2))):
        inside = [one for one in _schemas_in(place) if one]
        place = draw(st.sampled_from(inside)) if inside else place
    known = [*place] if draw(st.booleans()) else []
    keyword = draw(st.sampled_from(known or KEYWORDS))
    if keyword in place and draw(st.booleans()):
        del place[keyword]
    elif isinstance(place.get(keyword), list) and draw(st.booleans()) and keyword in _OF_LISTS:
        place[keyword] = [*place[keyword], *draw(values(keyword, 1))]
    else:
        place[keyword] = draw(values(keyword, 1))
    return (old, new) if draw(st.booleans()) else (new, old)


def _schemas_in(schema: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[Any] = []
    for keyword, value in schema.items():
        if keyword in _OF_NAMES:
            found += value.values()
        elif keyword in _OF_LISTS:
            found += value
        elif keyword in _OF_A_SCHEMA:
            found.append(value)
    return [one for one in found if isinstance(one, dict)]
