"""The plugin beside other tests, in several processes, and with checks that are not the suite's own."""

from __future__ import annotations

import pytest

from tests.conftest import Replayed, Serve
from tests.running import CHECKS, CORE_18, CORE_25, Suite, SuiteRun, credentials, run_elsewhere
from tests.shared_replays import IN_PROCESSES

OWN_CHECK = '''
from conformance.contract.exchange import Exchange
from conformance.contract.requirement import MUST, requirement

@requirement("{name}", MUST, source="a house rule")
def test_{function}(listing: Exchange) -> None:
    """{sentence}"""
    assert listing.status == {status}, listing.because("{status}")
'''


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project that loads the plugin in its root conftest, as this checkout does."""
    pytester.makeconftest('pytest_plugins = ["conformance.plugin"]')
    pytester.makepyprojecttoml('[tool.pytest]\nstrict = true\naddopts = ["--import-mode=importlib"]')
    return pytester


def check(name: str, function: str = "it", status: int = 200) -> str:
    return OWN_CHECK.format(name=name, function=function, sentence=f"The listing answers {status}.", status=status)


def test_ordinary_tests_are_left_alone(project: pytest.Pytester) -> None:
    project.makepyfile("def test_good(): pass", test_more="def test_bad(): assert 1 == 2")
    run = project.runpytest_inprocess()
    run.assert_outcomes(passed=1, failed=1)
    assert run.ret == 1
    assert "DIAL" not in run.stdout.str()
    assert "planned" not in run.stdout.str()
    run.stdout.fnmatch_lines("E *assert 1 == 2")


def test_ordinary_tests_pass_without_a_set(project: pytest.Pytester) -> None:
    project.makepyfile("def test_good(): pass")
    run = project.runpytest_inprocess("--strict-markers", "-v")
    assert run.ret == 0
    assert run.stderr.str() == ""
    assert not (project.path / "cassettes").exists()


def test_no_tests_at_all_are_pytests_business(project: pytest.Pytester) -> None:
    assert project.runpytest_inprocess().ret == 5


def test_own_check_beside_an_ordinary_test(project: pytest.Pytester) -> None:
    project.makepyfile(check("LIST-90"), test_ordinary="def test_good(): pass")
    run = project.runpytest_inprocess(f"--cassettes={CORE_25}")
    run.assert_outcomes(passed=2)
    assert run.ret == 0, run.stdout.str()
    assert "1 of 1 planned checks were decided" in run.stdout.str()


def test_failing_ordinary_test_fails_the_run(project: pytest.Pytester) -> None:
    project.makepyfile(check("LIST-90"), test_ordinary="def test_bad(): assert False")
    run = project.runpytest_inprocess(f"--cassettes={CORE_25}")
    run.assert_outcomes(passed=1, failed=1)
    assert run.ret == 1


def test_violation_names_the_sentence_and_not_the_suite(project: pytest.Pytester) -> None:
    project.makepyfile(check("LIST-90", status=404))
    run = project.runpytest_inprocess(f"--cassettes={CORE_25}")
    assert run.ret == 1
    shown = run.stdout.str()
    assert "LIST-90 (MUST) The listing answers 404." in shown
    assert "  expected: 404" in shown
    assert '  curl -sS --path-as-is "$DIAL_URL/openai/deployments" -H "Api-Key: $DIAL_API_KEY"' in shown
    assert "Traceback" not in shown
    assert "Error" not in shown


def test_faulty_check_is_a_harness_error(project: pytest.Pytester) -> None:
    project.makepyfile(check("LIST-90").replace("assert listing.status", "assert listing.state"))
    run = project.runpytest_inprocess(f"--cassettes={CORE_25}")
    run.assert_outcomes(errors=1)
    assert run.ret == 3
    assert "Harness errors:" in run.stdout.str()
    assert "AttributeError" in run.stdout.str()


@pytest.mark.parametrize("other", ["LIST-90", "AUTH-01"], ids=["of a neighbour", "of the suite"])
def test_id_that_is_used_twice_fails_collection(project: pytest.Pytester, other: str) -> None:
    checks = [str(CHECKS / "test_auth.py")] if other == "AUTH-01" else []
    project.makepyfile(check(other, "one"), test_more=check("LIST-90", "two"))
    run = project.runpytest_inprocess(f"--cassettes={CORE_25}", *checks, str(project.path))
    assert run.ret == 2, run.stdout.str()
    run.assert_outcomes(errors=1)
    assert f"{other} is used twice: " in run.stdout.str()


def test_check_without_a_sentence_fails_collection(project: pytest.Pytester) -> None:
    project.makepyfile(check("LIST-90").replace('"""The listing answers 200."""', "pass"))
    run = project.runpytest_inprocess(f"--cassettes={CORE_25}")
    assert run.ret == 2
    assert "LIST-90: test_it has no docstring, which is the requirement's sentence" in run.stdout.str()


def test_checks_that_need_a_recipe_that_is_none_are_told(project: pytest.Pytester) -> None:
    project.makepyfile(check("LIST-90").replace("listing", "lisitng"))
    run = project.runpytest_inprocess(f"--cassettes={CORE_25}")
    assert run.ret in (2, 3)
    assert "lisitng" in run.stdout.str()


def test_faulty_cases_are_a_fault_of_the_checks_that_need_them(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> None:
        raise AttributeError("a slip of the pen")

    monkeypatch.setattr("conformance.recipes.configuration._cases_of_essence", faulty)
    run = suite.replay("--requirement=CHAT-01,AUTH-01", "--dial-deployment=dall-e-3")
    assert run.exit_code == 3, run.output
    assert run.requirements("harness error") == {"CHAT-01"}
    assert run.requirements("passed") == {"AUTH-01"}
    assert "a slip of the pen" in run.out


def test_processes_change_no_verdict(replayed: Replayed, replay_18: SuiteRun) -> None:
    run = replayed(CORE_18, *IN_PROCESSES)
    assert run.exit_code == replay_18.exit_code == 1, run.output
    assert run.verdicts == replay_18.verdicts
    assert (run.made, run.planned, run.completions) == (replay_18.made, replay_18.planned, replay_18.completions)
    assert _table(run) == _table(replay_18)
    assert run.requirements("violated") == {"CONF-01"}


@pytest.mark.parametrize("narrowed", ["--requirement=CONF-*,LIST-01", "-mauth"])
def test_processes_of_a_good_run_end_well(suite: Suite, narrowed: str) -> None:
    alone, together = suite.replay(narrowed), run_elsewhere(suite.folder, f"--cassettes={CORE_25}", "-n2", narrowed)
    assert alone.exit_code == together.exit_code == 0, together.output
    assert together.verdicts == alone.verdicts
    assert together.planned == alone.planned


@pytest.mark.parametrize("option", ["--record-mode=none", "--record-mode=rewrite"], ids=["live", "recording"])
def test_processes_cannot_ask_a_dial(suite: Suite, serve: Serve, option: str) -> None:
    served = serve()
    run = suite.live(served, "-n2", option, f"--cassettes={suite.folder / 'set'}")
    assert run.exit_code == 4
    assert run.complaint == "-n is for replays: a live run asks in threads, so give --jobs instead"
    assert served.asked == []
    assert not (suite.folder / "set").exists()


def test_processes_tell_what_is_unusable_once(suite: Suite) -> None:
    run = run_elsewhere(suite.folder, "--cassettes=no/such/set", "-n2", **credentials("http://127.0.0.1:1"))
    assert run.exit_code == 4, run.output
    assert run.output.count("there is no cassette set no/such/set") == 1
    assert "Traceback" not in run.output


def _table(run: SuiteRun) -> list[str]:
    """The counts of the summary; which deployment comes first depends on the process that is quicker."""
    lines = run.out.partition("DIAL conformance")[2].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("deployment "))
    return sorted(lines[start : lines.index("", start)])
