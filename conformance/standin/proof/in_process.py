"""The real suite against a stand-in in the same process: no sockets, no threads, no waiting."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import httpx

from conformance.contract.exchange import API_KEY, OTHER_API_KEY
from conformance.contract.recipe import CLIENTS, THOROUGH, WRITES
from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.run.registry import all_requirements
from conformance.run.run import Run
from conformance.run.settings import Settings
from conformance.run.source import Connections
from conformance.standin.core.http import Handler, IncomingRequest
from conformance.standin.defect import DALLE3, GPT_IMAGE_1
from conformance.wire.live.http import LiveTransport, Network
from conformance.wire.redaction import Redaction
from conformance.wire.transport import Transport

URL: Final = "http://standin.invalid"
EVERYTHING: Final = frozenset({str(THOROUGH), str(WRITES), str(CLIENTS)})
"""The options with which everything is asked."""


Accusation = tuple[str, str | None, str | None]
"""The id of a requirement, and the deployment and the case for which it does not hold."""

_DOES_NOT_HOLD: Final = (Verdict.VIOLATED, Verdict.ADVISORY)


class StandInTransport(httpx.BaseTransport):
    """What stands in for the network below httpx: a handler, asked in an event loop of its own."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._runner = asyncio.Runner()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the handler does (httpx.BaseTransport).

        Raises:
            httpx.ReadError: The handler breaks off.
        """
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
        target = request.url.raw_path.decode("ascii")
        asked = IncomingRequest(request.method, target, headers, request.read())
        try:
            return self._runner.run(self._answered(asked))
        except ConnectionError as error:
            raise httpx.ReadError(str(error) or "connection reset", request=request) from error

    def close(self) -> None:
        """End the event loop."""
        self._runner.close()

    async def _answered(self, request: IncomingRequest) -> httpx.Response:
        response = await self._handler(request)
        pieces = [response.body] if response.pieces is None else [piece async for piece in response.pieces]
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
        return httpx.Response(response.status, headers=headers, stream=_Pieces(pieces))


class _Pieces(httpx.SyncByteStream):
    """A body as it came."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces


@dataclass
class SkippedTime:
    """A clock for which waiting takes no time."""

    stopped: bool = False
    _now: float = 0

    def now(self) -> float:
        """Return how long was waited so far."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let that time pass at once."""
        self._now += seconds

    def stop(self) -> None:
        """End all waits."""
        self.stopped = True


def check(
    standin: Handler, keys: tuple[str, str], deployments: Sequence[str], opt_ins: frozenset[str] = EVERYTHING
) -> list[Result]:
    """Decide all requirements for the DIAL and some deployments of a stand-in.

    Args:
        standin: Who answers.
        keys: The caller's key, and that of another project.
        deployments: Their names; what is called `dall-e-3` or `gpt-image-1` is held to what the cookbook promises.
        opt_ins: The options among `--thorough`, `--allow-writes` and `--clients` that are given.
    """
    transport = StandInTransport(standin)

    def connect(settings: Settings, redaction: Redaction) -> Transport:
        return LiveTransport(URL, settings.credentials, redaction, Network(http_transport=transport))

    settings = Settings(
        live=True,
        url=URL,
        credentials=dict(zip((API_KEY, OTHER_API_KEY), keys, strict=True)),
        dalle3=DALLE3 if DALLE3 in deployments else None,
        gpt_image_1=GPT_IMAGE_1 if GPT_IMAGE_1 in deployments else None,
        deployments=tuple(one for one in deployments if one not in (DALLE3, GPT_IMAGE_1)),
        jobs=1,
        opt_ins=opt_ins,
    )
    with contextlib.closing(transport):
        run = Run(settings, Connections(live=connect), SkippedTime())
        planned = [one for requirement in all_requirements().values() for one in run.checks_of(requirement)]
        run.ask(planned)
        results = [run.decider.decide(one) for one in planned]
        run.finish(complete=True, whole=True)
        return results


def accused(results: Iterable[Result]) -> frozenset[Accusation]:
    """Return which requirements do not hold, MUST and SHOULD alike, of which deployment (None: the DIAL) and case."""
    return frozenset((one.requirement, one.deployment, one.case) for one in results if one.verdict in _DOES_NOT_HOLD)
