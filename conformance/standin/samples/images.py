"""The sample adapter's upstream: an images API that answers as Azure's did to the captured adapter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from aidial_sdk.exceptions import InvalidRequestError

from conformance.standin.samples.picture import SIZES

FORBIDDEN: Final = {"forbidden-content": "content_filter", "violence": "content_policy_violation"}
"""What in a prompt is against the content policy, and the code that its caller sees."""

UNSAFE: Final = "Your request was rejected as a result of our safety system."

_PERMITTED: Final = {
    "quality": ("standard", "hd"),
    "size": tuple(SIZES),
    "style": ("vivid", "natural"),
}
_KNOWN: Final = frozenset({"prompt", "n", "model", *_PERMITTED})


def checked(asked: Mapping[str, Any]) -> None:
    """Refuse what the images API refuses.

    Args:
        asked: The body of the request for an image.

    Raises:
        InvalidRequestError: As the adapter passes it on, with the headers of the upstream (dial-api 11.3).
    """
    for name in asked:
        if name not in _KNOWN:
            raise refused_by_upstream(f"Additional properties are not allowed ('{name}' was unexpected)")
    prompt = asked["prompt"]
    if not isinstance(prompt, str) or not prompt:
        raise refused_by_upstream("Invalid value for 'prompt': expected a non-empty string.", "prompt")
    if asked.get("n", 1) != 1:
        raise refused_by_upstream("Invalid value for 'n': only n=1 is supported for dall-e-3.", "n")
    for name, permitted in _PERMITTED.items():
        if name in asked and asked[name] not in permitted:
            raise refused_by_upstream(f"{json.dumps(asked[name])} is not one of {list(permitted)} - '{name}'", name)
    for word, code in FORBIDDEN.items():
        if word in prompt:
            raise refused_by_upstream(UNSAFE, code=code)


def refused_by_upstream(message: str, param: str | None = None, code: str = "invalidPayload") -> InvalidRequestError:
    """Return an error of the upstream, as an adapter passes it on."""
    headers = {"x-ms-region": "Sweden Central", "apim-request-id": str(uuid4())}
    return InvalidRequestError(message, param=param, code=code, headers=headers)
