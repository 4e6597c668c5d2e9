"""An application that takes its time, and sends comments meanwhile (dial-api 5.2)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

from aidial_sdk.chat_completion import ChatCompletion, Request
from aidial_sdk.chat_completion import Response as SdkResponse
from aidial_sdk.exceptions import RequestValidationError

from conformance.standin.core.http import Handler, IncomingRequest, Response

_COMMENTS: Final = b": heartbeat\n\n" * 3
_SECOND: Final = b'"content":"b"'


class Slow(ChatCompletion):
    """Says two letters."""

    async def chat_completion(self, request: Request, response: SdkResponse) -> None:
        """Say them.

        Raises:
            RequestValidationError: There is no message.
        """
        if not request.messages:
            raise RequestValidationError("messages must not be empty")
        with response.create_single_choice() as choice:
            choice.append_content("a")
            choice.append_content("b")
        response.set_usage(prompt_tokens=1, completion_tokens=1)


def with_heartbeats(answers: Handler) -> Handler:
    """Put the comments into its streams that the SDK sends while it waits for an app, but without the wait."""

    async def answer(request: IncomingRequest) -> Response:
        response = await answers(request)
        is_stream = (response.header("content-type") or "").startswith("text/event-stream")
        return replace(response, pieces=_beating(response.pieces)) if is_stream and response.pieces else response

    return answer


async def _beating(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield _COMMENTS
    async for piece in pieces:
        if _SECOND in piece:
            yield _COMMENTS
        yield piece
