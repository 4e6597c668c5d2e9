"""Answers that break the rules of HTTP/1.1 (RFC 9112), and some that only come near it."""

from __future__ import annotations

from tests.chaos.connections import CHUNKED
from tests.chaos.kind import harmless, outage, spelled_key, with_body, wrong
from tests.chaos.message import chunk, halves, head
from tests.chaos.proxy import Call, DoesNotFitError

NOT_HTTP = "what is no HTTP is no answer"
BROKEN_CHUNKS = "a chunked body that does not come to its last chunk is incomplete (RFC 9112 section 8)"
NO_LENGTH = "an invalid length leaves open where the answer ends, which cannot be recovered (RFC 9112 section 6.3)"
BOUND = "a bound of ours is hit, which says nothing of the answer"
NOT_WRONG_SO_FAR = frozenset({"HTTP-01"})
"""What came before the bound was hit had no fault of a frame."""

_LENGTH = b"Content-Length"
_OK = b"HTTP/1.1 200 OK"


@outage(BROKEN_CHUNKS)
def chunk_size_is_garbage(call: Call) -> None:
    call.hang_up(with_body(call).head(CHUNKED), b"gone\r\n", call.healthy.body)


@outage(BROKEN_CHUNKS)
def chunk_size_is_negative(call: Call) -> None:
    call.hang_up(with_body(call).head(CHUNKED), b"-5\r\n", call.healthy.body)


@outage(BROKEN_CHUNKS)
def chunk_size_is_astronomical(call: Call) -> None:
    call.hang_up(with_body(call).head(CHUNKED), b"f" * 400 + b"\r\n", call.healthy.body)


@outage(BROKEN_CHUNKS)
def chunk_is_longer_than_told(call: Call) -> None:
    call.hang_up(with_body(call).head(CHUNKED), b"2\r\n", call.healthy.body, b"\r\n0\r\n\r\n")


@outage(BROKEN_CHUNKS)
def chunk_after_garbage(call: Call) -> None:
    first, second = halves(with_body(call).body)
    call.hang_up(call.healthy.head(CHUNKED), chunk(first), b"\x00\xff", chunk(second), chunk(b""))


@outage(BROKEN_CHUNKS)
def last_chunk_missing(call: Call) -> None:
    call.hang_up(with_body(call).head(CHUNKED), chunk(call.healthy.body))


@outage(NO_LENGTH)
def two_lengths(call: Call) -> None:
    body = with_body(call).body
    call.send(call.healthy.head((_LENGTH, b"%d" % len(body)), (_LENGTH, b"%d" % (len(body) - 1))), body)


@outage(NO_LENGTH)
def length_is_negative(call: Call) -> None:
    call.send(with_body(call).head((_LENGTH, b"-5")), call.healthy.body)


@outage(NO_LENGTH)
def length_is_garbage(call: Call) -> None:
    call.send(with_body(call).head((_LENGTH, b"gone")), call.healthy.body)


@outage("a transfer coding that is not understood (RFC 9112 section 6.1)")
def unknown_transfer_coding(call: Call) -> None:
    call.send(with_body(call).head((b"Transfer-Encoding", b"gzip, chunked")), chunk(call.healthy.body), chunk(b""))


@outage("what follows the end belongs to the answer, so its length is too small (RFC 9112 section 6.3)")
def length_too_small(call: Call) -> None:
    body = with_body(call).body
    call.send(call.healthy.sized(len(body) - 2), body)


@outage(NOT_HTTP)
def status_line_is_garbage(call: Call) -> None:
    call.hang_up(b"\x00\xffgone " + spelled_key(call) + b"\r\n\r\n")


@outage(NOT_HTTP)
def status_is_no_number(call: Call) -> None:
    call.hang_up(head(b"HTTP/1.1 abc OK", (_LENGTH, b"0")))


@outage("a version of HTTP that nobody asked for")
def http_0_9(call: Call) -> None:
    call.hang_up(b"<h1>" + spelled_key(call) + b"</h1>")


@outage("a version of HTTP that nobody asked for")
def http_2(call: Call) -> None:
    settings = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
    goaway = b"\x00\x00\x08\x07\x00\x00\x00\x00\x00" + bytes(8)
    call.hang_up(settings + goaway)


@outage("a protocol that nobody asked for")
def tls_alert(call: Call) -> None:
    call.hang_up(b"\x15\x03\x03\x00\x02\x02\x46")


@outage("a protocol that nobody asked for (RFC 9110 section 15.2.2)")
def switched_protocols(call: Call) -> None:
    call.send(head(b"HTTP/1.1 101 Switching Protocols", (b"Upgrade", b"websocket"), (b"Connection", b"Upgrade")))
    call.hang_up(b"\x81\x05hello")


@outage(NOT_HTTP)
def header_with_a_nul(call: Call) -> None:
    call.send(call.healthy.head((b"X-Key", b"a\x00b" + spelled_key(call)), (_LENGTH, b"0")))


@outage(NOT_HTTP)
def header_without_a_colon(call: Call) -> None:
    call.send(call.healthy.head()[:-2] + b"gone " + spelled_key(call) + b"\r\n\r\n")


@outage(NOT_HTTP)
def header_without_a_name(call: Call) -> None:
    call.send(call.healthy.head((b"", b"gone"), (_LENGTH, b"0")))


@outage(BOUND, decides=NOT_WRONG_SO_FAR)
def header_of_1_mb(call: Call) -> None:
    call.send(call.healthy.head((b"X-Long", b"x" * 1_000_000), (_LENGTH, b"0")))


@outage(BOUND, decides=NOT_WRONG_SO_FAR)
def ten_thousand_headers(call: Call) -> None:
    call.send(call.healthy.head(*((b"X-Header-%d" % one, b"x") for one in range(10_000)), (_LENGTH, b"0")))


@outage(BOUND, decides=NOT_WRONG_SO_FAR)
def headers_without_end(call: Call) -> None:
    call.send(call.healthy.head()[:-2])
    while call.is_open:
        call.send(b"X-More: and more\r\n" * 1000)


@harmless("interim answers come before the answer (RFC 9110 section 15.2)")
def interim_answers(call: Call) -> None:
    call.send(*(head(b"HTTP/1.1 " + one) for one in (b"100 Continue", b"102 Processing", b"103 Early Hints")))
    call.send(call.healthy.raw)


@harmless("interim answers come before the answer, any number of them (RFC 9110 section 15.2)")
def a_thousand_interim_answers(call: Call) -> None:
    call.send(head(b"HTTP/1.1 103 Early Hints", (b"Link", b"</a>; rel=preload")) * 1000, call.healthy.raw)


@outage("what follows the end belongs to the answer, so its length is too small (RFC 9112 section 6.3)")
def garbage_after_the_answer(call: Call) -> None:
    if not call.healthy.tells_its_end:
        raise DoesNotFitError
    call.send(call.healthy.raw + b"\x00\xffgone\r\n\r\n")


@harmless("what follows an answer is never taken for another one (RFC 9112 section 6.3)")
def another_answer_after_the_answer(call: Call) -> None:
    if not call.healthy.tells_its_end:
        raise DoesNotFitError
    forged = head(b"HTTP/1.1 500 Forged", (b"Content-Type", b"text/plain"), (_LENGTH, b"6")) + b"forged"
    call.send(call.healthy.raw + forged)


@harmless("an answer of HTTP/1.0 ends with its connection (RFC 9112 section 6.3)")
def http_1_0_without_a_length(call: Call) -> None:
    healthy = with_body(call)
    start = healthy.start.replace(b"HTTP/1.1", b"HTTP/1.0")
    call.hang_up(head(start, *healthy.unframed), healthy.body)


@wrong("nothing tells it from a whole answer (RFC 9112 section 8), and a server need not send such (section 6.3)")
def http_1_0_cut(call: Call) -> None:
    body = with_body(call).body
    start = call.healthy.start.replace(b"HTTP/1.1", b"HTTP/1.0")
    call.hang_up(head(start, *call.healthy.unframed), halves(body)[0])


@harmless("a length that is told twice, and is the same (RFC 9110 section 8.6)")
def same_length_twice(call: Call) -> None:
    told = (_LENGTH, b"%d" % len(with_body(call).body))
    call.send(call.healthy.head(told, told), call.healthy.body)


@wrong("chunks overrule the length, and both must not be sent (RFC 9112 section 6.2)", accuses=frozenset({"HTTP-01"}))
def length_and_chunks(call: Call) -> None:
    body = with_body(call).body
    call.send(call.healthy.head((_LENGTH, b"3"), CHUNKED), chunk(body), chunk(b""))


@harmless("chunks may have extensions, and be of one byte (RFC 9112 section 7.1)")
def chunks_of_one_byte(call: Call) -> None:
    body = with_body(call).body
    first = b"".join(b"1;a=b\r\n%c\r\n" % one for one in body[:50])
    call.send(call.healthy.head(CHUNKED), first, chunk(body[50:]) if body[50:] else b"", b"0\r\nX-Trailer: 1\r\n\r\n")
