"""A hundred deployments with hostile schemas: each gets its cases or one line, and the one beside them is checked."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from conformance.contract.exchange import API_KEY
from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.run.registry import all_requirements
from conformance.run.run import Run
from conformance.run.settings import Settings
from conformance.run.source import Connections
from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.dial import KEYS, stand_in
from conformance.standin.proof.in_process import URL, SkippedTime, StandInTransport
from conformance.wire.live.http import LiveTransport, Network
from conformance.wire.redaction import Redaction
from conformance.wire.transport import Transport
from tests.cases.hostile_schemas import HOSTILE

pytestmark = pytest.mark.long

HEALTHY = "search"
NAMES = {f"hostile-{number}": build for number, build in enumerate(HOSTILE.values())}
PATH = re.compile(r"/v1/deployments/(hostile-\d+)/configuration")


def with_hostile_ones(serve: Handler) -> Handler:
    """List deployments beside those of a stand-in, each with a hostile schema."""

    async def answer(request: IncomingRequest) -> Response:
        configured = PATH.fullmatch(request.path)
        if configured is not None:
            body = json.dumps(NAMES[configured[1]]()).encode()
            return Response(200, (("content-type", "application/json"),), body)
        response = await serve(request)
        if request.method != "GET" or request.path not in ("/openai/models", "/openai/deployments"):
            return response
        document = json.loads(response.body)
        model = next((one for one in document["data"] if one["id"] == HEALTHY), None)
        more = [{**model, "id": name, "reference": name} for name in NAMES] if model else []
        return replace(response, body=json.dumps({**document, "data": [*document["data"], *more]}).encode())

    return answer


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    """What CONF-04 and CHAT-05 say; of the hostile deployments only what is known without a completion."""
    transport = StandInTransport(with_hostile_ones(stand_in("0.25", tmp_path_factory.mktemp("storage"))))

    def connect(settings: Settings, redaction: Redaction) -> Transport:
        return LiveTransport(URL, settings.credentials, redaction, Network(http_transport=transport))

    settings = Settings(live=True, url=URL, credentials={API_KEY: KEYS[0]}, jobs=1, deployments=(HEALTHY, "hostile-*"))
    with closing(transport):
        run = Run(settings, Connections(live=connect), SkippedTime())
        planned = [one for name in ("CONF-04", "CHAT-05") for one in run.checks_of(all_requirements()[name])]
        wanted = [one for one in planned if one.deployment is None or one.deployment.id == HEALTHY or one.case is None]
        run.ask(wanted)
        found = [run.decider.decide(one) for one in wanted]
        run.finish(complete=True, whole=False)
    return found


def test_no_schema_takes_the_run_down(results: list[Result]) -> None:
    assert not [one for one in results if one.verdict is Verdict.HARNESS_ERROR]
    assert {one.deployment for one in results if one.requirement == "CONF-04"} == {HEALTHY, *NAMES}


def test_each_has_one_clear_line(results: list[Result]) -> None:
    for one in results:
        reasons = [one.reason, one.got] if one.deployment != HEALTHY else []
        assert all("\n" not in reason and len(reason) < 400 for reason in reasons), one
        assert one.verdict in (Verdict.PASSED, *UNDECIDED) or one.got, one


def test_the_others_are_checked(results: list[Result]) -> None:
    of_the_healthy = [one for one in results if one.deployment == HEALTHY]
    verdicts = [one.verdict for one in of_the_healthy if one.verdict is not Verdict.NOT_ASKED]  # of --thorough
    assert len(verdicts) > 50
    assert {*verdicts} == {Verdict.PASSED}


UNDECIDED: Any = (Verdict.COULD_NOT_RUN, Verdict.NOT_CLAIMED, Verdict.NOT_ASKED)
