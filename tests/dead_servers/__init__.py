"""Servers that are no DIAL, or are no more: none of them may pass a MUST."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from tests.dead_servers.behaviours import (
    EVENTS,
    always,
    as_recorded,
    beginning,
    dripping,
    dying_after_control,
    dying_after_listings,
    echoing,
    endless,
    hanging_up,
    head,
    resetting,
    response,
    throwing_dice,
)
from tests.dead_servers.server import Behaviour
from tests.running import DALLE3

NEVER: Final = 0.5
"""Seconds, after which an answer that never comes is not waited for any more."""
WAYS: Final = {"dall-e-3": (DALLE3,), "none": ()}
"""The ways to name a deployment."""

_HTML: Final = b"<!DOCTYPE html><html><h1>Welcome</h1></html>"
_BOMB: Final = 48 * 1024 * 1024
_NO_DIAL: Final = "this does not answer like a DIAL: GET"
_LATE: Final = "it took too long"
_BROKEN: Final = "the answer broke off"


@dataclass(frozen=True)
class DeadServer:
    """A way to be dead.

    Attributes:
        name: What the table and the tests call it.
        behaviour: What it does; made only when it is needed.
        says: What a run says of it, in part.
        died: It answered well at first, as far as the listings.
    """

    name: str
    behaviour: Callable[[], Behaviour]
    says: str
    died: bool = False

    @property
    def options(self) -> tuple[str, ...]:
        """Options with which it takes nobody long; the defaults differ in nothing else.

        Who answers in the end is waited for, so that a busy machine is not taken for a slow server.
        """
        patience = NEVER if self.says == _LATE else 100
        return f"--exchange-timeout={patience}", "--deadline=0"


def dead_servers() -> list[DeadServer]:
    """All of them, in the order of the table."""
    return [*_refusing(), *_talking(), *_canned(), *_endless(), *_broken(), *_dying()]


def _refusing() -> Iterator[DeadServer]:
    """Whatever is asked, there is one status."""
    for status in (500, 400, 418):
        yield DeadServer(f"{status} to all", partial(always, response(status, b"{}")), f"gave {status}")
    for status in (429, 502, 503, 504):
        yield DeadServer(f"{status} to all", partial(always, response(status)), f"an outage, not an answer: {status}")
    for status in (429, 503):
        yield DeadServer(
            f"{status} with Retry-After",
            partial(always, response(status, Retry_After="1")),
            f"an outage, not an answer: {status}",
        )
    yield DeadServer("401 to all", lambda: always(response(401)), "refuses the key (401): check DIAL_API_KEY")
    yield DeadServer("403 to all", lambda: always(response(403, b"Forbidden", "text/plain")), "gave 403")
    yield DeadServer("404 to all", lambda: always(response(404, _HTML, "text/html")), "gave 404 text/html")
    login = response(302, Location="https://sso.example.com/login?next=/")
    yield DeadServer("a login page by 302", lambda: always(login), "gave 302")
    yield DeadServer("a redirect loop", lambda: always(response(307, Location="/")), "gave 307")


def _talking() -> Iterator[DeadServer]:
    bodies = {
        "empty": b"", "{}": b"{}", "[]": b"[]", "null": b"null", "broken JSON": b'{"id": "dall-e-3", "object": ',
        "100,000 arrays": b"[" * 100_000,
    }  # fmt: skip
    yield DeadServer("204 to all", lambda: always(head(204, Connection="close")), "gave 204")
    for name, body in bodies.items():
        yield DeadServer(f"200 {name}", partial(always, response(200, body)), "gave 200 application/json")
    yield DeadServer("200 HTML", lambda: always(response(200, _HTML, "text/html")), "gave 200 text/html")
    yield DeadServer("the request echoed", lambda: echoing, "gave 200")
    for seed in range(4):
        yield DeadServer(f"random bytes, seed {seed}", partial(throwing_dice, seed), "bytes)")


def _canned() -> Iterator[DeadServer]:
    """What a DIAL may well say, but to everything."""
    for name, exchange in {
        "completion": "dall-e-3/accepted.absent",
        "stream": "dall-e-3/streamed",
        "refusal": "dall-e-3/refused_stream",
        "listing": "_instance/listing",
        "deployment": "dall-e-3/deployment_alone",
        "schema": "dall-e-3/configuration",
        "version": "_instance/version",
    }.items():
        yield DeadServer(f"one good {name}", partial(always, as_recorded(exchange)), _NO_DIAL)
    nothing = b'{"data":[],"object":"list"}'
    yield DeadServer("an empty list", lambda: always(response(200, nothing)), _NO_DIAL)


def _endless() -> Iterator[DeadServer]:
    stream = head(200, Content_Type=EVENTS)
    event = b"data: " + b"x" * 65536 + b"\n\n"
    yield DeadServer("an endless stream", lambda: endless(stream, event), "the answer is too large")
    yield DeadServer("a heartbeat for ever", lambda: endless(stream, b": heartbeat\n\n", 0.05), _LATE)
    yield DeadServer("a slow drip", lambda: dripping(head(200) + b" " * 10**6), _LATE)
    yield DeadServer("a slow drip of headers", lambda: dripping(b"HTTP/1.1 200 OK\r\nX-Drip: " + b"x" * 10**6), _LATE)
    yield DeadServer("an endless 102", lambda: endless(head(102), head(102), 0.001), _LATE)
    yield DeadServer("headers and then silence", lambda: beginning(head(200, Content_Length="99")), _LATE)
    yield DeadServer("silence", lambda: beginning(b""), _LATE)
    bomb, twice = {"Content_Encoding": "gzip"}, {"Content_Encoding": "gzip, gzip"}
    yield DeadServer("a gzip bomb", lambda: always(response(200, _bomb(1), **bomb)), "the answer is too large")
    yield DeadServer("a gzip bomb in gzip", lambda: always(response(200, _bomb(2), **twice)), "Content-Encoding")


def _broken() -> Iterator[DeadServer]:
    yield DeadServer("closed at once", lambda: hanging_up, _BROKEN)
    yield DeadServer("torn down", lambda: resetting, _BROKEN)
    yield DeadServer("a body that breaks off", lambda: always(head(200, Content_Length="99") + b"{"), _BROKEN)
    yield DeadServer("another protocol", lambda: always(b"SSH-2.0-OpenSSH_9.9\r\n"), _BROKEN)
    yield DeadServer("a header without end", lambda: endless(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65536), _BROKEN)


def _dying() -> Iterator[DeadServer]:
    """They answer well, and then no more."""
    deaths: dict[str, tuple[Behaviour, str]] = {
        "500": (always(response(500, b"{}")), "500 application/json {}"),
        "502": (always(response(502, b"No route", "text/plain")), "502"),
        "503": (always(response(503)), "503"),
        "401": (always(response(401)), "401"),
        "404": (always(response(404)), "404"),
        "HTML": (always(response(200, _HTML, "text/html")), "200 text/html"),
        "silence": (beginning(b""), _LATE),
        "closed connections": (hanging_up, _BROKEN),
    }
    for name, (then, says) in deaths.items():
        yield DeadServer(f"a control request, then {name}", partial(dying_after_control, then), says)
    for name, (then, says) in deaths.items():
        yield DeadServer(f"listings, then {name}", partial(dying_after_listings, then), says, died=True)


def _bomb(times: int) -> bytes:
    packed = b" " * _BOMB
    for _ in range(times):
        packed = gzip.compress(packed, 1)
    return packed
