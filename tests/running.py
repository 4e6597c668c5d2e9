"""Runs of the suite, in this process or in another one, and what they say."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.served_set import KEY, OTHER_KEY, PAGE, Held, ServedSet

ROOT: Final = Path(__file__).parents[1]
CHECKS: Final = ROOT / "conformance" / "checks"
CASSETTES: Final = ROOT / "cassettes"
CORE_25: Final = CASSETTES / "dial-core-0.25"
CORE_18: Final = CASSETTES / "dial-core-0.18"
OF_A_CONNECTION = ("HTTP-01", "HTTP-02")
"""Requirements that a live run decides, and no replay."""

EVERYTHING: Final = ("--thorough", "--allow-writes", "--key-variants", f"--origin={PAGE}")
"""The options with which everything is asked that a set can have."""
DALLE3: Final = "--dalle3-deployment=dall-e-3"

WITHOUT_PLUGINS: Final = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""The environment of a run beside no plugin but those that it names. To import those that our own tests need, such as
hypothesis, takes a sixth of a small run; what they do to a run is seen in tests/test_plugins_of_others.py."""

SECONDS: Final = 100
"""After which a run in another process is ended."""

# what runs in this process reads the output of another run, and no log of it: pytest would set both up anew for each of
# hundreds of thousands of checks
_CONFIG = """
[tool.pytest]
addopts = ["--import-mode=importlib", "-precording", "-pno:logging", "--capture=sys"]
strict = true
filterwarnings = ["error"]
"""
_FOREIGN = re.compile(
    r"DIAL|DALLE3_|GITHUB_|^CI$|^BUILD_NUMBER$|PYTEST|PYTHONDONT|COV_|(HTTPS?|ALL|NO)_PROXY|SSL_CERT|XDIST",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class SuiteRun:
    """What a run of the suite said.

    Attributes:
        exit_code: How it ended.
        out: What it printed.
        err: What it printed as an error.
        junit: Its report, or empty if it did not come to one.
    """

    exit_code: int
    out: str
    err: str
    junit: str = ""

    @property
    def output(self) -> str:
        return self.out + self.err

    @property
    def complaint(self) -> str:
        """The one line with which a run ends that could not begin."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        assert len(lines) == 1, f"not one line: {self.output}"
        assert lines[0].startswith("ERROR: "), self.output
        for trace in ("Traceback", "INTERNALERROR", "Error:", ".py:"):
            assert trace not in self.output, self.output
        return lines[0].removeprefix("ERROR: ")

    @cached_property
    def properties(self) -> Mapping[str, Mapping[str, str]]:
        """What the report says of each check, by its name."""
        tests = ET.fromstring(self.junit).iter("testcase") if self.junit else ()  # noqa: S314 - our own run wrote it
        return {
            f"{test.get('classname')}::{test.get('name')}": {
                str(one.get("name")): str(one.get("value")) for one in test.iter("property")
            }
            for test in tests
        }

    @cached_property
    def verdicts(self) -> Mapping[str, str]:
        """The verdict of each check."""
        return {name: told.get("verdict", "none") for name, told in self.properties.items()}

    @property
    def recordable(self) -> Mapping[str, str]:
        """The verdicts but for those about how answers came, which no set tells."""
        requirements = {name: told.get("requirement") for name, told in self.properties.items()}
        return {name: one for name, one in self.verdicts.items() if requirements[name] not in OF_A_CONNECTION}

    @property
    def counts(self) -> Counter[str]:
        """How often each verdict was given."""
        return Counter(self.verdicts.values())

    def requirements(self, verdict: str) -> set[str]:
        """The requirements with that verdict."""
        return {told["requirement"] for told in self.properties.values() if told.get("verdict") == verdict}

    @property
    def figures(self) -> tuple[int, int, int, int, int]:
        """Checks made and planned, requests, retries and completions, as the last line of the summary tells them."""
        found = re.search(
            r"^(\d+) of (\d+) planned checks were decided.*;"
            r" (\d+) requests?(?: replayed)?(?:, (\d+) retr(?:y|ies))?, (\d+) completions? among them$",
            self.out,
            re.MULTILINE,
        )
        assert found is not None, self.output
        made, planned, requests, retries, completions = (int(one or 0) for one in found.groups())
        return made, planned, requests, retries, completions

    @property
    def made(self) -> int:
        return self.figures[0]

    @property
    def planned(self) -> int:
        return self.figures[1]

    @property
    def requests(self) -> int:
        return self.figures[2]

    @property
    def retries(self) -> int:
        return self.figures[3]

    @property
    def completions(self) -> int:
        return self.figures[4]

    def table_row(self, deployment: str) -> list[int]:
        """The counts of a deployment in the summary."""
        row = re.search(rf"^{re.escape(deployment)} +([\d ]+)$", self.out, re.MULTILINE)
        assert row is not None, self.out
        return [int(number) for number in row[1].split()]


class Suite:
    """Runs the suite in a folder of its own, in this process."""

    def __init__(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        self._pytester = pytester
        self._environment = monkeypatch
        write_project(pytester.path)

    @property
    def folder(self) -> Path:
        return self._pytester.path

    def replay(self, *arguments: str, cassettes: Path = CORE_25) -> SuiteRun:
        return self.run(f"--cassettes={cassettes}", *arguments)

    def live(self, served: ServedSet, *arguments: str, **environment: str) -> SuiteRun:
        return self.run("--live", *arguments, **{**credentials(served.url), **environment})

    def record(self, served: ServedSet, folder: Path, *arguments: str, mode: str = "rewrite") -> SuiteRun:
        return self.live(served, f"--record-mode={mode}", f"--cassettes={folder}", *arguments)

    def run(self, *arguments: str, **environment: str) -> SuiteRun:
        report = self.folder / "junit.xml"
        report.unlink(missing_ok=True)
        with self._environment.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            ended = self._pytester.runpytest_inprocess(*arguments_of(self.folder, *arguments), no_reraise_ctrlc=True)
        return SuiteRun(int(ended.ret), ended.stdout.str(), ended.stderr.str(), read_if_there(report))


def credentials(url: str) -> dict[str, str]:
    """The environment of a run that asks a DIAL."""
    return {"DIAL_URL": url, "DIAL_API_KEY": KEY, "DIAL_API_KEY_2": OTHER_KEY}


def write_project(folder: Path) -> None:
    """Write the configuration of a folder in which the suite runs."""
    folder.joinpath("pyproject.toml").write_text(_CONFIG)


def arguments_of(folder: Path, *arguments: str) -> Sequence[str]:
    """The command line of a run in a folder: the checks of this checkout, all if none is given."""
    checks = () if any(one.startswith(str(CHECKS)) for one in arguments) else (str(CHECKS),)
    own = (f"--config-file={folder / 'pyproject.toml'}", f"--junitxml={folder / 'junit.xml'}", "-pno:cacheprovider")
    return ("-pconformance.plugin", *own, *checks, *arguments)


def start_elsewhere(folder: Path, *arguments: str, module: str = "pytest", **environment: str) -> subprocess.Popen[str]:
    """Start pytest, or another module, in another process."""
    return start_module(module, folder, arguments, environment)


def start_module(
    module: str,
    folder: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    ignored: Sequence[int] = (),
) -> subprocess.Popen[str]:
    """Start a module in another process, which ignores some signals as what a shell starts may."""

    def ignore() -> None:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)

    if not any(one.startswith("-n") for one in arguments):  # xdist is a plugin of others
        environment = {**WITHOUT_PLUGINS, **environment}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(  # noqa: S603 - our own tests
        command,
        cwd=folder,
        env=undisturbed(**environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=ignore if ignored else None,  # noqa: PLW1509 - as a shell does
    )


def undisturbed(**environment: str) -> dict[str, str]:
    """The environment of another process, without what would change a run."""
    return {**_clean(os.environ), "PYTHONPATH": str(ROOT), "COLUMNS": "100", **environment}


def finish_elsewhere(process: subprocess.Popen[str], report: Path, seconds: float = SECONDS) -> SuiteRun:
    """Wait for the end of a run in another process."""
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        pytest.fail(f"no end after {seconds} s: {out} {err}")
    return SuiteRun(process.returncode, out, err, read_if_there(report))


def press_ctrl_c(process: subprocess.Popen[str], held: Held, report: Path) -> None:
    """Interrupt a run in another process when an answer to it is held back."""
    send_when_held(process, held, report, signal.SIGINT)


def send_when_held(process: subprocess.Popen[str], held: Held, report: Path, number: int) -> None:
    """Send a signal to a run in another process when an answer to it is held back."""
    ends = time.monotonic() + SECONDS
    while not held.arrived.wait(0.1) and process.poll() is None and time.monotonic() < ends:
        pass
    assert held.arrived.is_set(), finish_elsewhere(process, report).output
    process.send_signal(number)


def run_elsewhere(folder: Path, *arguments: str, **environment: str) -> SuiteRun:
    """Run the suite in another process."""
    write_project(folder)
    process = start_elsewhere(folder, *arguments_of(folder, *arguments), **environment)
    return finish_elsewhere(process, folder / "junit.xml")


def forget_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take out of the environment what would change a run."""
    for name in os.environ.keys() - _clean(os.environ).keys() - {"PYTEST_CURRENT_TEST"}:
        monkeypatch.delenv(name)


def deployments_of(folder: Path) -> list[str]:
    """The options that ask for all deployments of a set."""
    meta = yaml.safe_load((folder / "meta.yaml").read_text())
    others = [f"--dial-deployment={name}" for name in meta["deployments"] if name != meta["dalle3"]]
    return [f"--dalle3-deployment={meta['dalle3']}", *others]


def small_set(place: Path) -> Path:
    """Copy of a set what the DIAL itself and the schemas need; to copy all of it takes longer than most tests."""
    for pattern in ("meta.yaml", "_instance/*", "*/configuration*", "*/deployment_alone*", "*/home*", "dall-e-3/a*"):
        for path in CORE_25.glob(pattern):
            copied = place / path.relative_to(CORE_25)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copied)
    return place


def read_if_there(path: Path) -> str:
    """The text of a file, empty if there is none."""
    return path.read_text() if path.is_file() else ""


def content_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _clean(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not _FOREIGN.search(name)}
