"""What the plugin costs those who only have it installed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.figure import Figure
from tests.running import ROOT

_ROUNDS = 7
_CONFIGURED = "import conformance.plugin, conformance.run.registry as r; r.all_requirements()"


def import_of_the_plugin() -> list[Figure]:
    """Measure what the plugin adds to `import pytest`, with what it imports when pytest configures it, in seconds."""
    bare = min(_import_time("pass") for _ in range(_ROUNDS))
    whole = min(_import_time(_CONFIGURED) for _ in range(_ROUNDS))
    return [Figure("import of the plugin, above pytest alone (s)", whole - bare, 0.25)]


def start_of_other_sessions() -> list[Figure]:
    """Measure what a session of somebody else takes longer where the suite is installed, in seconds of the process.

    The suite itself is not loaded there; pytest-recording is, by its entry point.
    """
    with tempfile.TemporaryDirectory() as name:
        test = Path(name) / "test_one.py"
        test.write_text("def test_one():\n    pass\n")
        times = [(_session_time(test, "-pno:recording"), _session_time(test)) for _ in range(_ROUNDS)]
    without, with_it = (min(column) for column in zip(*times, strict=True))
    detail = f"{with_it:.2f} s / {without:.2f} s"
    return [Figure("start of a session of somebody else, later by (s)", with_it - without, 0.05, detail=detail)]


def _session_time(test: Path, *options: str) -> float:
    before = os.times()
    command = [sys.executable, "-m", "pytest", "-q", "-pno:cacheprovider", *options, str(test)]
    subprocess.run(command, cwd=test.parent, check=True, capture_output=True, timeout=60)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _import_time(code: str) -> float:
    timed = f"import pytest, time; start = time.perf_counter(); {code}; print(time.perf_counter() - start)"
    command = [sys.executable, "-c", timed]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=60)
    return float(done.stdout)
