"""Schemas of objects (JSON Schema 2020-12 validation, section 6.5; core, section 10.3.2)."""

from __future__ import annotations

from typing import Final

from tests.cases.example import Example, of_x

OBJECT_EXAMPLES: Final[dict[str, Example]] = {
    "dependentSchemas, false": Example(
        {"type": "object", "properties": {"a": {"type": "string"}}, "dependentSchemas": {"a": False}},
        refused={'{"a":"text"}': "dependentSchemas"},
        total=1,
        missing=["no case for /a: type"],
    ),
    "dependencies, false": Example(
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "properties": {"a": {"type": "string"}},
            "dependencies": {"a": False},
        },
        refused={'{"a":"text"}': "dependencies"},
        total=1,
        missing=["no case for /a: type"],
    ),
    "required": Example(
        {
            "type": "object",
            "properties": {"a": {"type": "string"}, "b": {"type": "integer", "minimum": 1}},
            "required": ["a", "b"],
        },
        accepted=['a="text",b=2', 'a="text",b=1'],
        refused={'{"b":2}': "required", '{"a":"text"}': "required", "b=0": "minimum"},
        total=13,
    ),
    "required inside": Example(
        of_x({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}),
        accepted=['x={"a":"text"}'],
        refused={"x={}": "required"},
        total=11,
    ),
    "dependentRequired": Example(
        {
            "type": "object",
            "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
            "dependentRequired": {"a": ["b"]},
        },
        accepted=['a="text",b=1'],
        refused={'{"a":"text"}': "dependentRequired"},
        total=11,
    ),
    "dependencies": Example(
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "properties": {"a": {"type": "string"}, "b": {"type": "integer"}, "c": {}},
            "dependencies": {"a": ["b"], "c": {"required": ["b"]}},
        },
        accepted=['a="text",b=1'],
        refused={'{"a":"text"}': "dependencies", '{"c":"text"}': "required"},
        total=12,
    ),
    "dependentSchemas": Example(
        {
            "type": "object",
            "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
            "dependentSchemas": {"a": {"properties": {"b": {"minimum": 10}}, "required": ["b"]}},
        },
        accepted=['a="text",b=11', 'a="text",b=10'],
        refused={'{"a":"text"}': "required", "b=9": "minimum"},
        total=12,
    ),
    "additionalProperties": Example(
        of_x({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False}),
        accepted=["x={}"],
        refused={'x={"foo":1}': "additionalProperties"},
        total=11,
    ),
    "additionalProperties at the root": Example(of_x({"type": "string"}) | {"additionalProperties": False}, total=5),
    "additionalProperties with a schema": Example(
        of_x({"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}}),
        accepted=['x={"foo":2}', 'x={"foo":1}'],
        refused={"x/foo=0": "minimum"},
        total=11,
    ),
    "patternProperties": Example(
        of_x(
            {"type": "object", "patternProperties": {"^x-[a-z]+$": {"type": "integer"}}, "additionalProperties": False}
        ),
        accepted=["x={}"],
        refused={'x={"foo":1}': "additionalProperties"},
        total=11,
    ),
    "patternProperties at the root": Example(
        {"type": "object", "properties": {}, "patternProperties": {"^x-": {"type": "integer"}}}, total=5
    ),
    "patternProperties, false": Example(
        of_x({"type": "object", "patternProperties": {"^x-": False}}),
        accepted=["x={}"],
        refused={"x/x-=42": "patternProperties"},
        total=6,
    ),
    "property that is forbidden": Example(
        {"type": "object", "properties": {"x": False, "y": True}}, refused={"x=42": "properties"}, total=1
    ),
    "propertyNames": Example(
        of_x({"type": "object", "propertyNames": {"pattern": "^[a-z]+$", "maxLength": 4}}),
        refused={'x={"aaaaa":"text"}': "propertyNames"},
        total=6,
    ),
    "unevaluatedProperties": Example(
        of_x(
            {
                "type": "object",
                "allOf": [{"properties": {"a": {"type": "string"}}}],
                "properties": {"b": {"type": "integer"}},
                "unevaluatedProperties": False,
            }
        ),
        accepted=["x={}"],
        refused={'x={"foo":1}': "unevaluatedProperties"},
        total=11,
        missing=["no case for /x/a: type"],
    ),
    "unevaluatedProperties with a schema": Example(
        of_x({"type": "object", "properties": {"b": {"type": "integer"}}, "unevaluatedProperties": {"type": "string"}}),
        accepted=["x={}"],
        refused={'x={"foo":1}': "unevaluatedProperties"},
        total=11,
    ),
    "minProperties": Example(
        of_x({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "minProperties": 1}),
        accepted=['x={"a":"text"}'],
        refused={"x={}": "minProperties"},
        total=16,
    ),
    "maxProperties": Example(
        of_x({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "maxProperties": 1}),
        accepted=["x={}"],
        refused={'x={"a":"text","b":1}': "maxProperties"},
        total=16,
    ),
    "minProperties and maxProperties at the root": Example(
        {
            "type": "object",
            "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
            "maxProperties": 1,
            "minProperties": 1,
        },
        accepted=['a="text"', "b=1"],
        refused={'{"a":"text","b":1}': "maxProperties", "{}": "minProperties"},
        total=12,
    ),
    "nested objects": Example(
        of_x({"type": "object", "properties": {"y": {"type": "object", "properties": {"z": {"type": "integer"}}}}}),
        accepted=['x={"y":{}}'],
        total=15,
    ),
    "names that must be escaped": Example(
        {
            "type": "object",
            "properties": {
                "a/b": {"type": "integer"},
                "c~d": {"type": "integer"},
                "é ü": {"type": "integer"},
                "a=1": {"enum": [1, 2]},
                "a": {"enum": ["x", "1=2"]},
            },
        },
        accepted=['a=1=1,a="x"', 'a=1=2,a="1=2"'],
        refused={'a=1="text"': "enum", 'a="text"': "enum"},
        total=26,
    ),
    "required, but forbidden": Example(
        of_x(schema=False) | {"required": ["x"]},
        total=0,
        missing=["no case for the configuration: nothing that the schema allows was found for /x"],
    ),
}
