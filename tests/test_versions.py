"""Core versions: a requirement binds the Cores that have it; who does not tell a version is held to what all share."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.contract.exchange import Answer
from conformance.contract.verdict import Verdict
from conformance.run.registry import all_requirements
from tests.broken_answers.change import DESCRIPTIONS, described, described_without, in_turn
from tests.conftest import Serve
from tests.replaying import ChangedDial, Place, read_set, results
from tests.running import CORE_18, CORE_25, DALLE3, Suite
from tests.served_set import Asked, as_json, below


def verdict_of(requirement: str, *places: Place) -> set[Verdict]:
    found = results(ChangedDial(read_set(), places), "echo", [requirement])
    return {one.verdict for one in found}


def test_every_version_of_a_requirement_can_be_read() -> None:
    for one in all_requirements().values():
        for version in (one.since, one.until):
            assert version is None or [part.isdigit() for part in version.split(".")] == [True, True], one.id


@pytest.mark.parametrize(
    ("version", "verdict"),
    [("0.14", "not claimed"), ("0.15", "passed"), ("0.49.1-rc", "passed"), ("1.0", "passed")],
)
def test_given_version_decides(suite: Suite, version: str, verdict: str) -> None:
    run = suite.replay("--dial-deployment=echo", "--requirement=LIST-10", f"--core-version={version}")
    assert set(run.counts) == {verdict}, run.output


def test_given_version_is_shown_and_not_asked(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, DALLE3, "--requirement=LIST-10", "--core-version=0.14")
    assert "DIAL Core 0.14, live at" in run.out
    assert "since Core 0.15, and this is 0.14" in run.junit
    assert "/version" not in {asked.path for asked in served.asked}


def test_must_of_known_versions_is_a_must() -> None:
    assert verdict_of("LIST-10", _without_a_flag()) == {Verdict.VIOLATED}


def test_must_of_unknown_versions_is_advice(suite: Suite, serve: Serve) -> None:
    few_flags = in_turn(described("features", {"rate": False}), described_without("max_retry_attempts"))

    def facade(asked: Asked) -> Answer | None:
        if asked.path == "/version":
            return as_json({}, 404)
        recorded = served.recorded_answer(asked)
        return (
            as_json(few_flags(recorded).json) if asked.path.startswith("/openai/") and recorded.status == 200 else None
        )

    served = serve(instead=facade)
    run = suite.live(served, "--dial-deployment=echo", "--requirement=LIST-09,LIST-10")
    assert "DIAL Core unknown, live at" in run.out
    assert run.requirements("advisory") == {"LIST-10"}, run.output
    assert run.requirements("passed") == {"LIST-09"}


@pytest.mark.parametrize(
    ("folder", "told"), [(CORE_25, "0.19 to 0.25"), (CORE_18, "0.18 to 0.24")], ids=["core-0.25", "core-0.18"]
)
def test_version_that_is_not_told_is_seen_in_the_listing(suite: Suite, serve: Serve, folder: Path, told: str) -> None:
    run = suite.live(serve(folder, instead=below("/version", as_json({}, 404))), DALLE3, "--requirement=LIST-18")
    assert f"DIAL Core {told} by its listing, live at" in run.out


def test_known_difference_explains_a_violation(suite: Suite) -> None:
    run = suite.replay("--requirement=CONF-01", cassettes=CORE_18)
    assert run.exit_code == 1
    assert "Core 0.18 sends no key for a schema" in run.out.partition("Violated:")[2]


def test_what_no_difference_explains_has_no_hint(suite: Suite) -> None:
    run = suite.replay("--requirement=STRM-05", "--dial-deployment=dall-e-3")
    assert all("hint" not in told for told in run.properties.values())


def test_plan_warns_of_cores_that_suspend(suite: Suite) -> None:
    for version, warned in (("0.24", True), ("0.25", True), ("0.26", False), ("0.18", False)):
        run = suite.replay("--plan", "--dial-deployment=echo", f"--core-version={version}")
        assert ("may suspend a deployment for 30 seconds" in run.out) is warned, version


def _without_a_flag() -> Place:
    return Place(described_without("features/allow_resume"), DESCRIPTIONS)
