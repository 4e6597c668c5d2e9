"""Hostile schemas whose texts become regular expressions, or whose values are dear to look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.cases.example import of_x

Schema = dict[str, Any]

_TEXTS: Final = {
    "three levels of repetition": "^((a{1000}){1000}){1000}$",
    "two levels of repetition": "^(a{1000}){4000}$",
    "a million": "a{1000000}",
    "a million of a group": "(ab){1000000}",
    "25 levels of two": "(?:" * 25 + "a" + "){2}" * 25,
    "25 levels of one or more": "(?:" * 25 + "a" + ")+" * 25,
    "25 levels of one or two": "(?:" * 25 + "a" + "){1,2}" * 25,
    "80 levels of two": "(?:" * 80 + "a" + "){2}" * 80,
    "lookahead": "(?=(a{1000}){1000})a",
    "lookbehind": "(?<=(a{1000}){1000})b",
    "named group": "(?<name>a{1000}){1000}",
    "named group of Python": "(?P<name>a{1000}){1000}",
    "set of brackets": "[[({]a{1000}{1000}",
    "set before repetition": "([]]{1000}){1000}",
    "escaped bracket": r"(\[a{1000}){1000}",
    "comment": "(?x)#[\n(a{1000}){1000}",
    "another comment": "(?#[)(a{1000}){1000}",
    "recursion": "(a(?R)?b){1000}",
    "alternative reset": "(?|(a)|(b)){1000}",
    "unclosed sets": "[" * 5_000,
    "unclosed groups": "(" * 5_000,
    "deep groups": "(" * 2_400 + ")" * 2_400,
    "half a million letters": "a" * 500_000,
    "half a million sets": "[a-z]" * 100_000,
    "many optional groups": "(ab)?" * 100_000,
    "many alternatives": "|".join(f"a{number}" for number in range(50_000)),
    "long set": f"[{''.join(map(chr, range(300, 20_300)))}]",
    "properties of Unicode": r"^(\p{L}+)+$",
    "many properties of Unicode": r"\p{L}" * 20_000,
    "back references": r"^(a*)*\1*\1*\1*$",
    "nested stars": "^((a*)*)*$",
    "words": r"^(\w+\s?)*$",
    "cron": r"^(\S+\s+){4}\S+$",
    "no text": "",
    "null character": "\x00{1000}",
    "emoji": "(\U0001f600{1000}){1000}",
    "ignoring case": "(?i)(stra\u00dfe{1000}){100}",
}

_LONG_NAME: Final = "a" * 60 + "!"
_SLOW: Final = "^(a|a)*$"
_NAMED: Final[Schema] = {f"^(x{number}|y)*$": {} for number in range(800)}

PATTERNS: Final[dict[str, Callable[[], Schema]]] = {
    **{name: lambda text=text: of_x({"type": "string", "pattern": text}) for name, text in _TEXTS.items()},  # type: ignore[misc]  # mypy does not see the default
    "for names": lambda: of_x({"type": "object", "patternProperties": {"^((a{1000}){1000}){1000}$": {}}}),
    "for names that are refused": lambda: of_x({"propertyNames": {"pattern": "^((a{1000}){1000}){1000}$"}}),
    "of a required property": lambda: {
        **of_x({"type": "string", "pattern": "^((a{1000}){1000}){1000}$"}),
        "required": ["x"],
    },
    "many different ones": lambda: {
        "type": "object",
        "properties": {f"p{number}": {"type": "string", "pattern": f"^[a-z]{{{number}}}$"} for number in range(900)},
    },
    "slow, on a default": lambda: of_x({"type": "string", "pattern": _SLOW, "default": _LONG_NAME}),
    "slow, on the names of a default": lambda: of_x(
        {"patternProperties": {_SLOW: {}}, "unevaluatedProperties": False, "default": {_LONG_NAME: 1}}
    ),
    "slow, below a declared draft": lambda: {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **of_x({"type": "string", "pattern": _SLOW}),
        "allOf": [{"properties": {"y": {"$ref": "#"}}}],
        "default": {"y": {"x": _LONG_NAME}},
    },
    "many, on many names": lambda: of_x(
        {"patternProperties": _NAMED, "additionalProperties": False}
        | {"default": {f"n{number}": 1 for number in range(20_000)}}
    ),
}
"""Each becomes a regular expression somewhere."""

VALUES: Final[dict[str, Callable[[], Schema]]] = {
    "long default of long enums": lambda: of_x(
        {"items": {"enum": [f"v{number}" for number in range(20_000)]}, "default": ["none"] * 20_000}
    ),
    "default of many alternatives": lambda: of_x(
        {"items": {"anyOf": [{"const": number} for number in range(4_000)]}, "default": [-1] * 4_000}
    ),
    "uniqueItems of many kinds": lambda: of_x(
        {"type": "array", "uniqueItems": True, "default": [[number, {}] for number in range(20_000)]}
    ),
    "required of many kinds": lambda: {
        **of_x({}),
        "required": [value for number in range(10_000) for value in (f"n{number}", number, [number])],
    },
    "type of many kinds": lambda: of_x(
        {"type": [value for number in range(10_000) for value in (str(number), number)]}
    ),
    "enum of large values": lambda: of_x({"enum": ["x" * 100_000, {"x": ["y"] * 9_000}, "a"]}),
    "DIAL's dialect with loops": lambda: {
        "$schema": "https://dial.epam.com/application_type_schemas/schema#",
        **of_x({"dependencies": {"a": ["b"], "b": ["a"]}, "properties": {"a": {}, "b": {}}}),
    },
    "two ways to say it": lambda: of_x({"items": [{}], "prefixItems": [{"type": "string"}]}),
    "dependencies in two ways": lambda: of_x({"dependencies": {"a": ["b"]}, "dependentRequired": {"a": ["c"]}}),
    "recursive and required": lambda: {
        "type": "object",
        "properties": {"root": {"$ref": "#/$defs/Node"}},
        "required": ["root"],
        "$defs": {
            "Node": {
                "type": "object",
                "properties": {
                    f"list{number}": {"type": "array", "items": {"$ref": "#/$defs/Node"}} for number in range(40)
                },
                "required": [f"list{number}" for number in range(40)],
            }
        },
    },
    "many variants": lambda: of_x(
        {"anyOf": [{"type": "object", "properties": _variant(number), "required": ["kind"]} for number in range(60)]}
    ),
    "many required variants": lambda: {
        **of_x({"oneOf": [{"type": "object", "properties": _variant(number)} for number in range(60)]}),
        "required": ["x"],
    },
}
"""Each is dear to look at."""


def _variant(number: int) -> Schema:
    inner = [{"type": "object", "properties": {f"m{one}": {"type": "string"}}} for one in range(6)]
    members = {f"q{one}": {"anyOf": inner} for one in range(6)}
    return {"kind": {"const": f"k{number}"}, **members}
