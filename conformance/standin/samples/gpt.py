"""A GPT behind the OpenAI adapter with its default settings: Azure's chunks pass as they are (dial-api 12.1)."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final
from uuid import uuid4

from aidial_sdk.exceptions import HTTPException, InvalidRequestError, TruncatePromptSystemError

from conformance.standin.core.http import IncomingRequest, Response, in_json, to_json
from conformance.standin.samples import azure
from conformance.standin.samples.validated import CRASHED, refusal

_MODEL: Final = "gpt-4o-2024-08-06"
_FINGERPRINT: Final = "fp_67802d9a6d"
_OF_MESSAGES: Final = 3
"""Tokens that a prompt has before its first message."""


async def gpt(request: IncomingRequest) -> Response:
    """Answer a request for a completion."""
    try:
        return _completion(request)
    except HTTPException as error:
        return refusal(error)


def _completion(request: IncomingRequest) -> Response:
    asked = request.json()
    if not request.query.get("api-version"):
        raise InvalidRequestError("api-version is a required query parameter")
    if "messages" not in asked:
        return CRASHED
    most = asked.pop("max_prompt_tokens", None)
    if most is not None and most < _OF_MESSAGES:
        raise TruncatePromptSystemError(most, _OF_MESSAGES)
    azure.check(asked)
    if not asked.get("stream"):
        return in_json(_block(asked))
    kind = (("content-type", "text/event-stream; charset=utf-8"),)
    return Response(200, kind, pieces=_events(asked))


def _block(asked: Mapping[str, Any]) -> dict[str, Any]:
    name = azure.called(asked)
    message: dict[str, Any] = {"content": "".join(azure.WORDS), "role": "assistant", "refusal": None}
    usage: dict[str, Any] = _usage(len(azure.WORDS), 15)
    if name is None:
        usage |= {"completion_tokens_details": {"reasoning_tokens": 0}, "prompt_tokens_details": {"cached_tokens": 0}}
    else:
        function = {"arguments": '{"city":"Paris"}', "name": name}
        calls = [{"id": azure.call_id(), "function": function, "type": "function"}]
        message = {"content": None, "role": "assistant", "tool_calls": calls, "refusal": None}
        usage = _usage(6, 45)
    choices = [
        {
            "finish_reason": azure.finish_reason(asked),
            "index": index,
            "logprobs": None,
            "message": message,
            "content_filter_results": azure.SAFE if name is None else {},
        }
        for index in range(asked.get("n") or 1)
    ]
    head, end = _around("chat.completion")
    return {**head, "choices": choices, **end, "usage": usage, "prompt_filter_results": azure.PROMPT_IS_SAFE}


async def _events(asked: Mapping[str, Any]) -> AsyncIterator[bytes]:
    first = {"id": "", "choices": [], "created": 0, "model": "", "object": ""}
    yield _event({**first, "prompt_filter_results": azure.PROMPT_IS_SAFE})
    head, end = _around("chat.completion.chunk")
    numbers, said = range(asked.get("n") or 1), 0

    def chunk(choices: list[dict[str, Any]], **more: Any) -> bytes:
        return _event({**head, "choices": choices, **end, **more})

    for delta, filtered in azure.deltas(asked):
        said += 1
        for index in numbers:
            yield chunk([_choice(delta, None, index, filtered)])
    usage = _usage((15 if azure.called(asked) else said - 1) * len(numbers), azure.tokens(asked))
    is_apart = (asked.get("stream_options") or {}).get("include_usage")
    for index in numbers:
        last = {} if is_apart or index != numbers[-1] else {"usage": usage}
        yield chunk([_choice({}, azure.finish_reason(asked), index, {})], **last)
    if is_apart:
        yield chunk([], usage=usage)
    yield b"data: [DONE]\n\n"


def _choice(delta: Any, reason: str | None, index: int, filtered: Mapping[str, Any]) -> dict[str, Any]:
    choice = {"delta": delta, "finish_reason": reason, "index": index, "logprobs": None}
    return choice | {"content_filter_results": filtered}


def _around(kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    # Azure's own order of keys: the choices stand between
    created = {"created": int(time.time()), "model": _MODEL, "object": kind, "system_fingerprint": _FINGERPRINT}
    return {"id": f"chatcmpl-{uuid4().hex[:29]}"}, created


def _usage(completion: int, prompt: int) -> dict[str, Any]:
    return {"completion_tokens": completion, "prompt_tokens": prompt, "total_tokens": completion + prompt}


def _event(document: Any) -> bytes:
    return b"data: " + to_json(document) + b"\n\n"
