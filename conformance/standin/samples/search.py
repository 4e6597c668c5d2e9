"""A model with a strict configuration schema: `$defs`, `$ref`, defaults, bounds, a union with null."""

from __future__ import annotations

from typing import Any, Final

from aidial_sdk.chat_completion import ChatCompletion, Request, Response
from aidial_sdk.deployment.configuration import ConfigurationRequest
from aidial_sdk.exceptions import RequestValidationError
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

SCHEMA: Final[dict[str, Any]] = {
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
                "weight": {
                    "title": "Weight",
                    "type": "number",
                    "exclusiveMinimum": 0,
                    "maximum": 1,
                    "default": 0.5,
                },
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
            "anyOf": [{"type": "string", "minLength": 2, "maxLength": 5}, {"type": "null"}],
            "default": None,
        },
        "citations": {"title": "Citations", "type": "boolean", "default": True},
    },
}
"""What its configuration endpoint says, and what it holds requests to."""


class Search(ChatCompletion):
    """Finds three pages, in the mode that its configuration asks for."""

    def __init__(self) -> None:
        self._validator = Draft202012Validator(SCHEMA)

    async def configuration(self, request: ConfigurationRequest) -> dict[str, Any]:  # noqa: ARG002 - of the SDK
        """Return the schema of its configuration."""
        return SCHEMA

    async def chat_completion(self, request: Request, response: Response) -> None:
        """Say what was found.

        Raises:
            RequestValidationError: There is no message, or the configuration is not valid.
        """
        if not request.messages:
            raise _refused("messages", "at least one message is required")
        configuration = (request.custom_fields.configuration if request.custom_fields else None) or {}
        if error := best_match(self._validator.iter_errors(configuration)):
            path = ".".join(["custom_fields.configuration", *map(str, error.absolute_path)])
            raise _refused(path, error.message)
        found = f"Found 3 pages in {configuration.get('mode', 'fast')} mode"
        with response.create_single_choice() as choice:
            choice.append_content(found)
        response.set_usage(prompt_tokens=5, completion_tokens=len(found.split()))


def _refused(path: str, error: str) -> RequestValidationError:
    return RequestValidationError(f"Invalid request. Path: '{path}', error: {error}")
