"""A line for each request that goes out, each retry included, to lay beside the logs of a DIAL."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from conformance.contract.exchange import Exchange, Request, excerpt, printable
from conformance.wire.redaction import Redaction
from conformance.wire.transport import NoAnswerError, Transport

_IDS: Final = ("x-dial-trace-id", "traceparent", "apim-request-id")
"""Headers of an answer by which it is found in a log; the first that is there."""

_LONGEST: Final = 2_000


class RequestLog:
    """A file of JSON lines. Threads may write at once."""

    def __init__(self, path: Path, redaction: Redaction) -> None:
        """Open the file; what it has stays there.

        Args:
            path: The file; it is made if it is not there.
            redaction: Keeps secrets out.

        Raises:
            OSError: It cannot be written.
        """
        self.problem: str | None = None
        self._redaction = redaction
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8", errors="backslashreplace")

    def add(self, line: dict[str, Any]) -> None:
        """Write a line at once, so that a run that is killed leaves it; a disk that is full does not end the run."""
        shown = {name: self._safe(value) if isinstance(value, str) else value for name, value in line.items()}
        text = json.dumps(shown, ensure_ascii=False) + "\n"
        with self._lock:
            if self._file.closed or self.problem is not None:
                return
            try:
                self._file.write(text)
                self._file.flush()
            except OSError as error:
                self.problem = error.strerror or str(error)

    def close(self) -> None:
        """Close the file. What is written later is dropped: such an exchange ended with the run."""
        with self._lock:
            try:
                self._file.close()
            except OSError as error:
                self.problem = self.problem or error.strerror or str(error)

    def _safe(self, text: str) -> str:
        hidden = self._redaction.hide_secrets(text)
        if self._redaction.leak(hidden) not in (None, "address"):
            return "(hidden)"
        return printable(hidden[:_LONGEST])


class LoggingTransport:
    """Asks another one, and writes a line for each exchange."""

    def __init__(
        self,
        live: Transport,
        log: RequestLog,
        *,
        wall: Callable[[], float] = time.time,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Get ready.

        Args:
            live: What is asked.
            log: Where the lines go.
            wall: Tells the seconds since 1970.
            now: Tells seconds that never go back.
        """
        self._live = live
        self._log = log
        self._wall = wall
        self._now = now

    def send(
        self, name: str, request: Request, answers: frozenset[int] = frozenset(), *, forwarded_once: bool = False
    ) -> Exchange:
        """Ask, and write the line, whatever comes."""
        sent, began = self._wall(), self._now()
        status, request_id, trouble = None, None, None
        try:
            exchange = self._live.send(name, request, answers, forwarded_once=forwarded_once)
            status = exchange.status
            request_id = next(filter(None, map(exchange.header, _IDS)), None)
        except NoAnswerError as error:
            trouble = excerpt(str(error))
            raise
        finally:
            moment = datetime.fromtimestamp(sent, UTC).isoformat(timespec="milliseconds")
            self._log.add(
                {
                    "time": moment.replace("+00:00", "Z"),
                    "method": request.method,
                    "path": request.path,
                    "status": status,
                    "seconds": round(self._now() - began, 3),
                    "request_id": request_id,
                    "exchange": name,
                    **({} if trouble is None else {"trouble": trouble}),
                }
            )
        return exchange

    def close(self) -> None:
        """Close the other one, and then the log."""
        self._live.close()
        self._log.close()
