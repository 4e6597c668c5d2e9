"""How a deployment that is slow waits. The proof has a clock of its own, on which a wait takes no time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Final

Wait = Callable[[float], Awaitable[None]]
"""Waits for that many seconds."""

WAITING: Final[ContextVar[Wait]] = ContextVar("waiting", default=asyncio.sleep)
"""How it is waited while a request is answered."""


async def wait(seconds: float) -> None:
    """Wait for that many seconds, by whichever clock there is."""
    await WAITING.get()(seconds)
