"""Schemas that combine and refer to others (JSON Schema 2020-12 core, sections 8 and 10.2)."""

from __future__ import annotations

from typing import Final

from tests.cases.example import Example, of_x

COMBINED_EXAMPLES: Final[dict[str, Example]] = {
    "anyOf": Example(
        of_x({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "boolean"}]}),
        accepted=["x=2", "x=1", "x=true", "x=false"],
        refused={'x="text"': "anyOf", "x=0": "anyOf"},
        total=5,
    ),
    "anyOf that allows everything": Example(
        of_x({"anyOf": [{"type": "integer"}, {"not": {"type": "integer"}}]}),
        total=0,
        missing=["no case for /x: not", "no case for /x: anyOf"],
    ),
    "oneOf": Example(
        of_x({"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 10}]}),
        accepted=["x=10.5"],
        refused={'x="text"': "oneOf", "x=9.5": "oneOf", "x=11": "oneOf"},
        total=6,
    ),
    "oneOf of constants": Example(
        of_x({"oneOf": [{"const": "a", "title": "A"}, {"const": "b"}]}),
        accepted=['x="a"', 'x="b"'],
        refused={'x="text"': "oneOf"},
        total=6,
    ),
    "oneOf of objects": Example(
        of_x({"oneOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}]})
        | {
            "$defs": {
                "A": {
                    "type": "object",
                    "properties": {"kind": {"const": "a"}, "n": {"type": "integer"}},
                    "required": ["kind"],
                    "additionalProperties": False,
                },
                "B": {
                    "type": "object",
                    "properties": {"kind": {"const": "b"}, "t": {"type": "string", "maxLength": 4}},
                    "required": ["kind", "t"],
                },
            }
        },
        accepted=['x={"kind":"a"}', 'x={"kind":"b","t":"text"}', 'x={"kind":"b","t":"aaaa"}'],
        refused={
            'x="text"': "oneOf",
            "x={}": "oneOf",
            'x={"kind":"a","foo":1}': "oneOf",
            'x={"t":"text"}': "oneOf",
            'x={"kind":"b"}': "oneOf",
            'x={"kind":42}': "oneOf",
            'x={"kind":"text"}': "oneOf",
            'x={"kind":"a","n":"text"}': "oneOf",
            'x={"kind":"text","t":"text"}': "oneOf",
            'x={"kind":"b","t":42}': "oneOf",
            'x={"kind":"b","t":"aaaaa"}': "oneOf",
        },
        total=27,
    ),
    "oneOf of objects that overlap": Example(
        of_x(
            {
                "properties": {"a": True, "b": True},
                "oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}],
            }
        ),
        refused={'x="text"': "oneOf", "x={}": "oneOf", 'x={"a":"text","b":"text"}': "oneOf"},
        total=7,
    ),
    "a branch that requires what nothing describes": Example(
        of_x(
            {
                "type": "object",
                "properties": {"a": {"type": "string"}},
                "anyOf": [{"required": ["a"]}, {"required": ["ghost"]}],
            }
        ),
        accepted=['x={"a":"text"}'],
        total=11,
        missing=[
            "no case for /x: required",
            "no case for the configuration: what requires 'ghost', which nothing describes",
        ],
    ),
    "only branches that require what nothing describes": Example(
        {
            "type": "object",
            "required": ["x"],
            "properties": {"x": {"oneOf": [{"required": ["ghost"]}, {"required": ["spirit"]}], "type": "object"}},
        },
        missing=[
            "no case for the configuration: what requires 'ghost', which nothing describes",
            "no case for the configuration: what requires 'spirit', which nothing describes",
        ],
    ),
    "allOf": Example(
        of_x({"allOf": [{"type": "integer"}, {"minimum": 3}, {"maximum": 5}]}),
        accepted=["x=4", "x=3", "x=5"],
        refused={"x=2": "minimum", "x=6": "maximum"},
        total=7,
    ),
    "not": Example(of_x({"type": "string", "not": {"enum": ["bad", "worse"]}}), refused={'x="bad"': "not"}, total=6),
    "not type": Example(of_x({"not": {"type": "string"}}), refused={'x="text"': "not"}, total=1),
    "if, then and else": Example(
        {
            "type": "object",
            "properties": {"mode": {"enum": ["fast", "exact"]}, "depth": {"type": "integer"}},
            "if": {"properties": {"mode": {"const": "exact"}}, "required": ["mode"]},
            "then": {"required": ["depth"], "properties": {"depth": {"minimum": 2}}},
            "else": {"properties": {"depth": {"maximum": 1}}},
        },
        accepted=['mode="fast",depth=0', "depth=1", 'mode="exact",depth=3', 'mode="exact",depth=2'],
        refused={
            '{"mode":"exact"}': "required",
            'mode="text"': "enum",
            "depth=2": "maximum",
            '{"mode":"exact","depth":1}': "minimum",
        },
        total=14,
    ),
    "then, false": Example(
        {
            "type": "object",
            "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
            "if": {"required": ["a", "b"]},
            "then": False,
        },
        refused={'{"a":"text","b":"text"}': "then"},
        total=11,
    ),
    "$ref": Example(
        of_x({"$ref": "#/$defs/P"}) | {"$defs": {"P": {"type": "integer", "maximum": 3}}},
        accepted=["x=2", "x=3"],
        refused={"x=4": "maximum"},
        total=6,
    ),
    "$ref with siblings": Example(
        of_x({"$ref": "#/$defs/P", "minimum": 2}) | {"$defs": {"P": {"type": "integer", "maximum": 3}}},
        accepted=["x=2", "x=3"],
        refused={"x=1": "minimum", "x=4": "maximum"},
        total=7,
    ),
    "$ref with siblings in draft-07": Example(
        of_x({"$ref": "#/definitions/P", "minimum": 2})
        | {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "definitions": {"P": {"type": "integer", "maximum": 3}},
        },
        accepted=["x=2", "x=3"],
        refused={"x=4": "maximum"},
        total=6,
    ),
    "definitions, one after the other": Example(
        of_x({"allOf": [{"$ref": "#/definitions/P"}], "default": 2})
        | {"definitions": {"P": {"$ref": "#/definitions/Q"}, "Q": {"enum": [1, 2]}}},
        accepted=["x=1", "x=2"],
        refused={'x="text"': "enum", "x=42": "enum"},
        total=5,
    ),
    "$anchor": Example(
        of_x({"$ref": "#p"}) | {"$defs": {"P": {"$anchor": "p", "type": "boolean"}}},
        accepted=["x=true", "x=false"],
        total=5,
    ),
    "$id": Example(
        of_x({"$ref": "part"})
        | {"$id": "https://example.org/root", "$defs": {"P": {"$id": "part", "type": "integer", "minimum": 0}}},
        accepted=["x=1", "x=0"],
        refused={"x=-1": "minimum"},
        total=6,
    ),
    "reference to itself": Example(
        {
            "type": "object",
            "properties": {"tree": {"$ref": "#/$defs/N"}},
            "$defs": {
                "N": {
                    "type": "object",
                    "properties": {"v": {"type": "integer"}, "c": {"type": "array", "items": {"$ref": "#/$defs/N"}}},
                    "required": ["v"],
                }
            },
        },
        accepted=['tree={"v":1,"c":[]}'],
        refused={"tree={}": "required", "tree/c/0={}": "required"},
        total=22,
    ),
    "reference to the root": Example(
        {"type": "object", "properties": {"a": {"type": "integer"}, "again": {"$ref": "#"}}}, total=10
    ),
    "$dynamicRef": Example(
        of_x({"$dynamicRef": "#n"}) | {"$defs": {"N": {"$dynamicAnchor": "n", "type": "integer"}}}, total=5
    ),
    "nullable object": Example(
        of_x({"anyOf": [{"$ref": "#/$defs/M"}, {"type": "null"}], "default": None})
        | {
            "$defs": {
                "M": {"type": "object", "properties": {"a": {"type": "string", "minLength": 1}}, "required": ["a"]}
            }
        },
        accepted=['x={"a":"text"}', 'x={"a":"a"}'],
        refused={'x="text"': "anyOf", "x={}": "anyOf", 'x={"a":42}': "anyOf", 'x={"a":""}': "anyOf"},
        total=12,
    ),
    "oneOf at the root": Example(
        {
            "type": "object",
            "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
            "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
        },
        accepted=["a=1", "b=1"],
        refused={"{}": "oneOf", '{"a":1,"b":1}': "oneOf"},
        total=12,
    ),
    "not at the root": Example(
        {
            "type": "object",
            "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
            "not": {"required": ["a", "b"]},
        },
        refused={'{"a":1,"b":1}': "not"},
        total=11,
    ),
    "not an object": Example(
        {"type": "string"}, total=0, missing=["no case for the configuration: nothing that the schema allows was found"]
    ),
    "nothing": Example({}, total=0),
    "enum, partly forbidden by not": Example(
        of_x({"enum": ["a", "b", "c"], "not": {"const": "c"}}),
        accepted=['x="a"', 'x="b"'],
        refused={'x="text"': "enum", 'x="c"': "not"},
        total=7,
    ),
    "else, false": Example(
        {
            "type": "object",
            "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
            "if": {"required": ["a"]},
            "else": False,
        },
        accepted=['a="text"'],
        refused={"{}": "else"},
        total=11,
    ),
}
