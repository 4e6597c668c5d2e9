"""DALL-E 3 behind the OpenAI adapter of early 2025 (AO-2 in dial-api), which reads the body itself."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Final, Literal
from uuid import uuid4

from aidial_sdk import DIALApp
from aidial_sdk.exceptions import InvalidRequestError, RequestValidationError
from pydantic.v1 import BaseModel, Field, StrictStr, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from conformance.standin.core.http import Handler
from conformance.standin.samples.images import checked
from conformance.standin.samples.picture import Picture, picture
from conformance.standin.samples.storing import stored

PATH: Final = "/openai/deployments/dall-e-3"

_DEFAULT_SIZE: Final = "1024x1024"
_USAGE: Final = {"prompt_tokens": 0, "completion_tokens": 1, "total_tokens": 1}


class Dalle3Config(BaseModel):
    """What `custom_fields.configuration` may be: any string and any further key is left to the upstream."""

    quality: Literal["standard", "hd"] | StrictStr | None = Field(
        None, description="The quality of the image that will be generated."
    )
    size: Literal["1024x1024", "1792x1024", "1024x1792"] | StrictStr | None = Field(
        None, description="The size of the generated images."
    )
    style: Literal["vivid", "natural"] | StrictStr | None = Field(
        None, description="The style of the generated images."
    )

    class Config:
        """Extra keys are kept; in the schema the docstring would be a description."""

        extra = "allow"

        @staticmethod
        def schema_extra(schema: dict[str, Any]) -> None:
            """Take the description out."""
            schema.pop("description", None)


class Adapter:
    """Turns chat completions into requests for images."""

    def __init__(
        self, core: Handler, revision: str = "A detailed picture of: ", draw: Callable[[str], Picture] = picture
    ) -> None:
        """Get ready.

        Args:
            core: The gateway, where it stores the images.
            revision: What the upstream puts before a prompt.
            draw: Draws the upstream's picture of a size.
        """
        self._core = core
        self._revision = revision
        self._draw = draw
        self._schema = Dalle3Config.schema()

    def app(self) -> DIALApp:
        """Serve it."""
        app = DIALApp(openapi_url=None)
        app.router.add_route(f"{PATH}/configuration", self._configuration, methods=["GET"])
        app.router.add_route(f"{PATH}/chat/completions", self._chat_completion, methods=["POST"])
        return app

    async def _configuration(self, _request: Request) -> Response:
        return JSONResponse(self._schema)

    async def _chat_completion(self, request: Request) -> Response:
        body = await _body(request)
        if not request.query_params.get("api-version"):
            raise InvalidRequestError("api-version is a required query parameter")
        if isinstance(n := body.get("n"), int) and n > 1:
            raise RequestValidationError("The deployment doesn't support n > 1")
        prompt = _prompt(body)
        custom_fields = body.get("custom_fields")
        if not isinstance(custom_fields, dict | None):
            # the adapter took it for an object, so this was an uncaught error
            return PlainTextResponse("Internal Server Error", 500)
        asked = {"prompt": prompt, **_configuration((custom_fields or {}).get("configuration"))}
        checked(asked)
        revised = f"{self._revision}{asked['prompt']}"
        place = await self._placed(self._draw(asked.get("size", _DEFAULT_SIZE)), request.headers.get("api-key"))
        return _completion(_said(revised, place), stream=bool(body.get("stream")))

    async def _placed(self, drawn: Picture, key: str | None) -> dict[str, str]:
        """Store the picture; without credentials it goes into the answer (dial-api 5.3)."""
        if key is None:
            return {"data": drawn.base64}
        return {"url": await stored(drawn, self._core, key)}


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError as error:
        raise InvalidRequestError(f"Your request contained invalid JSON: {error}") from None
    if not isinstance(body, dict):
        raise InvalidRequestError(f"Your request contained invalid structure: {body!r:.100} is not of type 'object'")
    return body


def _prompt(body: dict[str, Any]) -> str:
    try:
        prompt = body["messages"][-1]["content"]
    except (LookupError, TypeError):
        prompt = None
    if not isinstance(prompt, str):
        raise RequestValidationError("Invalid request. Expected a string at path 'messages[-1].content'.")
    return prompt


def _configuration(configuration: Any) -> dict[str, Any]:
    if configuration is None:
        return {}
    try:
        return Dalle3Config.parse_obj(configuration).dict(exclude_none=True)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(map(str, first["loc"]))
        message = f"Invalid request. Path: 'custom_field.configuration.{path}', error: {first['msg']}"
        raise RequestValidationError(message) from None


def _said(revised_prompt: str, place: dict[str, str]) -> dict[str, Any]:
    revised = {"title": "Revised prompt", "data": revised_prompt}
    image = {"title": "Image", "type": "image/png", **place}
    return {"content": "", "custom_content": {"attachments": [revised, image]}}


def _completion(said: dict[str, Any], *, stream: bool) -> Response:
    head = {"id": f"chatcmpl-{uuid4()}", "object": "chat.completion", "created": int(time.time())}
    if stream:
        head["object"] = "chat.completion.chunk"
        return StreamingResponse(_events(head, said), media_type="text/event-stream")
    choice = {"index": 0, "message": {"role": "assistant", **said}, "finish_reason": "stop"}
    return JSONResponse({**head, "choices": [choice], "usage": _USAGE})


async def _events(head: dict[str, Any], said: dict[str, Any]) -> AsyncIterator[str]:
    deltas: list[tuple[dict[str, Any], str | None]] = [({"role": "assistant"}, None), (said, None), ({}, "stop")]
    for delta, finish_reason in deltas:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        usage = {"usage": _USAGE} if finish_reason else {}
        yield _event(json.dumps({**head, "choices": [choice], **usage}, separators=(",", ":")))
    yield _event("[DONE]")


def _event(data: str) -> str:
    return f"data: {data}\n\n"
