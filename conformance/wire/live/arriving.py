"""One answer while it comes, within bounds: status, headers, the pieces of its body, and what is wrong with these."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import httpx

from conformance.contract.answer_fault import AnswerFault, FaultKind
from conformance.contract.exchange import Headers, excerpt
from conformance.wire.live.connection import ExchangeLimits
from conformance.wire.live.framing import offered, two_lengths, unreadable
from conformance.wire.live.unpacking import PackingError, unpacked
from conformance.wire.transport import NoAnswerError, Trouble

LARGEST_BODY: Final = 32 * 1024 * 1024
"""Bytes of a body that are read at most."""

_LOOK_AT_MOST: Final = 256


def acknowledge(response: httpx.Response) -> None:
    """Tell the server at once that its headers came: one that sends the body apart may wait 40 ms for that (Nagle)."""
    stream = response.extensions.get("network_stream")
    connection = stream.get_extra_info("socket") if stream is not None else None
    if isinstance(connection, socket.socket) and hasattr(socket, "TCP_QUICKACK"):
        with contextlib.suppress(OSError):  # it is closed already
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


@dataclass
class Arrived:
    """What came of an answer so far."""

    response: httpx.Response | None = None
    pieces: list[bytes] = field(default_factory=list)
    chunks: list[tuple[float, int]] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The status; 0 before the headers came."""
        return self.response.status_code if self.response is not None else 0

    @property
    def reason(self) -> str:
        """The reason phrase."""
        return self.response.reason_phrase if self.response is not None else ""

    @property
    def headers(self) -> Headers:
        """The headers as they came."""
        return () if self.response is None else _headers(self.response)

    @property
    def body(self) -> bytes:
        """The body so far, without its content coding."""
        return b"".join(self.pieces)

    def read(self, limits: ExchangeLimits) -> None:
        """Read the body.

        Raises:
            NoAnswerError: It is too large, or takes too long.
        """
        size = 0
        for piece in () if self.response is None else _pieces(self.response):
            elapsed = limits.elapsed
            size += len(piece)
            if size > LARGEST_BODY:
                raise NoAnswerError(Trouble.TOO_LARGE, f"more than {LARGEST_BODY} bytes")
            if limits.is_late:  # one read may give many pieces, of a body that was compressed
                raise limits.too_late()
            self.pieces.append(piece)
            self.chunks.append((round(elapsed, 3), len(piece)))


def what_follows(response: httpx.Response) -> bytes:
    """Return what has come after the end of an answer and was not read; nobody waits for it."""
    stream = response.extensions.get("network_stream")
    connection = stream.get_extra_info("socket") if stream is not None else None
    if not isinstance(connection, socket.socket) or isinstance(connection, ssl.SSLSocket):
        return b""
    try:
        connection.settimeout(0)
        return connection.recv(_LOOK_AT_MOST)
    except OSError:
        return b""  # nothing came, or it is closed already


def fault_of(headers: Headers, outgoing: httpx.Request) -> AnswerFault | None:
    """Tell what is wrong with an answer that could be read all the same."""
    coding = next((value for name, value in headers if name.lower() == "content-encoding"), "")
    if not offered(coding, outgoing.headers.get_list("accept-encoding")):
        return AnswerFault(FaultKind.CODING, f"Content-Encoding {excerpt(coding)}, which was not offered")
    return two_lengths(headers)


def still_silent() -> AnswerFault:
    """Say that an answer did not come to its end in time."""
    return AnswerFault(FaultKind.SILENT, "the answer did not come to its end in time")


def fault_behind(error: Exception, detail: str) -> AnswerFault | None:
    """Tell what is wrong with an answer that is none; None if that is not its framing's or its coding's fault.

    Args:
        error: What httpx raised.
        detail: What it says, without secrets.
    """
    if isinstance(error, PackingError):
        return AnswerFault(FaultKind.CODING, detail)
    if isinstance(error, httpx.RemoteProtocolError):
        return unreadable(detail)
    if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout):
        return still_silent()
    if isinstance(error, httpx.ReadError | httpx.WriteError | ConnectionError):
        return AnswerFault(FaultKind.CUT, f"the answer broke off: {detail or type(error).__name__}")
    return None


def _pieces(response: httpx.Response) -> Iterator[bytes]:
    coding = response.headers.get("content-encoding", "")
    return (piece for piece in unpacked(response.iter_raw(), coding) if piece)


def _headers(response: httpx.Response) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
