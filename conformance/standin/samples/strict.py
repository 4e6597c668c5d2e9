"""Deployments that take exactly what their schema allows, and refuse the first thing that it does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from aidial_sdk.chat_completion import ChatCompletion, Request, Response
from aidial_sdk.deployment.configuration import ConfigurationRequest
from aidial_sdk.exceptions import RequestValidationError
from jsonschema import Draft202012Validator

_WHERE: Final = "custom_fields.configuration"


class Strict(ChatCompletion):
    """Says something that depends on its configuration."""

    def __init__(
        self, schema: Mapping[str, Any], say: Callable[[Mapping[str, Any]], str], usage: tuple[int, int]
    ) -> None:
        """Get ready.

        Args:
            schema: What its configuration endpoint says, and what it holds requests to.
            say: What it answers to a valid configuration.
            usage: How many tokens it says that the prompt and the answer are.
        """
        self._schema = dict(schema)
        self._say = say
        self._usage = usage
        self._validator = Draft202012Validator(self._schema)

    async def configuration(self, request: ConfigurationRequest) -> dict[str, Any]:  # noqa: ARG002 - of the SDK
        """Return the schema of its configuration."""
        return self._schema

    async def chat_completion(self, request: Request, response: Response) -> None:
        """Say it.

        Raises:
            RequestValidationError: There is no message, or the configuration is not valid.
        """
        if not request.messages:
            raise RequestValidationError("messages must not be empty")
        configuration = request.custom_fields.configuration if request.custom_fields else None
        if configuration is None and "required" in self._schema:
            raise RequestValidationError(f"The configuration at path '{_WHERE}' is missing.")
        for error in self._validator.iter_errors(configuration or {}):
            path = ".".join(map(str, (_WHERE, *error.absolute_path)))
            raise RequestValidationError(f"Invalid request. Path: '{path}', error: {error.message}")
        with response.create_single_choice() as choice:
            choice.append_content(self._say(configuration or {}))
        response.set_usage(*self._usage)
