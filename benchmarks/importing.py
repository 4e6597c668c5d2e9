"""What the plugin costs those who only have it installed."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.figure import Figure
from tests.running import ROOT

_ROUNDS = 7
_CONFIGURED = "import conformance.plugin, conformance.requirement as r; r.all_requirements()"


def import_of_the_plugin() -> list[Figure]:
    """Measure what the plugin adds to `import pytest`, with what it imports when pytest configures it, in seconds."""
    bare = min(_import_time("pass") for _ in range(_ROUNDS))
    whole = min(_import_time(_CONFIGURED) for _ in range(_ROUNDS))
    return [Figure("import of the plugin, above pytest alone (s)", whole - bare, 0.25)]


def _import_time(code: str) -> float:
    timed = f"import pytest, time; start = time.perf_counter(); {code}; print(time.perf_counter() - start)"
    command = [sys.executable, "-c", timed]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=60)
    return float(done.stdout)
