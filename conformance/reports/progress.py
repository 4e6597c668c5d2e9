"""The live line of a run: how many exchanges are made, what they cost so far, and how long it will take."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Lock, RLock, Thread
from typing import TYPE_CHECKING, Any, Final, TextIO

from conformance.dial.price import dollars
from conformance.run.budget import Amount
from conformance.run.progress import Progress, unseen

if TYPE_CHECKING:
    from tqdm import tqdm

MANY: Final = 2_000
"""So many cassettes take long enough to be waited for."""

_SECONDS_BETWEEN_LOOKS: Final = 0.2
_FORMAT: Final = "{n_fmt} of {total_fmt} exchanges{postfix}, {remaining} left {bar:20}"
_NO: Final = ("", "0", "false")


def progress_at(stream: TextIO, environment: Mapping[str, str], verbosity: int, *, least: int = 0) -> Progress:
    """Return what shows the progress of a run.

    Args:
        stream: Where to: one line that changes at a terminal, a line now and then in a pipe and in CI.
        environment: The environment: nobody looks in CI.
        verbosity: Below 0 (`-q`) nothing is shown.
        least: How many exchanges are worth it.
    """
    if verbosity < 0:
        return unseen
    in_ci = environment.get("CI", "").lower() not in _NO
    if in_ci or environment.get("TERM") == "dumb" or not stream.isatty():
        return SeldomLines(stream, least).shown
    return LiveLine(stream, least).shown


@dataclass(frozen=True)
class _Watching(ABC):
    """Shows what threads do in a thread of its own, so that they lose no time.

    Attributes:
        stream: Where to.
        least: How many exchanges are worth it.
    """

    stream: TextIO
    least: int = 0

    @contextmanager
    def shown(self, planned: int, spent: Callable[[], Amount]) -> Iterator[Callable[[], None]]:
        """Show it while exchanges are made.

        Args:
            planned: How many there will be.
            spent: Tells what they cost so far.
        """
        counter, ended = _Counter(), Event()
        if planned < max(self.least, 1):
            yield counter.add
            return
        looking = Thread(target=self._look, args=(planned, spent, counter, ended), name="progress", daemon=True)
        looking.start()
        try:
            yield counter.add
        finally:
            ended.set()
            looking.join()

    @abstractmethod
    def _look(self, planned: int, spent: Callable[[], Amount], counter: _Counter, ended: Event) -> None:
        """Write what is so now, until the end."""


@dataclass(frozen=True)
class SeldomLines(_Watching):
    """A line now and then, in a pipe or in CI, which keeps them.

    Attributes:
        seconds: How long it is from one line to the next.
    """

    seconds: float = 10

    def _look(self, planned: int, spent: Callable[[], Amount], counter: _Counter, ended: Event) -> None:
        with suppress(OSError, ValueError):  # nobody may read any more
            while not ended.wait(self.seconds):
                self.stream.write(f"{counter.number} of {planned} requests, {_spent(spent())}\n")
                self.stream.flush()


class LiveLine(_Watching):
    """One line at a terminal, which is gone when the exchanges are made."""

    def _look(self, planned: int, spent: Callable[[], Amount], counter: _Counter, ended: Event) -> None:
        """Write what is so now, also while nothing ends because a model thinks."""
        with suppress(OSError, ValueError), _line(planned, self.stream) as line:  # a terminal may go away
            while not ended.wait(_SECONDS_BETWEEN_LOOKS):
                line.set_postfix_str(_spent(spent()), refresh=False)
                if not line.update(counter.number - line.n):
                    line.refresh()


class _Counter:
    """Counts what threads do; nothing else is done in them, so that they lose no time."""

    def __init__(self) -> None:
        self.number = 0
        self._lock = Lock()

    def add(self) -> None:
        with self._lock:
            self.number += 1


def _line(planned: int, stream: TextIO) -> tqdm[Any]:
    from tqdm import tqdm  # noqa: PLC0415 - only who sees it pays for it

    class Line(tqdm):  # type: ignore[type-arg] # tqdm is generic for type checkers only
        monitor_interval = 0  # no thread of its own

    Line.set_lock(RLock())  # its own one would be shared with other processes
    # by its average speed, so that the time left grows while nothing ends
    return Line(total=planned, file=stream, leave=False, smoothing=0, dynamic_ncols=True, bar_format=_FORMAT)


def _spent(spent: Amount) -> str:
    completions = f"{spent.completions} completion{'' if spent.completions == 1 else 's'}"
    return f"{completions}, {dollars(spent.dollars)}" if spent.dollars else completions
