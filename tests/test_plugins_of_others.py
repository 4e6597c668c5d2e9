"""Small plugins of somebody else that do what much used ones do; .ci/run tries the real ones (tests/compatibility)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.running import CORE_25, ROOT, SECONDS, SuiteRun, undisturbed

WARNS = """
import warnings

def pytest_configure(config):
    warnings.warn(DeprecationWarning("a setting of this plugin will change"))

def pytest_collection_modifyitems():
    warnings.warn(DeprecationWarning("a hook of this plugin will change"))
"""
ONE = "--requirement=INFO-01"


class HasAnOption(NamedTuple):
    """A plugin with an option.

    Attributes:
        option: Its name.
        group: What comes before `.addoption`, for one in a group.
        more: Further arguments.
    """

    option: str
    group: str = ""
    more: str = ""

    @property
    def text(self) -> str:
        """The plugin's source."""
        added = f'parser{self.group}.addoption("{self.option}", {self.more}help="of somebody else")'
        return f"def pytest_addoption(parser):\n    {added}\n"


def run_with(plugins: Path, program: str, *arguments: str, loaded: str = "") -> SuiteRun:
    """Run it where the modules of a folder can be imported."""
    ended = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-m", program, "-pno:cacheprovider", f"--cassettes={CORE_25}", *arguments],
        cwd=ROOT if program == "pytest" else plugins,
        env=undisturbed(
            PYTHONPATH=f"{plugins}:{ROOT}", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_PLUGINS=loaded, COLUMNS="200"
        ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return SuiteRun(ended.returncode, ended.stdout, ended.stderr)


@pytest.mark.shortened(5)
@pytest.mark.parametrize("program", ["pytest", "conformance"])
@pytest.mark.parametrize("given", [[], ["--budget=8"]], ids=["not given", "given"])
@pytest.mark.parametrize(
    "plugin",
    [
        HasAnOption("--budget"),
        HasAnOption("--budget", ".getgroup('other')"),
        HasAnOption("--live", ".getgroup('other')", "action='store_true', dest='lives', "),
        HasAnOption("--plan", ".getgroup('dial-conformance')"),
    ],
    ids=str,
)
def test_option_that_another_plugin_has_is_one_line(
    program: str, given: Sequence[str], plugin: HasAnOption, tmp_path: Path
) -> None:
    (tmp_path / "of_others.py").write_text(plugin.text)
    run = run_with(tmp_path, program, "-pof_others", *given, ONE)
    assert run.exit_code == 4, run.output
    said = f"{plugin.option} is an option of the suite, and of of_others too: remove it, or give -p no:NAME"
    assert run.complaint == said


def test_without_that_plugin_the_suite_runs(tmp_path: Path) -> None:
    (tmp_path / "of_others.py").write_text(HasAnOption("--budget").text)
    refused = run_with(tmp_path, "pytest", ONE, loaded="of_others")
    assert refused.exit_code == 4
    assert refused.complaint.endswith("of_others too: remove it, or give -p no:NAME")
    run = run_with(tmp_path, "pytest", "-pno:of_others", "--budget=8", ONE, loaded="of_others")
    assert run.exit_code == 0, run.output


def test_option_that_an_earlier_plugin_has_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "of_others.py").write_text(HasAnOption("--budget").text)
    run = run_with(tmp_path, "pytest", "-oaddopts=", "-pof_others", "-pconformance.plugin", "-precording", ONE)
    assert run.exit_code == 4, run.output
    assert run.complaint.startswith("another plugin has an option of the suite: ")
    assert "--budget" in run.complaint


def test_option_that_a_conftest_has_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(HasAnOption("--budget").text)
    (tmp_path / "test_mine.py").write_text("def test_mine(): pass\n")
    run = run_with(tmp_path, "conformance", "test_mine.py")
    assert run.exit_code == 4, run.output
    assert "--budget is an option of the suite, and of " in run.complaint
    assert "conftest.py" in run.out + run.err


def test_options_of_others_that_are_not_the_suites_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "of_others.py").write_text(HasAnOption("--budgeted").text)
    run = run_with(tmp_path, "pytest", "-pof_others", "--budgeted=1", "--budget=8", ONE)
    assert run.exit_code == 0, run.output


@pytest.mark.parametrize("program", ["pytest", "conformance"])
def test_warning_of_another_plugin_is_a_warning(program: str, tmp_path: Path) -> None:
    (tmp_path / "of_others.py").write_text(WARNS)
    run = run_with(tmp_path, program, "-pof_others", ONE)
    assert run.exit_code == 0, run.output
    assert "a setting of this plugin will change" in run.output
    assert "a hook of this plugin will change" in run.out


@pytest.mark.parametrize("program", ["pytest", "conformance"])
def test_order_of_the_checks_changes_no_verdict(program: str, tmp_path: Path) -> None:
    (tmp_path / "of_others.py").write_text("def pytest_collection_modifyitems(items):\n    items.reverse()\n")
    reports = []
    for number, plugin in enumerate(([], ["-pof_others"])):
        report = tmp_path / f"{number}.json"
        run = run_with(tmp_path, program, *plugin, f"--report-json={report}", "--requirement=CONF-*,CHAT-1*")
        assert run.exit_code == 0, run.output
        text = report.read_text()
        reports.append([line for line in text.splitlines() if '"began"' not in line and '"seconds"' not in line])
    assert reports[0] == reports[1]
