"""A streamed answer that is looked at while it goes by."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any, Final

from conformance.standin.core.http import Response

LARGEST_COUNTED: Final = 16 * 1024 * 1024
"""An answer that is larger passes, but what it used is not counted."""


async def watched(response: Response, ended: Callable[[bytes], None]) -> Response:
    """Return the same answer, and call `ended` with its body, as far as it was sent, when it is over."""
    if response.pieces is None:
        ended(response.body)
        return response
    pieces = _watched(response.pieces, ended)
    await anext(pieces)  # only a generator that has begun comes to its end when it is dropped
    return Response(response.status, response.headers, pieces=pieces)


async def dismissed(response: Response) -> None:
    """Read no more of an answer that nobody wants."""
    if isinstance(response.pieces, AsyncGenerator):
        await response.pieces.aclose()


async def _watched(pieces: AsyncIterator[bytes], ended: Callable[[bytes], None]) -> AsyncGenerator[bytes, None]:
    seen = bytearray()
    try:
        yield b""
        async for piece in pieces:
            if len(seen) + len(piece) <= LARGEST_COUNTED:
                seen += piece
            yield piece
    finally:
        ended(bytes(seen))
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()


def tokens_used(response: Response, body: bytes) -> int:
    """Return how many tokens a completion says it used; a stream says so in its last chunks (dial-api 5)."""
    if (response.header("content-type") or "").startswith("text/event-stream"):
        events = [line.removeprefix(b"data:") for line in body.splitlines() if b'"usage"' in line]
        return max((_total(event) for event in events), default=0)
    return _total(body)


def _total(document: bytes) -> int:
    try:
        total: Any = json.loads(document)["usage"]["total_tokens"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return 0
    return total if isinstance(total, int) else 0
