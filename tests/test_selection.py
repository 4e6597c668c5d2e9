"""Asking for a part: it is cheaper, not just shorter."""

from __future__ import annotations

import pytest

from conformance.contract.requirement import MUST
from conformance.run.command import program_here
from conformance.run.registry import all_requirements
from tests.conftest import Serve
from tests.running import CHECKS, CORE_18, DALLE3, Suite

ALL = all_requirements()
LISTINGS = {"/openai/deployments", "/openai/models", "/openai/applications", "/version"}
SCHEMA = "/v1/deployments/dall-e-3/configuration"


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (["--requirement=CHAT-05"], {"CHAT-05"}),
        (["--requirement=chat-05"], {"CHAT-05"}),
        (["--requirement=CHAT-05,CONF-01"], {"CHAT-05", "CONF-01"}),
        (["--requirement=CHAT-05", "--requirement=CONF-01"], {"CHAT-05", "CONF-01"}),
        (["--requirement=AUTH-*"], {name for name in ALL if name.startswith("AUTH-")}),
        (["--requirement=*-0[12],AUTH-03,"], {name for name in ALL if name.endswith(("-01", "-02"))} | {"AUTH-03"}),
        (["-kCHAT-05"], {"CHAT-05"}),
        (["-kchat-05 or AUTH-01"], {"CHAT-05", "AUTH-01"}),
        (["-kunknown_key_is_refused"], {"AUTH-02", "AUTH-03"}),
        (["-mmust"], {name for name, one in ALL.items() if one.level is MUST}),
        (["-mshould and files"], set()),
        (["-mauth"], {name for name in ALL if name.startswith("AUTH-")}),
        (
            ["-mauth and should"],
            {name for name, one in ALL.items() if name.startswith("AUTH-") and one.level is not MUST},
        ),
        (["--requirement=CHAT-0*,AUTH-*", "-mmust", "-kdall-e-3 and not vivid", "-kCHAT-01"], {"CHAT-01"}),
        ([f"{CHECKS}/test_auth.py::test_unknown_key_is_refused"], {"AUTH-02"}),
    ],
    ids=lambda value: " ".join(value).replace(str(CHECKS), "") if isinstance(value, list) else "",
)
def test_only_what_is_wanted_is_checked(suite: Suite, options: list[str], wanted: set[str]) -> None:
    run = suite.replay("--dial-deployment=dall-e-3", *options)
    if not wanted:
        assert run.exit_code in (4, 5)
        return
    assert run.exit_code == 0, run.output
    assert {told["requirement"] for told in run.properties.values()} == wanted


@pytest.mark.parametrize(
    ("narrowed", "asked"),
    [
        (["--requirement=LIST-01"], LISTINGS | {"/openai/deployments/dall-e-3"}),
        (["-kLIST-01"], LISTINGS | {"/openai/deployments/dall-e-3", SCHEMA}),
        (["--requirement=CONF-01,CONF-04"], LISTINGS | {"/openai/deployments/dall-e-3", SCHEMA}),
        (["--requirement=AUTH-04"], LISTINGS | {"/openai/deployments/dall-e-3", "/v1/zzz"}),
    ],
    ids=["requirement", "-k", "two requirements of one exchange", "one more exchange"],
)
def test_only_what_is_needed_is_asked(suite: Suite, serve: Serve, narrowed: list[str], asked: set[str]) -> None:
    served = serve()
    run = suite.live(served, DALLE3, *narrowed)
    assert run.exit_code == 0, run.output
    assert sorted(one.path for one in served.asked) == sorted(asked)
    assert run.requests == len(asked)


@pytest.mark.parametrize(
    ("narrowed", "completions"),
    [("--requirement=CONF-*,LIST-*,AUTH-*", 0), ("--requirement=CHAT-05", 1), ("-kabsent and CHAT-01", 1)],
    ids=["nothing paid", "one proof", "one case"],
)
def test_a_part_costs_no_more_than_it_needs(suite: Suite, serve: Serve, narrowed: str, completions: int) -> None:
    served = serve()
    run = suite.live(served, DALLE3, narrowed)
    assert run.exit_code == 0, run.output
    assert run.completions == served.completions == completions


def test_collecting_asks_for_listings_and_schemas_alone(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, DALLE3, "--dial-deployment=search", "--collect-only", "-q")
    assert run.exit_code == 0, run.output
    schemas = {SCHEMA, "/v1/deployments/search/configuration"}
    assert {one.path for one in served.asked} == LISTINGS | schemas | {"/openai/deployments/dall-e-3"}
    assert "test_chat.py::test_invalid_value_is_refused[search-sources=42]" in run.out


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("CHAT-99", ": `dial-conformance list` shows all"),
        ("AUTH-01,NOPE-*", ": `dial-conformance list` shows all; those of own checks need --checks DIR"),
        ("test_auth", ": `dial-conformance list` shows all"),
        ("CHAT", "; did you mean CHAT-*?"),
        ("chat", "; did you mean CHAT-*?"),
        ("CHAT-5", "; did you mean CHAT-05?"),
        ("chat_05", "; did you mean CHAT-05?"),
        ("CAHT-5", "; did you mean CHAT-05?"),
        ("CONFG-*", "; did you mean CONF-*?"),
    ],
)
def test_unknown_requirement_is_told_before_anything_is_asked(
    suite: Suite, serve: Serve, given: str, meant: str
) -> None:
    served = serve()
    for run in (suite.replay(f"--requirement={given}"), suite.live(served, f"--requirement={given}")):
        assert run.exit_code == 4
        *_, unknown = given.split(",")
        assert (
            run.complaint.replace(program_here(), "dial-conformance")
            == f"--requirement={unknown} fits no requirement{meant}"
        )
    assert served.asked == []


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("mustt", "there is no marker mustt; did you mean must?"),
        ("chat and not fre", "there is no marker fre; did you mean free?"),
        ("zzz", "there is no marker zzz; there are must, should, free, paid, att, auth"),
    ],
)
def test_unknown_marker_is_told_before_anything_is_asked(
    suite: Suite, serve: Serve, expression: str, said: str
) -> None:
    served = serve()
    for run in (suite.live(served, DALLE3, "-m", expression), suite.replay("-m", expression)):
        assert run.exit_code == 4, run.output
        assert said in run.complaint
    assert served.asked == []


SELECTS_NOTHING = """
import pytest

def pytest_collection_modifyitems():
    raise pytest.UsageError("no selection")
"""


@pytest.mark.parametrize("wrong", ["-kquality=42", "a plugin"])
def test_selection_that_fails_costs_nothing(
    suite: Suite, serve: Serve, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """pytest calls pytest_collection_finish also where the selection raised, with all that was collected."""
    given = [wrong]
    if wrong == "a plugin":
        (suite.folder / "selecting.py").write_text(SELECTS_NOTHING)
        monkeypatch.syspath_prepend(suite.folder)
        given = ["-pselecting"]
    served = serve()
    run = suite.live(served, DALLE3, "--dial-deployment=search", *given)
    assert run.exit_code == 4, run.output
    assert served.completions == 0
    assert {one.method for one in served.asked} == {"GET"}
    schemas = {SCHEMA, "/v1/deployments/search/configuration"}
    assert {one.path for one in served.asked} <= LISTINGS | schemas | {"/openai/deployments/dall-e-3"}


@pytest.mark.parametrize("expression", ["AUTH", "Auth and MUST", "not (MUST or Should) or AUTH"])
def test_markers_are_known_as_the_tables_write_them(suite: Suite, expression: str) -> None:
    lower = suite.replay("--dial-deployment=echo", "-m", expression.lower())
    run = suite.replay("--dial-deployment=echo", "-m", expression)
    assert run.exit_code == 0, run.output
    assert run.verdicts == lower.verdicts != {}


@pytest.mark.parametrize("options", [["--requirement=CHAT-05"], ["-mchat", "--requirement=CHAT-05"]], ids=" ".join)
def test_a_run_without_a_deployment_says_why_nothing_was_selected(
    suite: Suite, serve: Serve, options: list[str]
) -> None:
    run = suite.live(serve(), *options)
    assert run.exit_code == 5, run.output
    assert "no deployment was named: give --dial-deployment or DALLE3_DEPLOYMENT_NAME" in run.out
    assert "no deployment was named" in suite.live(serve(), "--plan", *options).out


def test_advisory_fails_only_if_asked_for(suite: Suite) -> None:
    narrowed = ["--requirement=CHAT-10,CHAT-14", "--dial-deployment=dall-e-3"]
    passed, failed = suite.replay(*narrowed), suite.replay(*narrowed, "--fail-on=should")
    assert (passed.exit_code, failed.exit_code) == (0, 1)
    assert passed.verdicts == failed.verdicts
    assert passed.counts == {"passed": 1, "advisory": 1, "not asked": 2}
    assert "1 xfailed" in passed.out
    assert "1 failed" in failed.out


def test_run_that_stops_early_tells_its_true_denominator(suite: Suite) -> None:
    narrowed = ["--requirement=CONF-0*", "--dial-deployment=buttons", "--dial-deployment=search"]
    whole = suite.replay(*narrowed, cassettes=CORE_18)
    stopped = suite.replay(*narrowed, "-x", cassettes=CORE_18)
    assert whole.exit_code == stopped.exit_code == 1
    assert stopped.planned == whole.planned
    assert len(stopped.verdicts) == 1
    assert f"1 of {whole.planned} planned checks were decided, {whole.planned - 1} were not reached;" in stopped.out
