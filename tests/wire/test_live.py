"""The transport of a live run: exchanges have nothing in common, and all of them end when the run does."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import Self

import httpx
import pytest

from conformance.contract.exchange import API_KEY, Request
from conformance.wire.live.http import LiveTransport, Network
from conformance.wire.redaction import Redaction
from conformance.wire.transport import NoAnswerError, Trouble

SECONDS = 20
KEY = "conformance-key-1"
GET = Request("GET", "/openai/models")
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
OK = PLAIN + b"Content-Length: 2\r\n\r\nok"


class Connections:
    """A server that says the same to each request, and remembers which requests came on which connection."""

    def __init__(self, answer: bytes) -> None:
        self.requests: list[list[bytes]] = []
        self.hung_up = threading.Semaphore(0)
        self.asked = threading.Semaphore(0)
        self._answer = answer
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join(SECONDS)
        self._server.close()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.getsockname()[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def _listen(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            requests: list[bytes] = []
            self.requests.append(requests)
            threading.Thread(target=self._serve, args=(line, requests), daemon=True).start()

    def _serve(self, line: socket.socket, requests: list[bytes]) -> None:
        with line, suppress(ConnectionError):  # who hangs up before all was read resets
            line.settimeout(SECONDS)
            while received := line.recv(65_536):  # each request of these tests comes in one piece
                requests.append(received)
                self.asked.release()
                line.sendall(self._answer)
        self.hung_up.release()


Serve = Callable[[bytes], Connections]
Dial = Callable[[str], LiveTransport]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(Connections(answer))


@pytest.fixture
def dial() -> Iterator[Dial]:
    with ExitStack() as stack:

        def made(url: str) -> LiveTransport:
            found = LiveTransport(url, {API_KEY: KEY}, Redaction({API_KEY: KEY}, url), Network())
            stack.callback(found.close)
            return found

        yield made


def at_once(dial: LiveTransport, times: int, threads: int) -> list[int]:
    with ThreadPoolExecutor(threads) as pool:
        return [one.status for one in pool.map(lambda number: dial.send(f"{number}", GET), range(times))]


def test_no_two_exchanges_share_a_transport(serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a transport holds, its pool and the sockets of that, is used by one exchange, in one thread."""
    used: list[httpx.HTTPTransport] = []
    handle = httpx.HTTPTransport.handle_request

    def handled(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        used.append(transport)  # kept, so that no other can be made at its address
        return handle(transport, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handled)
    assert at_once(dial(serve(OK).url), times=40, threads=8) == [200] * 40
    assert len(used) == len({id(one) for one in used}) == 40


def test_no_two_exchanges_share_a_connection(serve: Serve, dial: Dial) -> None:
    served = serve(OK)
    assert at_once(dial(served.url), times=200, threads=8) == [200] * 200
    assert [len(requests) for requests in served.requests] == [1] * 200


def test_what_follows_an_answer_is_nobodys(serve: Serve, dial: Dial) -> None:
    """A server that says more than it was asked is not accused for it in the exchange after."""
    served = serve(OK + OK.replace(b"200 OK", b"500 Forged"))
    assert at_once(dial(served.url), times=40, threads=4) == [200] * 40


def test_no_cookie_gets_from_one_exchange_to_the_next(serve: Serve, dial: Dial) -> None:
    served = serve(OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: session=1; Path=/\r\n\r\n"))
    assert at_once(dial(served.url), times=2, threads=1) == [200] * 2
    assert [b"cookie" in requests[0].lower() for requests in served.requests] == [False, False]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="silence"),
        pytest.param(b"HTTP/1.1 200", id="in the status line"),
        pytest.param(PLAIN, id="in the headers"),
        pytest.param(PLAIN + b"Content-Length: 9\r\n\r\nok", id="in the body"),
        pytest.param(PLAIN + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", id="between chunks"),
    ],
)
def test_close_ends_exchanges_under_way(serve: Serve, dial: Dial, answer: bytes) -> None:
    served = serve(answer)
    asked = dial(served.url)
    with ThreadPoolExecutor(4) as pool:
        under_way = [pool.submit(asked.send, "any", GET) for _ in range(4)]
        for _ in under_way:
            assert served.asked.acquire(timeout=SECONDS)
        asked.close()
        for one in under_way:
            with pytest.raises(NoAnswerError, match="the run has ended"):
                one.result(SECONDS)
    for _ in under_way:
        assert served.hung_up.acquire(timeout=SECONDS), "a socket was left open"


def test_after_close_nobody_connects(serve: Serve, dial: Dial) -> None:
    served = serve(OK)
    asked = dial(served.url)
    asked.close()
    with pytest.raises(NoAnswerError, match="the run has ended"):
        asked.send("any", GET)
    assert served.requests == []


@pytest.mark.parametrize(
    ("variable", "asked"), [("HTTP_PROXY", "proxy"), ("ALL_PROXY", "proxy"), ("HTTPS_PROXY", "the DIAL")]
)
def test_proxy_of_the_environment_is_asked(
    serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch, variable: str, asked: str
) -> None:
    served, proxy = serve(OK), serve(OK)
    monkeypatch.setenv(variable, proxy.url)
    assert at_once(dial(served.url), times=3, threads=3) == [200] * 3
    used, spared = (proxy, served) if asked == "proxy" else (served, proxy)
    assert [len(requests) for requests in used.requests] == [1] * 3
    assert spared.requests == []


STRANGE = "/v1/a/../b%2Fc/%65//./?x=%41&y=[]"
"""What httpx would write in another way."""


def test_path_goes_out_as_it_is(serve: Serve, dial: Dial) -> None:
    served = serve(OK)
    dial(f"{served.url}/dial").send("any", Request("GET", STRANGE))
    assert served.requests[0][0].startswith(f"GET /dial{STRANGE} HTTP/1.1\r\n".encode())


def test_path_gets_through_a_proxy_as_it_is(serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy is asked for the whole URL (RFC 9112 section 3.2.2)."""
    proxy = serve(OK)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    dial("http://dial.example.com/dial").send("any", Request("GET", STRANGE))
    assert proxy.requests[0][0].startswith(f"GET http://dial.example.com/dial{STRANGE} HTTP/1.1\r\n".encode())


def test_no_proxy_is_heard(serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    served, proxy = serve(OK), serve(OK)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert at_once(dial(served.url), times=3, threads=3) == [200] * 3
    assert proxy.requests == []


def test_proxy_is_asked_for_a_tunnel_to_an_https_dial(
    serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    with pytest.raises(NoAnswerError, match="403"):
        dial("https://dial.example.com").send("any", GET)
    assert proxy.requests[0][0].startswith(b"CONNECT dial.example.com:443 ")
    assert KEY.encode() not in b"".join(proxy.requests[0])


def test_certificates_are_read_once(serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    """To read them takes 25 ms, for each exchange it would be most of a run."""
    made: list[object] = []
    create = ssl.create_default_context

    def created(**options: str | None) -> ssl.SSLContext:
        made.append(options)
        return create(**options)  # type: ignore[arg-type] # the options of ssl.create_default_context

    monkeypatch.setattr(ssl, "create_default_context", created)
    plain = serve(b"this is no TLS")
    asked = dial(plain.url.replace("http:", "https:"))
    for _ in range(3):
        with pytest.raises(NoAnswerError) as raised:
            asked.send("any", GET)
        assert raised.value.trouble is Trouble.TLS
    assert len(made) == 1
