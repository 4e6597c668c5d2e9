"""How many exchanges the suite's own client loses when many threads ask at once."""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Final

from benchmarks.figure import Figure
from conformance.contract.exchange import API_KEY, Request
from conformance.wire.live.http import LiveTransport, Network
from conformance.wire.redaction import Redaction
from conformance.wire.transport import NoAnswerError
from tests.served_set import KEY

_EXCHANGES: Final = 20_000
_THREADS: Final = 16
_SWITCH_INTERVAL: Final = 1e-5
"""Seconds after which a thread gives way to another; 5e-3 is usual. It makes rare orders of steps frequent."""

_SECONDS_TO_LISTEN: Final = 60


def exchanges_lost_in_the_race() -> list[Figure]:
    """Ask a server of this machine 20,000 times in 16 threads, and count what has no answer, or that of another.

    The server is in another process, keeps connections open, and answers each request with its own path.
    """
    with _server() as url, _switching_often(), ThreadPoolExecutor(_THREADS) as pool:
        dial = LiveTransport(url, {API_KEY: KEY}, Redaction({API_KEY: KEY}, url), Network())
        outcomes = Counter(pool.map(lambda number: _outcome(dial, number), range(_EXCHANGES)))
        dial.close()
    lost = _EXCHANGES - outcomes.pop("answered", 0)
    told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common(3)) or f"of {_EXCHANGES:,}"
    return [Figure("exchanges lost in a race of 16 threads", lost, 0, exact=True, detail=told)]


def _outcome(dial: LiveTransport, number: int) -> str:
    path = f"/{number}"
    try:
        exchange = dial.send(path, Request("GET", path, (("Api-Key", API_KEY),)))
    except NoAnswerError as error:
        return str(error)
    return "answered" if exchange.answer.body == path.encode() else "answered with that of another"


@contextmanager
def _switching_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_INTERVAL)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@contextmanager
def _server() -> Iterator[str]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        if not ours.poll(_SECONDS_TO_LISTEN):
            raise TimeoutError("the server of the benchmark does not listen")
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(listening: Connection) -> None:
    async def serve() -> None:
        server = await asyncio.start_server(_answer, "127.0.0.1", 0, backlog=128)
        listening.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(path) + path
            )
            await writer.drain()
    writer.close()
