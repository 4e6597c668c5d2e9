"""Time, as something that can be stopped: who waits does not outlive Ctrl-C."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits. Threads may use it at once."""

    @property
    def stopped(self) -> bool:
        """It was stopped, so nobody waits any more."""
        ...

    def now(self) -> float:
        """Return seconds since any moment; they never go back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait, at most until the clock is stopped."""
        ...

    def stop(self) -> None:
        """End all waits, those to come included."""
        ...


class RecordedClock:
    """The time of a replay: what was waited for when it was recorded is over, so whoever waits is there at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = 0.0
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """It was stopped, so nobody waits any more."""
        return self._stopped

    def now(self) -> float:
        """Return how many seconds were waited for so far."""
        with self._lock:
            return self._now

    def sleep(self, seconds: float) -> None:
        """Let that time pass at once."""
        with self._lock:
            self._now += max(0.0, seconds)

    def stop(self) -> None:
        """End all waits: there are none."""
        self._stopped = True


class SystemClock:
    """The time of this machine."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    @property
    def stopped(self) -> bool:
        """It was stopped, so nobody waits any more."""
        return self._stop.is_set()

    def now(self) -> float:
        """Return seconds since any moment; they never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, at most until the clock is stopped."""
        self._stop.wait(min(seconds, threading.TIMEOUT_MAX))  # more raises OverflowError

    def stop(self) -> None:
        """End all waits, those to come included."""
        self._stop.set()
