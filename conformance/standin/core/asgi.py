"""The stand-in's two edges to ASGI: what a server serves, and an app in this process as whoever answers.

A whole stand-in has both, one at each end, and a body in pieces goes through without being collected:

    uvicorn ──► application ──► defects ──► gateway ──► mounted ──► an app of the SDK
                 ASGI to          Handlers all the way    Handler to
                 Handler                                  ASGI

What must be so at both ends, and is not so by itself in ASGI:

* *A piece goes on when it comes.* When chunks come is something that the suite judges.
* *Who leaves is noticed*, also before the first byte: the handler is cancelled, the pieces are closed, the app is
  cancelled. Otherwise each client with a timeout would leave something behind that runs for ever.
* *An answer that breaks off looks broken off.* A ConnectionError in the pieces leaves the answer without its last
  message; the server then closes the connection in the middle of the body, as it would for a real deployment that
  died.
* *Nothing is added*: a header, a spelling or a length that Core does not have would be judged.

In `mounted` the app runs in a task of its own, and `_Call` is between it and whoever asked:

    the app's task                    queue of one message      whoever asked
    send(start) ────────────────────►       [ ]        ────────► response(): status and headers, then the pieces
    send(body), waits while full ───►       [ ]        ────────► a piece
    send(last body) sets "over" ────►       [ ]        ────────► the end
    raises before the last body ────► None             ────────► 500, or ConnectionResetError in the pieces
    is cancelled        ◄──────────────────────────────────────  stop(): does not listen any more
    receive() ◄─ the request, once; then waits for "over", and says http.disconnect

The queue has room for one message, as a socket has for few: an app that is faster than its client waits.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from starlette.requests import ClientDisconnect
from starlette.requests import Request as StarletteRequest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from conformance.standin.core.http import Handler, Headers, IncomingRequest, Response, in_words

_log = logging.getLogger(__name__)

SPELLED_HEADERS: Final = "conformance.spelled_headers"
"""An extension of the scope: the request's headers in the spelling in which they came, if the server tells it."""

RAW_ANSWER: Final = "conformance.raw_answer"
"""An extension of the scope: sends bytes as they are in place of an answer, and closes the connection."""

_TOO_LARGE: Final = in_words(413, "Request body is too large")
_WITHOUT_BODY: Final = frozenset({204, 304})
"""Statuses that have neither a body nor a length (RFC 9110 15.3.5 and 15.4.5)."""


def application(handler: Handler, largest_body: int) -> ASGIApp:
    """Serve a handler over ASGI.

    A body in pieces goes out piece by piece. If the client leaves, the handler is cancelled and the pieces are closed;
    if the pieces end with ConnectionError, the answer is left incomplete, so that the server cuts the connection.

    Args:
        handler: Who answers.
        largest_body: Bytes of a request's body that are read at most; more is 413 (dial-api 0).

    Returns:
        The app. Scopes other than http and lifespan raise ValueError (ASGI 3.0, "Applications").
    """

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is served, not {scope['type']}")
        try:
            body = await _read(StarletteRequest(scope, receive), largest_body)
        except ClientDisconnect:
            return
        if body is None:
            await _send(_TOO_LARGE, send)
        else:
            send_raw = scope.get("extensions", {}).get(RAW_ANSWER)
            await _answer(handler, _request(scope, body), receive, send, send_raw)

    return serve


def mounted(app: ASGIApp) -> Handler:
    """Ask an ASGI app in this process.

    A body of announced length comes whole, any other in pieces, each as soon as the app sends it. The app is cancelled
    if whoever asked stops listening. Its lifespan is not run.

    Args:
        app: Any app, such as an aidial_sdk.DIALApp.

    Returns:
        The handler. An app that fails before it answers is 500 `Internal Server Error`, as ASGI servers say; one that
        fails later ends the pieces with ConnectionError.
    """
    running: set[asyncio.Task[None]] = set()

    async def answer(request: IncomingRequest) -> Response:
        call = _Call(app, request)
        # an app may go on after its answer, and the event loop itself holds no task
        running.add(call.task)
        call.task.add_done_callback(running.discard)
        try:
            return await call.response()
        except BaseException:
            call.stop()
            raise

    return answer


class _Call:
    """One request to an app."""

    def __init__(self, app: ASGIApp, request: IncomingRequest) -> None:
        self._request = request
        self._was_received = False
        self._over = asyncio.Event()  # the answer is complete, or nobody listens any more
        self._sent: asyncio.Queue[Message | None] = asyncio.Queue(1)  # as for a socket, a fast app waits
        self.task = asyncio.create_task(self._run(app))

    async def response(self) -> Response:
        start = await self._sent.get()
        if start is None:
            return Response(500, (("content-type", "text/plain; charset=utf-8"),), b"Internal Server Error")
        response = Response(start["status"], _in_text(start.get("headers", ())))
        pieces = self._pieces()
        if response.header("content-length") is not None:
            return response.with_body(b"".join([piece async for piece in pieces]))
        await anext(pieces)  # only a generator that has begun is closed when it is dropped
        return replace(response, pieces=pieces)

    def stop(self) -> None:
        self._over.set()
        self.task.cancel()

    async def _run(self, app: ASGIApp) -> None:
        try:
            await app(_scope(self._request), self._receive, self._send)
        except Exception:  # noqa: BLE001 - an app may raise anything
            _log.exception("the app failed at %s %s", self._request.method, self._request.target)
        # who was cancelled is not heard any more, and would wait for room in the queue for ever
        if not self._over.is_set() and not self.task.cancelling():
            await self._sent.put(None)

    async def _receive(self) -> Message:
        if not self._was_received:
            self._was_received = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        await self._over.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if self._over.is_set():
            return
        if _is_last(message):
            self._over.set()
        await self._sent.put(message)

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        ended = False
        try:
            yield b""
            while not ended:
                message = await self._sent.get()
                if message is None:
                    raise ConnectionResetError("the app broke its answer off")
                ended = _is_last(message)
                if piece := message.get("body"):
                    yield piece
        finally:
            if not ended:
                self.stop()


def _is_last(message: Message) -> bool:
    return message["type"] == "http.response.body" and not message.get("more_body", False)


def _scope(request: IncomingRequest) -> Scope:
    path, _, query = request.target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": _in_bytes((name.lower(), value) for name, value in request.headers),
        "server": None,
    }


async def _live(receive: Receive, send: Send) -> None:
    kind = ""
    while kind != "lifespan.shutdown":
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})


async def _read(incoming: StarletteRequest, largest: int) -> bytes | None:
    pieces: list[bytes] = []
    size = 0
    async for piece in incoming.stream():
        size += len(piece)
        if size > largest:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def _request(scope: Scope, body: bytes) -> IncomingRequest:
    query = scope["query_string"]
    target = scope["raw_path"] + (b"?" + query if query else b"")
    headers = scope.get("extensions", {}).get(SPELLED_HEADERS) or scope["headers"]
    return IncomingRequest(scope["method"], target.decode("latin-1"), _in_text(headers), body)


async def _answer(
    handler: Handler,
    request: IncomingRequest,
    receive: Receive,
    send: Send,
    send_raw: Callable[[bytes], None] | None,
) -> None:
    async def answer() -> None:
        response = await handler(request)
        if response.raw is None or send_raw is None:
            await _send(response, send)
        else:
            send_raw(response.raw)
            await asyncio.Event().wait()  # until it is noticed that the connection is closed

    async def leave() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    # Whichever ends first ends the other, and both are waited for, also if the server cancels this: `answer` closes
    # its pieces on the way out. A task that was cancelled has no result; one that failed raises here.
    answering, leaving = asyncio.create_task(answer()), asyncio.create_task(leave())
    try:
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        answering.cancel()
        leaving.cancel()
        await asyncio.wait({answering, leaving})
    if not answering.cancelled():
        answering.result()


async def _send(response: Response, send: Send) -> None:
    await send({"type": "http.response.start", "status": response.status, "headers": _in_bytes(_headers(response))})
    if response.pieces is None:
        body = b"" if response.status in _WITHOUT_BODY else response.body
        await send({"type": "http.response.body", "body": body})
        return
    try:
        async for piece in response.pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    except ConnectionError:
        return
    finally:
        await _close(response.pieces)
    await send({"type": "http.response.body"})


async def _close(pieces: AsyncIterator[bytes]) -> None:
    if isinstance(pieces, AsyncGenerator):
        await pieces.aclose()


def _headers(response: Response) -> Headers:
    of_server = response.pieces is not None or response.status in _WITHOUT_BODY
    if of_server or response.header("content-length") is not None:
        return response.headers
    return (*response.headers, ("content-length", str(len(response.body))))


def _in_text(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)


def _in_bytes(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
