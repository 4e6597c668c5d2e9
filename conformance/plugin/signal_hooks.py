"""The pytest hooks that end a run by a signal as Ctrl-C ends it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest

from conformance.run.signals import Signals, starting

_SIGNALS = pytest.StashKey[Signals]()


def listen(config: pytest.Config) -> Signals | None:
    """Listen to the signals, once for each session; None in a worker of pytest-xdist, which another process ends.

    Args:
        config: The session's.
    """
    if hasattr(config, "workerinput"):
        return None
    known = config.stash.get(_SIGNALS, None)
    if known is not None:
        return known
    signals = starting()
    if signals is None:
        signals = Signals()
        signals.listen()
        config.add_cleanup(signals.restore)
    config.stash[_SIGNALS] = signals
    return signals


def end_by_signals(config: pytest.Config, ending: Callable[[], bool]) -> None:
    """From now on end the session by a signal as by Ctrl-C. pytest handles that from `pytest_configure` on.

    Args:
        config: The session's.
        ending: Tells whether the run was interrupted already.
    """
    signals = listen(config)
    if signals is None:
        return
    shown = lambda: config.pluginmanager.hasplugin("terminalreporter")  # noqa: E731 - shorter than a function of its own
    signals.begin(ending, shown, traceback=config.option.fulltrace)
    config.pluginmanager.register(SignalHooks(signals), "dial-conformance-signals")


class SignalHooks:
    """Tells the signals how far the session is."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._session: pytest.Session | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Take out what pytest cannot show: Python has no line for a signal that comes between two instructions."""
        without_unknown_lines(excinfo.tb)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Let the reports be written."""
        self._session = session
        self._signals.finish()
        yield

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Tell the exit code of a run that a signal reached at its end."""
        if self._signals.late and self._session is not None:
            self._session.exitstatus = pytest.ExitCode.INTERRUPTED
        self._signals.close()


def without_unknown_lines(traceback: Any) -> None:
    """Take the entries without a line out of a traceback, but for the first, which is that of a call of ours.

    Args:
        traceback: The traceback; it is changed.
    """
    while traceback is not None and traceback.tb_next is not None:
        if traceback.tb_next.tb_lineno is None:
            traceback.tb_next = traceback.tb_next.tb_next
        else:
            traceback = traceback.tb_next
