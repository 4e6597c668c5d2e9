"""Linters and validators that are no part of Python, as the extra `test` installs them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_SECONDS = 100


def run_tool(name: str, *arguments: str | Path, given: str | None = None) -> str:
    """Run one, and return all that it printed; it must have nothing to complain of.

    Args:
        name: Its command.
        arguments: What it gets.
        given: What it reads from its standard input.
    """
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        pytest.fail(f"{name} is not installed: .venv/bin/pip install -e '.[test]'")
    ended = subprocess.run(  # noqa: S603 - our own tests
        [found, *arguments], input=given, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr
