"""Apps whose SDK runs with pydantic 2 (`PYDANTIC_V2=true`), as many adapters do.

The SDK takes its pydantic once for each process, and in this one it is pydantic 1. So such an app gets a front that
refuses what pydantic 2 refuses, in its words; the models are those of the SDK, as far as requests differ in them.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Annotated, Any, Final, Literal

from aidial_sdk.exceptions import HTTPException, InvalidRequestError
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, StrictInt, StrictStr, ValidationError, model_validator

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json

CRASHED: Final = Response(500, (("content-type", "text/plain; charset=utf-8"),), b"Internal Server Error")
"""What the server of an app says where the app has raised an error."""

_COMPLETIONS: Final = "/chat/completions"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


class Attachment(_Model):
    """An attachment of a message."""

    index: int | None = None
    type: StrictStr | None = None
    title: StrictStr | None = None
    data: StrictStr | None = None
    url: StrictStr | None = None
    reference_type: StrictStr | None = None
    reference_url: StrictStr | None = None

    @model_validator(mode="after")
    def _has_content(self) -> Attachment:
        wrong = "it's missing both" if self.data is None and self.url is None else "it has both"
        if (self.data is None) == (self.url is None):
            raise ValueError(f"Attachment must have either 'data' or 'url', but {wrong}")
        return self


class CustomContent(_Model):
    """The DIAL part of a message."""

    stages: list[_Open] | None = None
    attachments: list[Attachment] | None = None
    state: dict[str, Any] | None = None
    form_value: Any | None = None
    form_schema: Any | None = None


class Role(Enum):
    """Who speaks."""

    SYSTEM = "system"
    DEVELOPER = "developer"
    USER = "user"
    ASSISTANT = "assistant"
    FUNCTION = "function"
    TOOL = "tool"


class Part(_Open):
    """A part of a content."""

    type: Literal["text", "image_url", "file", "input_audio", "refusal"]


class Message(_Model):
    """A message."""

    role: Role
    content: StrictStr | list[Part] | None = None
    custom_content: CustomContent | None = None
    custom_fields: _Open | None = None
    name: StrictStr | None = None
    tool_calls: list[_Open] | None = None
    tool_call_id: StrictStr | None = None
    function_call: _Open | None = None
    refusal: StrictStr | None = None
    reasoning_content: StrictStr | None = None


class ChatCompletionRequestCustomFields(_Model):
    """The DIAL part of a request."""

    configuration: dict[str, Any] | None = None
    cache_breakpoint: _Open | None = None


class ChatCompletionRequest(_Model):
    """A request for a completion."""

    model: StrictStr | None = None
    messages: list[Message]
    functions: list[_Open] | None = None
    function_call: Any = None
    tools: list[_Open] | None = None
    tool_choice: Any = None
    stream: bool = False
    stream_options: _Open | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    n: Annotated[int, Field(ge=1, le=128)] | None = None
    stop: StrictStr | list[StrictStr] | None = None
    max_tokens: PositiveInt | None = None
    max_completion_tokens: PositiveInt | None = None
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    logit_bias: dict[int, float] | None = None
    user: StrictStr | None = None
    seed: StrictInt | None = None
    logprobs: bool | None = None
    top_logprobs: StrictInt | None = None
    reasoning_effort: StrictStr | None = None
    response_format: _Open | None = None
    parallel_tool_calls: bool | None = None
    prompt_cache_key: StrictStr | None = None
    prompt_cache_options: _Open | None = None
    max_prompt_tokens: PositiveInt | None = None
    custom_fields: ChatCompletionRequestCustomFields | None = None


def validated(answers: Handler) -> Handler:
    """Let pydantic 2 look at a request for a completion before the app does."""

    async def answer(request: IncomingRequest) -> Response:
        if request.path.endswith(_COMPLETIONS):
            try:
                ChatCompletionRequest.model_validate(request.json())
            except ValidationError as error:
                return refusal(invalid_structure(error))
            except ValueError:
                pass  # the app says that it is no JSON
        return await answers(request)

    return answer


def guarded(answers: Handler) -> Handler:
    """Answer 500 where an adapter does not catch its error, as its server would."""

    async def answer(request: IncomingRequest) -> Response:
        try:
            return await answers(request)
        except Exception:  # noqa: BLE001 - an adapter may raise anything
            return CRASHED

    return answer


def invalid_structure(error: ValidationError) -> InvalidRequestError:
    """Return the SDK's error for what pydantic refused."""
    first = error.errors()[0]
    path = ".".join(map(str, first["loc"]))
    return InvalidRequestError(f"Your request contained invalid structure on path {path}. {first['msg']}")


def refusal(error: HTTPException) -> Response:
    """Answer with an error of the SDK."""
    answer = in_json(error.json_error(), error.status_code)
    return replace(answer, headers=(*(error.headers or {}).items(), *answer.headers))
