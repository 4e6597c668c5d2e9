"""GPT-Image-1 behind the late OpenAI adapter (AO-3 in dial-api), whose upstream refuses more than its schema does."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final, Literal
from uuid import uuid4

from aidial_sdk.exceptions import InvalidRequestError, RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json, to_json
from conformance.standin.samples.images import UNSAFE, refused_by_upstream
from conformance.standin.samples.picture import gradient
from conformance.standin.samples.storing import stored
from conformance.standin.samples.validated import CRASHED, ChatCompletionRequest, refusal

PATH: Final = "/openai/deployments/gpt-image-1"

_DEFAULT_SIZE: Final = "1024x1024"
_PERMITTED: Final = {
    "background": ("transparent", "opaque", "auto"),
    "moderation": ("low", "auto"),
    "output_format": ("png", "jpeg", "webp"),
    "quality": ("auto", "high", "medium", "low"),
    "size": ("1024x1024", "1536x1024", "1024x1536", "auto"),
}
_KNOWN: Final = frozenset({"prompt", "n", "model", "output_compression", *_PERMITTED})
_TRANSPARENT: Final = {"background": "transparent", "quality": "high", "size": "1024x1024"}
"""What the notebook asks for, which no capture has. The upstream of the captures drew no alpha channel for others."""
_FULL: Final = 100
_MOST: Final = 10
_NO_PROMPT: Final = "Text prompt must be provided."
_CONFUSED: Final = {
    "detail": {"error": {"message": "Error during processing the request", "type": "runtime_error", "code": "500"}}
}


class GptImage1Config(BaseModel):
    """What `custom_fields.configuration` may be: any text and any further key is left to the upstream."""

    model_config = ConfigDict(extra="allow")

    background: Literal["transparent", "opaque", "auto"] | StrictStr | None = Field(
        None, description="Allows to set transparency for the background of the generated image(s)."
    )
    moderation: Literal["low", "auto"] | StrictStr | None = Field(
        None, description="Control the content-moderation level for generated images."
    )
    output_compression: StrictInt | None = Field(
        None, description="The compression level (0-100%) for the generated images."
    )
    output_format: Literal["png", "jpeg", "webp"] | StrictStr | None = Field(
        None, description="The format in which the generated images are returned."
    )
    quality: Literal["high", "medium", "low"] | StrictStr | None = Field(
        None, description="The quality of the image that will be generated."
    )
    size: Literal["1024x1024", "1536x1024", "1024x1536", "auto"] | StrictStr | None = Field(
        None, description="Must be one of ..."
    )


class GptImage:
    """The adapter: a handler that turns chat completions into requests for images."""

    def __init__(self, core: Handler) -> None:
        """Get ready.

        Args:
            core: The gateway, where it stores the images.
        """
        self._core = core
        self._schema = GptImage1Config.model_json_schema()
        del self._schema["description"]

    async def __call__(self, request: IncomingRequest) -> Response:
        """Answer as the adapter does."""
        if request.path == f"{PATH}/configuration":
            return in_json(self._schema)
        try:
            return await self._completion(request)
        except (InvalidRequestError, RequestValidationError) as error:
            return refusal(error)

    async def _completion(self, request: IncomingRequest) -> Response:
        body = request.json()
        if not request.query.get("api-version"):
            raise InvalidRequestError("api-version is a required query parameter")
        custom_fields = body.get("custom_fields")
        if "messages" not in body or not isinstance(custom_fields, dict | None):
            return CRASHED
        prompt = _prompt(body["messages"])
        wanted = 1 if body.get("n") is None else body["n"]
        asked = {"prompt": prompt, "n": wanted, **_configuration((custom_fields or {}).get("configuration"))}
        _check(asked)
        if _is_wrong(body):  # the body is looked at only when the image is there, and by nobody who would say why
            return CRASHED
        if asked["n"] != wanted:
            return in_json(_CONFUSED, 500)
        size, kind = asked.get("size", _DEFAULT_SIZE), asked.get("output_format", "png")
        transparent = asked.items() >= _TRANSPARENT.items()
        drawn = gradient(_DEFAULT_SIZE if size == "auto" else size, kind, transparent=transparent)
        image = {"type": drawn.content_type, "title": "Image"}
        key = request.header("api-key")
        image |= {"data": drawn.base64} if key is None else {"url": await stored(drawn, self._core, key)}
        return _answer(body.get("model") or "gpt-image-1", image, wanted, stream=bool(body.get("stream")))


def _prompt(messages: Any) -> str:
    content = messages[-1].get("content") if messages else None
    if isinstance(content, list):
        content = "".join(part["text"] for part in content if part.get("type") == "text")
    if not content:
        raise InvalidRequestError(_NO_PROMPT, display_message=_NO_PROMPT)
    return str(content)


def _configuration(configuration: Any) -> dict[str, Any]:
    if configuration is None:
        return {}
    try:
        return GptImage1Config.model_validate(configuration).model_dump(exclude_none=True)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(map(str, first["loc"]))
        message = f"Invalid request. Path: 'custom_field.configuration.{path}', error: {first['msg']}"
        raise RequestValidationError(message) from None


def _check(asked: Mapping[str, Any]) -> None:
    """Refuse what the images API refuses."""
    for name in asked:
        if name not in _KNOWN:
            raise refused_by_upstream(f"Additional properties are not allowed ('{name}' was unexpected)")
    if not 1 <= asked["n"] <= _MOST:
        raise refused_by_upstream("Invalid value for 'n'.", "n")
    for name, permitted in _PERMITTED.items():
        if name in asked and asked[name] not in permitted:
            raise refused_by_upstream(f"{json.dumps(asked[name])} is not one of {list(permitted)} - '{name}'", name)
    _check_compression(asked.get("output_compression", _FULL), asked.get("output_format", "png"))
    if asked.get("background") == "transparent" and asked.get("output_format") == "jpeg":
        raise refused_by_upstream("Transparent background is not supported for JPEG output format", "background")
    if "violence" in asked["prompt"]:
        raise refused_by_upstream(UNSAFE, code="content_filter")


def _check_compression(compression: int, kind: str) -> None:
    name = "output_compression"
    if not 0 <= compression <= _FULL:
        raise refused_by_upstream(f"Invalid value for '{name}': expected an integer between 0 and {_FULL}.", name)
    if compression < _FULL and kind == "png":
        raise refused_by_upstream("Compression less than 100 is not supported for PNG output format", name)


def _is_wrong(body: Any) -> bool:
    try:
        ChatCompletionRequest.model_validate(body)
    except ValidationError as error:
        return any(one["type"] != "extra_forbidden" for one in error.errors())
    return False


def _answer(model: str, image: dict[str, Any], n: int, *, stream: bool) -> Response:
    usage = {"prompt_tokens": 0, "completion_tokens": n, "total_tokens": n}
    head = {"id": f"chatcmpl-{uuid4()}", "created": int(time.time())}
    if stream:
        head |= {"object": "chat.completion.chunk", "model": model}
        return Response(
            200, (("content-type", "text/event-stream; charset=utf-8"),), pieces=_events(head, image, usage)
        )
    head |= {"object": "chat.completion", "model": model}
    message = {"role": "assistant", "content": "", "custom_content": {"attachments": [image]}}
    choices = [{"index": index, "finish_reason": "stop", "message": message} for index in range(n)]
    return in_json({"choices": choices, "usage": usage, **head})


async def _events(head: Mapping[str, Any], image: dict[str, Any], usage: Mapping[str, int]) -> AsyncIterator[bytes]:
    attached = {"custom_content": {"attachments": [{"index": 0, **image}]}}
    deltas: list[dict[str, Any]] = [{"role": "assistant"}, {"content": ""}, attached, {}]
    n = usage["completion_tokens"]
    for index in range(n):
        for delta in deltas:
            choice = {"index": index, "finish_reason": None if delta else "stop", "delta": delta}
            is_last = index == n - 1 and not delta
            chunk = {"choices": [choice], "usage": usage if is_last else None, **head}
            yield b"data: " + to_json(chunk) + b"\n\n"
    yield b"data: [DONE]\n\n"
