"""The connection of one exchange: nobody else has it, and what is read of it has an end."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import httpcore

from conformance.wire.transport import NoAnswerError, Trouble

_SECONDS_BETWEEN_LOOKS: Final = 0.2

Read = Callable[..., bytes]
"""Takes how many bytes at most, and seconds of silence or None."""


class OwnConnection:
    """Bounds in time what is read of a connection. Only the thread that asks uses it.

    httpx bounds the silence between two bytes, not headers that drip. And who closes a socket that another thread
    reads does not wake that thread, but lets it read whatever gets the same file descriptor next. So the thread that
    asks looks from time to time whether the run has ended, and closes what is its own.
    """

    def __init__(self, total: float, ended: threading.Event) -> None:
        """Begin to count the time.

        Args:
            total: Seconds for the exchange as a whole.
            ended: Is set when the run ends, and the exchange with it.
        """
        self._total = total
        self._start = time.monotonic()
        self._ended = ended

    @property
    def elapsed(self) -> float:
        """Seconds since the exchange began."""
        return time.monotonic() - self._start

    @property
    def is_late(self) -> bool:
        """There is no time left."""
        return self.elapsed >= self._total

    def too_late(self) -> NoAnswerError:
        """Return what says that there is no time left."""
        return NoAnswerError(Trouble.TIMEOUT, f"not complete after {self._total:g} s")

    def bound(self, event: str, info: dict[str, Any]) -> None:
        """Bound what is read of a new connection (httpcore's extension `trace`).

        Raises:
            NoAnswerError: The run has ended.
        """
        if event.endswith("connect_tcp.started"):
            self._see_that_it_goes_on()
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            stream = info["return_value"]
            stream.read = self._in_time(stream.read)

    def _in_time(self, read: Read) -> Read:
        def read_in_time(max_bytes: int, timeout: float | None = None) -> bytes:
            silent = math.inf if timeout is None else self.elapsed + timeout
            while True:
                self._see_that_it_goes_on()
                left = min(silent, self._total) - self.elapsed
                if left <= 0:
                    raise self.too_late() if self.is_late else httpcore.ReadTimeout
                with suppress(httpcore.ReadTimeout):
                    return read(max_bytes, min(left, _SECONDS_BETWEEN_LOOKS))

        return read_in_time

    def _see_that_it_goes_on(self) -> None:
        if self._ended.is_set():
            raise NoAnswerError(Trouble.BROKEN, "the run has ended")
