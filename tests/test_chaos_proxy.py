"""The proxy of the chaos tests is not itself what makes a run say something wrong."""

from __future__ import annotations

import pytest

from tests.chaos.message import Asked

KEY = b"Api-Key: conformance-key-1\r\n"
LISTING = b"GET /openai/deployments HTTP/1.1\r\nHost: 127.0.0.1:1\r\nConnection: keep-alive\r\n"


def asked(head: bytes, body: bytes = b"") -> Asked:
    return Asked("GET", "/openai/deployments", head + b"\r\n", body)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(asked(LISTING + KEY + b"Authorization: Bearer other\r\n"), id="Authorization"),
        pytest.param(asked(LISTING + KEY + b"If-None-Match: 1\r\n"), id="If-None-Match"),
        pytest.param(asked(LISTING + KEY + b"Content-Type: text/plain\r\n"), id="Content-Type"),
        pytest.param(asked(LISTING + KEY.lower()), id="the spelling of a header"),
        pytest.param(asked(LISTING), id="no key"),
        pytest.param(asked(LISTING + KEY, b"{}"), id="the body"),
    ],
)
def test_requests_that_are_answered_apart_are_not_taken_for_one(other: Asked) -> None:
    """An answer that did not arrive is kept for who asks next: AUTH-06 once got the 200 of the listing so."""
    assert other.identity != asked(LISTING + KEY).identity


def test_request_is_the_same_on_each_connection() -> None:
    again = LISTING.replace(b"127.0.0.1:1", b"127.0.0.1:2").replace(b"keep-alive", b"close")
    assert asked(again + KEY).identity == asked(LISTING + KEY).identity
