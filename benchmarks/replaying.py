"""What a replay takes: beside as many empty tests, and with a hundred times as many deployments."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from benchmarks.copies import ORIGINAL, copied_set
from benchmarks.figure import Figure
from benchmarks.sessions import Session, session
from tests.running import CHECKS, CORE_25

# not loaded at all: `-p no:recording` after the project's own `-p recording` leaves its fixtures where they are
_WITHOUT_RECORDING: Final = ("-oaddopts=--import-mode=importlib", "-pno:recording")
_ROUNDS: Final = 7
_ROUNDS_OF_FEW: Final = 3
_FEW: Final = 10
_MANY: Final = 1000


def replay_against_empty_tests() -> list[Figure]:
    """Compare the test phase of a replay with that of as many empty tests; the fastest of several rounds counts.

    The empty tests are without pytest-recording, whose fixtures cost each of them as much as pytest itself does.
    """
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "test_empty.py"
        tests = _replay(CORE_25).tests
        empty.write_text("".join(f"def test_{number}():\n    pass\n" for number in range(tests)))
        replays, empties = [], []
        for _ in range(_ROUNDS):  # in turn, so that a busy machine is busy for both
            replays.append(_replay(CORE_25).phase)
            empties.append(session(str(empty), *_WITHOUT_RECORDING).phase)
    fastest, empty_fastest = min(replays), min(empties)
    return [
        Figure(
            f"replay of {tests} checks, test phase / as many empty tests",
            fastest / empty_fastest,
            1.5,
            detail=f"{fastest:.2f} s / {empty_fastest:.2f} s",
        )
    ]


def replay_of_many() -> list[Figure]:
    """Compare the replay of a thousand copies of a deployment with that of ten.

    What is measured is the time of the process (a busy machine makes little difference) for all that comes after the
    start-up: collection, plan, exchanges, checks, summary, and the end of the process, which gives the memory back. The
    start-up would make any factor look good: it is the same for both.
    """
    few = min(_work(_FEW) for _ in range(_ROUNDS_OF_FEW))
    many = _work(_MANY)
    return [
        Figure(
            f"replay with {_MANY:,} deployments / with {_FEW}", many / few, 110, detail=f"{many:.1f} s / {few:.2f} s"
        )
    ]


def _work(deployments: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        copied_set(Path(folder), deployments)
        return _replay(Path(folder), f"--dial-deployment={ORIGINAL[0]}[0-9]*").work


def _replay(cassettes: Path, *options: str) -> Session:
    return session(str(CHECKS), f"--cassettes={cassettes}", *options)
