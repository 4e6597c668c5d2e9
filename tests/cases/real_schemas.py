"""Schemas that deployments really publish, or as their adapters would write them."""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]


def _advisory(title: str, values: list[str], *more: Schema, **rest: Any) -> Schema:
    """A string whose documented values are no bound: any other string is allowed, too."""
    alternatives = [{"enum": values, "type": "string"}, {"type": "string"}, *more]
    return {"title": title, "description": f"The {title.lower()} of the image.", "anyOf": alternatives, **rest}


_NULL: Final = {"type": "null"}
_DALLE3: Final = {
    "quality": ["standard", "hd"],
    "size": ["1024x1024", "1792x1024", "1024x1792"],
    "style": ["vivid", "natural"],
}

DALLE3_PYDANTIC_1: Final[Schema] = {
    "title": "Dalle3Config",
    "type": "object",
    "properties": {name: _advisory(name.title(), values) for name, values in _DALLE3.items()},
}

DALLE3_PYDANTIC_2: Final[Schema] = {
    "title": "Dalle3Config",
    "type": "object",
    "additionalProperties": True,
    "properties": {name: _advisory(name.title(), values, _NULL, default=None) for name, values in _DALLE3.items()},
}

GPT_IMAGE: Final[Schema] = {
    "title": "GptImage1Config",
    "type": "object",
    "additionalProperties": True,
    "properties": {
        "background": _advisory("Background", ["transparent", "opaque", "auto"], _NULL, default=None),
        "moderation": _advisory("Moderation", ["low", "auto"], _NULL, default=None),
        "output_compression": {
            "title": "Output Compression",
            "anyOf": [{"type": "integer", "minimum": 0, "maximum": 100}, _NULL],
            "default": None,
        },
        "output_format": _advisory("Output Format", ["png", "jpeg", "webp"], _NULL, default=None),
        "quality": _advisory("Quality", ["low", "medium", "high", "auto"], _NULL, default=None),
        "size": _advisory("Size", ["1024x1024", "1024x1536", "1536x1024", "auto"], _NULL, default=None),
    },
}

CLAUDE: Final[Schema] = {
    "title": "ClaudeConfigurationWithThinking",
    "type": "object",
    "additionalProperties": False,
    "$defs": {
        "ThinkingConfigDisabled": {
            "title": "ThinkingConfigDisabled",
            "type": "object",
            "additionalProperties": False,
            "properties": {"type": {"title": "Type", "const": "disabled", "type": "string"}},
            "required": ["type"],
        },
        "ThinkingConfigEnabled": {
            "title": "ThinkingConfigEnabled",
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "type": {"title": "Type", "const": "enabled", "type": "string"},
                "budget_tokens": {"title": "Budget Tokens", "type": "integer", "minimum": 1024},
            },
            "required": ["type", "budget_tokens"],
        },
    },
    "properties": {
        "betas": {"title": "Betas", "anyOf": [{"items": {"type": "string"}, "type": "array"}, _NULL], "default": None},
        "enable_citations": {"title": "Enable Citations", "type": "boolean", "default": False},
        "effort": {"title": "Effort", "anyOf": [{"enum": ["low", "medium", "high"], "type": "string"}, _NULL]},
        "thinking": {
            "title": "Thinking",
            "anyOf": [{"$ref": "#/$defs/ThinkingConfigEnabled"}, {"$ref": "#/$defs/ThinkingConfigDisabled"}, _NULL],
            "default": None,
        },
    },
}


def _button(const: int, title: str, *, submit: bool, confirm: str | None) -> Schema:
    options = {"confirmationMessage": confirm, "populateText": title, "submit": submit}
    return {"const": const, "title": title, "dial:widgetOptions": options}


BUTTONS: Final[Schema] = {
    "title": "Choice",
    "type": "object",
    "dial:chatMessageInputDisabled": True,
    "additionalProperties": False,
    "required": ["answer"],
    "properties": {
        "answer": {
            "type": "number",
            "description": "Pick one",
            "dial:widget": "buttons",
            "oneOf": [_button(1, "Yes", submit=True, confirm=None), _button(2, "No", submit=False, confirm="Sure?")],
        }
    },
}

SEARCH: Final[Schema] = {
    "title": "SearchConfiguration",
    "type": "object",
    "additionalProperties": False,
    "$defs": {
        "Source": {
            "title": "Source",
            "type": "object",
            "additionalProperties": False,
            "required": ["name"],
            "properties": {
                "name": {"title": "Name", "type": "string", "pattern": "^[a-z][a-z0-9-]*$", "maxLength": 20},
                "weight": {"title": "Weight", "type": "number", "exclusiveMinimum": 0, "maximum": 1, "default": 0.5},
            },
        }
    },
    "properties": {
        "mode": {"title": "Mode", "type": "string", "enum": ["fast", "exact"], "default": "fast"},
        "max_pages": {"title": "Max Pages", "type": "integer", "minimum": 1, "maximum": 50, "default": 10},
        "sources": {
            "title": "Sources",
            "type": "array",
            "items": {"$ref": "#/$defs/Source"},
            "minItems": 1,
            "maxItems": 3,
        },
        "language": {
            "title": "Language",
            "anyOf": [{"type": "string", "minLength": 2, "maxLength": 5}, _NULL],
            "default": None,
        },
        "citations": {"title": "Citations", "type": "boolean", "default": True},
    },
}

REAL_SCHEMAS: Final[dict[str, Schema]] = {
    "dall-e-3 of pydantic 1": DALLE3_PYDANTIC_1,
    "dall-e-3 of pydantic 2": DALLE3_PYDANTIC_2,
    "gpt-image-1": GPT_IMAGE,
    "claude": CLAUDE,
    "buttons": BUTTONS,
    "search": SEARCH,
}
