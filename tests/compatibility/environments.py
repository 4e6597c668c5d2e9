"""Environments made from nothing, and what is installed in them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.compatibility.pythons import Python

SECONDS: Final = 300
"""The timeout of each installation and of each run."""

_FOREIGN: Final = re.compile(r"DIAL|DALLE3_|GITHUB_|PYTEST|PYTHON|VIRTUAL_ENV|COV_|MAKE|MFLAGS|XDIST")
_PACKAGE_AND_BOUND: Final = re.compile(r"([\w.-]+)(?:>=([\w.]+))?")
_LISTED: Final = """
import importlib.metadata, json
installed = importlib.metadata.distributions()
print(json.dumps({one.metadata["Name"].lower().replace("_", "-"): one.version for one in installed}))
"""


class InstallationError(Exception):
    """pip could not install what was asked for; its last lines say why."""


@dataclass(frozen=True)
class Ended:
    """How a run ended.

    Attributes:
        exit_code: Its exit code; none if it did not end in time.
        out: What it printed.
        err: What it printed as an error.
    """

    exit_code: int | None
    out: str
    err: str

    def last_lines(self, number: int) -> list[str]:
        """The end of what it printed."""
        return [line for line in (self.out + "\n" + self.err).splitlines() if line.strip()][-number:]


class Environment:
    """A virtual environment."""

    def __init__(self, place: Path, python: Python) -> None:
        """Make it.

        Args:
            place: A folder that is not there yet.
            python: Of which it is.

        Raises:
            InstallationError: It cannot be made.
        """
        self.python = python
        self._program = str(place / "bin" / "python")
        place.parent.mkdir(parents=True, exist_ok=True)
        ended = run([python.program, "-m", "venv", str(place)], place.parent)
        if ended.exit_code != 0:
            raise InstallationError("\n".join(ended.last_lines(5)))

    def install(self, *packages: str) -> None:
        """Install packages, as pip takes them.

        Raises:
            InstallationError: They cannot be had, or not together.
        """
        # of what is installed, runs use a part, and that is compiled when it is used
        how = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"]
        ended = self.run("pip", ["install", *how, *packages], Path(self._program).parent)
        if ended.exit_code != 0:
            # pip's own list of all versions that there are is no news
            raise InstallationError("\n".join(line[:300] for line in ended.last_lines(3)))

    def versions(self) -> Mapping[str, str]:
        """The versions of what is installed, by the names of the packages."""
        ended = run([self._program, "-c", _LISTED], Path(self._program).parent)
        versions: dict[str, str] = json.loads(ended.out)
        return versions

    def run(
        self, module: str, arguments: Iterable[str], folder: Path, variables: Mapping[str, str] | None = None
    ) -> Ended:
        """Run a module of it in a folder."""
        return run([self._program, "-m", module, *arguments], folder, variables)


def run(command: Sequence[str], folder: Path, variables: Mapping[str, str] | None = None) -> Ended:
    """Run a command to its end, with what the machine has set, but nothing for Python, pytest or the suite."""
    kept = {name: value for name, value in os.environ.items() if not _FOREIGN.match(name)}
    try:
        ended = subprocess.run(  # noqa: S603 - our own arguments
            command,
            cwd=folder,
            env={**kept, "COLUMNS": "200", **(variables or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ended(None, "", f"it did not end within {SECONDS} seconds")
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def lowest(project: Path) -> list[str]:
    """The lowest allowed version of each dependency of the project, as pip takes them.

    Args:
        project: The folder with pyproject.toml.

    Raises:
        InstallationError: A dependency has no lowest version.
    """
    described = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    lowest_ones = []
    for dependency in described["dependencies"]:
        found = _PACKAGE_AND_BOUND.match(dependency)
        if found is None or not found[2]:
            raise InstallationError(f"pyproject.toml says no lowest version in {dependency!r}")
        lowest_ones.append(f"{found[1]}=={found[2]}")
    return lowest_ones
