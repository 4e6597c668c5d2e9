"""What GitHub makes of the workflow commands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.exchange import printable
from conformance.contract.verdict import Verdict
from conformance.reports.annotations import MOST, workflow_commands
from conformance.reports.document import Report
from tests.report.made_up import HOSTILE, report, result
from tests.running import CORE_18, Suite


def read(line: str) -> tuple[str, dict[str, str], str]:
    """Read a command as GitHub's runner does (ActionCommand.TryParseV2)."""
    assert line.startswith("::")
    assert line.splitlines() == [line]
    head, end, data = line[2:].partition("::")
    assert end
    command, _, properties = head.partition(" ")
    pairs = (one.partition("=") for one in properties.split(","))
    unescaped = {name: _unescaped(value, "%3A:", "%2C,") for name, _, value in pairs}
    return command, unescaped, _unescaped(data)


def _unescaped(text: str, *more: str) -> str:
    for pair in ("%0D\r", "%0A\n", *more, "%25%"):
        text = text.replace(pair[:3], pair[3:])
    return text


def kinds(made_up: Report) -> list[str]:
    return [read(line)[0] for line in workflow_commands(made_up)]


def test_all_verdicts_are_told() -> None:
    commands = [read(line) for line in workflow_commands(report())]
    assert [kind for kind, _, _ in commands] == ["error", "error", "warning", "notice"]
    assert commands[0][1] == {"title": "CHAT-05 (MUST) violated: d"}
    assert commands[0][2].split("\n") == [
        "A forbidden value is refused.",
        "cases: c=1",
        "expected: 400",
        "got: 200 application/json {}",
        "curl -sS",
    ]
    assert [verdict for verdict in Verdict if f"1 {verdict}" not in commands[-1][2]] == []


def test_the_rule_that_is_broken_is_told() -> None:
    faults = [f"/n {number}: maximum 3 (schema: #/properties/n)" for number in range(4, 9)]
    made_up = report([result(case=f"n={number}", fault=fault) for number, fault in enumerate(faults, 4)])
    lines = read(next(iter(workflow_commands(made_up))))[2].split("\n")
    assert lines[2:6] == [*(f"fault: {one}" for one in faults[:3]), "fault: and 2 more"]


def test_what_is_known_is_no_error() -> None:
    assert kinds(report([result(known="T-1"), result(Verdict.ADVISORY, known="T-1")], exit_code=0)) == ["notice"]


@pytest.mark.parametrize(("verdict", "exit_code"), [(Verdict.PASSED, 1), (Verdict.COULD_NOT_RUN, 10)])
def test_a_run_that_fails_without_a_fault_says_why(verdict: Verdict, exit_code: int) -> None:
    commands = [read(line) for line in workflow_commands(report([result(verdict)], exit_code=exit_code))]
    assert [kind for kind, _, _ in commands] == ["error", "notice"]
    assert f"Exit code {exit_code}: " in commands[0][2]
    assert "a note of the run" in commands[0][2]


def test_the_same_fault_of_many_cases_is_one_error() -> None:
    assert kinds(report([result(case=f"n={number}") for number in range(40)])) == ["error", "notice"]


@pytest.mark.parametrize(("number", "shown"), [(MOST, MOST), (MOST + 1, MOST), (500, MOST)])
def test_no_more_are_told_than_are_shown(number: int, shown: int) -> None:
    lines = list(workflow_commands(report([result(deployment=f"d{one}") for one in range(number)])))
    errors = [read(line) for line in lines if read(line)[0] == "error"]
    assert len(errors) == shown
    if number > shown:
        assert errors[-1][2].startswith(f"and {number - shown + 1} more errors")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_one_message(text: str) -> None:
    _assert_told(text)


@given(st.text(max_size=60))
def test_any_text_is_one_message(text: str) -> None:
    _assert_told(text)


def _assert_told(text: str) -> None:
    said = f"x{text}"
    lines = list(workflow_commands(report([result(deployment=said, got=said, case=said, curl="")])))
    assert len(lines) == 2
    kind, properties, message = read(lines[0])
    assert kind == "error"
    assert properties == {"title": f"CHAT-05 (MUST) violated: {printable(said)}"}
    assert message.split("\n")[1:] == [f"cases: {printable(said)}", "expected: 400", f"got: {printable(said)}"]


def test_github_is_told_and_nobody_else(suite: Suite) -> None:
    options = ("--requirement=CONF-01", "--dial-deployment=buttons", f"--cassettes={CORE_18}")
    there, elsewhere = suite.run(*options, GITHUB_ACTIONS="true"), suite.run(*options)
    told = [read(line) for line in there.out.splitlines() if line.startswith("::")]
    assert [kind for kind, _, _ in told] == ["error", "notice"]
    assert told[0][1]["title"].startswith("CONF-01 (MUST) violated: buttons")
    assert there.exit_code == elsewhere.exit_code == 1
    assert "::error" not in elsewhere.out
