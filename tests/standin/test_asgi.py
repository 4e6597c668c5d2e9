"""A served handler: nothing is buffered, nothing is rewritten, nothing runs on for a client that left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.types import ASGIApp, Message, Scope

from conformance.standin.core.asgi import SPELLED_HEADERS, application
from conformance.standin.core.http import Handler, IncomingRequest, Response, in_words
from tests.standin.serving import LARGEST, sent, served

IN_TIME = 100
HTTP: Scope = {"type": "http", "method": "GET", "raw_path": b"/a%2Fb", "query_string": b"", "headers": []}


class Server:
    """What an ASGI server hands to an app: these messages, then silence."""

    def __init__(self, *heard: Message) -> None:
        self.heard = list(heard or ({"type": "http.request", "body": b""},))
        self.sent: list[Message] = []
        self.left = asyncio.Event()

    async def receive(self) -> Message:
        if self.heard:
            return self.heard.pop(0)
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    async def run(self, app: ASGIApp, scope: Scope = HTTP) -> None:
        async with asyncio.timeout(IN_TIME):
            await app(scope, self.receive, self.send)


def answering(response: Response) -> Handler:
    async def handler(_request: IncomingRequest) -> Response:
        return response

    return handler


async def pieces(*parts: bytes | Exception) -> AsyncIterator[bytes]:
    for part in parts:
        if isinstance(part, Exception):
            raise part
        yield part


def body_of(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


def served_by(response: Response) -> list[Message]:
    async def test() -> list[Message]:
        server = Server()
        await server.run(application(answering(response), LARGEST))
        return server.sent

    return asyncio.run(test())


@pytest.mark.parametrize(
    ("response", "headers"),
    [
        (Response(200, (), b"abc"), [(b"content-length", b"3")]),
        (Response(200, (("X-Odd", "1"),)), [(b"X-Odd", b"1"), (b"content-length", b"0")]),
        (Response(200, (("Content-Length", "7"),), b"abc"), [(b"Content-Length", b"7")]),
        (Response(204), []),
        (Response(304, (("etag", "x"),)), [(b"etag", b"x")]),
    ],
    ids=["whole", "empty", "a length of its own", "no content", "not modified"],
)
def test_headers_are_sent_as_they_are_with_the_length_of_a_whole_body(response: Response, headers: object) -> None:
    start, body = served_by(response)
    assert start["headers"] == headers
    assert body["body"] == response.body


def test_a_request_is_passed_as_it_came() -> None:
    asked: list[IncomingRequest] = []

    async def handler(request: IncomingRequest) -> Response:
        asked.append(request)
        return in_words(200)

    async def test() -> None:
        scope = {**HTTP, "method": "PUT", "query_string": b"a=%20", "headers": [(b"x-odd", b"\xe4")]}
        first: Message = {"type": "http.request", "body": b"12", "more_body": True}
        server = Server(first, {"type": "http.request", "body": b"3"})
        await server.run(application(handler, 3), scope)

    asyncio.run(test())
    assert asked == [IncomingRequest("PUT", "/a%2Fb?a=%20", (("x-odd", "ä"),), b"123")]


def test_headers_are_spelled_as_the_server_tells() -> None:
    asked: list[IncomingRequest] = []

    async def handler(request: IncomingRequest) -> Response:
        asked.append(request)
        return in_words(200)

    told = {"headers": [(b"x-odd", b"1")], "extensions": {SPELLED_HEADERS: [(b"X-Odd", b"1")]}}
    asyncio.run(Server().run(application(handler, LARGEST), {**HTTP, **told}))
    assert asked[0].headers == (("X-Odd", "1"),)


def test_no_more_of_a_request_is_read_than_the_bound() -> None:
    async def handler(_request: IncomingRequest) -> Response:
        raise AssertionError("nobody is asked")

    async def test() -> Server:
        piece: Message = {"type": "http.request", "body": b"12", "more_body": True}
        server = Server(*[piece] * 9)
        await server.run(application(handler, 3))
        return server

    server = asyncio.run(test())
    assert server.sent[0]["status"] == 413
    assert server.sent[1]["body"] == b"Request body is too large"
    assert len(server.heard) == 7


def test_pieces_are_sent_while_the_next_are_made() -> None:
    async def test() -> None:
        server = Server()

        async def slow() -> AsyncIterator[bytes]:
            yield b"one"
            assert [one.get("body") for one in server.sent] == [None, b"one"]
            yield b"two"

        await server.run(application(answering(Response(200, pieces=slow())), LARGEST))
        assert server.sent[1:] == [
            body_of(b"one", more=True),
            body_of(b"two", more=True),
            {"type": "http.response.body"},
        ]

    asyncio.run(test())


def test_an_answer_that_breaks_off_is_left_incomplete() -> None:
    messages = served_by(Response(200, pieces=pieces(b"one", ConnectionResetError())))
    assert messages[1:] == [body_of(b"one", more=True)]


def test_any_other_error_is_the_servers() -> None:
    with pytest.raises(ValueError, match="broken"):
        served_by(Response(200, pieces=pieces(b"one", ValueError("broken"))))


@pytest.mark.parametrize("when", ["before the answer", "during the answer"])
def test_nothing_runs_on_for_a_client_that_left(when: str) -> None:
    async def test() -> bool:
        server, stopped = Server(), asyncio.Event()

        async def never() -> AsyncIterator[bytes]:
            try:
                yield b"one"
                server.left.set()
                await asyncio.Event().wait()
            finally:
                stopped.set()

        async def handler(_request: IncomingRequest) -> Response:
            if when == "during the answer":
                return Response(200, pieces=never())
            return await Response(200, pieces=never()).whole()

        await server.run(application(handler, LARGEST))
        return stopped.is_set()

    assert asyncio.run(test())


def test_pieces_are_closed_if_the_client_leaves_while_one_is_sent() -> None:
    class Stuck(Server):
        async def send(self, message: Message) -> None:
            if message.get("body"):
                self.left.set()
                await asyncio.Event().wait()

    async def test() -> bool:
        closed = asyncio.Event()

        async def never() -> AsyncIterator[bytes]:
            try:
                yield b"one"
            finally:
                closed.set()

        response = Response(200, pieces=never())
        await Stuck().run(application(answering(response), LARGEST))
        return closed.is_set()

    assert asyncio.run(test())


def test_a_client_that_leaves_early_asks_nobody() -> None:
    async def test() -> list[Message]:
        server = Server({"type": "http.disconnect"})
        await server.run(application(answering(in_words(200)), LARGEST))
        return server.sent

    assert asyncio.run(test()) == []


def test_a_lifespan_is_confirmed() -> None:
    async def test() -> list[Message]:
        server = Server({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
        await server.run(application(answering(in_words(200)), LARGEST), {"type": "lifespan"})
        return server.sent

    assert asyncio.run(test()) == [{"type": "lifespan.startup.complete"}, {"type": "lifespan.shutdown.complete"}]


def test_what_is_no_http_is_refused() -> None:
    with pytest.raises(ValueError, match="websocket"):
        asyncio.run(Server().run(application(answering(in_words(200)), LARGEST), {"type": "websocket"}))


def test_a_server_serves_it() -> None:
    async def handler(request: IncomingRequest) -> Response:
        if request.path == "/cut":
            return Response(200, pieces=pieces(b"one", ConnectionResetError()))
        return Response(200, (("X-Odd", request.target),), b"abc")

    async def test() -> tuple[bytes, bytes]:
        tail = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        async with served(handler) as port:
            return await sent(port, b"GET /a/../%62?c" + tail), await sent(port, b"GET /cut" + tail)

    whole, cut = asyncio.run(test())
    assert whole.endswith(b"\r\nX-Odd: /a/../%62?c\r\ncontent-length: 3\r\nConnection: close\r\n\r\nabc")
    assert cut.endswith(b"3\r\none\r\n")
