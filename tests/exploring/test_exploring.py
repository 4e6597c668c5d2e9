"""What `--explore` asks, what it costs, when it ends, and what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.run.kept_cases import KeptCases
from conformance.run.settings import SettingsError
from conformance.run.wrongly_accepted import MOST_WRONGLY_ACCEPTED
from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json
from conformance.standin.request_kinds import asks_completion, configuration_of
from conformance.standin.samples.search import SCHEMA
from tests.cases.independent import validator_of
from tests.exploring.explored import Outcome, explore, lets_pass, with_more
from tests.running import Suite

pytestmark = pytest.mark.long

FEW = with_more(explore=60)


def healthy(serve: Handler) -> Handler:
    return serve


def refuses(
    is_refused: Callable[[dict[str, Any]], bool], status: int = 400, message: str = "no"
) -> Callable[[Handler], Handler]:
    """Return a defect: such configurations are refused though the schema allows them, or fail."""

    def around(serve: Handler) -> Handler:
        async def broken(request: IncomingRequest) -> Response:
            found = configuration_of(request)
            if asks_completion(request) and isinstance(found, dict) and is_refused(found):
                return in_json({"error": {"message": message, "code": str(status)}}, status)
            return await serve(request)

        return broken

    return around


def is_in_another_script(configuration: dict[str, Any]) -> bool:
    language = configuration.get("language")
    return isinstance(language, str) and not language.isascii()


def wrongly_accepted(outcome: Outcome) -> list[str]:
    sent = (configuration for configuration, status in outcome.sent if status == 200 and configuration != "null")
    return [one for one in sent if not validator_of(SCHEMA).is_valid(json.loads(one))]


@pytest.fixture(scope="module")
def of_the_healthy(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return explore(tmp_path_factory.mktemp("healthy"), healthy, FEW)


def test_a_healthy_deployment_is_not_accused_and_nothing_is_paid(of_the_healthy: Outcome, tmp_path: Path) -> None:
    assert of_the_healthy.found == []
    assert of_the_healthy.violated == {}
    without = explore(tmp_path, healthy, with_more(explore=1))
    paid = [sum(count for (_, status), count in one.sent.items() if status == 200) for one in (of_the_healthy, without)]
    assert paid[0] == paid[1]
    asked = sum(of_the_healthy.sent.values()) - sum(without.sent.values())
    assert 30 <= asked <= 59
    assert "none contradicts the schema; --explore=60 --explore-seed=1 tries the same again" in of_the_healthy.notes[0]


def test_the_same_seed_asks_the_same(of_the_healthy: Outcome, tmp_path: Path) -> None:
    assert explore(tmp_path / "again", healthy, FEW).sent == of_the_healthy.sent
    assert explore(tmp_path / "other", healthy, with_more(explore=60, explore_seed=2)).sent != of_the_healthy.sent


def test_three_wrongly_accepted_end_it(tmp_path: Path) -> None:
    outcome = explore(tmp_path, lets_pass(lambda one: "sources" in one and "mode" not in one), FEW)
    assert len(wrongly_accepted(outcome)) <= MOST_WRONGLY_ACCEPTED
    assert any("CHAT-05" in note for note in outcome.notes)


def test_what_is_allowed_is_asked_within_a_budget_only(tmp_path: Path) -> None:
    defect = refuses(is_in_another_script, message="language: only ASCII")
    assert explore(tmp_path / "none", defect, FEW).found == []
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps({"format": 1, "cases": []}))
    outcome = explore(tmp_path / "some", defect, with_more(explore=200, budget=60, keep_cases=kept))
    (found,) = outcome.found  # one for the property, though many values of it are refused
    assert validator_of(SCHEMA).is_valid(found)
    assert set(outcome.violated.values()) == {"CHAT-30"}
    assert sum(count for (_, status), count in outcome.sent.items() if status == 200) <= 60
    again = with_more(explore=1, keep_cases=kept, requirements=("CHAT-01", "CHAT-30"))
    assert explore(tmp_path / "later", defect, again).violated == outcome.violated
    assert explore(tmp_path / "mended", healthy, again).violated == {}


def test_a_refusal_that_names_nothing_is_no_evidence(tmp_path: Path) -> None:
    outcome = explore(tmp_path, refuses(is_in_another_script), with_more(explore=200, budget=60))
    assert (outcome.found, outcome.violated) == ([], {})
    assert any("no message names what was changed: nothing follows from that" in note for note in outcome.notes)


def test_after_a_failure_nothing_more_is_tried(tmp_path: Path) -> None:
    defect = refuses(lambda one: isinstance(one.get("max_pages"), int) and one["max_pages"] > 1_000, 500)
    outcome = explore(tmp_path, defect, with_more(explore=60, requirements=("CHAT-05",)))
    failed = [configuration for configuration, status in outcome.sent if status == 500]
    assert len(failed) == 1
    assert len(outcome.found) == 1
    assert any("more may do harm" in note for note in outcome.notes)


def test_where_refusals_suspend_nothing_is_explored(tmp_path: Path) -> None:
    suspended: list[bool] = []

    def suspends(serve: Handler) -> Handler:
        async def broken(request: IncomingRequest) -> Response:
            if asks_completion(request) and suspended:
                return Response(502, (("content-type", "text/plain"),), b"No route")
            response = await serve(request)
            if asks_completion(request) and response.status in (400, 422):
                suspended.append(True)
            return response

        return broken

    outcome = explore(tmp_path, suspends, FEW)
    assert outcome.found == []
    assert any("--allow-suspension" in note for note in outcome.notes)


def test_what_is_found_is_kept_and_checked_by_a_later_run(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps({"format": 1, "cases": []}))
    defect = lets_pass(lambda one: isinstance(one.get("max_pages"), int) and one["max_pages"] > 2**31)
    first = explore(tmp_path / "first", defect, with_more(explore=150, keep_cases=kept))
    assert first.found
    assert [one.configuration for one in KeptCases.read(kept).cases] == first.found
    later = explore(tmp_path / "later", defect, with_more(explore=1, keep_cases=kept))
    assert set(first.violated) <= set(later.violated)
    assert explore(tmp_path / "mended", healthy, with_more(explore=1, keep_cases=kept)).violated == {}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("no JSON", "is not JSON: give a file that --explore wrote, or a new name"),
        ("{}", "has no list of cases of format 1: give a file that --explore wrote"),
        ('{"format": 1, "cases": [3]}', "cases/0 is no case: correct it, or take it out"),
    ],
)
def test_a_file_that_is_none_is_one_line(content: str, line: str, tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_text(content)
    with pytest.raises(SettingsError) as error:
        KeptCases.read(tmp_path / "kept.json")
    assert str(error.value).endswith(line)


def test_a_replay_has_the_kept_cases_and_explores_nothing(suite: Suite, tmp_path: Path) -> None:
    kept = {"deployment": "search", "configuration": {"max_pages": 2**53 + 1}, "twin": {}, "is_allowed": False}
    allowed_now = {**kept, "configuration": {"max_pages": 7}}
    (tmp_path / "kept.json").write_text(json.dumps({"format": 1, "cases": [kept, allowed_now]}))
    run = suite.replay(
        "--dial-deployment=search", "--requirement=CHAT-05", f"--keep-cases={tmp_path / 'kept.json'}", "--explore=5"
    )
    assert "--explore does nothing in a replay: what is new was never recorded; give --live" in run.out
    assert f"max_pages={2**53 + 1}" in "".join(run.verdicts)
    assert "max_pages=7]" not in "".join(run.verdicts)
    assert "search: a kept case is left out, as the schema allows it: max_pages=7" in run.out
    assert run.exit_code == 10, run.output


def test_exploring_is_not_recorded(suite: Suite) -> None:
    run = suite.run("--live", "--explore=5", "--record-mode=rewrite", "--cassettes=new", DIAL_URL="http://127.0.0.1:9")
    assert run.exit_code == 4
    assert run.complaint.startswith("--explore is not recorded: leave out --record-mode=rewrite")


def test_what_was_found_before_an_interruption_is_told_and_kept(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    asked: list[bool] = []

    def interrupted(serve: Handler) -> Handler:
        async def broken(request: IncomingRequest) -> Response:
            found = configuration_of(request)
            is_new = asks_completion(request) and isinstance(found, dict) and found.get("max_pages") == 2**53 + 1
            if is_new:
                asked.append(True)
                return await serve(request.with_json({**request.json(), "custom_fields": {}}))
            if asked:
                raise KeyboardInterrupt
            return await serve(request)

        return broken

    outcome = explore(tmp_path, interrupted, with_more(explore=300, keep_cases=kept))
    assert outcome.found
    assert set(outcome.violated.values()) == {"CHAT-05"}
    assert [one.configuration for one in KeptCases.read(kept).cases] == outcome.found
