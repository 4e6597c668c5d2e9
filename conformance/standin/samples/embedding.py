"""A model that makes embeddings, and no completions."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from aidial_sdk.embeddings import Embeddings, Request, Response
from aidial_sdk.exceptions import RequestValidationError

_DIMENSIONS: Final = 4


class Hashing(Embeddings):
    """Takes the hash of a text for its meaning."""

    async def embeddings(self, request: Request) -> Response:
        """Return an embedding for each input.

        Raises:
            RequestValidationError: There is none.
        """
        if not request.input:
            raise RequestValidationError("input must not be empty")
        inputs: list[Any] = [request.input] if isinstance(request.input, str) else list(request.input)
        data = [{"embedding": _embedding(one), "index": index} for index, one in enumerate(inputs)]
        usage = {"prompt_tokens": len(inputs), "total_tokens": len(inputs)}
        return Response(data=data, model=request.deployment_id, usage=usage)


def _embedding(one: Any) -> list[float]:
    return [round(byte / 128 - 1, 2) for byte in hashlib.sha256(str(one).encode()).digest()[:_DIMENSIONS]]
