"""An application whose model refers to itself, so that its schema has a `$ref` at the root (dial-api 12.7)."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal

from aidial_sdk.chat_completion import ChatCompletion, Request, Response
from aidial_sdk.deployment.configuration import ConfigurationRequest
from aidial_sdk.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

_WHERE: Final = "custom_fields.configuration"


class Web(BaseModel):
    """Pages."""

    kind: Literal["web"]
    urls: Annotated[list[str], Field(min_length=1, max_length=5)]
    depth: Annotated[int, Field(ge=0, le=3)] = 1


class Db(BaseModel):
    """Tables."""

    kind: Literal["db"]
    dsn_name: Annotated[str, StringConstraints(pattern=r"^[A-Z_]+$")]
    tables: set[str] | None = None


class PipeConfig(BaseModel):
    """What it reads, and what it falls back to."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[Web | Db, Field(discriminator="kind")]
    weights: dict[str, Annotated[float, Field(ge=0, le=1)]] = {}
    budget: Annotated[float, Field(gt=0, lt=100, multiple_of=0.5)] = 5.0
    tags: Annotated[list[Annotated[str, StringConstraints(min_length=1)]], Field(max_length=3)] = []
    fallback: PipeConfig | None = None


class Pipe(ChatCompletion):
    """Says that it ran."""

    def __init__(self) -> None:
        self._schema = _without_descriptions(PipeConfig.model_json_schema())

    async def configuration(self, request: ConfigurationRequest) -> dict[str, Any]:  # noqa: ARG002 - of the SDK
        """Return the schema of its configuration."""
        return self._schema

    async def chat_completion(self, request: Request, response: Response) -> None:
        """Say it.

        Raises:
            RequestValidationError: There is no message, or the configuration is missing or not valid.
        """
        if not request.messages:
            raise RequestValidationError("messages must not be empty")
        configuration = request.custom_fields.configuration if request.custom_fields else None
        if configuration is None:
            raise RequestValidationError(f"The configuration at path '{_WHERE}' is missing.")
        try:
            PipeConfig.model_validate_json(json.dumps(configuration), strict=True)
        except ValidationError as error:
            first = error.errors()[0]
            path = ".".join(map(str, (_WHERE, *first["loc"])))
            raise RequestValidationError(f"Invalid request. Path: '{path}', error: {first['msg']}") from None
        with response.create_single_choice() as choice:
            choice.append_content("ran")
        response.set_usage(prompt_tokens=1, completion_tokens=1)


def _without_descriptions(schema: dict[str, Any]) -> dict[str, Any]:
    # pydantic would take the docstrings of this file
    for one in schema["$defs"].values():
        one.pop("description", None)
    return schema
