"""The files of a run: when they are written, when they are left alone, and that a problem with one costs no other."""

from __future__ import annotations

import base64
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.exchange import Answer
from conformance.contract.verdict import Verdict
from conformance.reports import writing
from conformance.reports.document import ReportedDeployment
from conformance.reports.outputs import OutputError, Outputs
from tests.conftest import Replayed, Serve
from tests.report.made_up import report, result
from tests.report.test_schema import written, wrong
from tests.running import (
    CORE_18,
    CORE_25,
    DALLE3,
    Suite,
    SuiteRun,
    arguments_of,
    content_of,
    credentials,
    finish_elsewhere,
    press_ctrl_c,
    read_if_there,
    start_elsewhere,
    write_project,
)
from tests.served_set import KEY, OTHER_KEY, Asked, Held, as_json, below
from tests.shared_replays import IN_PROCESSES

FILES = ("--report-json=r.json", "--report-html=r.html", "--badge=b.svg", "--reproduce=again")
ONE = ("--requirement=LIST-01", "--dial-deployment=echo")
WITHOUT_TIMES = {"began", "seconds"}


def report_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = written(folder / "r.json")
    return found


def without_times(found: dict[str, Any]) -> str:
    run = {name: value for name, value in found["run"].items() if name not in WITHOUT_TIMES}
    return json.dumps({**found, "run": run}, indent=1)


@pytest.fixture
def old(suite: Suite) -> Iterator[None]:
    """What an earlier run wrote, which must be as it was when the test is over."""
    (suite.folder / "again").mkdir()
    for name in ("r.json", "r.html", "b.svg", "again/index.txt"):
        (suite.folder / name).write_text("of an earlier run")
    yield
    kept = [name for name, content in content_of(suite.folder).items() if content == b"of an earlier run"]
    assert sorted(kept) == ["again/index.txt", "b.svg", "r.html", "r.json"]


@pytest.mark.shortened(1)
@pytest.mark.parametrize("cassettes", [CORE_25, CORE_18], ids=lambda path: path.name)
def test_processes_write_the_same_report(suite: Suite, replayed: Replayed, cassettes: Path) -> None:
    suite.replay("--report-json=r.json", cassettes=cassettes)
    replayed(cassettes, *IN_PROCESSES)
    together = replayed.folder(cassettes, *IN_PROCESSES)
    assert without_times(report_of(suite.folder)) == without_times(report_of(together))


def test_results_are_in_the_order_that_the_schema_tells(suite: Suite) -> None:
    suite.replay("--report-json=r.json")
    found = report_of(suite.folder)
    places = {one["id"]: place for place, one in enumerate(found["deployments"])}
    keys = [
        (one["requirement"], places.get(one.get("deployment"), -1), one.get("case", "")) for one in found["results"]
    ]
    assert keys == sorted(keys)
    assert [one["id"] for one in found["requirements"]] == sorted({key[0] for key in keys})


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ("--report-json=no/r.json", "--report-json=no/r.json: there is no folder no: make it first"),
        ("--report-html=.", "--report-html=. is a folder: give the name of a file"),
        ("--badge=pyproject.toml/b.svg", "--badge=pyproject.toml/b.svg: there is no folder pyproject.toml"),
        ("--badge=", "--badge is empty: give a name, or leave it out"),
        ("--reproduce=", "--reproduce is empty: give a name, or leave it out"),
        ("--reproduce=pyproject.toml", "is a file: give the name of a folder"),
        ("--reproduce=pyproject.toml/x", "is a file: give the name of a folder"),
        (f"--report-json={'x' * 300}", "cannot be written: File name too long"),
    ],
)
def test_what_cannot_be_written_is_told_before_anything_is_asked(
    suite: Suite, serve: Serve, option: str, complaint: str
) -> None:
    served = serve()
    run = suite.live(served, option, *ONE)
    assert run.exit_code == 4
    assert complaint in run.complaint
    assert served.asked == []


def test_two_outputs_of_one_file_are_refused(suite: Suite) -> None:
    run = suite.replay("--report-json=r", "--report-html=./r", *ONE)
    assert run.exit_code == 4
    assert run.complaint == "--report-html=r is the file of --report-json too: give another name"


@pytest.mark.parametrize("name", ["report_json", "report_html", "badge", "reproduce"])
@pytest.mark.parametrize("there", [False, True], ids=["new", "old"])
def test_what_may_not_be_written_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, *, there: bool
) -> None:
    # the tests may run as root, who may write anywhere
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    if there and name != "reproduce":
        (tmp_path / "x").write_text("old")
    chosen: dict[str, Any] = {name: tmp_path / "x"}
    with pytest.raises(OutputError, match="cannot be written: permission denied"):
        Outputs(**chosen).check()


def test_a_file_that_is_read_only_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "r.json"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda one, _: Path(one) != path)
    with pytest.raises(OutputError, match="permission denied"):
        Outputs(report_json=path).check()


def test_a_problem_at_the_end_costs_no_other_output(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    (suite.folder / "r.html").write_text("old")
    put = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name == "r.html":
            raise OSError(28, "No space left on device")
        return put(self, target)

    monkeypatch.setattr(Path, "replace", full)
    run = suite.replay(*FILES, *ONE)
    assert run.exit_code == 4
    assert "ERROR: r.html could not be written: No space left on device" in run.out
    assert (suite.folder / "r.html").read_text() == "old"
    assert wrong(report_of(suite.folder)) == []
    assert (suite.folder / "b.svg").is_file()
    assert [path.name for path in suite.folder.iterdir() if path.name.startswith(".r")] == []


def test_a_summary_that_nobody_asked_for_fails_no_run(suite: Suite) -> None:
    run = suite.run(f"--cassettes={CORE_25}", *ONE, GITHUB_STEP_SUMMARY="no/such/folder/summary.md")
    assert run.exit_code == 0, run.output
    assert "could not be written: No such file or directory" in run.out


def test_the_summary_is_added_to_what_is_there(suite: Suite) -> None:
    summary = suite.folder / "summary.md"
    summary.write_text("# Of the step before\n")
    suite.run(f"--cassettes={CORE_25}", *ONE, GITHUB_STEP_SUMMARY=str(summary))
    assert summary.read_text().startswith("# Of the step before\n## DIAL conformance: conforms\n")


def test_an_output_may_be_a_link_or_a_device(suite: Suite) -> None:
    (suite.folder / "there.json").write_text("old")
    (suite.folder / "r.json").symlink_to("there.json")
    run = suite.replay("--report-json=r.json", "--badge=/dev/null", *ONE)
    assert run.exit_code == 0, run.output
    assert (suite.folder / "r.json").is_symlink()
    assert wrong(written(suite.folder / "there.json")) == []
    assert Path("/dev/null").is_char_device()


def test_numbers_and_texts_that_json_has_not_are_written_in_words(tmp_path: Path) -> None:
    strange = ReportedDeployment("d", "model", features={"a": float("inf"), "b": [float("nan")], "c": "\ud800"})
    made = report([result(Verdict.PASSED)])
    writing.write_json(replace(made, deployments=(strange,)), tmp_path / "r")
    found = written(tmp_path / "r")
    assert wrong(found) == []
    assert found["deployments"][0]["features"] == {"a": "inf", "b": ["nan"], "c": "\ud800"}


@pytest.mark.usefixtures("old")
def test_a_run_that_cannot_begin_leaves_the_old_report(suite: Suite) -> None:
    run = suite.run("--live", DALLE3, "--deadline=0", *FILES, **credentials("http://127.0.0.1:1"))
    assert run.exit_code == 4, run.output
    assert "is in r.json" not in run.output


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize("option", ["--collect-only", "--requirement=NONE-99", "--cassettes=no/set", "-knosuchthing"])
def test_a_run_without_checks_leaves_the_old_report(suite: Suite, option: str) -> None:
    run = suite.replay(*FILES, option)
    assert "is in r.json" not in run.output


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize("narrowed", [(), ("-k", "CHAT")], ids=["all", "narrowed"])
def test_a_plan_has_no_report(suite: Suite, narrowed: tuple[str, ...]) -> None:
    run = suite.replay("--plan", "--report-json=r.json", *narrowed)
    assert run.exit_code == 4
    assert run.complaint == "--report-json does nothing with --plan: a plan decides nothing; leave out --report-json"
    summary = suite.folder / "summary.md"
    planned = suite.run(f"--cassettes={CORE_25}", "--plan", *narrowed, GITHUB_STEP_SUMMARY=str(summary))
    assert planned.exit_code == 0
    assert not summary.exists()


def interrupted(folder: Path, url: str, held: Held) -> SuiteRun:
    """Press Ctrl-C when an answer is held back, and let it go only when the run is over."""
    write_project(folder)
    process = start_elsewhere(folder, *arguments_of(folder, "--live", DALLE3, *FILES), **credentials(url))
    try:
        press_ctrl_c(process, held, folder / "junit.xml")
        return finish_elsewhere(process, folder / "junit.xml")
    finally:
        held.released.set()
        process.kill()


def test_an_interrupted_run_says_so_in_its_report(suite: Suite, serve: Serve) -> None:
    held = Held("/chat/completions")
    run = interrupted(suite.folder, serve(instead=held).url, held)
    assert run.exit_code == 2, run.output
    found = report_of(suite.folder)
    assert wrong(found) == []
    assert found["run"]["interrupted"] is True
    assert found["run"]["exit_code"] == 2
    assert found["plan"]["checks"] == len(found["results"]) > found["plan"]["decided"]
    assert ">interrupted</text>" in (suite.folder / "b.svg").read_text()


@pytest.mark.usefixtures("old")
def test_a_run_that_is_interrupted_before_the_checks_leaves_the_old_report(suite: Suite, serve: Serve) -> None:
    held = Held("/openai/deployments")
    run = interrupted(suite.folder, serve(instead=held).url, held)
    assert run.exit_code == 2, run.output
    assert "nothing was checked or recorded" in run.out


@pytest.mark.parametrize("options", [("--report-json=r.json",), IN_PROCESSES], ids=["alone", "processes"])
def test_junit_has_what_was_decided(replayed: Replayed, replay_18: SuiteRun, options: tuple[str, ...]) -> None:
    run = replayed(CORE_18, *options)
    results = report_of(replayed.folder(CORE_18, *options))["results"]
    decided = sorted((one["requirement"], one["level"], one["verdict"], one.get("case", "")) for one in results)
    told = run.properties.values()
    assert sorted((one["requirement"], one["level"], one["verdict"], one.get("case", "")) for one in told) == decided
    assert run.verdicts == replay_18.verdicts


def test_a_key_in_a_nested_encoding_keeps_an_exchange_out_of_the_scripts(suite: Suite, serve: Serve) -> None:
    packed = base64.b64encode(zlib.compress(KEY.encode())).decode()
    served = serve(instead=below("/v1/bucket", as_json({"bucket": 7, "packed": packed})))
    run = suite.live(served, "--requirement=FILE-*", "--free", "--reproduce=again", "--dial-deployment=echo")
    assert run.exit_code == 1, run.output
    written_files = content_of(suite.folder / "again")
    assert list(written_files) == [writing.INDEX]
    assert b"(no exchange shows it)" in written_files[writing.INDEX]


def test_no_output_holds_a_key(suite: Suite, serve: Serve) -> None:
    def telling(asked: Asked) -> Answer | None:
        """The DIAL tells the caller's key to everybody, in each way it can."""
        answer = as_json({"error": {"message": f"key {KEY} of {asked.path}", "other": OTHER_KEY}}, 400)
        headers = (*answer.headers, ("x-upstream-endpoint", KEY), ("etag", f'"{KEY}"'))
        return replace(answer, reason=KEY, headers=headers) if asked.is_chat else None

    summary = suite.folder / "summary.md"
    github = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    run = suite.live(serve(instead=telling), DALLE3, "--dial-deployment=echo", *FILES, **github)
    assert run.exit_code == 1, run.output
    assert "$DIAL_API_KEY" in read_if_there(suite.folder / "r.json")
    assert "::error" in run.out
    assert len(list((suite.folder / "again").glob("*/cassette.yaml"))) > 0
    holding = [name for name, content in content_of(suite.folder).items() if KEY.encode() in content]
    assert holding == []
    assert KEY not in run.output
    assert OTHER_KEY not in run.output + "".join(map(str, content_of(suite.folder).values()))
