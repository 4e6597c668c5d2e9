"""The bounds of one exchange in time: silence, the whole of it, and the end of the run.

httpx has a timeout for the silence between two bytes, and nothing else. It does not end a server that sends one byte
of a header a second, and it does not look for Ctrl-C. Here all three bounds are put around the one place where an
exchange can block for long, the reading of its socket:

    read(n, timeout)                httpcore asks for bytes; timeout is the silence that is allowed
      │
      ├─ has the run ended? ─────── yes ──► NoAnswerError "the run has ended"
      ├─ is the whole time over? ── yes ──► NoAnswerError "not complete after ..."
      ├─ is the silence over? ───── yes ──► httpcore.ReadTimeout, as without us
      │
      └─ read the socket for at most 0.2 s ── bytes, or the end ──► return them
           └─ nothing came: begin again

The stream is reached by httpcore's extension `trace`, which is called with what was made when a connection is there,
and again when TLS was put over it: the stream that comes then is another one, with a `read` of its own. A proxy's
tunnel goes the same way. What is written is bounded by httpx's timeout alone: our requests are small.
"""

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


class ExchangeLimits:
    """How long one exchange may take, and what came in it. Only the thread of the exchange uses it.

    Attributes:
        received: What was read of the connection; over TLS what was read of it decrypted.
    """

    def __init__(self, total: float, ended: threading.Event, now: Callable[[], float] = time.monotonic) -> None:
        """Begin to count the time.

        Args:
            total: Seconds for the exchange as a whole.
            ended: Is set when the run ends, and the exchange with it.
            now: The clock, in seconds.
        """
        self._total = total
        self._now = now
        self._start = now()
        self._ended = ended
        self.received: list[bytes] = []

    @property
    def elapsed(self) -> float:
        """Seconds since the exchange began."""
        return self._now() - self._start

    @property
    def is_late(self) -> bool:
        """There is no time left."""
        return self.elapsed >= self._total

    def too_late(self) -> NoAnswerError:
        """Return the error that says so."""
        return NoAnswerError(Trouble.TIMEOUT, f"not complete after {self._total:g} s")

    def on_trace(self, event: str, info: dict[str, Any]) -> None:
        """Bound what is read of a new connection (httpcore's extension `trace`).

        Raises:
            NoAnswerError: The run has ended.
        """
        if event.endswith("connect_tcp.started"):
            self._raise_if_ended()
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            stream = info["return_value"]
            stream.read = self._bounded(stream.read)
            self.received.clear()  # what a proxy said before is no part of the answer

    def _bounded(self, read: Read) -> Read:
        def bounded_read(max_bytes: int, timeout: float | None = None) -> bytes:
            silent = math.inf if timeout is None else self.elapsed + timeout
            while True:
                self._raise_if_ended()
                left = min(silent, self._total) - self.elapsed
                if left <= 0:
                    raise self.too_late() if self.is_late else httpcore.ReadTimeout
                with suppress(httpcore.ReadTimeout):
                    piece = read(max_bytes, min(left, _SECONDS_BETWEEN_LOOKS))
                    self.received.append(piece)
                    return piece

        return bounded_read

    def _raise_if_ended(self) -> None:
        if self._ended.is_set():
            raise NoAnswerError(Trouble.BROKEN, "the run has ended")
