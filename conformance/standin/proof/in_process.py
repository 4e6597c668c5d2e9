"""The real suite against a stand-in in the same process: no sockets, no threads, no waiting."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import httpcore
import httpx

from conformance.contract.exchange import API_KEY, OTHER_API_KEY
from conformance.contract.frozen_contract import NEXT
from conformance.contract.key_variants import with_key_variants
from conformance.contract.recipe import CLIENTS, KEY_VARIANTS, THOROUGH, WRITES
from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.run.registry import all_requirements
from conformance.run.run import Run
from conformance.run.settings import Settings
from conformance.run.source import Connections
from conformance.standin.core.http import Handler, IncomingRequest
from conformance.standin.core.waiting import WAITING
from conformance.standin.defect import DALLE3, GPT_IMAGE_1
from conformance.wire.live.http import LiveTransport, Network
from conformance.wire.redaction import Redaction
from conformance.wire.transport import Transport

URL: Final = "http://standin.invalid"
BROWSER: Final = "https://example.org"
"""The origin of a browser, in a run that asks everything."""
EVERYTHING: Final = frozenset({str(THOROUGH), str(WRITES), str(CLIENTS), str(KEY_VARIANTS)})
"""The options with which everything is asked."""


Accusation = tuple[str, str | None, str | None]
"""The id of a requirement, and the deployment and the case for which it does not hold."""

_DOES_NOT_HOLD: Final = (Verdict.VIOLATED, Verdict.ADVISORY)


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


class StandInTransport(httpx.BaseTransport):
    """What stands in for the network below httpx: a handler, asked in an event loop of its own."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._runner = asyncio.Runner()
        self._time = SkippedTime()

    def now(self) -> float:
        """Return how long the handler waited so far."""
        return self._time.now()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the handler does (httpx.BaseTransport).

        Raises:
            httpx.ReadError: The handler breaks off.
        """
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
        target = request.url.raw_path.decode("ascii")
        asked = IncomingRequest(request.method, target, headers, request.read())
        try:
            response = self._runner.run(self._answered(asked))
        except ConnectionError as error:
            raise httpx.ReadError(str(error) or "connection reset", request=request) from error
        return response if isinstance(response, httpx.Response) else read_raw(request, response)

    def close(self) -> None:
        """End the event loop."""
        self._runner.close()

    async def _answered(self, request: IncomingRequest) -> httpx.Response | bytes:
        WAITING.set(self._waited)
        response = await self._handler(request)
        if response.raw is not None:
            return response.raw
        pieces = [response.body] if response.pieces is None else []
        broken_off: ConnectionError | None = None
        try:
            if response.pieces is not None:
                async for piece in response.pieces:
                    pieces.append(piece)  # noqa: PERF401 - what came before it breaks off is kept
        except ConnectionError as error:
            broken_off = error
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
        return httpx.Response(response.status, headers=headers, stream=_Pieces(pieces, broken_off))

    async def _waited(self, seconds: float) -> None:
        self._time.sleep(seconds)


class _Pieces(httpx.SyncByteStream):
    """A body as it came, which may break off."""

    def __init__(self, pieces: Sequence[bytes], broken_off: ConnectionError | None = None) -> None:
        self._pieces = pieces
        self._broken_off = broken_off

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces
        if self._broken_off is not None:
            raise httpx.ReadError(str(self._broken_off) or "connection reset")


def read_raw(request: httpx.Request, answer: bytes) -> httpx.Response:
    """Read an answer from the bytes that a server sends before it closes the connection, as httpx does.

    Args:
        request: What was asked.
        answer: The bytes, framing included.

    Raises:
        httpx.RemoteProtocolError: They are no answer.
    """
    pool = httpcore.ConnectionPool(network_backend=httpcore.MockBackend([answer] if answer else []))
    try:
        response = pool.handle_request(
            httpcore.Request(
                request.method,
                URL,
                headers=request.headers.raw,
                content=request.read(),
                extensions=request.extensions,
            )
        )
    except httpcore.RemoteProtocolError as error:
        raise httpx.RemoteProtocolError(str(error), request=request) from error
    return httpx.Response(response.status, headers=response.headers, stream=_RawPieces(response, request))


class _RawPieces(httpx.SyncByteStream):
    """The body of such an answer."""

    def __init__(self, response: httpcore.Response, request: httpx.Request) -> None:
        self._response = response
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._response.iter_stream()
        except httpcore.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError(str(error), request=self._request) from error

    def close(self) -> None:
        self._response.close()


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
    with decided(standin, keys, deployments, opt_ins, traced=False) as (_, results):
        return results


@contextlib.contextmanager
def decided(  # noqa: PLR0913 - one for each thing in which two proofs differ
    standin: Handler,
    keys: tuple[str, str],
    deployments: Sequence[str],
    opt_ins: frozenset[str] = EVERYTHING,
    requirements: Sequence[str] = (),
    *,
    traced: bool = True,
    checks: tuple[str, ...] = (),
    around: Callable[[Transport], Transport] = lambda one: one,
) -> Iterator[tuple[Run, list[Result]]]:
    """Decide requirements as `check` does, and give the run too, which has the exchanges.

    Args:
        standin: As of `check`.
        keys: As of `check`.
        deployments: As of `check`.
        opt_ins: As of `check`.
        requirements: Their ids; all if none is given.
        traced: Results tell which exchanges they rest on.
        checks: Own checks, as of `--checks`.
        around: Puts something around what the suite asks with.
    """
    transport = StandInTransport(standin)

    def connect(settings: Settings, redaction: Redaction) -> Transport:
        network = Network(http_transport=transport, now=transport.now)
        return around(LiveTransport(URL, settings.placeholders, redaction, network))

    credentials = dict(zip((API_KEY, OTHER_API_KEY), keys, strict=True))
    settings = Settings(
        live=True,
        url=URL,
        credentials=with_key_variants(credentials) if KEY_VARIANTS in opt_ins else credentials,
        origin=BROWSER if KEY_VARIANTS in opt_ins else None,
        dalle3=DALLE3 if DALLE3 in deployments else None,
        gpt_image_1=GPT_IMAGE_1 if GPT_IMAGE_1 in deployments else None,
        deployments=tuple(one for one in deployments if one not in (DALLE3, GPT_IMAGE_1)),
        jobs=1,
        opt_ins=opt_ins,
        requirements=tuple(requirements),
        checks=checks,
        contract=NEXT,
    )
    with contextlib.closing(transport):
        run = Run(settings, Connections(live=connect), SkippedTime(), traced=traced)
        wanted = [one for one in all_requirements(checks).values() if run.selected(one)]
        planned = [one for requirement in wanted for one in run.checks_of(requirement)]
        run.ask(planned)
        results = [run.decider.decide(one) for one in planned]
        run.finish(complete=True, whole=not requirements)
        yield run, results


def accused(results: Iterable[Result]) -> frozenset[Accusation]:
    """Return which requirements do not hold, MUST and SHOULD alike, of which deployment (None: the DIAL) and case."""
    return frozenset((one.requirement, one.deployment, one.case) for one in results if one.verdict in _DOES_NOT_HOLD)
