"""A live DIAL, asked over HTTP. The only module that opens a connection."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from conformance import __version__
from conformance.exchange import Answer, Chunks, Exchange, Headers, Request, excerpt
from conformance.wire.asking import NeverRecordedError, NoAnswerError, Trouble
from conformance.wire.headers import kept
from conformance.wire.redaction import Redaction
from conformance.wire.unpacking import PackingError, unpacked

LARGEST_BODY: Final = 32 * 1024 * 1024
"""Bytes of a body that are read at most."""

_NOT_IMPLEMENTED: Final = 501
_NO_CAPTURE: Final = b"no capture"
"""What a server that stands in with captures says of a request it has none of, with 501."""

_OWN_HEADERS: Final = {
    "User-Agent": f"dial-conformance/{__version__}",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
}


@dataclass(frozen=True)
class Network:
    """The way to a DIAL, and its bounds.

    Attributes:
        connections: How many may be open at once.
        connect: Seconds to connect.
        silence: Seconds between two bytes.
        total: Seconds for an exchange as a whole.
        transport: What stands in for the network, or None.
    """

    connections: int = 8
    connect: float = 10
    silence: float = 60
    total: float = 180
    transport: httpx.BaseTransport | None = None

    @classmethod
    def patient(cls, connections: int, silence: float) -> Network:
        """Derive the other bounds from the silence that is borne."""
        return cls(connections, connect=min(cls.connect, silence), silence=silence, total=3 * silence)


class LiveDial:
    """A DIAL that answers over HTTP. Threads may ask at once."""

    def __init__(self, url: str, credentials: Mapping[str, str], redaction: Redaction, network: Network) -> None:
        """Get ready; nothing is sent yet.

        Args:
            url: The base URL, without a slash at its end.
            credentials: The values of the placeholders in request headers.
            redaction: Takes the DIAL's own address out of what it answers.
            network: The way there.
        """
        self._url = url
        self._prefix = urlsplit(url).path
        self._credentials = dict(credentials)
        self._redaction = redaction
        self._total = network.total
        self._ends = threading.local()
        self._client = httpx.Client(
            headers=_OWN_HEADERS,
            timeout=httpx.Timeout(network.silence, connect=network.connect),
            # httpcore takes what a server sends after an answer for the next answer on the same connection
            limits=httpx.Limits(max_connections=network.connections, max_keepalive_connections=0),
            follow_redirects=False,
            transport=network.transport,
        )

    def ask(
        self,
        name: str,
        request: Request,
        answers: frozenset[int] = frozenset(),  # noqa: ARG002 - of `Asker`
    ) -> Exchange:
        """Send the request as it is, path and header spelling included, and read the answer within bounds."""
        start = time.monotonic()
        self._ends.at = start + self._total
        try:
            response = self._client.send(self._outgoing(request), stream=True)
            _acknowledge(response)
            try:
                body, chunks = self._read(response, start)
            finally:
                response.close()
                _hang_up(response)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, RuntimeError, PackingError) as error:
            late = isinstance(error, httpx.TimeoutException) and time.monotonic() >= self._ends.at
            raise (self._too_late() if late else self._no_answer(error)) from None
        if response.status_code == _NOT_IMPLEMENTED and body.startswith(_NO_CAPTURE):
            raise NeverRecordedError(name)
        body, chunks = self._redaction.hide_address(body, chunks)
        headers = kept(_headers(response), request, self._redaction)
        return Exchange(name, request, Answer(response.status_code, response.reason_phrase, headers, body, chunks))

    def close(self) -> None:
        """Close all connections; exchanges under way end with `NoAnswerError`."""
        self._client.close()

    def _outgoing(self, request: Request) -> httpx.Request:
        headers = [(name, self._filled(value)) for name, value in request.headers]
        target = f"{self._prefix}{request.path}".encode("ascii")
        return self._client.build_request(
            request.method,
            self._url + request.path,
            headers=headers,
            content=request.body or None,
            extensions={"target": target, "trace": self._bound},  # httpx would normalise the path
        )

    def _bound(self, event: str, info: dict[str, Any]) -> None:
        """Put an end to all that is read of a new connection: httpx bounds the silence only, not headers that drip."""
        if not event.endswith(("connect_tcp.complete", "start_tls.complete")):
            return
        stream = info["return_value"]
        read = stream.read

        def read_in_time(max_bytes: int, timeout: float | None = None) -> bytes:
            left = self._ends.at - time.monotonic()
            if left <= 0:
                raise self._too_late()
            received: bytes = read(max_bytes, left if timeout is None else min(timeout, left))
            return received

        stream.read = read_in_time

    def _too_late(self) -> NoAnswerError:
        return NoAnswerError(Trouble.TIMEOUT, f"not complete after {self._total:g} s")

    def _filled(self, value: str) -> str:
        # the longest name first: $DIAL_API_KEY is the beginning of $DIAL_API_KEY_2
        for placeholder in sorted(self._credentials, key=len, reverse=True):
            value = value.replace(placeholder, self._credentials[placeholder])
        return value

    def _read(self, response: httpx.Response, start: float) -> tuple[bytes, Chunks]:
        pieces: list[bytes] = []
        chunks: list[tuple[float, int]] = []
        size = 0
        for piece in _pieces(response):
            elapsed = time.monotonic() - start
            size += len(piece)
            if size > LARGEST_BODY:
                raise NoAnswerError(Trouble.TOO_LARGE, f"more than {LARGEST_BODY} bytes")
            if elapsed > self._total:
                raise self._too_late()
            pieces.append(piece)
            chunks.append((round(elapsed, 3), len(piece)))
        return b"".join(pieces), tuple(chunks)

    def _no_answer(self, error: Exception) -> NoAnswerError:
        """Tell why there is no answer. h11 quotes what it could not read, and a server may repeat a key in that."""
        told = "" if isinstance(error, httpx.TimeoutException) else str(error)
        told = excerpt(self._redaction.hide_secrets(told))
        return NoAnswerError(_trouble_of(error), told or type(error).__name__)


def _acknowledge(response: httpx.Response) -> None:
    """Tell the server at once that its headers came: one that sends the body apart may wait 40 ms for that (Nagle)."""
    stream = response.extensions.get("network_stream")
    connection = stream.get_extra_info("socket") if stream is not None else None
    if isinstance(connection, socket.socket) and hasattr(socket, "TCP_QUICKACK"):
        with contextlib.suppress(OSError):  # it is closed already
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def _hang_up(response: httpx.Response) -> None:
    """Close the connection: after Ctrl-C the pool, closed by then, does not know one that was being opened."""
    stream = response.extensions.get("network_stream")
    if stream is not None:
        stream.close()


def _pieces(response: httpx.Response) -> Iterator[bytes]:
    coding = response.headers.get("content-encoding", "")
    return (piece for piece in unpacked(response.iter_raw(), coding) if piece)


def _headers(response: httpx.Response) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)


def _trouble_of(error: Exception) -> Trouble:
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None and cause not in causes:
        causes.append(cause)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Trouble.TLS
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Trouble.NAME
    if isinstance(error, httpx.TimeoutException):
        return Trouble.TIMEOUT
    if isinstance(error, httpx.ConnectError):
        return Trouble.UNREACHABLE
    return Trouble.BROKEN
