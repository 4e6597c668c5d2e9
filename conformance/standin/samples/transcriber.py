"""A model that needs an attachment: without one there is nothing to write down (dial-api 12.4)."""

from __future__ import annotations

from typing import Final

from aidial_sdk.chat_completion import ChatCompletion, Request, Response
from aidial_sdk.exceptions import RequestValidationError

_MISSING: Final = "No audio attachment found in the last message"


class Transcriber(ChatCompletion):
    """Hears "hello" in each attachment."""

    async def chat_completion(self, request: Request, response: Response) -> None:
        """Write down what is in the attachment of the last message.

        Raises:
            RequestValidationError: There is none.
        """
        if not request.messages:
            raise RequestValidationError("The request doesn't contain any messages")
        content = request.messages[-1].custom_content
        if content is None or not content.attachments:
            raise RequestValidationError(_MISSING, display_message=_MISSING)
        with response.create_single_choice() as choice:
            choice.append_content("hello")
        response.set_usage(prompt_tokens=0, completion_tokens=1)
