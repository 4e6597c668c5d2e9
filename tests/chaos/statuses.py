"""Answers of a gateway in trouble in place of the DIAL's."""

from __future__ import annotations

import json

from tests.chaos.kind import outage, spelled_key, wrong
from tests.chaos.message import head
from tests.chaos.proxy import Call

GATEWAY = "a gateway's own status, and no answer of the deployment (dial-api 10.18)"
LIMIT = "LIM-03 and LIM-04 speak of a 429, and nothing else does"
COMPLETE = frozenset({"HTTP-01"})
"""Nothing is wrong with the frame of such an answer, whatever it says."""
ABOUT_A_LIMIT = COMPLETE | {"LIM-03", "LIM-04"}
STATUS = "a complete answer, with a status that stands for itself"


def _refuse(
    call: Call, start: bytes, body: bytes, *fields: tuple[bytes, bytes], media_type: bytes = b"text/html"
) -> None:
    length = (b"Content-Length", b"%d" % len(body))
    call.send(head(b"HTTP/1.1 " + start, (b"Content-Type", media_type), length, *fields), body)


def _told(message: str, call: Call) -> bytes:
    shown = f"{message} {spelled_key(call).decode()}"
    return json.dumps({"error": {"message": shown, "type": "runtime_error", "code": "429"}}).encode()


@outage(GATEWAY, decides=COMPLETE)
def bad_gateway(call: Call) -> None:
    _refuse(call, b"502 Bad Gateway", b"<h1>502</h1> " + spelled_key(call))


@outage(GATEWAY, decides=COMPLETE)
def unavailable(call: Call) -> None:
    _refuse(call, b"503 Service Unavailable", b"")


@outage(GATEWAY, decides=COMPLETE)
def unavailable_in_json(call: Call) -> None:
    _refuse(call, b"503 Service Unavailable", _told("down", call), media_type=b"application/json")


@outage(GATEWAY, decides=COMPLETE)
def gateway_timeout(call: Call) -> None:
    _refuse(call, b"504 Gateway Timeout", b"upstream request timeout", media_type=b"text/plain")


@outage(LIMIT, accuses=frozenset({"LIM-04"}), decides=COMPLETE | {"LIM-03"})
def too_many_requests(call: Call) -> None:
    _refuse(call, b"429 Too Many Requests", _told("slowly", call), media_type=b"application/json")


@wrong(LIMIT, accuses=frozenset({"LIM-03"}))
def too_many_requests_without_a_word(call: Call) -> None:
    _refuse(call, b"429 Too Many Requests", b"")


def _unavailable_for(call: Call, retry_after: bytes) -> None:
    _refuse(call, b"503 Service Unavailable", b"down", (b"Retry-After", retry_after), media_type=b"text/plain")


def _too_many_for(call: Call, retry_after: bytes) -> None:
    body = _told("slowly", call)
    _refuse(call, b"429 Too Many Requests", body, (b"Retry-After", retry_after), media_type=b"application/json")


@outage(GATEWAY, decides=COMPLETE)
def unavailable_in_0_seconds(call: Call) -> None:
    _unavailable_for(call, b"0")


@outage(GATEWAY, decides=COMPLETE)
def unavailable_since_1994(call: Call) -> None:
    _unavailable_for(call, b"Sun, 06 Nov 1994 08:49:37 GMT")


@outage(GATEWAY, decides=COMPLETE)
def unavailable_after_9999(call: Call) -> None:
    _unavailable_for(call, b"Fri, 31 Dec 9999 23:59:59 GMT")


@outage(GATEWAY, decides=COMPLETE)
def unavailable_at_no_date(call: Call) -> None:
    _unavailable_for(call, b"Sun, 99 Foo 0000 99:99:99 GMT")


@outage(GATEWAY, decides=COMPLETE)
def unavailable_in_3_billion_years(call: Call) -> None:
    _unavailable_for(call, b"99999999999999999")


@outage(GATEWAY, decides=COMPLETE)
def unavailable_in_8000_digits(call: Call) -> None:
    _unavailable_for(call, b"9" * 8000)


@outage(GATEWAY, decides=COMPLETE)
def unavailable_before_now(call: Call) -> None:
    _unavailable_for(call, b"-1")


@outage(GATEWAY, decides=COMPLETE)
def unavailable_at_garbage(call: Call) -> None:
    _unavailable_for(call, b"\xffgone")


@outage(GATEWAY, decides=COMPLETE)
def unavailable_without_a_time(call: Call) -> None:
    _unavailable_for(call, b"")


@outage(LIMIT, decides=ABOUT_A_LIMIT)
def too_many_requests_in_0_seconds(call: Call) -> None:
    _too_many_for(call, b"0")


@wrong(LIMIT, accuses=frozenset({"LIM-03"}))
def too_many_requests_since_1994(call: Call) -> None:
    _too_many_for(call, b"Sun, 06 Nov 1994 08:49:37 GMT")


@outage(LIMIT, decides=ABOUT_A_LIMIT)
def too_many_requests_in_3_billion_years(call: Call) -> None:
    _too_many_for(call, b"99999999999999999")


@outage(LIMIT, decides=ABOUT_A_LIMIT)
def too_many_requests_in_8000_digits(call: Call) -> None:
    _too_many_for(call, b"9" * 8000)


@wrong(LIMIT, accuses=frozenset({"LIM-03"}))
def too_many_requests_before_now(call: Call) -> None:
    _too_many_for(call, b"-1")


@wrong(LIMIT, accuses=frozenset({"LIM-03"}))
def too_many_requests_at_garbage(call: Call) -> None:
    _too_many_for(call, b"\xffgone")


@wrong(STATUS)
def status_999(call: Call) -> None:
    _refuse(call, b"999 Gone", spelled_key(call))


@wrong(STATUS)
def status_500(call: Call) -> None:
    _refuse(call, b"500 Internal Server Error", b"", media_type=b"text/plain")


@wrong(STATUS)
def status_408(call: Call) -> None:
    _refuse(call, b"408 Request Timeout", b"", (b"Connection", b"close"))


@wrong(STATUS)
def redirected_to_a_login(call: Call) -> None:
    _refuse(call, b"302 Found", b"", (b"Location", b"https://login.invalid/?key=" + call.asked.key))


@wrong(STATUS)
def captive_portal(call: Call) -> None:
    _refuse(call, b"200 OK", b"<h1>Welcome</h1> " + spelled_key(call))
