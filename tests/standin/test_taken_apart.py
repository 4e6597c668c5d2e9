"""A refused combination is taken apart: only then, only what is not known, told before, and within the budget."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.exchange import API_KEY
from conformance.contract.recipe import THOROUGH
from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.run.registry import all_requirements
from conformance.run.run import Run
from conformance.run.settings import Settings
from conformance.run.source import Connections
from conformance.standin.core.http import Handler, IncomingRequest, in_json
from conformance.standin.defect import DALLE3, all_defects
from conformance.standin.dial import KEYS, stand_in
from conformance.standin.proof.in_process import URL, SkippedTime, StandInTransport
from conformance.standin.request_kinds import asks_block, configuration_of
from conformance.wire.live.http import LiveTransport, Network
from conformance.wire.redaction import Redaction
from conformance.wire.transport import Transport

TOGETHER = "documented-values-not-together"
IDS = ("CHAT-01", "CHAT-30")
THOROUGH_RUN = frozenset({str(THOROUGH)})


@dataclass
class Asked:
    """A stand-in that remembers with which configurations it was asked."""

    handler: Handler
    configurations: list[str] = field(default_factory=list)

    async def __call__(self, request: IncomingRequest) -> Any:
        """Answer."""
        if asks_block(request):
            self.configurations.append(json.dumps(configuration_of(request)))
        return await self.handler(request)


def asked(tmp_path: Path, defect: str | None = None) -> Asked:
    """Return a stand-in, healthy or with a defect."""
    healthy = stand_in("0.25", tmp_path, KEYS)
    return Asked(healthy if defect is None else all_defects()[defect].around(healthy))


def decided(
    standin: Asked, *, budget: int | None = None, opt_ins: frozenset[str] = frozenset()
) -> tuple[Sequence[Result], list[int]]:
    """Decide what is accepted; return the results, and how many completions the plan counts and has in doubt."""
    transport = StandInTransport(standin)

    def connect(settings: Settings, redaction: Redaction) -> Transport:
        return LiveTransport(URL, settings.credentials, redaction, Network(http_transport=transport))

    credentials = {API_KEY: KEYS[0]}
    settings = Settings(
        live=True, url=URL, credentials=credentials, dalle3=DALLE3, jobs=1, budget=budget, opt_ins=opt_ins
    )
    with contextlib.closing(transport):
        run = Run(settings, Connections(live=connect), SkippedTime())
        planned = [one for name in IDS for one in run.checks_of(all_requirements()[name])]
        estimates = run.estimates(lambda: planned)
        run.ask(planned)
        results = [run.decider.decide(one) for one in planned]
        run.finish(complete=True, whole=True)
    return results, [sum(one.completions for one in estimates), sum(one.more for one in estimates)]


def test_healthy_deployment_is_not_asked_more(tmp_path: Path) -> None:
    standin = asked(tmp_path)
    results, plan = decided(standin)
    assert {one.verdict for one in results} <= {Verdict.PASSED, Verdict.NOT_CLAIMED, Verdict.NOT_ASKED}
    assert plan == [4, 7]
    assert len(standin.configurations) == 4


def test_only_what_no_other_answer_shows_is_asked(tmp_path: Path) -> None:
    standin = asked(tmp_path, TOGETHER)
    results, _ = decided(standin)
    assert standin.configurations[4:] == ['{"size": "1024x1024"}', '{"style": "natural"}']
    (advice,) = [one for one in results if one.verdict is Verdict.ADVISORY]
    assert advice.requirement == "CHAT-30"
    assert advice.expected.startswith("200, or a schema that forbids together ")
    assert Verdict.VIOLATED not in {one.verdict for one in results}


def test_parts_are_within_the_budget(tmp_path: Path) -> None:
    standin = asked(tmp_path, TOGETHER)
    results, _ = decided(standin, budget=4)
    assert len(standin.configurations) == 5  # of the four that were planned, one was refused, which costs nothing
    undecided = [one for one in results if one.verdict is Verdict.COULD_NOT_RUN]
    assert {one.requirement for one in undecided} == {*IDS}
    assert all("its parts were not all asked alone" in one.reason for one in undecided)
    assert Verdict.VIOLATED not in {one.verdict for one in results}


def test_thorough_run_is_estimated_and_has_nothing_in_doubt(tmp_path: Path) -> None:
    standin = asked(tmp_path)
    results, plan = decided(standin, opt_ins=THOROUGH_RUN)
    assert {one.verdict for one in results} <= {Verdict.PASSED, Verdict.NOT_CLAIMED}
    assert plan == [14, 0]  # each value alone, and the pairs that no default case has; so no part is asked again
    assert len(standin.configurations) == len({*standin.configurations}) == 14


def test_budget_is_spent_first_on_what_any_run_asks(tmp_path: Path) -> None:
    default, thorough = asked(tmp_path / "default"), asked(tmp_path / "thorough")
    decided(default)
    decided(thorough, budget=6, opt_ins=THOROUGH_RUN)
    assert thorough.configurations[:4] == default.configurations
    assert len(thorough.configurations) == 6


@pytest.mark.parametrize(
    ("defect", "requirement", "verdict"),
    [
        ("documented-value-refused-alone", "CHAT-01", Verdict.VIOLATED),
        ("a-pair-refused", "CHAT-30", Verdict.ADVISORY),
        (TOGETHER, "CHAT-30", Verdict.ADVISORY),
    ],
)
def test_what_several_cases_show_is_said_once(tmp_path: Path, defect: str, requirement: str, verdict: Verdict) -> None:
    results, _ = decided(asked(tmp_path, defect), opt_ins=THOROUGH_RUN)
    (said,) = [one for one in results if one.verdict in {Verdict.VIOLATED, Verdict.ADVISORY}]
    assert (said.requirement, said.verdict) == (requirement, verdict)


def test_notebooks_own_configuration_is_no_combination(tmp_path: Path) -> None:
    healthy = asked(tmp_path)

    async def refusing(request: IncomingRequest) -> Any:
        configuration = configuration_of(request) if asks_block(request) else None
        if configuration == {"quality": "hd", "size": "1792x1024", "style": "vivid"}:
            return in_json({"error": {"message": "no"}}, 400)
        return await healthy(request)

    results, _ = decided(Asked(refusing))
    violated = [one for one in results if one.verdict is Verdict.VIOLATED]
    assert [one.requirement for one in violated] == ["CHAT-01"]
