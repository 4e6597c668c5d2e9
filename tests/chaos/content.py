"""Answers whose framing is right, and whose content is not: packed wrongly, too large, no JSON."""

from __future__ import annotations

import gzip
import zlib
from functools import cache

from tests.chaos.connections import CHUNKED
from tests.chaos.framing import BOUND, NOT_WRONG_SO_FAR
from tests.chaos.kind import harmless, outage, with_body, with_document, wrong
from tests.chaos.message import Healthy, chunk
from tests.chaos.proxy import Call, DoesNotFitError

CODING = frozenset({"HTTP-02"})
CANNOT_BE_UNPACKED = "a content coding that was not asked for, and cannot be undone (RFC 9110 section 12.5.3)"
NO_JSON = "JSON has no such thing, so the answer is not the JSON that it is told to be"

_MEBIBYTE = 1024 * 1024
_LARGE = 24


def _packed(healthy: Healthy, packed: bytes, coding: bytes = b"gzip") -> bytes:
    return healthy.head((b"Content-Encoding", coding), (b"Content-Length", b"%d" % len(packed))) + packed


@cache
def _bomb() -> bytes:
    """Pack 100 MB of blanks."""
    return gzip.compress(b" " * 100 * _MEBIBYTE, 9)


@cache
def _bomb_of_bombs() -> bytes:
    """Pack 2 GB of blanks twice."""
    return gzip.compress(_bomb() * 20, 6)


@wrong(CANNOT_BE_UNPACKED, accuses=CODING)
def gzip_is_garbage(call: Call) -> None:
    call.send(_packed(with_body(call), b"\x00\xffgone" * 20))


@wrong(CANNOT_BE_UNPACKED, accuses=CODING)
def gzip_is_cut(call: Call) -> None:
    packed = gzip.compress(with_body(call).body)
    call.send(_packed(call.healthy, packed[: len(packed) - 9]))


@wrong(CANNOT_BE_UNPACKED, accuses=CODING)
def gzip_is_corrupt(call: Call) -> None:
    packed = bytearray(gzip.compress(with_body(call).body))
    packed[-8] ^= 0xFF  # of the checksum (RFC 1952 section 2.3.1)
    call.send(_packed(call.healthy, bytes(packed)))


@wrong(CANNOT_BE_UNPACKED, accuses=CODING)
def deflate_is_garbage(call: Call) -> None:
    call.send(_packed(with_body(call), b"\x00\xffgone" * 20, b"deflate"))


@wrong(CANNOT_BE_UNPACKED, accuses=CODING)
def unknown_coding(call: Call) -> None:
    call.send(_packed(with_body(call), call.healthy.body[::-1], b"x-" + call.asked.key))


@wrong(CANNOT_BE_UNPACKED, accuses=CODING)
def br_is_garbage(call: Call) -> None:
    call.send(_packed(with_body(call), b"\x00\xffgone" * 20, b"br"))


@outage(BOUND, decides=NOT_WRONG_SO_FAR, every=_LARGE)
def gzip_bomb(call: Call) -> None:
    call.send(_packed(call.healthy, _bomb()))


@wrong("two codings, of which none was offered", accuses=CODING)
def gzip_bomb_in_gzip(call: Call) -> None:
    call.send(_packed(call.healthy, _bomb_of_bombs(), b"gzip, gzip"))


@outage(BOUND, decides=NOT_WRONG_SO_FAR, every=_LARGE)
def body_of_100_mb(call: Call) -> None:
    _see_that_it_may_have_a_body(call)
    call.send(call.healthy.sized(100 * _MEBIBYTE), *(b" " * _MEBIBYTE for _ in range(100)))


@outage(BOUND, decides=NOT_WRONG_SO_FAR, every=_LARGE)
def body_without_end(call: Call) -> None:
    _see_that_it_may_have_a_body(call)
    call.send(call.healthy.head(CHUNKED))
    while call.is_open:
        call.send(chunk(b" " * _MEBIBYTE))


@wrong(BOUND, accuses=frozenset())
def json_100_000_deep(call: Call) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    call.send(with_document(call).with_body(_with_member(call.healthy, deep)))


@wrong(BOUND, accuses=frozenset())
def number_of_10_000_digits(call: Call) -> None:
    call.send(with_document(call).with_body(_with_member(call.healthy, b"9" * 10_000)))


@wrong(NO_JSON)
def not_a_number(call: Call) -> None:
    call.send(with_document(call).with_body(_with_member(call.healthy, b"NaN")))


@wrong(NO_JSON)
def infinity(call: Call) -> None:
    call.send(with_document(call).with_body(_with_member(call.healthy, b"-Infinity")))


@wrong("JSON is UTF-8 (RFC 8259 section 8.1)")
def no_utf_8(call: Call) -> None:
    call.send(with_document(call).with_body(_with_member(call.healthy, b'"\xc3\x28\xff"')))


@wrong("JSON is UTF-8, whatever charset is told (RFC 8259 section 8.1)")
def utf_16(call: Call) -> None:
    healthy = with_document(call).called(b"application/json; charset=utf-16")
    call.send(healthy.with_body(healthy.body.decode().encode("utf-16")))


@wrong("half a surrogate is JSON, and no text (RFC 8259 section 8.2): one member more, that nobody knows")
def half_surrogates(call: Call) -> None:
    call.send(with_document(call).with_body(_with_member(call.healthy, b'"\\ud83d\\udc00\\ud83d"')))


@wrong("a number that no float holds is JSON (RFC 8259 section 6): one member more, that nobody knows")
def number_without_measure(call: Call) -> None:
    call.send(with_document(call).with_body(_with_member(call.healthy, b"1e999")))


@wrong("no JSON, with the type and the length of it")
def cut_json(call: Call) -> None:
    call.send(with_document(call).with_body(call.healthy.body[:-10]))


@wrong("200 with nothing in it")
def empty_body(call: Call) -> None:
    call.send(with_body(call).with_body(b""))


@wrong("a Content-Type is told once (RFC 9110 section 5.3)")
def two_content_types(call: Call) -> None:
    healthy = with_body(call)
    own = (b"Content-Type", healthy.media_type)
    call.send(healthy.called(b"text/html").head(own, (b"Content-Length", b"%d" % len(healthy.body))), healthy.body)


@wrong("what was not offered, and can be undone", accuses=CODING)
def good_gzip(call: Call) -> None:
    call.send(_packed(with_body(call), gzip.compress(call.healthy.body)))


@wrong("what was not offered; gzip may have several members (RFC 1952 section 2.2)", accuses=CODING)
def gzip_of_two_members(call: Call) -> None:
    body = with_body(call).body
    call.send(_packed(call.healthy, gzip.compress(body[:3]) + gzip.compress(body[3:]), b"x-gzip"))


@wrong("what was not offered, and can be undone", accuses=CODING)
def good_deflate(call: Call) -> None:
    call.send(_packed(with_body(call), zlib.compress(call.healthy.body), b"deflate"))


@harmless("nothing was done to the body")
def identity_coding(call: Call) -> None:
    call.send(_packed(with_body(call), call.healthy.body, b"identity"))


def _with_member(healthy: Healthy, value: bytes) -> bytes:
    return b'{"x_chaos":' + value + b"," + healthy.body[1:]


def _see_that_it_may_have_a_body(call: Call) -> None:
    if call.asked.method == "HEAD":
        raise DoesNotFitError  # whatever its length says, an answer to HEAD is whole without a body
