"""What a plan takes at a DIAL of a thousand configurable deployments."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.figure import Figure
from benchmarks.sessions import session
from conformance.contract.exchange import Answer
from conformance.wire.cassettes.file import read_cassette
from tests.running import CHECKS, CORE_25, credentials
from tests.served_set import Asked, ServedSet, as_json

_DEPLOYMENTS: Final = 1000
_SECONDS: Final = 10
_ROUNDS: Final = 2
_REQUESTS_BESIDES: Final = 5
_CONFIGURATION = re.compile(r"/v1/deployments/(?P<name>[^/]+)/configuration")
_NOT_FOUND = as_json({"error": {"message": "Not found", "code": "404"}}, 404)


def plan_of_many() -> list[Figure]:
    """Measure a whole process of `--plan`, by the clock (the faster of two counts), and count what it asks.

    Each deployment has the schema of a real DALL-E 3 with a title of its own, so that none can be read for another.
    """
    seconds, requests = zip(*(_plan() for _ in range(_ROUNDS)), strict=True)
    return [
        Figure(f"--plan over {_DEPLOYMENTS:,} configurable deployments (s)", min(seconds), _SECONDS),
        Figure("its requests", max(requests), _REQUESTS_BESIDES + _DEPLOYMENTS),
    ]


def _plan() -> tuple[float, int]:
    with tempfile.TemporaryDirectory() as empty, ServedSet(Path(empty), _ManyDeployments()) as served:
        taken = session(str(CHECKS), "--live", "--plan", "--dial-deployment=*", **credentials(served.url))
        return taken.process, len(served.asked)


class _ManyDeployments:
    """Answers what a plan asks: three listings, the version, and schemas."""

    def __init__(self) -> None:
        listed = json.loads(_recorded("_instance/models").body)
        element = next(one for one in listed["data"] if one["id"] == "dall-e-3")
        self._schema = json.loads(_recorded("dall-e-3/configuration").body)
        names = [f"dall-e-3-{number}" for number in range(_DEPLOYMENTS)]
        models = as_json({**listed, "data": [{**element, "id": one, "model": one, "reference": one} for one in names]})
        self._answers = {
            "/openai/models": models,
            "/openai/deployments": models,
            "/openai/applications": as_json({**listed, "data": []}),
            "/version": _recorded("_instance/version"),
        }

    def __call__(self, asked: Asked) -> Answer:
        configured = _CONFIGURATION.fullmatch(asked.path)
        if configured is not None:
            return as_json({**self._schema, "title": configured["name"]})
        return self._answers.get(asked.path, _NOT_FOUND)


def _recorded(name: str) -> Answer:
    return read_cassette(CORE_25 / f"{name}.yaml", name).answer
