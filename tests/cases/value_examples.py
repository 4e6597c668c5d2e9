"""Schemas of numbers, texts and constants (JSON Schema 2020-12 validation, sections 6.1 to 6.3)."""

from __future__ import annotations

from typing import Final

from tests.cases.example import Example, of_x

VALUE_EXAMPLES: Final[dict[str, Example]] = {
    "type": Example(of_x({"type": "string"}), total=5),
    "type, a list": Example(of_x({"type": ["string", "null"]}), total=5),
    "number": Example(of_x({"type": "number"}), total=4),
    "integer": Example(of_x({"type": "integer"}), total=5),
    "boolean": Example(of_x({"type": "boolean"}), accepted=["x=true", "x=false"], total=5),
    "null": Example(of_x({"type": "null"}), total=6),
    "array": Example(of_x({"type": "array"}), total=5),
    "object": Example(of_x({"type": "object"}), total=5),
    "enum": Example(of_x({"enum": ["a", "b"]}), accepted=['x="a"', 'x="b"'], refused={'x="text"': "enum"}, total=6),
    "enum with type": Example(
        of_x({"type": "string", "enum": ["a", "b"]}), accepted=['x="a"', 'x="b"'], refused={'x="text"': "enum"}, total=6
    ),
    "enum of all types": Example(
        of_x({"enum": ["a", 1, None, True, [1], {"k": 1}]}),
        accepted=['x="a"', "x=1", "x=true", "x=[1]", 'x={"k":1}'],
        refused={"x=42": "enum"},
        total=1,
    ),
    "const": Example(of_x({"const": "a"}), accepted=['x="a"'], refused={'x="text"': "const"}, total=6),
    "const, a boolean": Example(
        of_x({"const": True}), accepted=["x=true"], refused={'x="text"': "const", "x=false": "const"}, total=6
    ),
    "const, an object": Example(
        of_x({"const": {"a": 1}}), accepted=['x={"a":1}'], refused={'x="text"': "const"}, total=6
    ),
    "const, null": Example(of_x({"const": None}), refused={'x="text"': "const"}, total=6),
    "minimum": Example(
        of_x({"type": "integer", "minimum": 3}), accepted=["x=4", "x=3"], refused={"x=2": "minimum"}, total=6
    ),
    "minimum of an integer that is none": Example(
        of_x({"type": "integer", "minimum": 0.5}), accepted=["x=2", "x=1"], refused={"x=0": "minimum"}, total=6
    ),
    "maximum": Example(
        of_x({"type": "number", "maximum": 2.5}), accepted=["x=1.5", "x=2.5"], refused={"x=3": "maximum"}, total=5
    ),
    "exclusiveMinimum": Example(
        of_x({"type": "number", "exclusiveMinimum": 0}), accepted=["x=1"], refused={"x=0": "exclusiveMinimum"}, total=5
    ),
    "exclusiveMaximum": Example(
        of_x({"type": "integer", "exclusiveMaximum": 10}),
        accepted=["x=8", "x=9"],
        refused={"x=10": "exclusiveMaximum"},
        total=6,
    ),
    "multipleOf with bounds": Example(
        of_x({"type": "integer", "multipleOf": 5, "minimum": 10, "maximum": 20}),
        accepted=["x=15", "x=10", "x=20"],
        refused={"x=16": "multipleOf", "x=5": "minimum", "x=25": "maximum"},
        total=8,
    ),
    "multipleOf a tenth": Example(
        of_x({"type": "number", "multipleOf": 0.1}), accepted=["x=0.1"], refused={"x=0.15": "multipleOf"}, total=5
    ),
    "multipleOf a quarter": Example(
        of_x({"type": "number", "multipleOf": 0.25}), accepted=["x=0.25"], refused={"x=0.375": "multipleOf"}, total=5
    ),
    "minimum without type": Example(of_x({"minimum": 3}), accepted=["x=4", "x=3"], refused={"x=2": "minimum"}, total=1),
    "bounds beyond which is no number": Example(
        of_x({"type": "number", "minimum": -1e308, "maximum": 1e308}),
        accepted=["x=0", "x=-1e+308", "x=1e+308"],
        total=4,
        missing=["no case for /x: minimum", "no case for /x: maximum"],
    ),
    "minLength": Example(
        of_x({"type": "string", "minLength": 3}),
        accepted=['x="text"', 'x="aaa"'],
        refused={'x="aa"': "minLength"},
        total=6,
    ),
    "maxLength": Example(
        of_x({"type": "string", "maxLength": 3}),
        accepted=['x="a"', 'x="aaa"'],
        refused={'x="aaaa"': "maxLength"},
        total=6,
    ),
    "maxLength 0": Example(
        of_x({"type": "string", "maxLength": 0}), accepted=['x=""'], refused={'x="a"': "maxLength"}, total=6
    ),
    "minLength and maxLength": Example(
        of_x({"type": "string", "minLength": 2, "maxLength": 2}),
        accepted=['x="aa"'],
        refused={'x="a"': "minLength", 'x="aaa"': "maxLength"},
        total=7,
    ),
    "pattern": Example(
        of_x({"type": "string", "pattern": "^[A-Z]{2}\\d+$"}),
        accepted=['x="AA0"'],
        refused={'x="text"': "pattern"},
        total=6,
    ),
    "pattern with lengths": Example(
        of_x({"type": "string", "pattern": "^[a-z]+$", "minLength": 3, "maxLength": 6}),
        accepted=['x="aaa"', 'x="aaaaaa"'],
        refused={'x="AAA"': "pattern", 'x="aa"': "minLength", 'x="aaaaaaa"': "maxLength"},
        total=8,
    ),
    "pattern that matches everything": Example(
        of_x({"type": "string", "pattern": ""}), accepted=['x=""'], total=5, missing=["no case for /x: pattern"]
    ),
    "format": Example(of_x({"type": "string", "format": "date"}), total=5, missing=["no case for /x: format"]),
    "default": Example(of_x({"type": "integer", "default": 7}), accepted=["x=7"], total=5),
    "examples": Example(of_x({"type": "string", "examples": ["one", "two"]}), accepted=['x="one"'], total=5),
    "contradiction": Example(
        of_x({"type": "string", "minimum": 3, "minLength": 5, "maxLength": 2}),
        refused={"x=2": "minimum+type", 'x="a"': "minLength", 'x="aaaaa"': "maxLength"},
        total=8,
        missing=["no case for /x: an allowed value"],
    ),
}
