"""DIAL's own client: `aidial-client`, which validates what it reads, where the OpenAI client takes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.contract.exchange import API_KEY
from conformance.recipes.official_clients.conversation import LOADING
from conformance.recipes.official_clients.reading import Reading, Wish, count

if TYPE_CHECKING:  # loading it takes half a second
    from aidial_client import Dial

    from conformance.recipes.official_clients.transport import ClientTransport


def complete(wish: Wish, transport: ClientTransport) -> Reading:
    """Ask for a completion, and read it (aidial-client, chat completions)."""
    custom_fields: Any = wish.custom_fields
    completion = _dial(transport).chat.completions.create(
        deployment_name=wish.model,
        messages=list(wish.messages),
        api_version=wish.api_version,
        custom_fields=custom_fields,
        stream=False,
    )
    choices = completion.choices
    message = choices[0].message if choices else None
    content = message.custom_content if message is not None else None
    attachments = content.attachments if content is not None else None
    return Reading(len(choices), message.role if message is not None else None, count(attachments))


def _dial(transport: ClientTransport) -> Dial:
    with LOADING:
        from aidial_client import DialClientPool  # noqa: PLC0415 - see above

        from conformance.recipes.official_clients.transport import BASE_URL  # noqa: PLC0415 - see above

        pool = DialClientPool(transport=transport, trust_env=False)
        dial = pool.create_client(base_url=BASE_URL, api_key=API_KEY, max_retries=0)
        dial.chat.completions.openai_client.max_retries = 0  # completions go through this one, which is not told
        return dial
