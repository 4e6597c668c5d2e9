"""The file of settings: what it says holds where nobody else says it, and what is wrong in it is one line."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from conformance.run.options import OPTIONS
from conformance.run.settings_schema import ONLY_GIVEN, in_file, schema
from tests.conftest import Serve
from tests.running import CORE_25, ROOT, Suite
from tests.served_set import KEY

FILE = "dial-conformance.toml"
REPLAYED = f"--cassettes={CORE_25}"


def write(suite: Suite, text: str, name: str = FILE) -> None:
    (suite.folder / name).write_text(text, encoding="utf-8")


def test_deployments_and_what_they_are(suite: Suite, serve: Serve) -> None:
    write(suite, '[deployments]\ndall-e-3 = "DALL-E 3"\n"ech*" = "any"\n')
    run = suite.live(serve(), "--free", "--requirement=CHAT-01,LIST-01", "--report-json=r.json")
    document = json.loads((suite.folder / "r.json").read_text())
    found = {one["id"]: one["dalle3"] for one in document["deployments"]}
    assert found == {"dall-e-3": True, "echo": False, "echo-application": False}, run.output
    assert "settings of dial-conformance.toml" in run.out


def test_options_beat_environment_beats_dotenv_beats_file(suite: Suite, serve: Serve) -> None:
    served = serve()
    nowhere = "http://127.0.0.1:9"
    write(suite, f'dial-url = "{served.url}"\n')
    only = ("--live", "--requirement=LIST-01")
    assert suite.run(*only, DIAL_API_KEY=KEY).exit_code == 0
    assert suite.run(*only, DIAL_API_KEY=KEY, DIAL_URL=nowhere).exit_code == 4
    assert suite.run(*only, f"--dial-url={served.url}", DIAL_API_KEY=KEY, DIAL_URL=nowhere).exit_code == 0
    write(suite, f"DIAL_URL={nowhere}\n", ".env")
    assert suite.run(*only, DIAL_API_KEY=KEY).exit_code == 4


def test_deployments_that_are_given_replace_those_of_the_file(suite: Suite, serve: Serve) -> None:
    write(suite, '[deployments]\ndall-e-3 = "DALL-E 3"\necho = "any"\n')
    only = ("--free", "--requirement=LIST-01,CHAT-01", "--report-json=r.json")

    def checked(*given: str, **environment: str) -> set[str]:
        run = suite.live(serve(), *only, *given, **environment)
        document = json.loads((suite.folder / "r.json").read_text())
        assert run.exit_code == 0, run.output
        return {one["id"] for one in document["deployments"]}

    assert checked("--dial-deployment=search") == {"search"}
    assert checked(DALLE3_DEPLOYMENT_NAME="dall-e-3") == {"dall-e-3"}
    assert checked() == {"dall-e-3", "echo"}


def test_deployment_that_is_given_is_still_what_the_file_says(suite: Suite, serve: Serve) -> None:
    write(suite, '[deployments]\ndall-e-3 = "DALL-E 3"\necho = "any"\n')
    only = ("--free", "--requirement=LIST-01,CHAT-01", "--report-json=r.json", "--dial-deployment=dall-e-3")
    served = serve()
    for is_dalle3 in (True, False):
        run = suite.live(served, *only)
        document = json.loads((suite.folder / "r.json").read_text())
        assert [(one["id"], one["dalle3"]) for one in document["deployments"]] == [("dall-e-3", is_dalle3)], run.output
        (suite.folder / FILE).unlink(missing_ok=True)


@pytest.mark.parametrize("name", ["staging", "production"])
def test_environment_comes_before_what_stands_outside(suite: Suite, serve: Serve, name: str) -> None:
    write(
        suite,
        'requirement = ["LIST-01"]\n[environments.staging]\nrequirement = ["LIST-02"]\n[environments.production]\n',
    )
    wanted = {"staging": "LIST-02", "production": "LIST-01"}[name]
    assert suite.run(REPLAYED, f"--environment={name}").requirements("passed") == {wanted}
    assert suite.live(serve(), DIAL_ENVIRONMENT=name).requirements("passed") == {wanted}
    assert suite.run(REPLAYED).requirements("passed") == {"LIST-01"}


def test_deployments_of_an_environment_replace_the_others(suite: Suite, serve: Serve) -> None:
    write(suite, '[deployments]\ndall-e-3 = "DALL-E 3"\n[environments.staging.deployments]\necho = "any"\n')
    only = ("--free", "--requirement=LIST-01,CHAT-01", "--report-json=r.json", "--environment=staging")
    run = suite.live(serve(), *only)
    document = json.loads((suite.folder / "r.json").read_text())
    assert [one["id"] for one in document["deployments"]] == ["echo"], run.output
    assert "settings of dial-conformance.toml, environment staging" in run.out


def test_environment_without_a_file_is_one_line(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), DIAL_ENVIRONMENT="staging")
    assert run.exit_code == 4
    assert run.complaint.startswith("DIAL_ENVIRONMENT=staging fits nothing: there is no dial-conformance.toml in ")


def test_switch_of_an_environment_can_be_off(suite: Suite, serve: Serve) -> None:
    write(suite, "free = true\n[environments.paid]\nfree = false\n")
    asked = ("--plan", "--dial-deployment=dall-e-3", "--requirement=CHAT-01")
    assert "\n0 requests at most" in suite.live(serve(), *asked).out
    assert "\n0 requests at most" not in suite.live(serve(), *asked, "--environment=paid").out


def test_replay_takes_neither_deployments_nor_cost_nor_network(suite: Suite) -> None:
    text = 'dial-url = "https://dial.example.com"\nbudget = 0\nwait = 60\nfree = true\nrequirement = ["CHAT-01"]\n'
    write(suite, f'{text}[deployments]\nno-such-deployment = "any"\n')
    run = suite.run(REPLAYED)
    assert run.exit_code == 0, run.output
    assert "does nothing" not in run.out
    assert run.requirements("passed") == {"CHAT-01"}


def test_reports_of_the_file_do_not_hinder_a_plan(suite: Suite, serve: Serve) -> None:
    write(suite, 'report-json = "r.json"\nbaseline = "b.yaml"\n')
    run = suite.live(serve(), "--plan", "--dial-deployment=echo")
    assert run.exit_code == 0, run.output


def test_cassettes_of_the_file_do_not_hinder_a_live_run(suite: Suite, serve: Serve) -> None:
    write(suite, f'cassettes = "{CORE_25}"\nmax-age = 1\n')
    run = suite.live(serve(), "--requirement=LIST-01")
    assert run.exit_code == 0, run.output
    assert suite.run("--requirement=LIST-01").exit_code == 4  # the set is older than a day


def test_paths_are_relative_to_the_file(suite: Suite) -> None:
    (suite.folder / "settings").mkdir()
    write(suite, 'report-json = "r.json"\nrequirement = ["LIST-01"]\n', "settings/mine.toml")
    run = suite.run(REPLAYED, "--settings=settings/mine.toml")
    assert run.exit_code == 0, run.output
    assert (suite.folder / "settings" / "r.json").is_file()
    assert "settings of settings/mine.toml" in run.out


def test_table_of_pyproject(suite: Suite) -> None:
    project = suite.folder / "pyproject.toml"
    project.write_text(project.read_text() + '\n[tool.dial-conformance]\nrequirement = ["LIST-01"]\n')
    run = suite.run(REPLAYED)
    assert run.requirements("passed") == {"LIST-01"}
    assert "settings of [tool.dial-conformance] of pyproject.toml" in run.out
    write(suite, "")
    assert "both dial-conformance.toml and [tool.dial-conformance]" in suite.run(REPLAYED).complaint


def test_workers_have_the_same_settings(suite: Suite) -> None:
    write(suite, 'requirement = ["LIST-01"]\n')
    run = suite.run(REPLAYED, "-n1")
    assert run.exit_code == 0, run.output
    assert run.requirements("passed") == {"LIST-01"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("budgett = 8", "budgett is not known; did you mean budget"),
        ("Budget = 8", "Budget is not known; did you mean budget?"),
        ("[environments.a]\nbudgett = 8", "environments.a.budgett is not known; did you mean budget"),
        ("[environment.a]\nbudget = 8", "environment is not known; did you mean environments or requirement?"),
        ('api-key = "canary-key-0001"', "api-key is not known: keys, tokens and headers come from variables"),
        ('[headers]\nX = "canary-key-0001"', "headers is not known: keys, tokens and headers come from variables"),
        ("live = true", "live is not known"),
        ('"\\u001b[2J" = 1', "\\x1b[2J is not known"),
        ('budget = "8"', "budget: give a whole number from 0 on"),
        ("budget = -1", "budget: give a whole number from 0 on"),
        ("budget = true", "budget: give a whole number from 0 on"),
        ("budget = 10000000000000", "budget=10000000000000: give 0 or a whole number above it"),
        ("budget-usd = nan", "budget-usd=nan: give an amount in USD"),
        ("wait = inf", "wait=inf: give 0 or a number of seconds above it"),
        ("exchange-timeout = 0", "exchange-timeout: give a number above 0"),
        ("core-version = 0.25", "core-version: give a text in quotes"),
        ('core-version = "new"', "core-version=new: give a version of DIAL Core"),
        ('dial-url = "dial.example.com"', "dial-url"),
        ("free = 1", "free: give true or false"),
        ('fail-on = "may"', 'fail-on: give "must" or "should"'),
        ('requirement = "LIST-01"', "requirement: give a list of texts"),
        ('baseline = ""', "baseline: give a text in quotes that is not empty"),
        ("deployments = 1", "deployments: give a table"),
        ('deployments = ["dall-e-3"]', "deployments: give a table"),
        ('[deployments]\na = "dalle"', 'deployments.a: give "any" or "DALL-E 3"'),
        ('[deployments]\ngpt-4.1 = "any"', "deployments.gpt-4 is a table: a name with a dot goes in quotes"),
        ('[deployments]\n"a b" = "any"', "is no name of a deployment"),
        ('[deployments]\n"a*" = "DALL-E 3"', "a* is a glob: only one deployment is DALL-E 3"),
        ('[deployments]\na = "DALL-E 3"\nb = "DALL-E 3"', "a and b are both DALL-E 3"),
        ("budget = ", "is no TOML: Invalid value (at end of document)"),
        ("a = " + "[" * 5000, "is no TOML"),
    ],
)
def test_what_is_wrong_is_one_line(suite: Suite, text: str, told: str) -> None:
    write(suite, text)
    run = suite.run(REPLAYED)
    assert run.exit_code == 4
    assert FILE in run.complaint
    assert told in run.complaint
    assert "canary" not in run.output
    assert "\x1b" not in run.complaint


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("--settings=missing.toml", "missing.toml cannot be read: No such file or directory"),
        ("--settings=.", ". cannot be read: Is a directory"),
        ("--settings=", "--settings is empty"),
        ("--settings=bytes.toml", "bytes.toml cannot be read: it is no text in UTF-8"),
        ("--environment=staging", "--environment=staging fits nothing: there is no dial-conformance.toml in "),
    ],
)
def test_file_that_is_not_there_is_one_line(suite: Suite, given: str, told: str) -> None:
    (suite.folder / "bytes.toml").write_bytes(b"\xff\xfe")
    run = suite.run(REPLAYED, given)
    assert run.exit_code == 4
    assert run.complaint.startswith(told)


def test_environment_that_is_not_in_the_file(suite: Suite) -> None:
    write(suite, "[environments.staging]\n[environments.production]\n")
    assert suite.run(REPLAYED, "--environment=stagin").complaint.endswith(
        "no environment stagin; did you mean staging?"
    )
    assert suite.run(REPLAYED, "--environment=x").complaint.endswith("no environment x: it has staging, production")


def test_every_option_is_in_the_file_or_not_for_a_reason() -> None:
    assert {one.flag for one in OPTIONS} == {f"--{key}" for key in in_file()} | ONLY_GIVEN


def test_schema_is_one_and_is_current() -> None:
    Draft202012Validator.check_schema(schema())
    assert json.loads((ROOT / "docs" / "settings.schema.json").read_text()) == schema(), "make docs"
