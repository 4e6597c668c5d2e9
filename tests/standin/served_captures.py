"""A DIAL that answers with the captures: what a real Core answered to that very request, and 501 to any other."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Hashable, Sequence
from dataclasses import replace

from conformance.standin.core.http import IncomingRequest, Response, in_words
from conformance.standin.core.waiting import wait
from tests.standin.captures import KEYS, UNKNOWN_KEY, Capture

_OPEN = ("/version", "/health")
_CREDENTIALS = ("api-key", "authorization", "x-api-key")
_CONDITIONS = ("if-match", "if-none-match", "range", "origin", "access-control-request-method")
_OF_ONE_CONNECTION = ("transfer-encoding", "content-length", "connection")


class ServedCaptures:
    """Answers the n-th time that a request is asked with the n-th capture of it, and then with the last."""

    def __init__(self, captures: Sequence[Capture], others: Sequence[Capture] = ()) -> None:
        """Get ready.

        Args:
            captures: What is answered.
            others: What is answered to a request that none of these was made for.
        """
        self._captures: defaultdict[Hashable, list[Capture]] = defaultdict(list)
        for one in captures:
            self._captures[_key(one.request)].append(one)
        known = frozenset(self._captures)
        for one in others:
            if _key(one.request) not in known:
                self._captures[_key(one.request)].append(one)

    async def __call__(self, request: IncomingRequest) -> Response:
        found = self._captures.get(_key(request))
        if not found:
            return in_words(501, "no capture")
        capture = found.pop(0) if len(found) > 1 else found[0]
        response = capture.response.without_header(*_OF_ONE_CONNECTION)
        return replace(response, pieces=_in_time(capture)) if capture.chunks else response


async def _in_time(capture: Capture) -> AsyncIterator[bytes]:
    body, began = capture.response.body, 0.0
    for seconds, size in capture.chunks:
        await wait(max(0.0, seconds - began))
        yield body[:size]
        body, began = body[size:], seconds


def _key(request: IncomingRequest) -> Hashable:
    is_open = request.path in _OPEN or request.method == "OPTIONS"
    credentials = () if is_open else tuple((name, _known_or_not(name, request.header(name))) for name in _CREDENTIALS)
    conditions = tuple((name, request.header(name)) for name in _CONDITIONS)
    wanted = (request.header("access-control-request-headers") or "").replace(" ", "")  # a browser writes no spaces
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    return request.method, request.target, credentials, conditions, wanted, media_type, _body(request, media_type)


def _known_or_not(name: str, value: str | None) -> str | None:
    """Write any key that is not known as the one that was captured: Core answers them alike (dial-api 1.2)."""
    if value is None or name != "api-key":
        return value if value is None else value.strip()
    return value if value in KEYS else UNKNOWN_KEY


def _body(request: IncomingRequest, media_type: str) -> str:
    if media_type.startswith("multipart/"):
        return "multipart"  # its boundary is another each time
    try:
        return json.dumps(request.json(), sort_keys=True)
    except ValueError:
        return request.body.decode("latin-1")
