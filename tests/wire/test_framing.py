"""What is wrong with the framing or the coding of an answer is seen in its bytes, and nothing else is taken for it."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
from collections.abc import Iterator

import pytest

from conformance.contract.answer_fault import FaultKind
from conformance.contract.exchange import Exchange, Request
from conformance.wire.live.framing import offered
from conformance.wire.live.http import LiveTransport, Network
from conformance.wire.redaction import Redaction
from conformance.wire.transport import NoAnswerError

SECONDS = 30
BODY = b'{"a":1}'
OK = b"HTTP/1.1 200 OK\r\n"


def sized(length: int, body: bytes = BODY, more: bytes = b"") -> bytes:
    return OK + b"Content-Length: %d\r\n%b\r\n%b" % (length, more, body)


def chunked(body: bytes, more: bytes = b"") -> bytes:
    return OK + b"Transfer-Encoding: chunked\r\n%b\r\n%b" % (more, body)


CHUNKS = b"7\r\n" + BODY + b"\r\n0\r\n\r\n"
PACKED = gzip.compress(BODY)


@contextlib.contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """Serve one connection: read a request, send these bytes, and close it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                line.settimeout(SECONDS)
                line.recv(65_536)
                line.sendall(answer)
                line.shutdown(socket.SHUT_WR)
                while line.recv(65_536):
                    pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(SECONDS)


def asked(answer: bytes, method: str = "GET", headers: tuple[tuple[str, str], ...] = ()) -> Exchange | NoAnswerError:
    with answering(answer) as url:
        dial = LiveTransport(url, {}, Redaction({}, url), Network(connect=SECONDS, silence=SECONDS, total=SECONDS))
        try:
            return dial.send("one", Request(method, "/x", headers))
        except NoAnswerError as error:
            return error
        finally:
            dial.close()


def fault_of(answer: Exchange | NoAnswerError) -> FaultKind | None:
    exchange = answer.broken if isinstance(answer, NoAnswerError) else answer
    return exchange.answer.fault.kind if exchange is not None and exchange.answer.fault is not None else None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(sized(9), FaultKind.CUT, id="length too large"),
        pytest.param(b"", FaultKind.CUT, id="no answer"),
        pytest.param(chunked(CHUNKS[:-5]), FaultKind.CUT, id="no last chunk"),
        pytest.param(chunked(b""), FaultKind.CUT, id="ends after its headers"),
        pytest.param(sized(5), FaultKind.EXCESS, id="length too small"),
        pytest.param(chunked(CHUNKS + b"more"), FaultKind.EXCESS, id="after the last chunk"),
        pytest.param(b"HTTP/1.1 304 Not Modified\r\n\r\n" + BODY, FaultKind.EXCESS, id="304 with a body"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n" + BODY, FaultKind.EXCESS, id="204 with a body"),
        pytest.param(chunked(b"size\r\n" + BODY), FaultKind.UNREADABLE, id="garbage for a chunk size"),
        pytest.param(sized(7, more=b"Content-Length: 8\r\n"), FaultKind.UNREADABLE, id="two lengths"),
        pytest.param(b"nonsense\r\n\r\n", FaultKind.UNREADABLE, id="no HTTP"),
        pytest.param(sized(7, more=b"Content-Encoding: gzip\r\n"), FaultKind.CODING, id="gzip over a plain body"),
        pytest.param(sized(7, more=b"Content-Encoding: zstd\r\n"), FaultKind.CODING, id="unknown coding"),
        pytest.param(
            sized(len(PACKED) - 4, PACKED[:-4], b"Content-Encoding: gzip\r\n"), FaultKind.CODING, id="gzip that is cut"
        ),
    ],
)  # fmt: skip
def test_broken_answer_is_none(answer: bytes, kind: FaultKind) -> None:
    error = asked(answer)
    assert isinstance(error, NoAnswerError)
    assert fault_of(error) is kind


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(chunked(CHUNKS, b"Content-Length: 7\r\n"), FaultKind.TWO_LENGTHS, id="length and chunks"),
        pytest.param(
            sized(len(PACKED), PACKED, b"Content-Encoding: gzip\r\n"), FaultKind.CODING, id="gzip that was not offered"
        ),
    ],
)
def test_wrong_answer_that_can_be_read_is_read(answer: bytes, kind: FaultKind) -> None:
    exchange = asked(answer)
    assert isinstance(exchange, Exchange)
    assert (exchange.answer.body, fault_of(exchange)) == (BODY, kind)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(sized(7), id="a length"),
        pytest.param(chunked(CHUNKS), id="chunks"),
        pytest.param(OK + b"\r\n" + BODY, id="until the connection ends"),
        pytest.param(sized(7, BODY + b"\r\n"), id="a blank line behind it"),
        pytest.param(sized(7, BODY + b"HTTP/1.1 408 Request Timeout\r\n\r\n"), id="another answer behind it"),
        pytest.param(b"HTTP/1.1 103 Early Hints\r\n\r\n" + sized(7), id="an interim answer before it"),
        pytest.param(sized(7, more=b"Content-Encoding: identity\r\n"), id="identity"),
        pytest.param(OK + b"Content-Length: 7\r\nContent-Length: 7\r\n\r\n" + BODY, id="the same length twice"),
    ],
)
def test_good_answer_has_no_fault(answer: bytes) -> None:
    exchange = asked(answer)
    assert isinstance(exchange, Exchange)
    assert (exchange.answer.body, exchange.answer.fault) == (BODY, None)


def test_answer_to_head_has_a_length_and_no_body() -> None:
    good = asked(OK + b"Content-Length: 7\r\n\r\n", "HEAD")
    assert isinstance(good, Exchange)
    assert fault_of(good) is None
    assert fault_of(asked(sized(7), "HEAD")) is FaultKind.EXCESS


def test_what_came_before_the_end_is_kept() -> None:
    error = asked(chunked(b"7\r\n" + BODY + b"\r\n", b"Content-Type: text/event-stream\r\n"))
    assert isinstance(error, NoAnswerError)
    assert error.broken is not None
    assert (error.broken.status, error.broken.answer.body) == (200, BODY)


@pytest.mark.parametrize(
    ("coding", "accept_encoding", "is_offered"),
    [
        ("", ["identity"], True),
        ("identity", ["gzip"], True),
        ("gzip", ["identity"], False),
        ("gzip", ["br, gzip;q=0.5"], True),
        ("x-gzip", ["GZIP"], True),
        ("gzip", ["gzip;q=0, *"], False),
        ("br", ["gzip", "*;q=0.1"], True),
        ("gzip, gzip", ["identity"], False),
    ],
)
def test_coding_was_offered(coding: str, accept_encoding: list[str], is_offered: bool) -> None:  # noqa: FBT001 - a case
    assert offered(coding, accept_encoding) is is_offered


def test_every_request_says_which_codings_it_takes() -> None:
    """Without the header any would be fine (RFC 9110 section 12.5.3)."""
    exchange = asked(sized(len(PACKED), PACKED, b"Content-Encoding: gzip\r\n"), headers=(("Accept-Encoding", "gzip"),))
    assert fault_of(exchange) is None
