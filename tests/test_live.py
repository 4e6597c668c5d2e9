"""Live runs over real HTTP: the verdicts of the replay, each exchange asked once, and no more of them than needed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from conformance.recipes.access import UNSIGNED_TOKEN
from conformance.recipes.requests import UNKNOWN_KEY
from tests.conftest import Replayed, Serve
from tests.running import (
    CORE_18,
    CORE_25,
    DALLE3,
    EVERYTHING,
    OF_A_CONNECTION,
    Suite,
    SuiteRun,
    credentials,
    deployments_of,
    run_elsewhere,
)
from tests.served_set import KEY, TOKEN, Asked, Gate, ServedSet

COMPLETIONS_OF_ONE_DALLE3 = 8
DISPUTED = re.compile(rb'"configuration":(\[\]|\{[^{}]*(null|something else|"text")[^{}]*\})')
"""What the schema forbids, or may not mean, and a model answers all the same: it comes after what is refused."""

LAX = re.compile(rb'"(citations|max_pages|weight|answer)":(true|[01]|0\.0|1\.0|"[^"]*")\}')
"""What a lax validator reads: it comes last."""


@dataclass(frozen=True)
class LiveRun:
    folder: Path
    served: ServedSet
    run: SuiteRun


@pytest.fixture(scope="module", params=[CORE_25, CORE_18], ids=["core-0.25", "core-0.18"])
def whole(request: pytest.FixtureRequest, serve_for_all: Serve, tmp_path_factory: pytest.TempPathFactory) -> LiveRun:
    """Ask a whole set, once: a run that is repeated until it fits proves nothing."""
    served = serve_for_all(request.param)
    arguments = (*EVERYTHING, *deployments_of(request.param))
    run = run_elsewhere(tmp_path_factory.mktemp("live"), "--live", *arguments, **credentials(served.url))
    return LiveRun(request.param, served, run)


@pytest.mark.shortened(1)
def test_verdicts_are_those_of_the_replay(whole: LiveRun, replayed: Replayed) -> None:
    replay = replayed(whole.folder, *EVERYTHING)
    assert whole.run.recordable == replay.recordable
    assert whole.run.exit_code == replay.exit_code
    assert (whole.run.made - len(OF_A_CONNECTION), whole.run.planned, whole.run.completions) == (
        replay.made,
        replay.planned,
        replay.completions,
    )


def test_each_exchange_is_asked_once(whole: LiveRun) -> None:
    never_recorded = yaml.safe_load((whole.folder / "meta.yaml").read_text())["never_recorded"]
    control_again = {"GET /openai/deployments/dall-e-3": 2} if "violated" in whole.run.counts else {}
    assert whole.served.asked_too_often == control_again
    assert whole.served.never_asked == []
    assert len(whole.served.not_in_the_set) == len(never_recorded)
    assert whole.run.requests == len(whole.served.asked)
    assert whole.run.requests == whole.served.size + len(never_recorded) + len(control_again)


def test_completions_are_counted(whole: LiveRun) -> None:
    assert whole.run.completions == whole.served.completions


def test_accepted_completions_come_before_refused_ones(whole: LiveRun) -> None:
    answered: dict[str, list[tuple[bytes, int]]] = {}
    for asked, status in whole.served.answered:
        well_formed = asked.header("content-type") != "text/plain" and b'"model":' in asked.body
        if asked.is_chat and asked.header("api-key") == KEY and well_formed:
            answered.setdefault(_deployment(asked), []).append((asked.body, status))
    del answered["no-such-deployment-7f3a"]
    assert answered.keys() == set(yaml.safe_load((whole.folder / "meta.yaml").read_text())["deployments"])
    assert answered["dall-e-3"][0][1] == 200
    for deployment, found in answered.items():
        first_refused = next(place for place, (_, status) in enumerate(found) if status in (400, 422))
        late = [body for body, status in found[first_refused:] if status == 200]
        assert all(DISPUTED.search(body) for body in late), deployment
        bodies = [body for body, _ in found]
        while LAX.search(bodies[-1]):
            bodies.pop()
        assert b'"custom_fields":"text"' in bodies[-3] + bodies[-1], "only what a lax validator reads comes behind it"


def test_key_never_shows(whole: LiveRun) -> None:
    assert KEY not in whole.run.output + whole.run.junit
    assert any(asked.header("api-key") == KEY for asked in whole.served.asked)


def test_title_names_core_and_address(whole: LiveRun) -> None:
    assert f"live at {whole.served.url}" in whole.run.out
    assert f"DIAL Core {whole.folder.name.removeprefix('dial-core-')}." in whole.run.out


@pytest.mark.parametrize("folder", [CORE_25, CORE_18], ids=["core-0.25", "core-0.18"])
def test_default_run_of_one_dalle3_is_cheap(suite: Suite, serve: Serve, folder: Path) -> None:
    served = serve(folder)
    run = suite.live(served, DALLE3)
    assert run.exit_code == 0, run.output
    assert 0 < run.completions == served.completions <= COMPLETIONS_OF_ONE_DALLE3
    assert served.asked_too_often == {}
    pages = {
        asked.path for asked in served.asked if asked.path.startswith(("/openai/models/", "/openai/applications/"))
    }
    others = [asked for asked in served.asked if asked.path not in pages]
    assert {_deployment(asked) for asked in others} == {"", "dall-e-3", "no-such-deployment-7f3a"}


def test_user_agent_and_encoding_are_told(suite: Suite, serve: Serve) -> None:
    served = serve()
    assert suite.live(served, "--requirement=LIST-01").exit_code == 0
    assert {asked.header("accept-encoding") for asked in served.asked} == {"identity"}
    assert all((asked.header("user-agent") or "").startswith("dial-conformance/") for asked in served.asked)


@pytest.mark.parametrize(
    "narrowed", ["--free", "-mfree", "-mfree and must", "-mfree and not should", "-mnot paid"], ids=str.lower
)
def test_free_run_reaches_no_model(suite: Suite, serve: Serve, narrowed: str) -> None:
    served = serve()
    run = suite.live(served, DALLE3, narrowed)
    assert run.exit_code == 0, run.output
    assert served.completions == run.completions == 0
    assert "violated" not in run.counts
    assert run.counts["passed"] > 30


def test_what_only_a_model_can_prove_is_not_proven_in_a_free_run(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), DALLE3, "--free", "--requirement=CHAT-01,CHAT-05,CONF-01")
    assert run.exit_code == 0, run.output
    assert run.requirements("not asked") == {"CHAT-01"}
    assert run.requirements("not proven") == {"CHAT-05"}
    assert run.requirements("passed") == {"CONF-01"}


def test_bearer_token_is_sent_in_place_of_the_key(suite: Suite, serve: Serve) -> None:
    served = serve()
    narrowed = "--requirement=AUTH-*,LIST-01,FILE-13,CHAT-01"
    run = suite.run("--live", DALLE3, narrowed, DIAL_URL=served.url, DIAL_BEARER_TOKEN=TOKEN)
    assert run.exit_code == 0, run.output
    of_a_key = {"AUTH-05", "AUTH-06", "AUTH-07", "AUTH-12", "AUTH-13"}
    assert run.requirements("not asked") == {*of_a_key, "AUTH-15", "AUTH-16", "AUTH-17"}
    assert {asked.header("api-key") for asked in served.asked} == {None, "wrong-key-000"}
    made_up = {f"Bearer {UNKNOWN_KEY}", f"Bearer {UNSIGNED_TOKEN}"}
    assert {asked.header("authorization") for asked in served.asked} == {None, f"Bearer {TOKEN}", *made_up}
    assert f"Bearer {TOKEN}" not in {asked.header("authorization") for asked in served.not_in_the_set}
    assert TOKEN not in run.output


def test_path_of_the_url_comes_before_every_path(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.run("--live", "--requirement=LIST-01", **{**credentials(f"{served.url}/dial/"), "NO_COLOR": "1"})
    assert run.exit_code == 4
    assert served.asked
    assert all(asked.path.startswith("/dial/openai/") for asked in served.asked)


def test_exchanges_are_made_at_once(suite: Suite, serve: Serve) -> None:
    gate = Gate("/v1/deployments/", 4)
    others = [f"--dial-deployment={name}" for name in ("search", "buttons", "echo")]
    run = suite.live(serve(instead=gate), DALLE3, *others, "--requirement=CONF-01,CONF-02", "--jobs=4")
    assert run.exit_code == 0, run.output
    assert gate.passed.is_set()


def test_completions_of_one_deployment_are_made_at_once(suite: Suite, serve: Serve) -> None:
    gate = Gate("/chat/completions", 2)
    run = suite.live(serve(instead=gate), DALLE3, "--requirement=CHAT-01", "--jobs-per-deployment=2")
    assert run.exit_code == 0, run.output
    assert gate.passed.is_set()


@pytest.mark.parametrize("jobs", ["1", "32"])
def test_number_of_jobs_changes_no_verdict(suite: Suite, serve: Serve, jobs: str) -> None:
    served = serve()
    narrowed = ["--requirement=CHAT-05,FILE-0*,ATT-01", DALLE3]
    run = suite.live(served, *narrowed, f"--jobs={jobs}", "--jobs-per-deployment=2")
    replay = suite.replay("--requirement=CHAT-05,FILE-0*,ATT-01", "--dial-deployment=dall-e-3")
    assert run.verdicts == replay.verdicts
    assert run.requests == len(served.asked)


def _deployment(asked: Asked) -> str:
    named = re.search(r"/(?:deployments|models|applications)/([^/?]+)", unquote(asked.path))
    return named[1] if named else ""
