"""What is wrong with the framing of an answer (RFC 9112 section 6), seen in the bytes that came.

h11, which reads the answer below httpx, raises where an answer ends before its end, or cannot be read. Two faults it
passes over: bytes after the end of an answer, which it keeps for a next one, and a length beside chunks, of which it
takes the chunks. Nobody asks a second thing on a connection of ours, so what follows an answer belongs to it: its
Content-Length is too small, or it has a body where there is none (HEAD, 204, 304).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import h11

from conformance.contract.answer_fault import AnswerFault, FaultKind
from conformance.contract.exchange import Headers, excerpt

_BOUNDS_OF_OURS: Final = ("Receive buffer too long",)
"""How h11 says that an answer is more than it wants to read: that tells nothing of the answer."""

_CUT: Final = (
    "peer closed connection without sending complete message body",
    "peer unexpectedly closed connection",
    "Server disconnected without sending a response",
)
"""How h11 and httpcore say that the connection ended before the answer did."""

_ANOTHER_ANSWER: Final = b"HTTP/1."


def unreadable(message: str) -> AnswerFault | None:
    """Tell what h11 or httpcore could not read; None where only a bound of theirs was hit.

    Args:
        message: What they say, without secrets.
    """
    if any(one in message for one in _BOUNDS_OF_OURS):
        return None
    if any(one in message for one in _CUT):
        return AnswerFault(FaultKind.CUT, f"the answer broke off: {excerpt(message)}")
    return AnswerFault(FaultKind.UNREADABLE, f"the answer cannot be read: {excerpt(message)}")


def two_lengths(headers: Headers) -> AnswerFault | None:
    """Tell whether an answer has a Content-Length beside a Transfer-Encoding (RFC 9112 section 6.2)."""
    named = {name.lower(): value for name, value in headers}
    if "content-length" not in named or "transfer-encoding" not in named:
        return None
    length, coding = excerpt(named["content-length"]), excerpt(named["transfer-encoding"])
    return AnswerFault(FaultKind.TWO_LENGTHS, f"Content-Length: {length} together with Transfer-Encoding: {coding}")


def excess(method: str, received: Iterable[bytes], later: bytes) -> AnswerFault | None:
    """Tell whether bytes follow the end of an answer.

    Blank lines are passed over, and so is another answer: a server may say that an idle connection took too long.

    Args:
        method: Of the request.
        received: What came on the connection until the answer was read.
        later: What came after that.
    """
    raw = b"".join(received)
    if not raw:
        return None  # no connection of our own
    rest = _after_the_end(method, raw)
    if rest is None:
        return None
    extra = (rest + later).strip(b"\r\n \t")
    if not extra or extra.startswith(_ANOTHER_ANSWER):
        return None
    shown = excerpt(extra.decode("utf-8", "backslashreplace"))
    return AnswerFault(FaultKind.EXCESS, f"{len(extra)} bytes or more after its end: {shown}")


def _after_the_end(method: str, raw: bytes) -> bytes | None:
    """Return what follows the end of an answer; None if it has no such end."""
    reader = h11.Connection(h11.CLIENT)
    reader.send(h11.Request(method=method, target="/", headers=[("Host", "x")]))
    reader.send(h11.EndOfMessage())
    try:
        reader.receive_data(raw)
        while not isinstance(event := reader.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA or event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
                return None
    except h11.RemoteProtocolError:
        return None
    return bytes(reader.trailing_data[0])


def offered(coding: str, accept_encoding: Sequence[str]) -> bool:
    """Tell whether a content coding was offered in the request (RFC 9110 section 12.5.3).

    Args:
        coding: The value of Content-Encoding, one coding.
        accept_encoding: The values of Accept-Encoding that were sent.
    """
    name = _spelled(coding)
    if name in ("", "identity"):
        return True
    wanted: dict[str, bool] = {}
    for one in ",".join(accept_encoding).split(","):
        token, _, weight = one.partition(";")
        wanted[_spelled(token)] = weight.replace(" ", "").lower() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return wanted.get(name, wanted.get("*", False))


def _spelled(coding: str) -> str:
    name = coding.strip().lower()
    return name.removeprefix("x-") if name in ("x-gzip", "x-compress") else name
