"""`.ci/run` says how long each step took, and ends with the first that fails."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.outside_tools import run_tool
from tests.running import ROOT

RUN = ROOT / ".ci" / "run"
STEP = re.compile(r"^=== (.+): \d+ s, exit code (\d+)$", re.MULTILINE)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder in which every tool does what `tool` there does."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(RUN, tmp_path / ".ci" / "run")
    for name in ("make", "python3", "git"):
        tool = tmp_path / "bin" / name
        tool.write_text(f'#!/bin/sh\nexec sh "{tmp_path}/tool" {name} "$@"\n')
        tool.chmod(0o755)
    return tmp_path


def run(checkout: Path, tool: str) -> tuple[int, list[tuple[str, str]]]:
    """Run it with that tool, and return its exit code and that of each step."""
    (checkout / "tool").write_text(tool)
    ended = subprocess.run(  # noqa: S603 - our own script
        [str(checkout / ".ci" / "run")],
        env={"PATH": f"{checkout / 'bin'}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, STEP.findall(ended.stdout)


def test_every_step_is_run(checkout: Path) -> None:
    code, steps = run(checkout, 'echo "$@" >> log\n')
    assert code == 0
    assert {code for _, code in steps} == {"0"}
    done = (checkout / "log").read_text().splitlines()
    assert len(done) == len(steps)
    assert done[0] == "make clean"
    assert {"make conformance", "make lint", "make test", "make test-long", "make kill-matrix"} <= set(done)
    assert {"python3 -m tests.documented_commands", "python3 -m tests.compatibility"} <= set(done)


@pytest.mark.parametrize(
    "failing", ["lint", "tests.documented_commands", "tests.compatibility", "kill-matrix", "test-long"]
)
def test_the_first_step_that_fails_is_the_last(checkout: Path, failing: str) -> None:
    code, steps = run(checkout, f'for last; do :; done\n[ "$last" != "{failing}" ] || exit 3\n')
    assert code == 3
    assert [code for _, code in steps] == [*("0" for _ in steps[1:]), "3"]


def test_shellcheck_has_nothing_to_say() -> None:
    run_tool("shellcheck", RUN)
