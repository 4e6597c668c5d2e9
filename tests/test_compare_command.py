"""The command that compares: its files and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.compare.__main__ import main
from conformance.contract.verdict import Verdict
from tests.report.made_up import report, result
from tests.running import CORE_18, CORE_25, SECONDS, Suite

PASSED = Verdict.PASSED


@pytest.mark.long
def test_two_real_cores_differ(suite: Suite, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, cassettes in (("25", CORE_25), ("18", CORE_18)):
        suite.replay(f"--report-json={tmp_path / name}", cassettes=cassettes)
    capsys.readouterr()
    assert main([str(tmp_path / "25"), str(tmp_path / "18"), "--format=json"]) == 1
    found = json.loads(capsys.readouterr().out)
    violated = {(one["requirement"], one["deployment"]) for one in found["checks"] if one["kind"] == "newly violated"}
    assert violated == {("CONF-01", "buttons"), ("CONF-01", "search")}
    assert "2 newly violated" in found["worse"]
    assert main([str(tmp_path / "25"), str(tmp_path / "25"), "--fail-on-schema", "--fail-on=should"]) == 0
    assert capsys.readouterr().out.startswith("Nothing differs.\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["one.json"], "give two reports, or one and --deployment OLD NEW (--help tells more)"),
        (["one.json", "none.json"], "none.json cannot be read: No such file or directory"),
        (["one.json", "--deployment", "d", "e"], "the new report has no deployment e; there are d, next"),
        (["one.json", "--deployment", "nex", "d"], "the old report has no deployment nex; did you mean next?"),
        (
            ["one.json", "one.json", "--output=no/such/folder"],
            "no/such/folder cannot be written: No such file or directory",
        ),
        ([], "the following arguments are required: OLD (--help tells more)"),
        (["one.json", "one.json", "--format=\n"], "argument --format: invalid choice: "),
    ],
)
def test_bad_input_is_one_line_and_exit_code_4(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.json").write_text(json.dumps(report([result(PASSED), result(PASSED, deployment="next")]).to_plain()))
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    out, err = capsys.readouterr()
    assert (code, out, err.count("\n")) == (4, "", 1)
    assert err.startswith(f"ERROR: {told}")


def test_reader_may_stop_reading(tmp_path: Path) -> None:
    """Much is written, nobody reads it, and that is no fault."""
    many = [result(PASSED, deployment=f"d{one}") for one in range(5_000)]
    for name, verdict in (("old", PASSED), ("new", Verdict.COULD_NOT_RUN)):
        said = [result(verdict, deployment=one.deployment) for one in many]
        (tmp_path / name).write_text(json.dumps(report(said).to_plain()))
    command = [
        sys.executable,
        "-m",
        "conformance.compare",
        str(tmp_path / "old"),
        str(tmp_path / "new"),
        "--format=json",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(1) == "{"
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(SECONDS) == 1
