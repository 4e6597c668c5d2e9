"""How a run ends on a terminal: the whole text, for each exit code. A missing text is written, to be looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.reports.deployments_table import table
from conformance.reports.summary import summary
from conformance.reports.verdict_line import verdict_line
from conformance.run.command import program_here
from conformance.run.overview import Overview
from tests.conftest import Serve
from tests.report.made_up import result
from tests.running import CORE_18, CORE_25, ROOT, Suite, SuiteRun, small_set

TEXTS = Path(__file__).parent / "ends"
KNOWN = "".join(
    f"- requirement: CONF-01\n  deployment: {name}\n  reason: Core 0.18 lets no schema through\n"
    for name in ("buttons", "search")
)
FAULTY = """
from conformance.contract.exchange import Exchange
from conformance.contract.requirement import MUST, requirement

@requirement("LIST-90", MUST, source="dial-api 2")
def test_faulty(listing: Exchange) -> None:
    '''The listing is there.'''
    assert listing.no_such_thing
"""
INTERRUPTS = """
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    if "search" in item.name:
        raise KeyboardInterrupt
"""
BEGINS = re.compile(r"^=+ (FAILURES|ERRORS|short test summary|DIAL conformance)|^ERROR|^NOTHING|^NOTE", re.MULTILINE)
LASTING = (
    (re.compile(r"=+ (?P<text>[^=\n]+?) =+"), r"=== \g<text> ==="),
    (re.compile(r"!+ (?P<text>[^!\n]+?) !+"), r"!!! \g<text> !!!"),
    (re.compile(r" in \d+\.\d+s"), " in (time)"),
    (re.compile(r"\d+ deselected"), "(others) deselected"),
    (re.compile(r"; contract \S+ \(pin it: --contract=\S+\)"), "; contract (newest) (pin it: --contract=(newest))"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:+]+"), "(date)"),
    (re.compile(r"^-+ (generated xml file: .*?) -+$", re.MULTILINE), r"- \1 -"),  # as long as the path leaves room
    (re.compile(r"[^\s(]*/conftest.py:\d+|[^\s(]*/interrupts.py:\d+"), "(place)"),
)


def end_of(run: SuiteRun, *folders: Path) -> str:
    """All that follows the dots, and what stands on the standard error; without what another machine has otherwise."""
    found = BEGINS.search(run.out)
    text = (run.out[found.start() :] if found else "") + run.err
    text = text.replace(program_here(), "dial-conformance")
    for folder in (*folders, ROOT):
        text = text.replace(f"{folder}/", "")
    for pattern, instead in LASTING:
        text = pattern.sub(instead, text)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def conforms(suite: Suite, _serve: Serve) -> SuiteRun:
    return suite.replay("--requirement=AUTH-01,AUTH-02,CHAT-10,CONF-01,CONF-04", "--dial-deployment=dall-e-3")


def only_the_dial(suite: Suite, serve: Serve) -> SuiteRun:
    return suite.live(serve(), "--requirement=AUTH-01,AUTH-02")


def violated(suite: Suite, _serve: Serve) -> SuiteRun:
    return suite.replay("--requirement=CONF-0*,CHAT-18,LIST-01", cassettes=CORE_18)


def violated_with_tracebacks(suite: Suite, _serve: Serve) -> SuiteRun:
    return suite.replay("--requirement=CONF-01", "--tb=short", cassettes=CORE_18)


def interrupted(suite: Suite, _serve: Serve) -> SuiteRun:
    (suite.folder / "conftest.py").write_text(INTERRUPTS)
    return suite.replay("--requirement=CONF-01", f"--confcutdir={suite.folder}", "-pconftest", cassettes=CORE_25)


def harness_error(suite: Suite, _serve: Serve) -> SuiteRun:
    (suite.folder / "test_faulty.py").write_text(FAULTY)
    return suite.replay("-kLIST-90", str(suite.folder / "test_faulty.py"))


def usage_error(suite: Suite, _serve: Serve) -> SuiteRun:
    return suite.replay("--bugdet=8")


def report_not_written(suite: Suite, _serve: Serve) -> SuiteRun:
    return suite.replay("--requirement=INFO-01", "--report-json=/dev/full")


def nothing_selected(suite: Suite, _serve: Serve) -> SuiteRun:
    return suite.replay("-knothing_is_called_so")


def incomplete(suite: Suite, _serve: Serve) -> SuiteRun:
    return suite.replay(
        "--requirement=AUTH-01,CHAT-01,CONF-01", "--dial-deployment=echo", cassettes=small_set(suite.folder / "set")
    )


def known(suite: Suite, _serve: Serve) -> SuiteRun:
    (suite.folder / "known.yaml").write_text(KNOWN)
    return suite.replay("--requirement=CONF-01", "--baseline=known.yaml", cassettes=CORE_18)


def known_no_longer(suite: Suite, _serve: Serve) -> SuiteRun:
    (suite.folder / "known.yaml").write_text(KNOWN)
    return suite.replay("--requirement=CONF-01", "--baseline=known.yaml", cassettes=CORE_25)


def fails_on_should(suite: Suite, _serve: Serve) -> SuiteRun:
    return suite.replay("--requirement=AUTH-01,CHAT-10", "--dial-deployment=dall-e-3", "--fail-on=should")


ENDS: dict[str, tuple[int, Callable[[Suite, Serve], SuiteRun]]] = {
    one.__name__: (code, one)
    for code, one in (
        (0, conforms),
        (0, only_the_dial),
        (0, known),
        (1, violated),
        (1, violated_with_tracebacks),
        (1, known_no_longer),
        (1, fails_on_should),
        (2, interrupted),
        (3, harness_error),
        (4, usage_error),
        (4, report_not_written),
        (5, nothing_selected),
        (10, incomplete),
    )
}


@pytest.mark.parametrize("name", ENDS)
def test_end(name: str, pytester: pytest.Pytester, suite: Suite, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.syspath_prepend(pytester.path)
    code, run = ENDS[name]
    ended = run(suite, serve)
    assert ended.exit_code == code, ended.output
    shown = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:(port)", end_of(ended, suite.folder))
    path = TEXTS / f"{name}.txt"
    if not path.is_file():
        path.write_text(shown)
        pytest.fail(f"{path.name} was written: look at it")
    assert shown == path.read_text()
    verdict = [line for line in shown.splitlines() if f"(exit {code}): " in line]
    assert len(verdict) == (name != "usage_error")
    if code not in (2, 4):
        assert shown.splitlines()[-2] == verdict[0], "the last line before pytest's own"


def test_a_violation_is_shown_whole_once_in_a_pipeline_too(suite: Suite) -> None:
    """Where CI is set, pytest does not cut what its short summary says."""
    run = suite.run(f"--cassettes={CORE_18}", "--requirement=CONF-01", CI="true", BUILD_NUMBER="7")
    assert run.out.count('curl -sS --path-as-is "$DIAL_URL/v1/deployments/buttons/configuration"') == 1
    assert run.out.count("FAILED test_configuration.py") == 2


def test_violations_are_red_where_colours_are_shown(suite: Suite) -> None:
    run = suite.replay("--requirement=CONF-01", "--color=yes", cassettes=CORE_18)
    assert "\x1b[31m\x1b[1mFAILED (exit 1): 1 of 1 MUST violated: CONF-01 (buttons and 1 more); contract " in run.out
    assert "\x1b[31mCONF-01 (MUST) " in run.out
    assert "\x1b" not in suite.run(f"--cassettes={CORE_18}", "--requirement=CONF-01", NO_COLOR="1").out


def test_a_terminal_too_narrow_for_the_table_gets_words(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "44")
    run = suite.replay("--requirement=CONF-0*,CHAT-18", cassettes=CORE_18)
    assert "\nbuttons: 1 violated, 2 not claimed, 6 could not run\n  CONF: 1 violated, " in run.out


def test_many_deployments_are_summed_up() -> None:
    results = [result(Verdict.PASSED, deployment=f"d{one}", expected="", got="") for one in range(100)]
    unwell = [result(deployment="bad", case="n=1"), result(deployment="bad", case="n=2")]
    lines = [line.text.split() for line in table([*results, *unwell], 80)]
    assert lines == [
        ["deployment", "passed", "violated"],
        ["-" * 20, "-" * 6, "-" * 8],
        ["bad", "2"],
        ["CHAT", "2"],
        ["100", "deployments", "more", "100"],
    ]


def test_few_cases_of_an_advice_are_shown_with_one_request() -> None:
    advice = [result(Verdict.ADVISORY, level="SHOULD", case=f"n={one}", curl="curl it") for one in range(13)]
    overview = Overview("A DIAL", planned=13, requests=13, completions=0, deployments=1)
    lines = [line.text for line in summary(overview, advice, 0)]
    assert lines.count("    curl it") == 1
    assert "  10 more: --report-html" in lines
    assert sum("n=" in line for line in lines) == 1


@pytest.mark.parametrize(
    ("results", "code", "said"),
    [
        ([], 0, "NOTHING WAS DECIDED (exit 0): there was nothing to check"),
        ([result(Verdict.NOT_CLAIMED)], 0, "NOTHING WAS DECIDED (exit 0): 1 not claimed"),
        (
            [result(Verdict.OVER_BUDGET, case="a"), result(Verdict.COULD_NOT_RUN, requirement="CHAT-01")],
            10,
            (
                "INCOMPLETE (exit 10): 1 check could not run: CHAT-01 (d);"
                " 1 check did not fit into the budget: CHAT-05 (d); give more --budget"
            ),
        ),
        ([result(Verdict.PASSED), result(case="b")], 1, "FAILED (exit 1): 1 of 1 MUST violated: CHAT-05 (d)"),
        ([result(Verdict.PASSED)], 1, "FAILED (exit 1): a test beside the checks failed"),
    ],
    ids=["nothing", "not claimed", "missing", "violated once", "others"],
)
def test_the_verdict(results: list[Result], code: int, said: str) -> None:
    overview = Overview("A DIAL", planned=len(results), requests=1, completions=0, deployments=1)
    assert verdict_line(overview, results, code).text == said
