"""An app in this process as whoever answers: it is heard at once, and does not run on for nobody."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
from collections.abc import Iterable
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from conformance.standin.core.asgi import mounted
from conformance.standin.core.http import IncomingRequest, Response

IN_TIME = 100
ROOT = IncomingRequest("GET", "/")


def start_of(status: int, *headers: tuple[bytes, bytes]) -> Message:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body_of(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


def app_of(*messages: Message | Exception) -> ASGIApp:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        for message in messages:
            if isinstance(message, Exception):
                raise message
            await send(message)

    return app


async def asked(app: ASGIApp, request: IncomingRequest = ROOT) -> Response:
    async with asyncio.timeout(IN_TIME):
        return await mounted(app)(request)


def test_a_mounted_app_sees_the_request() -> None:
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.extend((scope["method"], scope["path"], scope["raw_path"], scope["query_string"], scope["headers"]))
        seen.append(await receive())
        await app_of(start_of(200), body_of(b""))(scope, receive, send)
        seen.append(await receive())

    asyncio.run(asked(app, IncomingRequest("PUT", "/a%2Fb?c=%20", (("X-Odd", "ä"),), b"123")))
    assert seen == [
        *("PUT", "/a/b", b"/a%2Fb", b"c=%20", [(b"x-odd", b"\xe4")]),
        {"type": "http.request", "body": b"123", "more_body": False},
        {"type": "http.disconnect"},
    ]


def test_a_body_of_known_length_comes_whole() -> None:
    head = start_of(201, (b"content-length", b"6"), (b"x-odd", b"1"))
    response = asyncio.run(asked(app_of(head, body_of(b"one", more=True), body_of(b"two"))))
    assert response == Response(201, (("x-odd", "1"),), b"onetwo")


def test_pieces_come_while_the_app_still_runs() -> None:
    async def test() -> list[bytes]:
        heard = asyncio.Event()

        async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
            await send(start_of(200))
            await heard.wait()
            await send(body_of(b"one", more=True))
            await send(body_of(b"", more=True))
            await send(body_of(b"two"))

        response = await asked(app)
        assert response.pieces is not None
        heard.set()
        return [piece async for piece in response.pieces]

    assert asyncio.run(test()) == [b"one", b"two"]


@pytest.mark.parametrize("read", [0, 1], ids=["unread", "half read"])
@pytest.mark.parametrize("stubborn", [False, True], ids=["app", "app that goes on when it is cancelled"])
def test_an_app_is_cancelled_if_nobody_listens_any_more(read: int, *, stubborn: bool) -> None:
    async def test() -> None:
        cancelled, ended = asyncio.Event(), asyncio.Event()

        async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
            try:
                await send(start_of(200))
                while True:
                    await send(body_of(b"x", more=True))
            except asyncio.CancelledError:
                cancelled.set()
                if not stubborn:
                    raise
            finally:
                ended.set()

        response = await asked(app)
        assert response.pieces is not None
        for _ in range(read):
            await anext(response.pieces)
        del response
        async with asyncio.timeout(IN_TIME):
            await ended.wait()
            await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
        assert cancelled.is_set()

    asyncio.run(test())


def test_an_app_is_cancelled_with_its_caller() -> None:
    async def test() -> None:
        cancelled, begun = asyncio.Event(), asyncio.Event()

        async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
            try:
                begun.set()
                await asyncio.Event().wait()
            finally:
                cancelled.set()

        caller = asyncio.create_task(asked(app))
        await begun.wait()
        caller.cancel()
        async with asyncio.timeout(IN_TIME):
            await cancelled.wait()

    asyncio.run(test())


def test_an_app_may_go_on_after_its_answer() -> None:
    async def test() -> None:
        answered, done = asyncio.Event(), asyncio.Event()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await app_of(start_of(200), body_of(b"abc"))(scope, receive, send)
            await answered.wait()
            done.set()

        response = await asked(app)
        assert (await response.whole()).body == b"abc"
        del response
        answered.set()
        async with asyncio.timeout(IN_TIME):
            await done.wait()

    asyncio.run(test())


def test_an_app_that_goes_on_is_not_forgotten() -> None:
    async def test() -> int:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await app_of(start_of(200, (b"content-length", b"3")), body_of(b"abc"))(scope, receive, send)
            await asyncio.Event().wait()

        handler = mounted(app)
        await handler(ROOT)
        gc.collect()
        return len(asyncio.all_tasks() - {asyncio.current_task()})

    assert asyncio.run(test()) == 1


@pytest.mark.parametrize("messages", [[], [RuntimeError("broken")]], ids=["silent", "failing"])
def test_an_app_without_an_answer_is_a_server_error(messages: Iterable[Any]) -> None:
    response = asyncio.run(asked(app_of(*messages)))
    assert response == Response(500, (("content-type", "text/plain; charset=utf-8"),), b"Internal Server Error")


def test_an_app_that_fails_later_breaks_its_answer_off(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> bytes:
        response = await asked(app_of(start_of(200), body_of(b"one", more=True), RuntimeError("broken")))
        assert response.pieces is not None
        assert await anext(response.pieces) == b"one"
        return await anext(response.pieces)

    with pytest.raises(ConnectionError):
        asyncio.run(test())
    assert "RuntimeError: broken" in caplog.text


def test_an_app_that_fails_after_its_answer_has_answered(caplog: pytest.LogCaptureFixture) -> None:
    head = start_of(200, (b"content-length", b"3"))
    response = asyncio.run(asked(app_of(head, body_of(b"abc"), RuntimeError("broken"))))
    assert response.body == b"abc"
    assert "RuntimeError: broken" in caplog.text


def test_app_that_does_not_let_itself_be_cancelled_keeps_no_event_loop_open() -> None:
    """Its answer is dropped, it takes the cancelling for a fault of its own, and ends: nobody is there to be told."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(start_of(200))
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                await send(body_of(b"x", more=True))

    kept: list[Response] = []
    runner = asyncio.Runner()
    kept.append(runner.run(asked(app)))
    closing = threading.Thread(target=runner.close, daemon=True)
    closing.start()
    closing.join(IN_TIME)
    assert not closing.is_alive()
