"""Runs that explore a stand-in with a defect, in this process."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from conformance.contract.exchange import API_KEY
from conformance.contract.result import Result
from conformance.run.registry import all_requirements
from conformance.run.run import Run
from conformance.run.settings import Settings
from conformance.run.source import Connections
from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.dial import KEYS, stand_in
from conformance.standin.proof.in_process import URL, SkippedTime, StandInTransport
from conformance.standin.request_kinds import asks_completion, configuration_of
from conformance.wire.live.http import LiveTransport, Network
from conformance.wire.redaction import Redaction
from conformance.wire.transport import Transport

Lets = Callable[[dict[str, Any]], bool]
"""Tells whether a defect lets a configuration pass unseen."""
SETTINGS = Settings(
    live=True,
    url=URL,
    credentials={API_KEY: KEYS[0]},
    deployments=("search",),
    requirements=("CHAT-05", "CHAT-30"),
    jobs=1,
    explore=300,
    explore_seed=1,
)


@dataclass
class Outcome:
    """What a run came to.

    Attributes:
        results: Its results.
        found: The configurations that exploring found, in the order in which they were.
        notes: What it says of the exploration.
        sent: How often each configuration was sent to the deployment, as JSON, with the status of the answer.
    """

    results: list[Result] = field(default_factory=list)
    found: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sent: Counter[tuple[str, int]] = field(default_factory=Counter)

    @property
    def violated(self) -> dict[str, str]:
        """The cases that violate something, or are advised against, with the requirement."""
        return {one.case or "": one.requirement for one in self.results if one.verdict in ("violated", "advisory")}


def lets_pass(lets: Lets) -> Callable[[Handler], Handler]:
    """Return a defect: such configurations reach the model as if there were none."""

    def around(serve: Handler) -> Handler:
        async def broken(request: IncomingRequest) -> Response:
            found = configuration_of(request)
            if asks_completion(request) and isinstance(found, dict) and lets(found):
                document = request.json()
                document.pop("custom_fields")
                return await serve(request.with_json(document))
            return await serve(request)

        return broken

    return around


def explore(folder: Path, around: Callable[[Handler], Handler], settings: Settings = SETTINGS) -> Outcome:
    """Run the suite against the stand-in with a defect around it."""
    outcome = Outcome()

    async def watched(request: IncomingRequest) -> Response:
        response = await broken(request)
        if asks_completion(request) and "/search/" in request.path:
            outcome.sent[json.dumps(configuration_of(request)), response.status] += 1
        return response

    broken = around(stand_in("0.25", folder))
    transport = StandInTransport(watched)

    def connect(settings: Settings, redaction: Redaction) -> Transport:
        return LiveTransport(URL, settings.credentials, redaction, Network(http_transport=transport))

    with closing(transport):
        run = Run(settings, Connections(live=connect), SkippedTime())
        planned = [one for name in settings.requirements for one in run.checks_of(all_requirements()[name])]
        run.ask(planned)
        assert run.explored is not None
        outcome.results = [run.decider.decide(one) for one in (*planned, *run.explored.checks)]
        outcome.found = [one.case.value for one in run.explored.checks if one.case is not None]
        outcome.notes = run.explored.notes
        run.finish(complete=True, whole=False)
    return outcome


def with_more(**more: Any) -> Settings:
    """Return the settings of these tests with others."""
    return replace(SETTINGS, **more)
