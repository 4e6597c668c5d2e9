"""The environment and `.env`: which beats which, and what looks like a mistake."""

from __future__ import annotations

from tests.conftest import Serve
from tests.running import CORE_25, DALLE3, Suite
from tests.served_set import KEY, OTHER_KEY

URL = "https://dial.example.com"


def test_environment_beats_dotenv(suite: Suite, serve: Serve) -> None:
    served = serve()
    _dotenv(suite, DIAL_URL="http://127.0.0.1:1", DIAL_API_KEY="another-key", DALLE3_DEPLOYMENT_NAME="nope")
    run = suite.live(served, "--requirement=LIST-03", DALLE3_DEPLOYMENT_NAME="dall-e-3")
    assert run.exit_code == 0, run.output
    assert {asked.header("api-key") for asked in served.asked} == {KEY, None}


def test_options_beat_the_environment(suite: Suite, serve: Serve) -> None:
    served = serve()
    wrong = {"DIAL_URL": "http://127.0.0.1:1", "DALLE3_DEPLOYMENT_NAME": "nope"}
    options = [f"--dial-url={served.url}", DALLE3, "--requirement=LIST-03"]
    run = suite.run("--live", *options, DIAL_API_KEY=KEY, **wrong)
    assert run.exit_code == 0, run.output
    assert set(run.verdicts) == {"test_listing::test_deployment_is_listed[dall-e-3]"}


def test_dotenv_is_enough(suite: Suite, serve: Serve) -> None:
    served = serve()
    _dotenv(suite, DIAL_URL=served.url, DIAL_API_KEY=KEY, DIAL_API_KEY_2=OTHER_KEY, DALLE3_DEPLOYMENT_NAME="dall-e-3")
    run = suite.run("--live", "--requirement=LIST-03")
    assert run.exit_code == 0, run.output
    assert set(run.verdicts) == {"test_listing::test_deployment_is_listed[dall-e-3]"}


def test_replay_needs_nothing_of_the_environment(suite: Suite) -> None:
    environment = {"DIAL_URL": "nonsense", "DIAL_API_KEY": "", "DALLE3_DEPLOYMENT_NAME": "nope"}
    _dotenv(suite, **environment)
    run = suite.run(f"--cassettes={CORE_25}", "--requirement=LIST-03", **environment)
    assert run.exit_code == 0, run.output


def test_empty_variables_hide_nothing_of_dotenv(suite: Suite, serve: Serve) -> None:
    served = serve()
    _dotenv(suite, DIAL_URL=served.url, DIAL_API_KEY=KEY, DALLE3_DEPLOYMENT_NAME="dall-e-3")
    empty = dict.fromkeys(["DIAL_URL", "DIAL_API_KEY", "DIAL_BEARER_TOKEN", "DALLE3_DEPLOYMENT_NAME"], "")
    run = suite.run("--live", "--requirement=LIST-03", **empty)
    assert run.exit_code == 0, run.output
    assert set(run.verdicts) == {"test_listing::test_deployment_is_listed[dall-e-3]"}


def test_mistakes_in_dotenv_are_told(suite: Suite, serve: Serve) -> None:
    served = serve()
    path = suite.folder / ".env"
    path.write_text(f"DIAL_URL={served.url}\nthis is no line {KEY}\n\nDIAL_API_KEY={KEY}\nDALLE3_DEPLOYMENT=dall-e-3\n")
    run = suite.run("--live", "--requirement=LIST-01")
    assert run.exit_code == 0, run.output
    assert f"{path}:2 is not NAME=value" in run.out
    assert f"{path} has DALLE3_DEPLOYMENT, which nothing reads; did you mean DALLE3_DEPLOYMENT_NAME?" in run.out
    assert KEY not in run.output


def test_bad_line_of_dotenv_explains_what_is_missing(suite: Suite) -> None:
    path = suite.folder / ".env"
    path.write_text(f"DIAL_URL={URL}\nDIAL_API_KEY='{KEY}\n")
    run = suite.run("--live")
    assert run.exit_code == 4
    assert run.complaint.startswith("DIAL_API_KEY is missing")
    assert f"{path}:2 is not NAME=value" in run.complaint
    assert KEY not in run.output


def _dotenv(suite: Suite, **values: str) -> None:
    (suite.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))
