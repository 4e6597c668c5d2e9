"""What a run tells while its exchanges are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from conformance.run.budget import Amount

Progress = Callable[[int, Callable[[], Amount]], AbstractContextManager[Callable[[], None]]]
"""Takes how many exchanges are planned and what is spent so far; gives what to call after each, from any thread."""


@contextmanager
def unseen(_planned: int, _spent: Callable[[], Amount]) -> Iterator[Callable[[], None]]:
    """Show nothing."""
    yield lambda: None
