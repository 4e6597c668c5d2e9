"""A check is run by pytest's own protocol: what other plugins do with tests, they do with checks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from conformance import __version__
from tests.conftest import Serve
from tests.running import CHECKS, CORE_18, DALLE3, ROOT, Suite, SuiteRun, start_elsewhere

RERUNS: Final = """
# as pytest-rerunfailures does it
import pytest
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    hook = item.ihook
    hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for last in (False, False, True):
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        again = not last and any(one.failed and not hasattr(one, "wasxfail") for one in reports)
        for report in reports:
            if again and report.failed:
                report.outcome = "rerun"
            hook.pytest_runtest_logreport(report=report)
            if report.outcome == "rerun":
                break
        if not again:
            break
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True

def pytest_report_teststatus(report):
    if report.outcome == "rerun":
        return "rerun", "R", "RERUN"
"""
WARNS: Final = """
import warnings

def pytest_configure(config):
    warnings.warn("mine is old", DeprecationWarning)
    config.issue_config_time_warning(DeprecationWarning("mine is old"), stacklevel=2)

def pytest_runtest_setup(item):
    warnings.warn("mine is old", DeprecationWarning)
"""
OURS_WARNS: Final = """
import warnings

def pytest_runtest_call(item):
    warnings.warn_explicit("ours is old", DeprecationWarning, "run.py", 1, module="conformance.run.run")
"""
CONF: Final = "--requirement=CONF-01,AUTH-01,CHAT-10"


def plugin(suite: Suite, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> str:
    """Write a plugin of somebody else, and give the option that loads it."""
    (suite.folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(suite.folder)
    return f"-p{name}"


def test_rerun_judges_the_same_exchange_again_and_counts_once(
    suite: Suite, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = serve(CORE_18)
    narrowed = ["--requirement=CONF-01,LIST-01", "--dial-deployment=search"]
    once = suite.live(served, *narrowed)
    asked = len(served.asked)
    again = suite.live(served, *narrowed, plugin(suite, monkeypatch, "reruns", RERUNS))
    assert once.exit_code == again.exit_code == 1, again.output
    assert "2 rerun" in again.out
    assert again.properties == once.properties
    assert again.figures == once.figures
    assert len(served.asked) == 2 * asked, "to judge again asks nothing"


def test_properties_of_a_rerun_are_there_once(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    run = suite.replay(CONF, plugin(suite, monkeypatch, "reruns", RERUNS), cassettes=CORE_18)
    assert "4 rerun" in run.out
    for case in re.findall(r"<testcase.*?</testcase>", run.junit, re.DOTALL):
        assert case.count('property name="requirement"') == 1


@pytest.mark.parametrize("options", [[], ["--runxfail"]], ids=" ".join)
def test_runxfail_loses_no_advisory(suite: Suite, options: list[str]) -> None:
    run = suite.replay("--requirement=CHAT-10", "--dial-deployment=dall-e-3", *options)
    assert run.exit_code == 0, run.output
    assert run.counts == {"advisory": 1, "not asked": 2}
    assert run.made == 1
    assert "Advisory:" in run.out
    assert ("1 xfailed" in run.out) != bool(options)


def test_skip_is_at_the_check(suite: Suite) -> None:
    run = suite.replay("--requirement=CHAT-10", "--dial-deployment=dall-e-3", "-rs")
    (place,) = set(re.findall(r"^SKIPPED \[\d+\] (\S+):\d+: not asked: ", run.out, re.MULTILINE))
    assert (suite.folder / place).resolve() == CHECKS / "test_chat.py"


@pytest.mark.parametrize("stop", ["-x", "--maxfail=1"])
def test_a_run_that_stops_tells_what_was_asked_and_paid(suite: Suite, serve: Serve, stop: str) -> None:
    served = serve(CORE_18)
    run = suite.live(served, DALLE3, "--dial-deployment=search", "--requirement=CONF-01,CHAT-01", stop)
    assert run.exit_code == 1, run.output
    assert run.requests == len(served.asked) > 0
    assert run.completions == served.completions > 0
    assert "the completions cost" in run.out
    assert "never came to it" in run.out or len(run.verdicts) == run.planned


def test_warnings_of_other_plugins_are_no_errors(tmp_path: Path) -> None:
    (tmp_path / "warns.py").write_text(WARNS)
    run = checkout("-pwarns", "--requirement=AUTH-01", PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert run.exit_code == 0, run.output
    assert "1 passed" in run.out
    assert "mine is old" in run.out


def test_warnings_of_the_suite_are_errors(tmp_path: Path) -> None:
    (tmp_path / "warns.py").write_text(OURS_WARNS)
    run = checkout("-pwarns", "--requirement=AUTH-01", PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert run.exit_code == 1, run.output
    assert "DeprecationWarning: ours is old" in run.out


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version_of_the_command_is_that_of_the_suite(option: str) -> None:
    run = checkout(option, module="conformance")
    assert (run.exit_code, run.err) == (0, "")
    assert run.out == f"dial-conformance {__version__} (pytest {pytest.__version__})\n"


def checkout(*arguments: str, module: str = "pytest", **environment: str) -> SuiteRun:
    """Run pytest as in a checkout, with its own configuration."""
    own = [] if module == "conformance" else ["-pno:cacheprovider"]
    process = start_elsewhere(ROOT, *own, *arguments, module=module, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", **environment)
    out, err = process.communicate(timeout=100)
    return SuiteRun(process.returncode, out, err)
