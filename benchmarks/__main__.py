"""`python -m benchmarks`: measure, and print each figure with its bound. The exit code is 1 if a bound is exceeded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tabulate import tabulate

from benchmarks.phases import OUTPUT
from conformance.exchange import API_KEY
from conformance.requirement import all_requirements
from conformance.run import Run
from conformance.settings import DEFAULT_SET, Settings
from conformance.wire.cassettes import read_meta
from tests.served_set import KEY, ServedSet

_ROUNDS = 7
_PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Figure:
    """One measured figure with its bound."""

    name: str
    value: float
    bound: float
    exact: bool = False

    @property
    def kept(self) -> bool:
        """The bound is kept."""
        return self.value == self.bound if self.exact else self.value <= self.bound


def main() -> int:
    """Measure everything and print it."""
    figures = [replay_against_empty_tests(), import_of_the_plugin(), requests_for_each_exchange()]
    rows = [
        [
            one.name,
            f"{one.value:.2f}",
            f"{'exactly' if one.exact else 'at most'} {one.bound:g}",
            "" if one.kept else "!",
        ]
        for one in figures
    ]
    print(tabulate(rows, headers=["figure", "measured", "bound", ""], disable_numparse=True))
    return 0 if all(one.kept for one in figures) else 1


def replay_against_empty_tests() -> Figure:
    """Compare the test phase of a replay with that of as many empty tests; the fastest of several rounds counts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        output, empty = folder / "phase.json", folder / "test_empty.py"
        _, tests = _test_phase(output, "conformance/checks")
        empty.write_text("".join(f"def test_{number}():\n    pass\n" for number in range(tests)))
        replays, empties = [], []
        for _ in range(_ROUNDS):  # in turn, so that a busy machine is busy for both
            replays.append(_test_phase(output, "conformance/checks")[0])
            empties.append(_test_phase(output, str(empty))[0])
    return Figure(f"replay of {tests} checks, test phase / as many empty tests", min(replays) / min(empties), 1.5)


def import_of_the_plugin() -> Figure:
    """Measure what the plugin adds to `import pytest`, with what it imports when pytest configures it, in seconds."""
    configured = "import conformance.plugin, conformance.requirement as r; r.all_requirements()"
    bare = min(_import_time("") for _ in range(_ROUNDS))
    whole = min(_import_time(configured) for _ in range(_ROUNDS))
    return Figure("import of the plugin, above pytest alone (s)", whole - bare, 0.25)


def requests_for_each_exchange() -> Figure:
    """Count the HTTP requests of a live run in threads, against a local server, and the exchanges made of them."""
    names = read_meta(_PROJECT / DEFAULT_SET).deployments
    with ServedSet(_PROJECT / DEFAULT_SET) as served:
        run = Run(Settings(live=True, url=served.url, credentials={API_KEY: KEY}, dalle3=names[0], deployments=names))
        run.ask([check for requirement in all_requirements().values() for check in run.plan(requirement)])
        run.finish(complete=True, whole=True)
        return Figure(
            "HTTP requests / distinct exchanges", len(served.asked) / len(run.resolver.exchanges), 1.0, exact=True
        )


def _test_phase(output: Path, tests: str) -> tuple[float, int]:
    environment = {**os.environ, OUTPUT: str(output), "PYTHONPATH": str(_PROJECT)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "benchmarks.phases", tests]
    subprocess.run(command, cwd=_PROJECT, env=environment, check=True, capture_output=True, timeout=120)
    measured = json.loads(output.read_text())
    return float(measured["seconds"]), int(measured["tests"])


def _import_time(code: str) -> float:
    timed = f"import pytest, time; start = time.perf_counter(); {code or 'pass'}; print(time.perf_counter() - start)"
    command = [sys.executable, "-c", timed]
    done = subprocess.run(command, cwd=_PROJECT, check=True, capture_output=True, text=True, timeout=60)
    return float(done.stdout)


if __name__ == "__main__":
    started = time.perf_counter()
    code = main()
    print(f"measured in {time.perf_counter() - started:.0f} s")
    raise SystemExit(code)
