"""When the events of a stream came (dial-api 5.5)."""

from __future__ import annotations

from typing import Final

from conformance.contract.exchange import Exchange
from conformance.dial.chunk import text_of_chunk
from conformance.dial.stream import Stream

LONG: Final = 2.0
"""Seconds of an answer in one piece from which on a stream should be seen to come bit by bit."""
AT_ONCE: Final = 0.05
"""Seconds in which a stream comes at once."""
SEVERAL: Final = 5
"""Pieces of a text from which on there is something to see."""


def seconds_of(exchange: Exchange) -> float | None:
    """Return how long an answer took, or None if that is not known."""
    chunks = exchange.answer.chunks
    return chunks[-1][0] if chunks else None


def seconds_between(exchange: Exchange) -> float | None:
    """Return how long an answer came, from its first piece to its last, or None if that is not known."""
    chunks = exchange.answer.chunks
    return chunks[-1][0] - chunks[0][0] if chunks else None


def pieces_of_text(stream: Stream) -> list[str]:
    """Return the texts that the chunks of a stream bring."""
    return [text for chunk in stream.chunks if (text := text_of_chunk(chunk))]
