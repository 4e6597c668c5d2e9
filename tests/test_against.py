"""`--against`: a run fails only on what a former report has not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Serve
from tests.running import CORE_18, CORE_25, Suite, run_elsewhere

CONF_01 = "--requirement=CONF-01"
SHOULD = "--fail-on=should"


@pytest.fixture
def former(suite: Suite) -> Callable[..., Path]:
    """Replays a set, and returns its report, perhaps changed."""

    def written(*arguments: str, cassettes: Path = CORE_18, change: Callable[[Any], object] | None = None) -> Path:
        path = suite.folder / "former.json"
        suite.replay(f"--report-json={path}", *arguments, cassettes=cassettes)
        if change is not None:
            plain = json.loads(path.read_text())
            change(plain)
            path.write_text(json.dumps(plain))
        return path

    return written


def forget(requirement: str, deployment: str) -> Callable[[Any], None]:
    """Let a report say that this requirement of this deployment passed."""

    def change(plain: Any) -> None:
        for one in plain["results"]:
            if (one["requirement"], one.get("deployment")) == (requirement, deployment):
                one["verdict"] = "passed"

    return change


def test_what_the_former_report_has_does_not_fail_the_run(suite: Suite, former: Callable[..., Path]) -> None:
    path = former()
    run = suite.replay(f"--against={path}", SHOULD, cassettes=CORE_18)
    assert run.exit_code == 0, run.output
    assert run.requirements("violated") == {"CONF-01"}
    assert "CONF-01 (violated) of buttons: former.json has it already (" in run.out
    assert "8 findings of it still there, 0 gone" in run.out


def test_processes_know_it_too(suite: Suite, former: Callable[..., Path]) -> None:
    path = former(CONF_01)
    run = run_elsewhere(suite.folder, f"--cassettes={CORE_18}", "-n2", f"--against={path}", CONF_01)
    assert run.exit_code == 0, run.output
    assert "2 findings of it still there, 0 gone" in run.out


def test_what_it_has_not_fails_the_run(suite: Suite, former: Callable[..., Path]) -> None:
    path = former(CONF_01, change=forget("CONF-01", "search"))
    run = suite.replay(f"--against={path}", CONF_01, cassettes=CORE_18)
    assert run.exit_code == 1, run.output
    known, _, violated = run.out.partition("\nViolated:\n")
    assert "CONF-01 (violated) of buttons: former.json has it already" in known
    assert "  search\n" in violated
    assert "  buttons\n" not in violated


def test_what_was_advisory_and_is_violated_is_new(suite: Suite, former: Callable[..., Path]) -> None:
    def soften(plain: Any) -> None:
        for one in plain["results"]:
            if one["verdict"] == "violated":
                one["verdict"] = "advisory"

    run = suite.replay(f"--against={former(CONF_01, change=soften)}", CONF_01, cassettes=CORE_18)
    assert run.exit_code == 1, run.output


def test_what_is_gone_is_named_and_fails_nothing(suite: Suite, former: Callable[..., Path]) -> None:
    path = former(CONF_01)
    run = suite.replay(f"--against={path}", CONF_01, cassettes=CORE_25)
    assert run.exit_code == 0, run.output
    assert "0 findings of it still there, 2 gone" in run.out
    assert f"gone since {path}: CONF-01 of buttons" in run.out


def test_a_deployment_that_is_listed_no_more_fails_the_run(suite: Suite, former: Callable[..., Path]) -> None:
    path = former(CONF_01, change=lambda plain: plain["deployments"].append({"id": "gpt-gone", "kind": "model"}))
    run = suite.replay(f"--against={path}", CONF_01, cassettes=CORE_18)
    assert run.exit_code == 1, run.output
    assert f"gpt-gone: {path} has it, and the DIAL lists it no more" in run.out


def test_a_deployment_that_was_not_selected_is_not_gone(suite: Suite, former: Callable[..., Path]) -> None:
    path = former(CONF_01)
    run = suite.replay(f"--against={path}", CONF_01, "--dial-deployment=search", cassettes=CORE_18)
    assert run.exit_code == 0, run.output
    assert "lists it no more" not in run.out


def test_a_baseline_beside_it_counts_too(suite: Suite, former: Callable[..., Path]) -> None:
    path = former(CONF_01, change=forget("CONF-01", "search"))
    (suite.folder / "known.yaml").write_text("- requirement: CONF-01\n  deployment: search\n  reason: a ticket\n")
    run = suite.replay(f"--against={path}", f"--baseline={suite.folder / 'known.yaml'}", CONF_01, cassettes=CORE_18)
    assert run.exit_code == 0, run.output
    assert "CONF-01 (violated) of search: a ticket" in run.out
    assert "CONF-01 (violated) of buttons: former.json has it already" in run.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read: No such file or directory"),
        ("[]", "it is no report of this suite"),
        ("{", "it is no JSON"),
        ('{"format": "9.0"}', "it is of format 9.0, and this suite reads 2.x and 1.x"),
    ],
    ids=["no file", "no report", "no JSON", "newer"],
)
def test_a_file_that_is_none_is_refused_before_anything_is_asked(suite: Suite, text: str | None, said: str) -> None:
    path = suite.folder / "former.json"
    if text is not None:
        path.write_text(text)
    run = suite.replay(f"--against={path}", CONF_01)
    assert run.exit_code == 4
    assert run.complaint.startswith("--against: ")
    assert said in run.complaint
    assert run.verdicts == {}


def test_the_report_of_another_dial_is_refused(suite: Suite, serve: Serve, former: Callable[..., Path]) -> None:
    def elsewhere(plain: Any) -> None:
        plain["run"] |= {"mode": "live", "dial": "https://other.example.com"}

    path = former(CONF_01, change=elsewhere)
    dial = serve()
    run = suite.live(dial, f"--against={path}", CONF_01, "--dial-deployment=search")
    assert run.exit_code == 4, run.output
    assert dial.asked == [], "it is refused before anything is asked"
    assert "is of https://other.example.com, and this run asks http://" in run.complaint
