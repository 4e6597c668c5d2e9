"""An interceptor that changes nothing, as the interceptors' SDK makes it: it reads answers and writes them anew."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, Final

from aidial_sdk import DIALApp
from aidial_sdk.chat_completion import ChatCompletion, Request
from aidial_sdk.chat_completion import Response as SdkResponse

from conformance.standin.core.asgi import mounted
from conformance.standin.core.http import Handler, IncomingRequest, Response, to_json
from conformance.standin.core.streamed_answer import dismissed

_PATH: Final = "/openai/deployments/interceptor/chat/completions"
_OK: Final = 200
_ORDER: Final = ("finish_reason", "index", "logprobs", "message", "content", "role")
_CHUNK_ORDER: Final = ("id", "choices", "created", "model", "object", "usage")


class _Nothing(ChatCompletion):
    async def chat_completion(self, request: Request, response: SdkResponse) -> None:  # noqa: ARG002 - of the SDK
        with response.create_single_choice() as choice:
            choice.append_content("")


def intercepted(inner: Handler) -> Handler:
    """Put it before who answers.

    Core's own word for how often it tried, and the bytes of a good answer, are lost on the way (dial-api 12.8). A
    refusal passes with all its headers.
    """
    app = DIALApp(openapi_url=None, allow_extra_request_fields=True)
    app.add_chat_completion("interceptor", _Nothing())
    sdk = mounted(app)

    async def answer(request: IncomingRequest) -> Response:
        own = await sdk(IncomingRequest(request.method, _PATH, request.headers, request.body))
        if own.status != _OK:
            return own
        await dismissed(own)
        response = await inner(request)
        if response.status != _OK:
            return response
        kept = tuple(one for one in response.headers if one[0].lower() == "content-type")
        if response.pieces is not None and (response.header("content-type") or "").startswith("text/event-stream"):
            return Response(_OK, kept, pieces=_events(response.pieces))
        return Response(_OK, kept, to_json(_block((await response.whole()).json())))

    return answer


def _block(document: dict[str, Any]) -> dict[str, Any]:
    choices = [_sorted({**one, "message": _sorted(one["message"])}) for one in document["choices"]]
    return {**document, "choices": choices, "usage": _by_name(document["usage"])}


async def _events(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    rest = b""
    async for piece in pieces:
        *events, rest = (rest + piece).split(b"\n\n")
        for event in events:
            yield _event(event) + b"\n\n"


def _event(event: bytes) -> bytes:
    name, _, data = event.partition(b": ")
    if name != b"data" or data == b"[DONE]":
        return event
    chunk = json.loads(data)
    if "choices" not in chunk:
        return event
    choices = [_by_name(one) for one in chunk["choices"]]
    usage = {"usage": _by_name(chunk["usage"])} if chunk.get("usage") else {}
    chunk = {**chunk, "choices": choices, **usage}
    return b"data: " + to_json({name: chunk[name] for name in _CHUNK_ORDER if name in chunk} | chunk)


def _sorted(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in _ORDER if name in fields} | fields


def _by_name(fields: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(fields.items()))
