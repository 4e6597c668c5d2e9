"""Runs the steps of `action.yml` as a runner of GitHub would: bash, an environment, and files for what they tell."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tests.running import ROOT, SECONDS, read_if_there

ACTION: Final[Mapping[str, Any]] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: Final[Mapping[str, Mapping[str, Any]]] = {step["id"]: step for step in ACTION["runs"]["steps"]}
EXPRESSION: Final = re.compile(r"\$\{\{ ([a-z.-]+) \}\}")

_BASH = (shutil.which("bash") or "bash", "--noprofile", "--norc", "-eo", "pipefail")
"""How the runner starts it for `shell: bash`."""

_SUITE = f"""#!/bin/sh
PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m conformance "$@"
"""
_RECORDER = """#!/bin/sh
printf '%s\\0' "$DIAL_URL" "$DIAL_API_KEY" "$@" > "$RUNNER_TEMP/asked"
exit {code}
"""


@dataclass(frozen=True)
class StepRun:
    """What a step came to.

    Attributes:
        exit_code: How it ended.
        log: What it printed.
        outputs: What it told the steps behind it.
        summary: What it wrote for the page of the run.
    """

    exit_code: int
    log: str
    outputs: Mapping[str, str]
    summary: str


class Runner:
    """A machine of GitHub, in a folder; its own folders have a space in their names."""

    def __init__(self, folder: Path) -> None:
        self.workspace = folder / "the workspace"
        self.temp = folder / "the temp"
        for place in (self.workspace, self.temp):
            place.mkdir()

    def install_suite(self) -> Path:
        """Put the suite of this checkout where the first step would, without its minute of downloads."""
        return self._install(_SUITE)

    def install_recorder(self, code: int = 0) -> Path:
        """Put something there that keeps what it is asked, and ends with that code."""
        return self._install(_RECORDER.format(code=code))

    @property
    def asked(self) -> tuple[str, str, list[str]]:
        """What the recorder was asked: URL, key, words."""
        url, key, *words = (self.temp / "asked").read_bytes().decode().split("\0")[:-1]
        return url, key, words

    def check(self, suite: Path, inputs: Mapping[str, str], environment: Mapping[str, str] | None = None) -> StepRun:
        """Run the step that checks a DIAL.

        Args:
            suite: Where the suite is.
            inputs: Those of the action; the others have their defaults.
            environment: That of the job.
        """
        given = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()}
        context = {f"inputs.{name}": value for name, value in {**given, **inputs}.items()}
        return self.run("check", {**context, "steps.install.outputs.suite": str(suite)}, environment or {})

    def run(self, step: str, context: Mapping[str, str], environment: Mapping[str, str]) -> StepRun:
        """Run a step.

        Args:
            step: Its id.
            context: The values of the expressions that may stand in its `env`.
            environment: That of the job.
        """
        told, summary, script = (self.temp / name for name in ("told", "summary", "script.sh"))
        for file in (told, summary):
            file.write_text("")
        script.write_text(STEPS[step]["run"])
        own = {
            name: EXPRESSION.sub(lambda found: context[found[1]], value)
            for name, value in STEPS[step].get("env", {}).items()
        }
        ended = subprocess.run(  # noqa: S603 - our own tests
            [*_BASH, script],
            cwd=self.workspace,
            env={**self._environment(told, summary), **environment, **own},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
        outputs = dict(line.split("=", 1) for line in told.read_text().splitlines())
        return StepRun(ended.returncode, ended.stdout.decode(), outputs, read_if_there(summary))

    def _environment(self, told: Path, summary: Path) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "COLUMNS": "100",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(told),
            "GITHUB_STEP_SUMMARY": str(summary),
            "RUNNER_TEMP": str(self.temp),
        }

    def _install(self, program: str) -> Path:
        path = self.temp / "the suite" / "bin" / "dial-conformance"
        path.parent.mkdir(parents=True)
        path.write_text(program)
        path.chmod(0o755)
        return path.parents[1]
