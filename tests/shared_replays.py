"""Replays of whole sets that are made once for all processes of the tests."""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Final

from tests.running import SuiteRun, run_elsewhere

IN_PROCESSES: Final = ("-n2", "--report-json=r.json")
"""The options of a replay in two processes that several tests look at."""


class SharedReplays:
    """Replays below a folder that the processes of the tests share: who needs one first makes it, others wait for it.

    Attributes:
        place: The folder.
    """

    def __init__(self, place: Path) -> None:
        self.place = place

    def __call__(self, cassettes: Path, *options: str) -> SuiteRun:
        """Return what a replay with those options said."""
        folder = self.folder(cassettes, *options)
        folder.mkdir(parents=True, exist_ok=True)
        said = folder / "said.json"
        with _alone(folder / "lock"):
            if not said.is_file():
                run = run_elsewhere(folder, f"--cassettes={cassettes}", *options)
                said.write_text(json.dumps(asdict(run)))
        return SuiteRun(**json.loads(said.read_text()))

    def once(self, name: str, make: Callable[[Path], None]) -> Path:
        """Return the folder of that name, which the first who needs it fills."""
        folder = self.place / name
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder / "lock"):
            if not (folder / "made").is_file():
                make(folder)
                (folder / "made").touch()
        return folder

    def folder(self, cassettes: Path, *options: str) -> Path:
        """Return the folder in which a replay with those options runs, and writes its files."""
        return self.place / hashlib.sha256(repr((str(cassettes), options)).encode()).hexdigest()[:16]


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Do something while no other process does it; the lock of a process that ends is free."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
