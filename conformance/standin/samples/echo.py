"""A model and an application that repeat what they are told."""

from __future__ import annotations

from aidial_sdk.chat_completion import ChatCompletion, Choice, Message, Request, Response
from aidial_sdk.deployment.tokenize import TokenizeInputString, TokenizeRequest, TokenizeResponse, TokenizeSuccess
from aidial_sdk.deployment.truncate_prompt import TruncatePromptRequest, TruncatePromptResponse, TruncatePromptSuccess
from aidial_sdk.exceptions import InternalServerError, RequestValidationError


class Echo(ChatCompletion):
    """Repeats the last message word by word, and its attachments.

    With the word `stage` it also makes a stage and a state; `late-error` fails after the first content.
    """

    async def chat_completion(self, request: Request, response: Response) -> None:
        """Repeat the last message.

        Raises:
            RequestValidationError: There is none.
        """
        if not request.messages:
            raise RequestValidationError("messages must not be empty")
        last = request.messages[-1]
        words = last.text().split()
        with response.create_single_choice() as choice:
            if "late-error" in words:
                choice.append_content("partial ")
                raise InternalServerError("late failure")
            if "stage" in words:
                _think(choice)
            for word in words:
                choice.append_content(f"{word} ")
            _repeat_attachments(last, choice)
        response.set_usage(prompt_tokens=len(words), completion_tokens=len(words))


class LaterEcho(ChatCompletion):
    """Repeats the last message, whatever it is; its spaces part its words.

    With the word `stage` it also makes a stage and a state; with `late-error` it fails at the end.
    """

    async def chat_completion(self, request: Request, response: Response) -> None:
        """Repeat the last message.

        Raises:
            RequestValidationError: There is none.
        """
        if not request.messages:
            raise RequestValidationError("messages must not be empty")
        last = request.messages[-1]
        words = _text_of(last).split(" ")
        with response.create_single_choice() as choice:
            if "stage" in words:
                with choice.create_stage("Thinking") as stage:
                    stage.append_content("about it")
                choice.set_state({"seen": 1})
            for word in words:
                choice.append_content(f"{word} ")
            if "late-error" in words:
                raise InternalServerError("late failure")
            _repeat_attachments(last, choice)
        response.set_usage(prompt_tokens=len(words), completion_tokens=len(words))


class EchoModel(Echo):
    """The same with the feature endpoints of a model; a word is a token."""

    async def tokenize(self, request: TokenizeRequest) -> TokenizeResponse:
        """Count the words of each input."""
        return _tokenized(request)

    async def truncate_prompt(self, request: TruncatePromptRequest) -> TruncatePromptResponse:
        """Discard nothing."""
        return _truncated(request)


class LaterEchoModel(LaterEcho):
    """The later one with the same feature endpoints."""

    async def tokenize(self, request: TokenizeRequest) -> TokenizeResponse:
        """Count the words of each input."""
        return _tokenized(request)

    async def truncate_prompt(self, request: TruncatePromptRequest) -> TruncatePromptResponse:
        """Discard nothing."""
        return _truncated(request)


# the SDK takes only those methods for endpoints that a class has itself
def _tokenized(request: TokenizeRequest) -> TokenizeResponse:
    texts = [
        asked.value if isinstance(asked, TokenizeInputString) else _said(asked.value.messages)
        for asked in request.inputs
    ]
    return TokenizeResponse(outputs=[TokenizeSuccess(token_count=len(text.split())) for text in texts])


def _truncated(request: TruncatePromptRequest) -> TruncatePromptResponse:
    return TruncatePromptResponse(outputs=[TruncatePromptSuccess(discarded_messages=[]) for _ in request.inputs])


def _text_of(message: Message) -> str:
    if isinstance(message.content, list):
        return " ".join(str(getattr(part, "text", "")) for part in message.content)
    return message.content or ""


def _think(choice: Choice) -> None:
    with choice.create_stage("Thinking") as stage:
        stage.append_content("step one")
        stage.add_attachment(title="Note", data="hello")
    choice.set_state({"turn": 1})


def _repeat_attachments(message: Message, choice: Choice) -> None:
    if message.custom_content:
        for attachment in message.custom_content.attachments or ():
            choice.add_attachment(attachment)


def _said(messages: list[Message]) -> str:
    return " ".join(message.text() for message in messages)
