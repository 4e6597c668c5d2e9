"""The reports of pytest and of other plugins: one that cannot be written costs no other, and is one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Serve
from tests.report.test_outputs import ONE, report_of
from tests.running import CORE_25, DALLE3, ROOT, SECONDS, Suite


@pytest.mark.parametrize("file", ["/dev/full", "full.xml"], ids=["device", "link"])
def test_a_junit_report_that_cannot_be_written_costs_no_other(suite: Suite, file: str) -> None:
    if not file.startswith("/"):
        (suite.folder / file).symlink_to("/dev/full")
    run = suite.replay(*ONE, "--report-json=r.json", f"--junitxml={file}")
    assert run.exit_code == 4, run.output
    assert "Traceback" not in run.output
    assert f"ERROR: --junitxml={file} could not be written: No space left on device" in run.out.replace(
        str(suite.folder) + os.sep, ""
    )
    assert "planned checks were decided" in run.out
    assert report_of(suite.folder)["run"]["exit_code"] == 4


def test_a_junit_report_below_a_file_is_told_before_anything_is_asked(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, DALLE3, "--junitxml=pyproject.toml/junit.xml")
    assert run.exit_code == 4
    assert "--junitxml=" in run.complaint
    assert served.asked == []


def test_a_report_of_another_plugin_that_cannot_be_written_is_one_line(suite: Suite) -> None:
    (suite.folder / "their_report.py").write_text(
        "def pytest_sessionfinish():\n    with open('/dev/full', 'w') as file:\n        file.write('x')\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(suite.folder)
        run = suite.replay(*ONE, "-ptheir_report", "--report-json=r.json")
    assert run.exit_code == 4, run.output
    assert "ERROR: the file of the plugin their_report could not be written: No space left on device" in run.out
    assert report_of(suite.folder)["results"]


def test_an_output_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(  # noqa: S603 - our own tests
            [sys.executable, "-m", "conformance", f"--cassettes={CORE_25}", *ONE],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=SECONDS,
        )
    assert ended.stderr == "ERROR: the output cannot be written: No space left on device\n"
    assert ended.returncode == 4
