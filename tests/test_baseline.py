"""A baseline from the command line: what is known does not fail a run, and a baseline that is out of date does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Serve
from tests.running import (
    CORE_18,
    CORE_25,
    DALLE3,
    Suite,
    SuiteRun,
    arguments_of,
    finish_elsewhere,
    press_ctrl_c,
    run_elsewhere,
    start_elsewhere,
    write_project,
)
from tests.served_set import KEY, Held, as_json, below
from tests.test_plugin import check

CONF_01 = "- requirement: CONF-01\n  deployment: {deployment}\n  reason: Core 0.18 lets no schema through\n"
BOTH = CONF_01.format(deployment="buttons") + CONF_01.format(deployment="search")
VIOLATED = ("--requirement=CONF-01", f"--cassettes={CORE_18}")
ADVISORY = ("--requirement=CHAT-10", "--dial-deployment=dall-e-3")
CHAT_10 = "- requirement: CHAT-10\n  deployment: dall-e-3\n  reason: it crashes over a text\n"


def known(suite: Suite, text: str) -> str:
    path = suite.folder / "known.yaml"
    path.write_text(text)
    return f"--baseline={path}"


def complaints(suite: Suite, run: SuiteRun) -> list[str]:
    """What the summary says of the entries of the baseline."""
    start = f"{suite.folder / 'known.yaml'}:"
    return [line.removeprefix(start) for line in run.out.splitlines() if line.startswith(start)]


def test_what_is_known_does_not_fail_the_run_and_keeps_its_verdict(suite: Suite, replay_18: SuiteRun) -> None:
    run = suite.replay(known(suite, BOTH), cassettes=CORE_18)
    assert run.exit_code == 0, run.output
    assert run.verdicts == replay_18.verdicts
    assert run.requirements("violated") == {"CONF-01"}
    assert "8 xfailed" in run.out
    assert "Known already:\nCONF-01 (violated) of buttons: Core 0.18 lets no schema through\n" in run.out
    assert "\nViolated:" not in run.out
    assert "checks could not be made because of what is known" in run.out
    told = {one["known"] for one in run.properties.values() if "known" in one}
    assert told == {"Core 0.18 lets no schema through"}


@pytest.mark.long
def test_processes_know_it_too(suite: Suite) -> None:
    run = run_elsewhere(suite.folder, f"--cassettes={CORE_18}", "-n2", known(suite, BOTH))
    assert run.exit_code == 0, run.output
    assert "Known already:\nCONF-01 (violated) of buttons: Core 0.18 lets no schema through\n" in run.out


def test_what_is_not_known_fails_the_run(suite: Suite) -> None:
    run = suite.replay(known(suite, CONF_01.format(deployment="buttons")), cassettes=CORE_18)
    assert run.exit_code == 1
    assert "\nViolated:\nCONF-01 (MUST)" in run.out
    assert complaints(suite, run) == []


def test_entry_that_no_longer_applies_fails_the_run_with_its_line(suite: Suite) -> None:
    run = suite.replay("--requirement=CONF-01", known(suite, f"# Core 0.18\n{BOTH}"))
    assert run.exit_code == 1
    assert run.counts["violated"] == 0
    assert complaints(suite, run) == [
        "2: CONF-01 of buttons: it no longer applies: it passes now; remove it",
        "5: CONF-01 of search: it no longer applies: it passes now; remove it",
    ]


def test_processes_see_it_too(suite: Suite) -> None:
    narrowed = ("-n2", "--requirement=CONF-01,CONF-02", f"--cassettes={CORE_25}")
    run = run_elsewhere(suite.folder, known(suite, BOTH), *narrowed)
    assert run.exit_code == 1, run.output
    assert len(complaints(suite, run)) == 2


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (CONF_01.format(deployment="sarch"), "1: CONF-01 of sarch: it fits nothing: the DIAL lists no deployment"),
        ("- requirement: CONF-01\n  reason: a\n", "1: CONF-01: CONF-01 is about a deployment: say which with"),
        (CONF_01.format(deployment="search") + "  case: '*'\n", "1: CONF-01 of search, case *: it fits nothing"),
        (CONF_01.format(deployment="'*'") + "  expires: 2026-01-01\n", "1: CONF-01 of *: it expired after 2026-01-01"),
    ],
    ids=["no deployment", "deployment is missing", "no case", "expired"],
)
def test_entry_that_is_wrong_fails_the_run_with_its_line(suite: Suite, entry: str, told: str) -> None:
    run = suite.run(known(suite, entry), *VIOLATED)
    assert run.exit_code == 1, run.output
    (line,) = complaints(suite, run)
    assert line.startswith(told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- requirement: CHAT-05\n", ":1: the entry has no `reason`"),
        ("\n- requirement: CHAT-99\n  reason: a\n", ":2: there is no requirement CHAT-99: `"),
    ],
    ids=["malformed", "unknown requirement"],
)
@pytest.mark.parametrize("narrowed", [(), ("--requirement=AUTH-01",), ("-kAUTH-01",)], ids=" ".join)
def test_unusable_baseline_is_told_before_a_check_is_made(
    suite: Suite, text: str, told: str, narrowed: tuple[str, ...]
) -> None:
    run = suite.replay(known(suite, text), *narrowed)
    assert run.exit_code == 4
    assert run.complaint.startswith(f"{suite.folder / 'known.yaml'}{told}")
    assert run.verdicts == {}


def test_malformed_baseline_is_told_before_anything_is_asked(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, DALLE3, known(suite, "CHAT-05\n"))
    assert run.exit_code == 4
    assert run.complaint.endswith(
        "known.yaml:1: a baseline is a list of entries, each beginning with `- requirement: ...`"
    )
    assert served.asked == []


@pytest.mark.parametrize("options", [("-n2",), ()], ids=["in processes", "in one"])
def test_unknown_requirement_costs_no_completion(suite: Suite, options: tuple[str, ...]) -> None:
    run = run_elsewhere(suite.folder, *options, *VIOLATED, known(suite, "- requirement: CHAT-99\n  reason: a\n"))
    assert run.exit_code == 4, run.output
    assert run.output.count("known.yaml:1: there is no requirement CHAT-99") == 1
    assert run.verdicts == {}


@pytest.mark.parametrize(
    "narrowed",
    [
        ("--requirement=AUTH-01",),
        ("-k", "AUTH-01 or (CONF-01 and echo)"),
        ("--dial-deployment=echo",),
        ("--shard=1/5", "--requirement=CONF-01"),
        ("--requirement=CONF-01", "-x", "--dial-deployment=echo", "--dial-deployment=dall-e-3"),
    ],
    ids=" ".join,
)
def test_entry_about_what_is_not_in_this_run_is_let_alone(suite: Suite, narrowed: tuple[str, ...]) -> None:
    entries = CONF_01.format(deployment="'*'") + BOTH.replace("buttons", "buttons\n  expires: 2026-01-01")
    run = suite.replay(known(suite, entries), *narrowed)
    if "--shard=1/5" not in narrowed:
        assert run.exit_code in (0, 10), run.output
        assert complaints(suite, run) == []
    assert not [line for line in complaints(suite, run) if line.startswith("1: ")]


def test_advisory_that_is_known_is_like_a_violation(suite: Suite) -> None:
    without, run = suite.replay(*ADVISORY, "--fail-on=should"), suite.replay(*ADVISORY, known(suite, CHAT_10))
    with_it = suite.replay(*ADVISORY, "--fail-on=should", known(suite, CHAT_10))
    assert (without.exit_code, run.exit_code, with_it.exit_code) == (1, 0, 0)
    for one in (run, with_it):
        assert "Known already:\nCHAT-10 (advisory) of dall-e-3" in one.out
        assert "\nAdvisory:" not in one.out


def test_known_violation_does_not_stop_a_run(suite: Suite) -> None:
    stopped = suite.run("-x", *VIOLATED)
    run = suite.run("-x", known(suite, BOTH), *VIOLATED)
    assert len(run.verdicts) == run.planned > len(stopped.verdicts)


@pytest.mark.parametrize(("options", "name"), [(VIOLATED, BOTH), (ADVISORY, CHAT_10)], ids=["violated", "advisory"])
def test_other_failing_tests_are_not_covered_up(suite: Suite, options: tuple[str, ...], name: str) -> None:
    other = suite.folder / "test_other.py"
    other.write_text("def test_bad(): assert False")
    run = suite.replay(known(suite, name), *options, str(other))
    assert run.exit_code == 1, run.output


def test_failing_test_is_not_covered_up_by_an_advisory(suite: Suite) -> None:
    other = suite.folder / "test_other.py"
    other.write_text("def test_bad(): assert False")
    assert suite.replay(*ADVISORY, str(other)).exit_code == 1


def test_check_of_a_house_may_be_known(suite: Suite) -> None:
    other = suite.folder / "test_house.py"
    other.write_text(check("LIST-90", status=404))
    run = suite.replay("-kLIST-90", str(other), known(suite, "- requirement: LIST-90\n  reason: not yet\n"))
    assert run.exit_code == 0, run.output
    assert run.requirements("violated") == {"LIST-90"}


def test_key_in_a_reason_is_not_repeated(suite: Suite, serve: Serve) -> None:
    served = serve(instead=below("/v1/zzz", as_json({})))
    entry = f"- requirement: AUTH-04\n  reason: it is said that {KEY} may\n"
    run = suite.live(served, "--requirement=AUTH-04", known(suite, entry), DALLE3)
    assert run.exit_code == 0, run.output
    assert "it is said that $DIAL_API_KEY may" in run.out
    assert KEY not in run.output + run.junit


def test_written_baseline_is_what_the_next_run_needs(suite: Suite) -> None:
    option = f"--baseline={suite.folder / 'known.yaml'}"
    first = suite.replay(option, "--write-baseline", cassettes=CORE_18)
    assert first.exit_code == 1
    assert "2 violations added to " in first.out
    written = (suite.folder / "known.yaml").read_text()
    assert written.count("- requirement: CONF-01\n") == 2
    assert suite.replay(option, cassettes=CORE_18).exit_code == 0
    again = suite.replay(option, "--write-baseline", cassettes=CORE_18)
    assert again.exit_code == 0
    assert (suite.folder / "known.yaml").read_text() == written


def test_nothing_that_still_applies_is_lost_when_it_is_written(suite: Suite) -> None:
    kept = f"# Ask us.\n\n# its app\n{CONF_01.format(deployment='buttons')}  ticket: DIAL-7\n"
    gone = f"# gone\n{CONF_01.format(deployment='dall-e-3')}"
    other = "# other\n- requirement: CHAT-05\n  deployment: echo\n  reason: a\n"
    run = suite.run(known(suite, other + kept + gone), *VIOLATED, "--write-baseline")
    assert run.exit_code == 1
    assert "1 violation added to " in run.out
    added = CONF_01.format(deployment="search").replace("Core 0.18 lets no schema through", "'TODO: say why'")
    assert (suite.folder / "known.yaml").read_text() == other + kept + added


def test_nothing_is_written_without_a_file_to_write(suite: Suite) -> None:
    run = suite.run("--write-baseline", *VIOLATED)
    assert run.exit_code == 4
    assert run.complaint == "--write-baseline writes the file of --baseline: give --baseline=FILE"
    run = suite.run("--write-baseline", f"--baseline={suite.folder}/no/known.yaml", *VIOLATED)
    assert run.complaint.endswith(f"there is no folder {suite.folder}/no: make it first")
    run = suite.run("--write-baseline", known(suite, ""), "--plan", *VIOLATED)
    assert (
        run.complaint == "--write-baseline does nothing with --plan: a plan decides nothing; leave out --write-baseline"
    )
    assert suite.run("--baseline=", *VIOLATED).complaint == "--baseline is empty: give --baseline=FILE"
    assert suite.run("--baseline=no.yaml", *VIOLATED).complaint.endswith(
        "there is no such file; --write-baseline makes it"
    )


def test_interrupted_run_writes_nothing(suite: Suite, serve: Serve, tmp_path: Path) -> None:
    held = Held("/chat/completions")
    served = serve(instead=held)
    write_project(tmp_path)
    arguments = arguments_of(tmp_path, "--live", DALLE3, known(suite, BOTH), "--write-baseline")
    process = start_elsewhere(tmp_path, *arguments, DIAL_URL=served.url, DIAL_API_KEY=KEY)
    press_ctrl_c(process, held, tmp_path / "junit.xml")
    run = finish_elsewhere(process, tmp_path / "junit.xml")
    held.released.set()
    assert run.exit_code == 2, run.output
    assert (suite.folder / "known.yaml").read_text() == BOTH
    assert complaints(suite, run) == []
