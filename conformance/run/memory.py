"""What was asked is remembered, answers and failures alike, so that nothing is asked twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, InvalidStateError, wait
from contextlib import suppress
from typing import Any


class Memory:
    """Computes each value once, however many threads want it; the others wait for the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[Hashable, Future[Any]] = {}

    def once(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """Return the value of a key, computed by the first who asks.

        Raises:
            Exception: What `compute` raised, to everybody who asks.
        """
        with self._lock:
            future = self._values.get(key)
            mine = future is None
            if future is None:
                future = self._values[key] = Future()
        if not mine:
            return future.result()
        try:
            value = compute()
        except BaseException as error:
            with suppress(InvalidStateError):
                future.set_exception(error)
            raise
        with suppress(InvalidStateError):
            future.set_result(value)
        return value

    def abandon(self, error: Exception) -> None:
        """Wait no more for what is being computed: everybody who wants it gets an error."""
        with self._lock:
            pending = [future for future in self._values.values() if not future.done()]
        for future in pending:
            with suppress(InvalidStateError):  # it came at the last moment
                future.set_exception(error)

    def forget(self, wanted: Callable[[Hashable, BaseException | None], bool]) -> None:
        """Compute anew, at the next use, what is wanted anew.

        Args:
            wanted: Tells by the key, and by what was raised, whether that is so. Only what is computed is looked at.
        """
        with self._lock:
            done = [(key, future.exception()) for key, future in self._values.items() if future.done()]
            for key, error in done:
                if wanted(key, error):
                    del self._values[key]

    def known(self, key: Hashable) -> bool:
        """Tell whether a key's value was computed without an error."""
        future = self._values.get(key)
        return future is not None and future.done() and future.exception() is None

    def wait(self, key: Hashable, seconds: float) -> None:
        """Wait until a key's value is there, if somebody is computing it, but not for ever."""
        future = self._values.get(key)
        if future is not None:
            wait([future], timeout=seconds)
