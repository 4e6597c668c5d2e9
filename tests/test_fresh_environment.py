"""An environment that has only what the README installs, or not even that. .ci/run makes real ones."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any, Final

import pytest

from conformance.plugin import NEEDED
from tests.running import ROOT, SECONDS, SuiteRun, undisturbed

PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
BLOCKER: Final = """
import json, os, sys

class Without:
    def __init__(self, finder):
        self._finder = finder
        self._names = frozenset(json.loads(os.environ["BLOCKED"]))

    def find_spec(self, name, path=None, target=None):
        return None if name.partition(".")[0] in self._names else self._finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self._finder, name)

sys.meta_path[:] = [Without(one) for one in sys.meta_path]
"""
FREE_OF_PACKAGES: Final = """
import sys
before = set(sys.modules)
import conformance.plugin
print(" ".join(sorted({name.partition(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)))
"""


def named(requirements: Iterable[str]) -> set[str]:
    return {re.split(r"[\s\[><=!~;]", one, maxsplit=1)[0].lower().replace("_", "-") for one in requirements}


def modules_of(distributions: set[str]) -> set[str]:
    """The modules that distributions install."""
    return {
        module
        for module, owners in packages_distributions().items()
        if {owner.lower().replace("_", "-") for owner in owners} & distributions
    }


RUNTIME: Final = named(PROJECT["dependencies"])
EXTRAS: Final = named(one for extra in PROJECT["optional-dependencies"].values() for one in extra) - RUNTIME
ONLY_IN_TESTS: Final = modules_of(EXTRAS - {"dial-conformance", "pip", "setuptools"}) - {"__pycache__"}
DEPENDENCIES: Final = modules_of(RUNTIME - {"pytest"}) - {"__pycache__", "_yaml"}


def run_without(blocked: set[str], place: Path, *arguments: str, program: str = "pytest") -> SuiteRun:
    """Run pytest in the checkout, where some packages cannot be imported."""
    (place / "sitecustomize.py").write_text(BLOCKER)
    blocking = {"BLOCKED": json.dumps(sorted(blocked)), "PYTHONPATH": f"{place}:{ROOT}"}
    ended = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-m", program, *arguments],
        cwd=ROOT,
        # a plugin that is not installed has no entry point either
        env=undisturbed(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_ADDOPTS="-pno:cacheprovider", **blocking),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return SuiteRun(ended.returncode, ended.stdout, ended.stderr)


def test_what_is_blocked_is_what_tests_need() -> None:
    assert {"vcr", "hypothesis", "xdist", "jsonschema_rs", "respx", "aidial_sdk", "openai"} - modules_of(RUNTIME) <= (
        ONLY_IN_TESTS
    )
    assert not ONLY_IN_TESTS & {*NEEDED, "pytest", "_pytest", "conformance"}


@pytest.mark.shortened(3)
@pytest.mark.parametrize(
    "options",
    [
        "--plan --dial-deployment dall-e-3",
        "--requirement CHAT-05",
        "--budget 8 --requirement CHAT-05",
        "--core-version 0.25 --requirement INFO-01",
        "--report-html {place}/r.html --requirement INFO-01",
        "--cassettes cassettes/dial-core-0.25 --requirement INFO-01",
        "--dial-deployment dall-e-3 --fail-on must --exchange-timeout 3 -k CHAT-05",
        "",
    ],
)
def test_commands_of_the_readme(options: str, tmp_path: Path) -> None:
    run = run_without(ONLY_IN_TESTS, tmp_path, *shlex.split(options.format(place=tmp_path)))
    assert run.exit_code == 0, run.output


def test_installed_command(tmp_path: Path) -> None:
    run = run_without(ONLY_IN_TESTS, tmp_path, "--requirement", "CHAT-05", program="conformance")
    assert run.exit_code == 0, run.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--bugdet 8", "--bugdet; did you mean --budget?"),
        ("--bugdet=8 --live", "--bugdet; did you mean --budget?"),
        ("-n 2", "-n: it is of pytest-xdist, which is not installed or not loaded"),
        ("-n2", "-n: it is of pytest-xdist"),
        ("--reruns 2", "--reruns: it is of pytest-rerunfailures"),
        ("--timeout 10", "--timeout: the suite's is --exchange-timeout"),
        ("--timeout=10", "--timeout: the suite's is --exchange-timeout"),
        ("--wholly-unknown 8", "--wholly-unknown: --help lists those that there are"),
        ("conformance/checks --wholly-unknown", "--wholly-unknown: --help lists"),
    ],
)
def test_unknown_option_is_one_line(options: str, said: str, tmp_path: Path) -> None:
    run = run_without(ONLY_IN_TESTS, tmp_path, *shlex.split(options))
    assert run.exit_code == 4, run.output
    assert run.complaint.startswith("there is no option ")
    assert said in run.complaint


@pytest.mark.parametrize("options", ["", "--plan --dial-deployment dall-e-3", "-n 2", "tests/test_readme.py"])
def test_without_the_dependencies_it_says_what_to_do(options: str, tmp_path: Path) -> None:
    run = run_without(ONLY_IN_TESTS | DEPENDENCIES, tmp_path, *shlex.split(options))
    assert run.exit_code == 4, run.output
    assert "is missing: what the suite needs is not installed" in run.complaint
    assert "`make conformance`" in run.complaint


def test_every_dependency_is_looked_for() -> None:
    assert {*NEEDED} <= DEPENDENCIES
    owners = {name.lower().replace("_", "-") for one in NEEDED for name in packages_distributions()[one]}
    assert owners == RUNTIME - {"pytest"}


def test_plugin_module_imports_nothing_but_pytest_and_the_standard_library() -> None:
    ended = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-c", f"import pytest\n{FREE_OF_PACKAGES}"],
        env=undisturbed(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    assert ended.stdout.split() == ["conformance"]


def test_conftest_files_import_nothing_that_only_tests_have(tmp_path: Path) -> None:
    """Pytest loads those of `test*` folders where it takes the value of an option for a path."""
    files = [path for path in ROOT.rglob("conftest.py") if ".venv" not in path.parts]
    assert files
    for path in files:
        code = f"import runpy; runpy.run_path({str(path)!r})"
        (tmp_path / "loads.py").write_text(code)
        run = run_without(ONLY_IN_TESTS, tmp_path, program="loads")
        assert run.exit_code == 0, run.output
