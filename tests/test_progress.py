"""The live line: there for whoever looks at a terminal, and for nobody else."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from conformance.reports.progress import MANY, LiveLine, SeldomLines, progress_at
from conformance.run.budget import Amount
from conformance.run.progress import unseen
from tests.conftest import Serve
from tests.running import DALLE3, ROOT, SECONDS, Suite, arguments_of, credentials, write_project
from tests.served_set import Held

LINE = re.compile(r"(\d+) of (\d+) exchanges, (\d+) completions?(?:, (\$[\d.]+))?, (\?|[\d:]+) left")
CLEARED = re.compile(r"left[^\r]*\r +\r\r?\n")
ONE_IMAGE = ("--live", DALLE3, "--requirement=FILE-01", "-kabsent")
FILES = "/v1/files"


class Terminal(io.StringIO):
    """A terminal, as far as it can be told."""

    def __init__(self, breaks_after: int = sys.maxsize) -> None:
        super().__init__()
        self.changed = threading.Condition()
        self._breaks_after = breaks_after

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.tell() > self._breaks_after:
            raise OSError(5, "Input/output error")
        with self.changed:
            written = super().write(text)
            self.changed.notify_all()
        return written

    def wait_for(self, text: str) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: text in self.getvalue(), SECONDS), self.getvalue()


class Watched:
    """A process at a terminal of its own."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self.process = process
        self.shown = ""
        self._terminal = terminal
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, is_there: Callable[[str], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: is_there(self.shown), SECONDS), self.shown

    def finish(self) -> int:
        code = self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        return code

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self._terminal, 65536)
            except OSError:  # the other end is closed
                return
            with self._changed:
                self.shown += piece.decode("utf-8", "replace")
                self._changed.notify_all()


@contextmanager
def at_a_terminal(folder: Path, *arguments: str, **environment: str) -> Iterator[Watched]:
    """Run the suite where a person looks."""
    write_project(folder)
    ours, theirs = pty.openpty()
    try:
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
        process = subprocess.Popen(  # noqa: S603 - our own tests
            [sys.executable, "-m", "pytest", *arguments_of(folder, *arguments)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "CI": "", **environment},
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
        )
    finally:
        os.close(theirs)
    try:
        yield Watched(process, ours)
    finally:
        process.kill()
        process.wait(SECONDS)
        os.close(ours)


def test_line_tells_the_numbers_and_is_gone_at_the_end(suite: Suite, serve: Serve) -> None:
    held = Held(FILES)
    served = serve(instead=held)
    with at_a_terminal(suite.folder, *ONE_IMAGE, **credentials(served.url)) as watched:
        watched.wait_for(lambda shown: re.search(r"exchanges, 1 completion, \$0\.\d+, ", shown))
        held.released.set()
        assert watched.finish() == 0, watched.shown
    made, planned, completions, cost, _ = LINE.findall(watched.shown)[-1]
    assert 0 < int(made) < int(planned) <= len(served.asked)
    assert int(completions) == served.completions == 1
    assert f"the completions cost {cost}," in watched.shown
    assert CLEARED.search(watched.shown), watched.shown
    assert not LINE.search(watched.shown.partition("= DIAL conformance =")[2])


def test_ctrl_c_leaves_a_clean_line(suite: Suite, serve: Serve) -> None:
    held = Held(FILES)
    served = serve(instead=held)
    with at_a_terminal(suite.folder, *ONE_IMAGE, **credentials(served.url)) as watched:
        watched.wait_for(LINE.search)
        watched.wait_for(lambda _: held.arrived.wait(SECONDS))
        watched.process.send_signal(signal.SIGINT)
        assert watched.finish() == 2, watched.shown
    held.released.set()
    assert CLEARED.search(watched.shown), watched.shown
    assert "interrupted" in watched.shown


@pytest.mark.shortened(2)
@pytest.mark.parametrize(
    ("options", "environment"),
    [(("-q",), {}), ((), {"CI": "true"}), ((), {"TERM": "dumb"}), (("--plan",), {})],
    ids=["quiet", "CI", "dumb terminal", "plan"],
)
def test_nothing_is_shown_to_who_does_not_look(
    suite: Suite, serve: Serve, options: tuple[str, ...], environment: dict[str, str]
) -> None:
    served = serve()
    with at_a_terminal(suite.folder, *ONE_IMAGE, *options, **credentials(served.url), **environment) as watched:
        assert watched.finish() == 0, watched.shown
    assert " exchanges" not in watched.shown


def test_nothing_is_shown_without_a_terminal(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), *ONE_IMAGE, TERM="xterm", CI="")
    assert run.exit_code == 0
    assert " exchanges" not in run.output


def test_replay_of_a_few_cassettes_is_not_worth_a_line(suite: Suite) -> None:
    write_project(suite.folder)
    with at_a_terminal(suite.folder, f"--cassettes={ROOT / 'cassettes' / 'dial-core-0.25'}") as watched:
        assert watched.finish() == 0, watched.shown
    assert " exchanges" not in watched.shown


def test_who_looks_is_told_by_the_environment() -> None:
    assert progress_at(Terminal(), {}, 0) is not unseen
    assert progress_at(Terminal(), {"CI": "false"}, 1) is not unseen
    assert progress_at(Terminal(), {}, -1) is unseen
    assert progress_at(io.StringIO(), {}, -1) is unseen


@pytest.mark.parametrize(
    ("stream", "environment"),
    [(Terminal(), {"CI": "1"}), (Terminal(), {"TERM": "dumb"}), (io.StringIO(), {})],
    ids=["CI", "dumb terminal", "pipe"],
)
def test_where_a_line_cannot_change_there_is_one_now_and_then(stream: io.StringIO, environment: dict[str, str]) -> None:
    with progress_at(stream, environment, 0)(10, Amount):
        pass
    assert stream.getvalue() == "", "nothing in the first ten seconds"


def test_a_pipe_gets_whole_lines() -> None:
    pipe = Terminal()
    with SeldomLines(pipe, seconds=0.01).shown(258, lambda: Amount(3, Decimal("0.12"))) as made:
        for _ in range(62):
            made()
        pipe.wait_for("62 of 258 requests, 3 completions, $0.12\n")
    assert set(pipe.getvalue().splitlines()[-1:]) == {"62 of 258 requests, 3 completions, $0.12"}


def test_line_counts_what_all_threads_make() -> None:
    terminal = Terminal()
    with LiveLine(terminal).shown(8_000, lambda: Amount(2, Decimal("0.08"))) as made:
        threads = [threading.Thread(target=lambda: [made() for _ in range(1_000)]) for _ in range(8)]
        for thread in threads:
            thread.start()
        terminal.wait_for("8000 of 8000 exchanges, 2 completions, $0.08, 00:00 left")
    assert terminal.getvalue().endswith(" \r")


def test_line_is_gone_after_an_error() -> None:
    terminal = Terminal()

    def fail() -> None:
        with LiveLine(terminal).shown(10, Amount):
            terminal.wait_for("0 of 10 exchanges, 0 completions, ")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert terminal.getvalue().endswith(" \r")


@pytest.mark.parametrize("breaks_after", [-1, 50])
def test_terminal_that_went_away_ends_no_run(breaks_after: int) -> None:
    terminal = Terminal(breaks_after)
    with LiveLine(terminal).shown(10, Amount) as made:
        made()


def test_few_exchanges_are_not_worth_a_line() -> None:
    terminal = Terminal()
    with LiveLine(terminal, MANY).shown(MANY - 1, Amount) as made:
        made()
    assert terminal.getvalue() == ""
