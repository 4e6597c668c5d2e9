"""Options that do nothing beside others: refused, or told in one line."""

from __future__ import annotations

import pytest

from conformance.reports.writing import write_json
from tests.conftest import Serve
from tests.report.made_up import report
from tests.running import DALLE3, Suite

REFUSED: dict[str, tuple[list[str], str]] = {
    "--dial-url in a replay": (["--dial-url=https://dial.example.com"], "give --live too"),
    "--write-baseline without a file": (["--write-baseline"], "give --baseline=FILE"),
    "--write-baseline with --plan": (["--write-baseline", "--baseline=b.yaml", "--plan"], "leave out --write-baseline"),
    "--write-baseline with --collect-only": (
        ["--write-baseline", "--baseline=b.yaml", "--co"],
        "leave out --write-baseline",
    ),
    "--record-mode in a replay": (["--record-mode=rewrite", "--cassettes=x"], "give --live too"),
    "--record-mode with --plan": (["--live", "--record-mode=rewrite", "--cassettes=x", "--plan"], "--plan asks too"),
    "--record-mode with --shard": (["--live", "--record-mode=rewrite", "--cassettes=x", "--shard=1/2"], "--shard asks"),
    "--badge with --plan": (["--plan", "--badge=b.svg"], "leave out --badge"),
    "--report-html with --plan": (["--plan", "--report-html=r.html"], "leave out --report-html"),
    "--reproduce with --plan": (["--plan", "--reproduce=again"], "leave out --reproduce"),
}
NOTED: dict[str, tuple[list[str], str]] = {
    "--clients in a replay": (["--clients"], "--clients does nothing in a replay"),
    "--jobs in a replay": (["--jobs=3"], "--jobs does nothing in a replay"),
    "--jobs-per-deployment in a replay": (["--jobs-per-deployment=3"], "--jobs-per-deployment does nothing in a"),
    "--deadline in a replay": (["--deadline=3"], "--deadline does nothing in a replay"),
    "--baseline with --plan": (["--plan", "--baseline=b.yaml"], "--baseline does nothing with --plan"),
    "--against with --plan": (["--plan", "--against=former.json"], "--against does nothing with --plan"),
    "--fail-on with --plan": (["--plan", "--fail-on=should"], "--fail-on does nothing with --plan"),
    "--plan with --collect-only": (["--plan", "--co"], "--plan does nothing with --collect-only"),
    "--badge and a report with --collect-only": (
        ["--badge=b.svg", "--report-json=r.json", "--co"],
        "--report-json and --badge do nothing with --collect-only",
    ),
    "--badge with --collect-only": (["--badge=b.svg", "--co"], "--badge does nothing with --collect-only"),
}
SILENT: dict[str, list[str]] = {
    "nothing": [],
    "a budget, which holds in a replay too": ["--budget=3"],
    "defaults": ["--jobs=8", "--deadline=20", "--fail-on=must"],
    "other Cores' manners, which a replay has too": ["--allow-suspension", "--keep-going", "--core-version=0.25"],
}
ONE = ("--requirement=LIST-01", "--dial-deployment=echo")


@pytest.fixture(autouse=True)
def baseline(suite: Suite) -> None:
    (suite.folder / "b.yaml").write_text("[]\n")
    write_json(report(), suite.folder / "former.json")


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_surely_a_mistake_is_refused(suite: Suite, case: str) -> None:
    options, said = REFUSED[case]
    run = suite.run(*options)
    assert run.exit_code == 4, run.output
    assert said in run.complaint


@pytest.mark.parametrize("case", NOTED)
def test_what_does_nothing_is_told_in_a_line(suite: Suite, case: str) -> None:
    options, said = NOTED[case]
    run = suite.replay(*ONE, *options)
    assert run.exit_code == 0, run.output
    notes = [line for line in run.out.splitlines() if line.startswith("NOTE: ")]
    assert len(notes) == 1, run.output
    assert said in notes[0]


@pytest.mark.parametrize("case", SILENT)
def test_what_does_something_is_not_told(suite: Suite, case: str) -> None:
    run = suite.replay(*ONE, *SILENT[case])
    assert run.exit_code == 0, run.output
    assert "NOTE" not in run.out


def test_more_jobs_for_a_deployment_than_in_all(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), DALLE3, "--requirement=LIST-01", "--jobs-per-deployment=9")
    assert run.exit_code == 0, run.output
    assert "NOTE: --jobs-per-deployment does nothing above --jobs" in run.out
    assert "NOTE" not in suite.live(serve(), DALLE3, "--requirement=LIST-01", "--jobs=9", "--jobs-per-deployment=9").out


def test_a_plan_of_what_was_asked_already_is_no_table(suite: Suite) -> None:
    run = suite.replay("--plan", "--requirement=LIST-01")
    assert run.exit_code == 0, run.output
    assert "0 requests at most, 0 completions" in run.out


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["--bugdet=8"], "--bugdet; did you mean --budget?"),
        (["--requirements=CHAT-05"], "--requirements; did you mean --requirement?"),
        (["--Live"], "--Live; did you mean --live?"),
        (["--collect-onyl"], "--collect-onyl; did you mean --collect-only?"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unknown_option_is_one_line_with_a_suggestion(suite: Suite, given: list[str], meant: str) -> None:
    run = suite.run(*given)
    assert run.exit_code == 4
    assert run.complaint == f"there is no option {meant}"


def test_an_option_like_no_other_has_no_suggestion(suite: Suite) -> None:
    run = suite.run("--qwertzuiop")
    assert run.exit_code == 4
    assert "did you mean" not in run.output
