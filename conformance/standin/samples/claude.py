"""Claude behind its adapter (ANT20 in dial-api): a closed schema, and pydantic in its lax mode (dial-api 12.10)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Final, Literal
from uuid import uuid4

from aidial_sdk.chat_completion import ChatCompletion, Choice, Request, Response
from aidial_sdk.chat_completion import Message as Said
from aidial_sdk.chat_completion.request import Tool, ToolChoice
from aidial_sdk.deployment.configuration import ConfigurationRequest
from aidial_sdk.exceptions import (
    InternalServerError,
    RequestValidationError,
    TruncatePromptSystemAndLastUserError,
)
from pydantic import BaseModel, ConfigDict, StrictStr, ValidationError

from conformance.standin.core.http import Handler, IncomingRequest
from conformance.standin.samples import anthropic
from conformance.standin.samples.schemas import published

_TOKENS: Final = 12
"""Of every prompt, it says."""
_MEDIA: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"})
_PARTS: Final[Mapping[tuple[int | str, ...], tuple[int | str, ...]]] = {
    ("thinking",): ("thinking", "BetaThinkingConfigEnabledParam"),
}
"""Paths of refusals that tell a part of a union which the model here does not have."""
_CALL: Final = ("", '{"ci', 'ty": ', '"Paris"}')


class ClaudeConfiguration(BaseModel):
    """What `custom_fields.configuration` may be."""

    model_config = ConfigDict(extra="forbid")

    # unions have fewer parts than in the adapter: it is the first part that a refusal tells
    betas: list[StrictStr | Literal["pdfs-2024-09-25"]] | None = None
    enable_citations: bool = False
    thinking: dict[str, Any] | None = None
    effort: Literal["low", "medium", "high", "xhigh", "max"] | StrictStr | None = None


class Claude(ChatCompletion):
    """Describes a cube, and thinks before it does, if asked to."""

    def __init__(self, core: Handler) -> None:
        """Get ready.

        Args:
            core: The gateway, from which it downloads attachments.
        """
        self._core = core
        self._schema = published("claude")
        betas = self._schema["properties"]["betas"]["anyOf"][0]["items"]["anyOf"][1]["enum"]
        self._betas = frozenset(betas)

    async def configuration(self, request: ConfigurationRequest) -> dict[str, Any]:  # noqa: ARG002 - of the SDK
        """Return the schema of its configuration."""
        return self._schema

    async def chat_completion(self, request: Request, response: Response) -> None:
        """Describe it.

        Raises:
            HTTPException: The request is not valid, or the upstream refuses it.
        """
        configuration = _configuration(request.custom_fields.configuration if request.custom_fields else None)
        await self._check_messages(request)
        asked = {
            "betas": configuration.betas or (),
            "thinking": configuration.thinking,
            "effort": configuration.effort,
            "max_tokens": request.max_tokens or request.max_completion_tokens or anthropic.MOST_TOKENS,
            "temperature": request.temperature or 0,
        }
        anthropic.check(asked, self._betas)
        prompt = request.messages[-1].content or ""
        if str(prompt).endswith("too-long-please"):
            raise anthropic.refused("prompt is too long: 208310 tokens > 200000 maximum")
        is_blocked = str(prompt).endswith("content-filter-please")
        if is_blocked and not request.stream:
            raise anthropic.refused(anthropic.BLOCKED)
        is_thinking = (configuration.thinking or {}).get("type") in ("enabled", "adaptive")
        number = request.n or 1
        for _ in range(number):
            with response.create_choice() as choice:
                _answer(choice, request, is_thinking=is_thinking, is_blocked=is_blocked)
        response.set_usage(
            _TOKENS * number,
            11 * number,
            prompt_tokens_details={"cached_tokens": 0, "cache_write_tokens": 0},
            completion_tokens_details={"reasoning_tokens": 0},
        )

    async def _check_messages(self, request: Request) -> None:
        if not request.messages:
            raise RequestValidationError("List of messages must not be empty", code="invalid_argument")
        for message in request.messages:
            if message.role == "user" and message.content is None:
                raise RequestValidationError("User message is expected to have content field", code="invalid_argument")
            await self._check_attachments(message, request.api_key)
        if request.max_prompt_tokens is not None and request.max_prompt_tokens < _TOKENS:
            raise TruncatePromptSystemAndLastUserError(request.max_prompt_tokens, _TOKENS)
        if all(message.role in ("system", "developer") for message in request.messages):
            raise anthropic.refused("messages: at least one message is required")

    async def _check_attachments(self, message: Said, key: str) -> None:
        content = message.custom_content
        for attachment in (content.attachments if content else None) or ():
            if attachment.type not in _MEDIA:
                problem = f"Unsupported media type: {attachment.type}"
                raise RequestValidationError(problem, code="invalid_argument", display_message=problem)
            if attachment.url and attachment.url.startswith("files/"):
                asked = IncomingRequest("GET", f"/v1/{attachment.url}", (("api-key", key),))
                if (await self._core(asked)).status != 200:
                    where = f"url='http://127.0.0.1{asked.target}'"
                    raise InternalServerError(f"404, message='Not Found', {where}")


def _configuration(configuration: Any) -> ClaudeConfiguration:
    try:
        return ClaudeConfiguration.model_validate(configuration or {})
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(map(str, ("custom_fields.configuration", *_PARTS.get(first["loc"], first["loc"]))))
        raise RequestValidationError(f"Invalid request. Path: '{path}', error: {first['msg']}") from None


def _answer(choice: Choice, request: Request, *, is_thinking: bool, is_blocked: bool) -> None:
    name = _called(request)
    if name is not None:
        _call(choice, name)
        return
    state = []
    with ExitStack() as opened:
        if is_thinking:
            thought = anthropic.THOUGHT[request.stream]
            opened.enter_context(choice.create_stage("Thinking")).append_content(thought)
            choice.append_reasoning_content(thought)
            state.append({"signature": anthropic.SIGNATURE, "thinking": thought, "type": "thinking"})
        # the upstream ends its streamed text with a space that its block answer has not
        pieces = [f"{word} " for word in anthropic.TEXT.split()] if request.stream else [anthropic.TEXT]
        for piece in pieces:
            choice.append_content(piece)
            if is_blocked:
                raise anthropic.broken_off(anthropic.BLOCKED)
        state.append({"text": "".join(pieces), "type": "text"})
        choice.set_state({"claude_message_content": state})


def _called(request: Request) -> str | None:
    """Return the name of the function that it must call, or None."""
    choice = request.tool_choice
    if isinstance(choice, ToolChoice):
        return choice.function.name
    tool = request.tools[0] if request.tools and choice == "required" else None
    return tool.function.name if isinstance(tool, Tool) else None


def _call(choice: Choice, name: str) -> None:
    identifier = f"toolu_{uuid4().hex[:24]}"
    call = choice.create_function_tool_call(identifier, name, _CALL[0])
    for piece in _CALL[1:]:
        call.append_arguments(piece)
    used = {"id": identifier, "input": {"city": "Paris"}, "name": name, "type": "tool_use"}
    choice.set_state({"claude_message_content": [used]})
