"""The cookbook notebook's client: `openai.AzureOpenAI`, with DIAL's own fields in `extra_body` (steps 6 to 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.contract.exchange import API_KEY
from conformance.recipes.official_clients.conversation import LOADING
from conformance.recipes.official_clients.reading import ErrorReading, Reading, StreamReading, Wish, count

if TYPE_CHECKING:  # loading it takes half a second
    from openai.resources.chat.completions import Completions

    from conformance.recipes.official_clients.transport import ClientTransport


def complete(wish: Wish, transport: ClientTransport) -> Reading:
    """Ask for a completion, and read it as the notebook does (steps 6 and 8)."""
    completion = _completions(wish, transport).create(**_arguments(wish))
    choices = completion.choices
    message = choices[0].message if choices else None
    content = (message.model_extra or {}).get("custom_content") if message is not None else None
    attachments = content.get("attachments") if isinstance(content, dict) else None
    return Reading(len(choices), message.role if message is not None else None, count(attachments))


def stream(wish: Wish, transport: ClientTransport) -> StreamReading:
    """Ask for a stream, and read it to its end (openai-python, streaming responses)."""
    chunks = list(_completions(wish, transport).create(**_arguments(wish), stream=True))
    reasons = [choice.finish_reason for chunk in chunks for choice in chunk.choices]
    return StreamReading(len(chunks), tuple(reason for reason in reasons if reason is not None))


def be_refused(wish: Wish, transport: ClientTransport) -> ErrorReading | None:
    """Ask for what must be refused, and catch the error for that (openai-python, handling errors); None without one."""
    completions = _completions(wish, transport)
    from openai import BadRequestError, UnprocessableEntityError  # noqa: PLC0415 - see above

    try:
        completions.create(**_arguments(wish))
    except (BadRequestError, UnprocessableEntityError) as error:
        message = error.body.get("message") if isinstance(error.body, dict) else None
        return ErrorReading(type(error).__name__, error.status_code, message if isinstance(message, str) else None)
    return None


def _completions(wish: Wish, transport: ClientTransport) -> Completions:
    with LOADING:
        from openai import AzureOpenAI  # noqa: PLC0415 - see above

        from conformance.recipes.official_clients.transport import BASE_URL  # noqa: PLC0415 - see above

        client = AzureOpenAI(
            azure_endpoint=BASE_URL,
            azure_deployment=wish.path,
            api_key=API_KEY,
            api_version=wish.api_version,
            max_retries=0,
            http_client=transport.client(),
        )
        return client.chat.completions


def _arguments(wish: Wish) -> dict[str, Any]:
    extra = None if wish.custom_fields is None else {"custom_fields": wish.custom_fields}
    return {"model": wish.model, "messages": list(wish.messages), "extra_body": extra}
