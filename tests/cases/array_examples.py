"""Schemas of arrays (JSON Schema 2020-12 validation, section 6.4; core, section 10.3.1)."""

from __future__ import annotations

from typing import Final

from tests.cases.example import Example, of_x

ARRAY_EXAMPLES: Final[dict[str, Example]] = {
    "minItems": Example(
        of_x({"type": "array", "minItems": 2, "items": {"type": "integer"}}),
        accepted=["x=[1,1,1]", "x=[1,1]"],
        refused={"x=[1]": "minItems"},
        total=11,
    ),
    "maxItems": Example(
        of_x({"type": "array", "maxItems": 2, "items": {"type": "integer"}}),
        accepted=["x=[1]", "x=[1,1]"],
        refused={"x=[1,1,1]": "maxItems"},
        total=11,
    ),
    "maxItems 0": Example(of_x({"type": "array", "maxItems": 0}), refused={'x=["text"]': "maxItems"}, total=6),
    "uniqueItems": Example(
        of_x({"type": "array", "uniqueItems": True, "items": {"enum": ["a", "b", "c"]}}),
        accepted=['x=["a","b","c"]'],
        refused={'x=["a","a"]': "uniqueItems", 'x/0="text"': "enum"},
        total=12,
    ),
    "uniqueItems of few values": Example(
        of_x({"type": "array", "uniqueItems": True, "minItems": 2, "maxItems": 3, "items": {"enum": ["a", "b", "c"]}}),
        accepted=['x=["a","b"]', 'x=["c","a","b"]'],
        refused={
            'x=["a","a"]': "uniqueItems",
            'x=["a"]': "minItems",
            'x=["a","b","c","a"]': "maxItems+uniqueItems",
            'x/0="text"': "enum",
        },
        total=14,
    ),
    "contains": Example(of_x({"type": "array", "contains": {"const": 1}}), refused={"x=[]": "contains"}, total=6),
    "minContains and maxContains": Example(
        of_x({"type": "array", "contains": {"type": "integer"}, "minContains": 2, "maxContains": 3}),
        refused={"x=[]": "contains", "x=[1]": "minContains", "x=[1,1,1,1]": "maxContains"},
        total=8,
    ),
    "minContains 0": Example(of_x({"type": "array", "contains": {"type": "integer"}, "minContains": 0}), total=5),
    "prefixItems": Example(
        of_x({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False}),
        accepted=['x=["text",1]'],
        refused={"x/2=42": "items"},
        total=16,
    ),
    "prefixItems with items": Example(
        of_x({"type": "array", "prefixItems": [{"enum": ["a"]}], "items": {"type": "boolean"}}),
        accepted=['x=["a",true]', 'x=["a",false]'],
        refused={'x/0="text"': "enum"},
        total=16,
    ),
    "unevaluatedItems": Example(
        of_x({"type": "array", "prefixItems": [{"type": "string"}], "unevaluatedItems": False}),
        accepted=["x=[]"],
        refused={'x=["text",42]': "unevaluatedItems"},
        total=11,
    ),
    "items, a list": Example(
        of_x({"type": "array", "items": [{"type": "string"}, {"type": "integer"}], "additionalItems": False})
        | {"$schema": "http://json-schema.org/draft-07/schema#"},
        accepted=['x=["text"]'],
        refused={'x=["text",1,42]': "additionalItems"},
        total=16,
    ),
    "items, a list, without $schema": Example(
        of_x({"type": "array", "items": [{"type": "string"}], "additionalItems": {"type": "integer"}}),
        accepted=['x=["text"]'],
        total=15,
    ),
    "nullable array": Example(
        of_x({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}], "default": None}),
        refused={'x="text"': "anyOf", "x=[42]": "anyOf"},
        total=10,
    ),
    "nested arrays": Example(
        of_x(
            {
                "type": "array",
                "items": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
                "minItems": 1,
            }
        ),
        accepted=["x=[[1,1],[1,1]]", "x=[[1,1]]"],
        refused={"x=[]": "minItems", "x/0=[1]": "minItems", "x/0=[1,1,1]": "maxItems"},
        total=17,
    ),
}
