"""The reader's terminal: each command in a shell of its own, which begins where the one before it ended."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SECONDS_TO_END: Final = 15
_SECONDS_TO_PRINT: Final = 5
_SET_FOR_US = re.compile(r"DIAL|DALLE3_|GITHUB_|PYTEST|PYTHON|VIRTUAL_ENV|COV_|MAKE|MFLAGS")
# what was exported, and the folder, are all that the next command sees of this one
_AND_REMEMBER: Final = """
code=$?
{ export -p; printf 'cd %q\\n' "$PWD"; } > "$0.new" && mv "$0.new" "$0"
exit "$code"
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes:
        exit_code: Its exit code; none if it did not end, or if it is to go on.
        printed: What it wrote to the standard output and error.
        problem: Why it was ended, or empty.
    """

    exit_code: int | None
    printed: str
    problem: str = ""


class Terminal:
    """Where the commands of one document run."""

    def __init__(self, place: Path, folder: Path, environment: Mapping[str, str]) -> None:
        """Open it.

        Args:
            place: A folder for what it remembers.
            folder: The folder in which its reader begins.
            environment: The variables that its reader begins with.
        """
        self._place = place
        self._environment = environment
        self._state = place / "state"
        self._servers: dict[str, subprocess.Popen[bytes]] = {}
        place.mkdir(parents=True)
        self._state.write_text(f"cd '{folder}'\n")

    def continued(self, place: Path) -> Terminal:
        """Open another one, which begins where this one is."""
        other = Terminal(place, place, self._environment)
        shutil.copyfile(self._state, other._state)
        return other

    @property
    def folder(self) -> Path:
        """The folder in which the next command runs."""
        return Path(self.run("pwd", _SECONDS_TO_END).printed.rstrip("\n"))

    def run(self, command: str, seconds: float) -> Ended:
        """Run a command to its end, at most so many seconds."""
        process, output = self._start(f'. "$0"\n{command}{_AND_REMEMBER}')
        try:
            code: int | None = process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _end(process, signal.SIGKILL)
        return Ended(code, _read(output), "" if code is not None else f"it did not end within {seconds:.0f} seconds")

    def serve(self, command: str, url: str, seconds: float, printed_all: Callable[[str], bool]) -> Ended:
        """Start a command, and wait until it answers.

        Args:
            command: A single command.
            url: Where it is to answer. What was started there before is ended.
            seconds: How long it may take.
            printed_all: Tells whether it printed what it should; it gets a moment more to do so.
        """
        self._end_server(url)
        process, output = self._start(f'. "$0"\nexec {command}')
        self._servers[url] = process
        ends = time.monotonic() + seconds
        while not _answers(url):
            if _ended(process, 0.1):
                return Ended(process.returncode, _read(output), f"it ended before it answered at {url}")
            if time.monotonic() > ends:
                self._end_server(url)
                return Ended(None, _read(output), f"it did not answer at {url} within {seconds:.0f} seconds")
        ends = time.monotonic() + _SECONDS_TO_PRINT
        while not printed_all(_read(output)) and time.monotonic() < ends and not _ended(process, 0.1):
            pass
        return Ended(None, _read(output))

    def close(self) -> None:
        """End what still runs."""
        for url in list(self._servers):
            self._end_server(url)

    def _end_server(self, url: str) -> None:
        if url in self._servers:
            _end(self._servers.pop(url), signal.SIGTERM)

    def _start(self, script: str) -> tuple[subprocess.Popen[bytes], Path]:
        output = self._place / "output"
        output.unlink(missing_ok=True)  # an older server may still write to its own
        with output.open("wb") as file:
            process = subprocess.Popen(  # noqa: S603 - what our own documents show
                ["bash", "--noprofile", "--norc", "-c", script, str(self._state)],  # noqa: S607 - that of the machine
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return process, output


def environment_of(machine: Path) -> dict[str, str]:
    """The variables of a machine whose Python is that of a virtual environment, and on which nothing is set for us."""
    kept = {name: value for name, value in os.environ.items() if not _SET_FOR_US.match(name)}
    path = f"{machine / 'bin'}{os.pathsep}{kept.get('PATH', os.defpath)}"
    # as wide as what the documents show, and no proxy between us and the stand-in
    own = {"PATH": path, "COLUMNS": "80", "PYTHONUNBUFFERED": "1", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    return {**kept, **own}


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    return process.poll() is not None


def _end(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """End a process and all that it started."""
    for one in (how, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, one)
        if _ended(process, _SECONDS_TO_END):
            break


def _read(output: Path) -> str:
    return output.read_text(errors="backslashreplace")
