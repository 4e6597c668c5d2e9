"""Serving over HTTP, until Ctrl-C."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from conformance.standin.core.asgi import RAW_ANSWER, SPELLED_HEADERS

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - the caller said so
"""Addresses to listen on, and to call."""
_SECONDS_TO_FINISH = 3
"""How long answers under way may take when it is ended."""


Listening = socket.socket
"""What waits for connections."""


class _Connection(h11.Connection):
    """Keeps the spelling of header names, which ASGI folds: one requirement is about it."""

    spelled: Sequence[tuple[bytes, bytes]] = ()

    def next_event(self) -> type[h11.NEED_DATA | h11.PAUSED] | h11.Event:
        event = super().next_event()
        if isinstance(event, h11.Request):
            self.spelled = event.headers.raw_items()
        return event


class _Protocol(H11Protocol):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        connection, served = _Connection(h11.SERVER), self.app
        self.conn = connection

        async def spelled(scope: Any, receive: Any, send: Any) -> None:
            own = {SPELLED_HEADERS: connection.spelled, RAW_ANSWER: self._send_raw}
            scope["extensions"] = {**scope.get("extensions", {}), **own}
            await served(scope, receive, send)

        self.app = spelled

    def _send_raw(self, answer: bytes) -> None:
        self.transport.write(answer)
        self.transport.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def listen(host: str, port: int) -> socket.socket:
    """Listen on a port; 0 is any that is free.

    Raises:
        OSError: It cannot listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


def serve(app: ASGIApp, host: str, listening: socket.socket, ready: Callable[[str], None]) -> None:
    """Serve an app until SIGINT, or until who called it is ended.

    Args:
        app: What to serve.
        host: Where it listens, as it was given.
        listening: The socket that does.
        ready: Is called with the URL once it answers.
    """
    url = f"http://{_to_call(host)}:{listening.getsockname()[1]}"
    config = uvicorn.Config(
        app,
        http=_Protocol,
        log_level="critical",
        access_log=False,
        server_header=False,  # Core sends neither
        date_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    with contextlib.suppress(KeyboardInterrupt):
        _Server(config, lambda: ready(url)).run([listening])


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """End what is inside in order when the process is to end: uvicorn raises a signal again when it has finished."""
    before = {one: signal.signal(one, _end) for one in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _end(_: int, __: FrameType | None) -> None:
    sys.exit(0)


def _to_call(host: str) -> str:
    if host in _EVERYWHERE:
        return _EVERYWHERE[host]
    return f"[{host}]" if ":" in host else host
