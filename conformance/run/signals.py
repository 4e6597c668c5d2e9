"""The signals that end a run early: Ctrl-C, a terminal that closes, and what ends a job."""

from __future__ import annotations

import os
import signal
import stat
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum
from types import FrameType
from typing import Any, Final

EXIT_CODE: Final = 2
"""Of an interrupted run, as in pytest."""
_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
_BEFORE: Final = "interrupted before anything was asked"
_SECONDS_OF_ONE_INTERRUPTION: Final = 1.0
_MOST_DESCRIPTORS: Final = 256


class Interrupted(KeyboardInterrupt, SystemExit):
    """A signal ended the run.

    A KeyboardInterrupt for pytest, which knows it from `pytest_configure` on. A SystemExit for Python, which would show
    where it was: so it needs no care before and after that.

    Attributes:
        code: The exit code of Python, where nobody catches it.
    """

    def __init__(self, name: str) -> None:
        """Name the signal."""
        super().__init__(name)
        self.code = EXIT_CODE


class Stage(IntEnum):
    """How far a process is."""

    STARTING = 0
    RUNNING = 1
    FINISHING = 2
    OVER = 3


class Signals:
    """What each of these signals does, by the stage of the process.

    ```plain
       STARTING ---- begin() ----> RUNNING ---- finish() ----> FINISHING ---- close() ----> OVER
          |                           |                            |
          | one line, exit code 2     | Interrupted                | exit code 2 at the end;
          v                           v                            | Ctrl-C once more ends it at once
         OVER              pytest goes to FINISHING                v
    ```

    * While it starts, there is nothing to finish: one line and exit code 2, whatever is being imported.
    * While it runs, `Interrupted` is raised, and pytest ends the run as it does after Ctrl-C.
    * While it finishes, the report is written; the exit code is 2 all the same. The next Ctrl-C ends it at once.
    * When it is over, nothing.

    Attributes:
        stage: How far the process is.
        late: A signal came while the run finished.
    """

    def __init__(self, end: Callable[[int], object] | None = None) -> None:
        """Make them; nothing is heard yet.

        Args:
            end: Ends a process that starts, with an exit code; by default it is `Interrupted`. `os._exit` ends it in
                the midst of an import too, where somebody may catch every exception.
        """
        self.stage = Stage.STARTING
        self.late = False
        self._ending: Callable[[], bool] = lambda: False
        self._shown: Callable[[], bool] = lambda: True
        self._traceback = False
        self._end = end
        self._raised_at = -_SECONDS_OF_ONE_INTERRUPTION
        self._former: dict[signal.Signals, Any] = {}
        self._error_output = -1
        self._terminals: set[int] = set()

    def listen(self) -> None:
        """Take the signals that nobody else has taken.

        One that is ignored stays so: `nohup` ignores SIGHUP, and a shell SIGINT for what runs in the background.
        """
        if threading.current_thread() is not threading.main_thread():
            return
        # not of 0 to 2 alone: while pytest captures, the terminal's descriptor is another
        self._terminals = {os.fstat(one).st_rdev for one in range(_MOST_DESCRIPTORS) if os.isatty(one)}
        with suppress(OSError):
            self._error_output = os.dup(2)  # pytest captures the descriptor 2 while it loads plugins
        for name in _NAMES:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                self._former[number] = signal.signal(number, self)

    def begin(
        self, ending: Callable[[], bool], shown: Callable[[], bool] = lambda: True, *, traceback: bool = False
    ) -> None:
        """From now on a signal raises.

        Args:
            ending: Tells whether a run takes back what it wrote: only Ctrl-C may cut that short.
            shown: Tells whether pytest would show an interruption; before it has a terminal reporter it would not.
            traceback: Raise pytest's own KeyboardInterrupt, whose traceback `--full-trace` shows.
        """
        self._ending, self._shown, self._traceback = ending, shown, traceback
        self.stage = Stage.RUNNING

    def finish(self) -> None:
        """From now on the report is written, whatever comes."""
        self.stage = Stage.FINISHING

    def close(self) -> None:
        """From now on a signal does nothing. It is not given back: Python ends, and would show where."""
        self.stage = Stage.OVER

    def restore(self) -> None:
        """Give back what was taken."""
        self.stage = Stage.OVER
        for number, former in self._former.items():
            if signal.getsignal(number) is self:
                signal.signal(number, former)
        self._former.clear()
        if self._error_output >= 0:
            os.close(self._error_output)
            self._error_output = -1

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal.

        Raises:
            KeyboardInterrupt: It ends the run.
        """
        del frame
        name = signal.Signals(number).name
        if name == "SIGHUP":
            self._leave_terminals()
        if self.stage is Stage.OVER:
            return
        if self.stage is Stage.STARTING:
            self.stage = Stage.OVER
            self._tell(f"{name}: {_BEFORE}")
            if self._end is not None:
                self._end(EXIT_CODE)
            raise Interrupted(name)
        now = time.monotonic()
        if now - self._raised_at < _SECONDS_OF_ONE_INTERRUPTION:
            return  # systemd sends SIGTERM and SIGHUP at once: the second must not break the end of the run
        self._raised_at = now
        if self.stage is Stage.FINISHING:
            self._interrupt_end(name)
        elif name == "SIGINT" or not self._ending():
            if not self._shown():
                self._tell(f"{name}: {_BEFORE}")
            raise KeyboardInterrupt if self._traceback else Interrupted(name)

    def _interrupt_end(self, name: str) -> None:
        if self.late and name == "SIGINT":
            self._tell("interrupted again: ended at once")
            os._exit(EXIT_CODE)
        if not self.late:
            self.late = True
            self._tell(f"{name}: interrupted while the run finished")

    def _tell(self, line: str) -> None:
        with suppress(OSError):
            os.write(self._error_output if self._error_output >= 0 else 2, f"{line}\n".encode())

    def _leave_terminals(self) -> None:
        """Write to nowhere in place of a terminal that is closed: each write would fail, and the report be lost."""
        gone = [one for one in range(_MOST_DESCRIPTORS) if _device(one) in self._terminals and not os.isatty(one)]
        if not gone:
            return
        nowhere = os.open(os.devnull, os.O_RDWR)
        for one in gone:
            os.dup2(nowhere, one, inheritable=os.get_inheritable(one))
        os.close(nowhere)


def starting() -> Signals | None:
    """Return what a command that starts pytest has put there already, or None."""
    known = (signal.getsignal(getattr(signal, name)) for name in _NAMES if hasattr(signal, name))
    return next((one for one in known if isinstance(one, Signals) and one.stage is Stage.STARTING), None)


def _device(descriptor: int) -> int | None:
    """Return the device behind a descriptor, or None if it is none of characters."""
    try:
        found = os.fstat(descriptor)
    except OSError:
        return None
    return found.st_rdev if stat.S_ISCHR(found.st_mode) else None
