"""Connections that end early, or stand still."""

from __future__ import annotations

from tests.chaos.kind import harmless, outage, with_body, with_events, wrong
from tests.chaos.message import chunk, halves, head
from tests.chaos.proxy import Call

CLOSED = "a connection that ends before the answer does gives an incomplete one (RFC 9112 section 8)"
SILENT = "nobody waits for ever"
CHUNKED = (b"Transfer-Encoding", b"chunked")

_ENDLESS = 1_000_000
_SLOW = 12


@outage(CLOSED)
def closed_without_a_word(call: Call) -> None:
    call.hang_up()


@outage(CLOSED)
def closed_in_the_status_line(call: Call) -> None:
    call.hang_up(b"HTTP/1.")


@outage(CLOSED)
def closed_in_the_headers(call: Call) -> None:
    call.hang_up(call.healthy.head()[:-4])


@outage(CLOSED)
def closed_after_the_headers(call: Call) -> None:
    call.hang_up(with_body(call).sized(len(call.healthy.body)))


@outage(CLOSED)
def closed_in_the_body(call: Call) -> None:
    body = with_body(call).body
    call.hang_up(call.healthy.sized(len(body)), halves(body)[0])


@outage(CLOSED)
def length_too_large(call: Call) -> None:
    body = with_body(call).body
    call.hang_up(call.healthy.sized(len(body) + 10), body)


@outage(CLOSED)
def reset_before_the_answer(call: Call) -> None:
    call.reset()


@outage(CLOSED)
def reset_after_the_headers(call: Call) -> None:
    call.send(with_body(call).sized(len(call.healthy.body)))
    call.reset()


@outage(CLOSED)
def reset_in_the_body(call: Call) -> None:
    body = with_body(call).body
    call.send(call.healthy.sized(len(body)), halves(body)[0])
    call.reset()


@outage(CLOSED)
def half_closed_before_the_answer(call: Call) -> None:
    call.half_close()


@outage(CLOSED)
def half_closed_in_the_body(call: Call) -> None:
    body = with_body(call).body
    call.send(call.healthy.sized(len(body)), halves(body)[0])
    call.half_close()


@outage(CLOSED, every=1)
def stream_closed_in_the_middle(call: Call) -> None:
    events = with_events(call)
    call.hang_up(events.head(CHUNKED), chunk(halves(events.body)[0]))


@outage(CLOSED, every=1)
def stream_reset_in_the_middle(call: Call) -> None:
    events = with_events(call)
    call.send(events.head(CHUNKED), chunk(halves(events.body)[0]))
    call.reset()


@wrong("the stream came to its end, and has no [DONE]: STRM-02 speaks of that", every=1)
def stream_ended_early(call: Call) -> None:
    events = with_events(call)
    call.send(events.head(CHUNKED), chunk(halves(events.body)[0]), chunk(b""))


@outage(SILENT, every=_SLOW, bounded_by_time=True)
def stall_before_the_answer(call: Call) -> None:
    call.stall()


@outage(SILENT, every=_SLOW, bounded_by_time=True)
def stall_in_the_headers(call: Call) -> None:
    call.send(call.healthy.head()[:-2])
    call.stall()


@outage(SILENT, every=_SLOW, bounded_by_time=True)
def stall_after_the_headers(call: Call) -> None:
    call.send(with_body(call).sized(len(call.healthy.body)))
    call.stall()


@outage(SILENT, every=_SLOW, bounded_by_time=True)
def stall_in_the_body(call: Call) -> None:
    body = with_body(call).body
    call.send(call.healthy.sized(len(body)), halves(body)[0])
    call.stall()


@outage(SILENT, every=_SLOW, bounded_by_time=True)
def stall_before_the_last_chunk(call: Call) -> None:
    call.send(with_body(call).head(CHUNKED), chunk(call.healthy.body))
    call.stall()


@outage("who drips is never silent, and never done", every=_SLOW, bounded_by_time=True)
def dripping_status_line(call: Call) -> None:
    call.drip(b"HTTP/1.1 200 " + b"O" * _ENDLESS, 0.05)


@outage("who drips is never silent, and never done", every=_SLOW, bounded_by_time=True)
def dripping_headers(call: Call) -> None:
    call.drip(call.healthy.head()[:-2] + b"X-Padding: " + b"x" * _ENDLESS, 0.05)


@outage("who drips is never silent, and never done", every=_SLOW, bounded_by_time=True)
def dripping_body(call: Call) -> None:
    call.send(call.healthy.sized(_ENDLESS))
    call.drip(b" " * _ENDLESS, 0.05)


@outage("a body that unpacks to nothing is never silent, and never done", every=_SLOW, bounded_by_time=True)
def dripping_empty_gzip(call: Call) -> None:
    packed = (b"Content-Encoding", b"gzip")
    call.send(call.healthy.head((b"Content-Length", b"%d" % _ENDLESS), packed))
    empty_block = b"\x00\x00\x00\xff\xff"  # RFC 1951 section 3.2.4
    call.drip(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + empty_block * (_ENDLESS // 5), 0.05)


@outage("interim answers are none, and announce none (RFC 9110 section 15.2)", every=_SLOW, bounded_by_time=True)
def interim_answers_without_end(call: Call) -> None:
    call.drip(head(b"HTTP/1.1 103 Early Hints") * _ENDLESS, 0.01, size=2800)


@harmless("a slow answer is one")
def slow_answer(call: Call) -> None:
    raw = call.healthy.raw
    call.drip(raw, 0.001, size=max(1, len(raw) // 20))
    if not call.healthy.tells_its_end:
        call.hang_up()


@harmless("the server may close any idle connection (RFC 9112 section 9.3.1)")
def closed_after_each_answer(call: Call) -> None:
    call.hang_up(call.healthy.raw)


@harmless("the server may close any idle connection (RFC 9112 section 9.3.1)")
def half_closed_after_the_answer(call: Call) -> None:
    call.send(call.healthy.raw)
    call.half_close()
