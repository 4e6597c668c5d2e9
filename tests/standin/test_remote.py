"""A deployment on another host: asked as the gateway was, heard at once, and never waited for without end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_words
from conformance.standin.core.remote import Remote
from tests.standin.serving import served

IN_TIME = 100
ROOT = IncomingRequest("GET", "/")


@asynccontextmanager
async def remote_of(handler: Handler, path: str = "", silence: float = IN_TIME) -> AsyncIterator[Remote]:
    """Ask a handler over HTTP."""
    async with asyncio.timeout(IN_TIME), served(handler) as port:
        remote = Remote(f"http://127.0.0.1:{port}{path}", silence=silence)
        try:
            yield remote
        finally:
            await remote.aclose()


def answered_by(handler: Handler, request: IncomingRequest = ROOT, path: str = "") -> Response:
    async def test() -> Response:
        async with remote_of(handler, path) as remote:
            return await (await remote(request)).whole()

    return asyncio.run(test())


@pytest.mark.parametrize(
    ("path", "target"),
    [("", "/a/../%62%2Fc?d=%20"), ("/prefix/", "/prefix/a/../%62%2Fc?d=%20")],
    ids=["root", "prefix"],
)
def test_a_request_is_passed_on_as_it_came(path: str, target: str) -> None:
    asked: list[IncomingRequest] = []

    async def handler(request: IncomingRequest) -> Response:
        asked.append(request)
        return in_words(200)

    headers = (("Host", "gateway"), ("X-Odd", "ä"), ("Connection", "close"), ("Content-Length", "7"))
    answered_by(handler, IncomingRequest("PUT", "/a/../%62%2Fc?d=%20", headers, b"abc"), path)
    (request,) = asked
    assert (request.method, request.target, request.body) == ("PUT", target, b"abc")
    assert [name for name, _ in request.headers] == ["host", "x-odd", "content-length"]
    assert request.header("x-odd") == "ä"
    assert (request.header("host") or "").startswith("127.0.0.1")


def test_an_answer_is_passed_on_as_it_came() -> None:
    async def handler(_request: IncomingRequest) -> Response:
        headers = (
            ("X-Odd", "ä"),
            ("Location", "/elsewhere"),
            ("Content-Encoding", "gzip"),
            ("Keep-Alive", "timeout=5"),
        )
        return Response(302, headers, b"no gzip at all")

    response = answered_by(handler)
    headers = (("X-Odd", "ä"), ("Location", "/elsewhere"), ("Content-Encoding", "gzip"))
    assert response == Response(302, headers, b"no gzip at all")


def test_pieces_come_as_they_are_sent() -> None:
    async def test() -> None:
        heard = asyncio.Event()

        async def pieces() -> AsyncIterator[bytes]:
            yield b"one"
            await heard.wait()
            yield b"two"

        async def handler(_request: IncomingRequest) -> Response:
            return Response(200, pieces=pieces())

        async with remote_of(handler) as remote:
            response = await remote(ROOT)
            assert response.pieces is not None
            assert await anext(response.pieces) == b"one"
            heard.set()
            assert [piece async for piece in response.pieces] == [b"two"]

    asyncio.run(test())


def test_the_deployment_learns_that_nobody_listens_any_more() -> None:
    async def test() -> None:
        stopped = asyncio.Event()

        async def pieces() -> AsyncIterator[bytes]:
            try:
                yield b"one"
                await asyncio.Event().wait()
            finally:
                stopped.set()

        async def handler(_request: IncomingRequest) -> Response:
            return Response(200, pieces=pieces())

        async with remote_of(handler) as remote:
            response = await remote(ROOT)
            del response
            await stopped.wait()

    asyncio.run(test())


def test_an_answer_that_breaks_off_is_no_answer() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"one"
        raise ConnectionResetError

    async def handler(_request: IncomingRequest) -> Response:
        return Response(200, pieces=pieces())

    with pytest.raises(ConnectionError):
        answered_by(handler)


@pytest.mark.parametrize("begun", [False, True], ids=["at all", "in the middle"])
def test_silence_is_no_answer(*, begun: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"one"
        await asyncio.Event().wait()

    async def handler(_request: IncomingRequest) -> Response:
        if not begun:
            await asyncio.Event().wait()
        return Response(200, pieces=pieces())

    async def test() -> None:
        async with remote_of(handler, silence=0.05) as remote:
            with pytest.raises(ConnectionError, match="ReadTimeout"):
                await (await remote(ROOT)).whole()

    asyncio.run(test())


def test_nobody_listening_is_a_connection_error() -> None:
    async def test() -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        remote = Remote(f"http://127.0.0.1:{port}")
        with pytest.raises(ConnectionError, match="ConnectError"):
            await remote(ROOT)
        await remote.aclose()

    asyncio.run(test())


@pytest.mark.parametrize("url", ["", "deployment:8080", "ftp://deployment", "http://", "http://host:port", "/path"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        Remote(url)
