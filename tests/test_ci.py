"""The GitHub action does what it promises, whatever its inputs hold; docs/ci.md can be copied."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from conformance.contract.verdict import ExitCode
from conformance.merge.__main__ import main as merge
from tests.action import ACTION, EXPRESSION, STEPS, Runner
from tests.conftest import Serve
from tests.outside_tools import run_tool
from tests.running import CORE_25, ROOT, Suite, content_of
from tests.served_set import KEY, answering_ordinary, as_json, below

CI = (ROOT / "docs" / "ci.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(# (\S+)\n.*?)```", CI, re.DOTALL)
CALM = {"url": "https://dial.example.com", "key": KEY, "report": ""}
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]+")
OF_OTHERS = {
    "--timeout",
    *("--disable-pip-version-check", "--quiet", "--network", "--read-only", "--rm", "--tmpfs"),
    *("--from-file", "--ignore-not-found", "--atomic", "--install", "--rollback-on-failure", "--timeout", "--wait"),
}
"""Options of pip, Docker, kubectl and Helm."""
REPORTS = {"report.json", "report.html", "junit.xml"}

HOSTILE = [
    "$(touch pwned)",
    "`touch pwned`",
    "a; touch pwned",
    "a' && touch 'pwned",
    'a" && touch "pwned',
    "a & touch pwned #",
    "$HOME/~",
    "${IFS}",
    "a\\",
    "!!",
    "*",
    "?[a-z]*",
    "-n",
    "--collect-only",
    "--report-json=pwned",
    "@pwned",
    "a  b",
    "%s%n",
    "::set-output name=exit-code::0",
    "é",
]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_inputs_get_into_no_script() -> None:
    for step in STEPS.values():
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"
        assert all(EXPRESSION.fullmatch(value) for value in step.get("env", {}).values())
    assert set(ACTION["inputs"]) == {"url", "key", "deployments", "budget", "fail-on", "report"}
    assert set(ACTION["outputs"]) == {"exit-code", "report"}


@pytest.mark.parametrize("step", STEPS)
def test_shellcheck_has_nothing_to_say_of(step: str) -> None:
    run_tool("shellcheck", "--shell=bash", "-", given=STEPS[step]["run"])


def test_the_action_fits_its_schema() -> None:
    run_tool("check-jsonschema", "--builtin-schema=vendor.github-actions", ROOT / "action.yml")


def test_the_suite_is_installed_into_an_environment_of_its_own(runner: Runner) -> None:
    fake = runner.temp / "fake"
    fake.mkdir()
    python = fake / "python3"
    python.write_text(
        '#!/bin/sh\nprintf "%s|" "$@" >> "$RUNNER_TEMP/installed"\nprintf "\\n" >> "$RUNNER_TEMP/installed"\n'
        'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi\n'
    )
    python.chmod(0o755)
    checkout = "/opt/a checkout"
    ran = runner.run("install", {}, {"PATH": f"{fake}:/usr/bin:/bin", "GITHUB_ACTION_PATH": checkout})
    suite = str(runner.temp / "dial-conformance")
    assert (ran.exit_code, ran.outputs) == (0, {"suite": suite}), ran.log
    assert (runner.temp / "installed").read_text().splitlines() == [
        f"-m|venv|{suite}|",
        f"-m|pip|install|--quiet|--disable-pip-version-check|{checkout}|",
    ]


def test_healthy_dial(runner: Runner, serve: Serve) -> None:
    served = serve(instead=answering_ordinary(CORE_25))
    ran = runner.check(
        runner.install_suite(),
        {"url": served.url, "key": KEY, "deployments": "dall-e-3", "budget": "9", "report": "a report"},
    )
    assert ran.exit_code == 0, ran.log
    assert ran.outputs == {"exit-code": "0", "report": "a report"}
    assert served.completions == 9
    assert {path.name for path in (runner.workspace / "a report").iterdir()} == REPORTS
    assert json.loads((runner.workspace / "a report" / "report.json").read_text())
    assert ran.summary


def test_violated_dial_has_its_report(runner: Runner, serve: Serve) -> None:
    served = serve(instead=below("/openai/models", as_json({"data": [], "object": "model"})))
    ran = runner.check(runner.install_suite(), {"url": served.url, "key": KEY})
    assert ran.exit_code == ExitCode.VIOLATED, ran.log
    assert ran.outputs == {"exit-code": "1", "report": "dial-conformance"}
    assert {path.name for path in (runner.workspace / "dial-conformance").iterdir()} == REPORTS


def test_key_is_masked_and_nowhere_else(runner: Runner, serve: Serve) -> None:
    ran = runner.check(runner.install_suite(), {"url": serve().url, "key": KEY})
    mask, _, rest = ran.log.partition("\n")
    assert mask == f"::add-mask::{KEY}"
    assert KEY not in rest + ran.summary + repr(ran.outputs)
    assert not [name for name, content in content_of(runner.workspace).items() if KEY.encode() in content]


def test_key_is_masked_as_the_runner_reads_it(runner: Runner) -> None:
    ran = runner.check(runner.install_recorder(), {**CALM, "key": "50%\r\nkey"})
    assert ran.log == "::add-mask::50%25%0D%0Akey\n"
    assert runner.asked[1] == "50%\r\nkey"


def test_no_key_is_no_mask(runner: Runner) -> None:
    ran = runner.check(runner.install_suite(), {**CALM, "key": ""}, {"DIAL_BEARER_TOKEN": "a token"})
    assert "::add-mask::" not in ran.log
    assert "DIAL_BEARER_TOKEN has a character" in ran.log
    assert ran.exit_code == ExitCode.USAGE_ERROR


@pytest.mark.parametrize("code", [*map(int, ExitCode), 5, 137])
def test_exit_code_is_that_of_the_suite(runner: Runner, code: int) -> None:
    ran = runner.check(runner.install_recorder(code), {**CALM, "report": "there"})
    assert (ran.exit_code, ran.outputs) == (code, {"exit-code": str(code), "report": "there"})


def test_old_report_is_not_taken_for_that_of_this_run(runner: Runner) -> None:
    old = runner.workspace / "there"
    old.mkdir()
    for name in (*REPORTS, "mine"):
        (old / name).write_text("old")
    runner.check(runner.install_recorder(4), {**CALM, "report": "there"})
    assert list(content_of(old)) == ["mine"]


@pytest.mark.parametrize(
    ("deployments", "names"),
    [
        ("", []),
        (" , \n,\n", []),
        ("a,b", ["a", "b"]),
        ("a\nb\n", ["a", "b"]),
        (" a , b\r\n\tc \n", ["a", "b", "c"]),
        ("gpt-*,d?ll-[e]-3", ["gpt-*", "d?ll-[e]-3"]),
        *((one, [one]) for one in HOSTILE),
        (",".join(HOSTILE), HOSTILE),
    ],
)
def test_deployments(runner: Runner, deployments: str, names: list[str]) -> None:
    for name in ("gpt-4", "dall-e-3", "b"):
        (runner.workspace / name).touch()
    before = content_of(runner.workspace)
    runner.check(runner.install_recorder(), {**CALM, "deployments": deployments})
    assert runner.asked[2] == ["--live", "--fail-on=must", *(f"--dial-deployment={name}" for name in names)]
    assert content_of(runner.workspace) == before


@pytest.mark.parametrize("hostile", [*HOSTILE, "1\n--collect-only", "a\r\nb"])
def test_other_inputs_are_one_word_each(runner: Runner, hostile: str) -> None:
    inputs = dict.fromkeys(("url", "key", "budget", "fail-on"), hostile)
    ran = runner.check(runner.install_recorder(1), {**inputs, "report": ""})
    assert runner.asked == (hostile, hostile, ["--live", f"--fail-on={hostile}", f"--budget={hostile}"])
    assert ran.outputs == {"exit-code": "1", "report": ""}
    assert content_of(runner.workspace) == {}


@pytest.mark.parametrize("report", [one for one in HOSTILE if "/" not in one])
def test_report_is_one_folder(runner: Runner, report: str) -> None:
    ran = runner.check(runner.install_recorder(), {**CALM, "report": report})
    assert [path.name for path in runner.workspace.iterdir()] == [report]
    assert ran.outputs == {"exit-code": "0", "report": report}
    assert f"--report-json={report}/report.json" in runner.asked[2]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_report_makes_no_other_output(runner: Runner, end: str) -> None:
    ran = runner.check(runner.install_recorder(), {**CALM, "report": f"a{end}exit-code=0"})
    assert (ran.exit_code, ran.outputs) == (4, {"exit-code": "4"})
    assert "the input report holds a line break" in ran.log
    assert content_of(runner.workspace) == {}


@pytest.mark.parametrize(
    "inputs",
    [
        {"deployments": "--collect-only"},
        {"deployments": "$(touch pwned)"},
        {"budget": "8 --collect-only"},
        {"fail-on": "never"},
        {"url": "--help"},
        {"url": ""},
    ],
    ids=str,
)
def test_hostile_input_checks_nothing_and_passes_nothing(runner: Runner, serve: Serve, inputs: dict[str, str]) -> None:
    ran = runner.check(runner.install_suite(), {**CALM, "url": serve().url, **inputs})
    assert ran.exit_code == ExitCode.USAGE_ERROR, ran.log
    assert "passed" not in ran.log
    written = {name for name in content_of(runner.workspace) if not name.startswith(".pytest_cache/")}
    assert written == set()


def test_other_options_come_from_the_environment(runner: Runner, serve: Serve) -> None:
    ran = runner.check(
        runner.install_suite(), {**CALM, "url": serve().url}, {"PYTEST_ADDOPTS": "--requirement=LIST-01"}
    )
    assert "1 of 1 planned checks were decided" in ran.log
    assert ran.exit_code == 0


@pytest.mark.parametrize(("example", "file"), EXAMPLES)
def test_examples_fit_their_schemas(tmp_path: Path, example: str, file: str) -> None:
    written = tmp_path / "example.yml"
    written.write_text(example)
    gitlab = file == ".gitlab-ci.yml"
    schema = ["vendor.gitlab-ci", "--data-transform=gitlab-ci"] if gitlab else ["vendor.github-workflows"]
    run_tool("check-jsonschema", "--builtin-schema", *schema, written)


def test_every_exit_code_is_explained() -> None:
    rows = re.findall(r"^\| (\d+) \| ", CI, re.MULTILINE)
    assert {int(row) for row in rows} == {*map(int, ExitCode), pytest.ExitCode.NO_TESTS_COLLECTED}


def test_every_option_is_one_of_the_suite(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    places = [ROOT / "action.yml", *sorted((ROOT / "deploy").iterdir())]
    named = set(OPTION.findall("".join([CI, *(path.read_text() for path in places)])))
    with pytest.raises(SystemExit):
        merge(["--help"])
    assert named - OF_OTHERS <= set(OPTION.findall(suite.run("--help").out + capsys.readouterr().out))
