"""The Pythons that are to be had on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OLDEST: Final = 11
NEWEST: Final = 20
"""Minor versions of Python 3: the first that pyproject.toml allows, and the last that is looked for."""

_SECONDS: Final = 60
_ASKED: Final = "import sys, venv, ensurepip; print(*sys.version_info[:3], sep='.'); print(sys.executable)"


@dataclass(frozen=True)
class Python:
    """One that runs.

    Attributes:
        version: Such as 3.12.1.
        program: Its path.
    """

    version: str
    program: str

    @property
    def minor(self) -> int:
        """The second part of its version."""
        return int(self.version.split(".")[1])


def found() -> dict[int, Python]:
    """The Pythons from 3.11 on that can make an environment, by their minor version."""
    pythons = {}
    for minor in range(OLDEST, NEWEST + 1):
        for program in _candidates(f"python3.{minor}"):
            python = _asked(program)
            if python is not None and python.minor == minor:
                pythons[minor] = python
                break
    return pythons


def _candidates(name: str) -> Iterator[str]:
    """Where a Python may be: on the path, or among those that pyenv has, but does not put there."""
    on_path = shutil.which(name)
    if on_path is not None:
        yield on_path
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    paths = versions.glob(f"*/bin/{name}")
    yield from (str(path) for path in sorted(paths, key=lambda path: _numbers(path.parts[-3]), reverse=True))


def _numbers(version: str) -> list[int]:
    return [int(one) for one in re.findall(r"\d+", version)]


def _asked(program: str) -> Python | None:
    try:
        # a program that pyenv puts on the path may have no Python behind it; a Debian may have no venv
        ended = subprocess.run(  # noqa: S603 - found by its name
            [program, "-I", "-c", _ASKED], capture_output=True, text=True, timeout=_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version, path = ended.stdout.splitlines()
    return Python(version, path)
