"""Sessions of pytest in a process of their own, and how long they took."""

from __future__ import annotations

import json
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.phases import OUTPUT
from tests.running import start_elsewhere, write_project

_SECONDS = 400
_TOLD = 2000


@dataclass(frozen=True)
class Session:
    """How long a session of pytest took, in seconds.

    Attributes:
        tests: How many tests it had.
        phase: Its test phase, in time of the process.
        work: All that came after the start-up, to the end of the process, in time of the process.
        wall: From the beginning of the collection, in which the first request is made, to the end of the test phase,
            by the clock.
        process: The whole process, by the clock.
    """

    tests: int
    phase: float
    work: float
    wall: float
    process: float


class SessionError(RuntimeError):
    """A session that did not end well, so that its times mean nothing."""


def session(*arguments: str, **environment: str) -> Session:
    """Run pytest with the suite's plugin, in a folder of its own, so that no `.env` of this checkout is read.

    Args:
        *arguments: Options, and the tests to run.
        **environment: Variables.

    Raises:
        SessionError: It did not end with 0.
    """
    with tempfile.TemporaryDirectory() as name:
        folder, output = Path(name), Path(name) / "phases.json"
        write_project(folder)
        own = ("-q", "-pconformance.plugin", "-pbenchmarks.phases", f"--config-file={folder / 'pyproject.toml'}")
        start, used = time.monotonic(), _used_by_children()
        process = start_elsewhere(folder, *own, *arguments, **environment, **{OUTPUT: str(output)})
        try:
            out, err = process.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        whole, used = time.monotonic() - start, _used_by_children() - used
        if process.returncode != 0:
            raise SessionError(f"pytest {' '.join(arguments)} ended with {process.returncode}: {out[-_TOLD:]}{err}")
        measured = json.loads(output.read_text())
    work = used - measured["startup"]
    return Session(measured["tests"], measured["phase"], work, measured["wall"], whole)


def _used_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
