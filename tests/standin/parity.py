"""Whether the stand-in answers a captured request as the real Core did."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from PIL import Image

from conformance.standin.core.http import Handler, IncomingRequest, Response
from tests.standin.captures import KEYS, Capture

CONTRACT_HEADERS = (
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "apim-request-id",
    "content-type",
    "etag",
    "location",
    "retry-after",
    "www-authenticate",
    "x-ms-region",
    "x-upstream-attempts",
)
OF_EACH_ANSWER = {"apim-request-id": "the id of this answer"}
"""Headers whose value no two answers share."""

COUNTED = frozenset({"created", "used", "createdAt", "updatedAt", "contentLength"})
"""Numbers that tell when, how often before, or how large a picture is."""
EMBEDDING = "embedding"
"""Has numbers that a model makes of a text in its own way."""

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_IDS = re.compile(r"^chatcmpl-[0-9a-f]{29}$|\b(?:call|toolu|req)_[0-9a-f]{20,24}\b")
_PICTURE = re.compile(r"images/([0-9a-f]{64})\.(?:png|jpg|webp)")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")
_ETAG_TOLD = re.compile(r'"etag":"([0-9a-f]{32})"')
_LOCAL = re.compile(r"http://127\.0\.0\.1(?::[0-9]+)?(?=/)")
_ETAG = re.compile(r"[0-9a-f]{32}")


class Parity:
    """Asks a stand-in what a real Core was asked, in the same order.

    Buckets, names of pictures and their ETags are of each DIAL's own making: what the stand-in has in their place is
    learned from its answers, and put into the requests that follow.
    """

    def __init__(self, standin: Handler) -> None:
        self._standin = standin
        self._own: dict[str, str] = {}
        self._changes: dict[tuple[str, str], IncomingRequest] = {}
        self._last: dict[str, str] = {}

    async def learn_buckets(self, asked: list[Capture]) -> None:
        """Ask for the buckets of both projects first."""
        of_bucket = [one for one in asked if one.request.target == "/v1/bucket"]
        for key in KEYS:
            await self.difference(next(one for one in of_bucket if one.request.header("api-key") == key))

    async def difference(self, capture: Capture) -> str | None:
        """Ask, and tell in which way the answer differs, or None."""
        await self._catch_up(capture)
        response = await (await self._standin(self._translated(capture.request))).whole()
        self._learn(capture.response, response)
        return difference(self._expected(capture.response), response)

    async def _catch_up(self, capture: Capture) -> None:
        """Upload or delete a file again, where equal exchanges were captured but once and a later download shows it."""
        method, target = capture.request.method, capture.request.target
        if method in ("PUT", "DELETE"):
            self._changes[target, method] = capture.request
            self._last[target] = method
        wanted = {200: "PUT", 404: "DELETE"}.get(capture.response.status, "")
        again = self._changes.get((target, wanted)) if method == "GET" else None
        if again is not None and self._last[target] != wanted:
            self._last[target] = wanted
            await (await self._standin(self._translated(again))).whole()

    def _translated(self, request: IncomingRequest) -> IncomingRequest:
        headers = tuple((name, self._in_own_words(value)) for name, value in request.headers)
        return replace(
            request,
            target=self._in_own_words(request.target),
            headers=headers,
            body=self._in_own_words(request.body.decode("latin-1")).encode("latin-1"),
        )

    def _expected(self, response: Response) -> Response:
        if _is_picture(response):
            return response
        return replace(response, body=self._in_own_words(response.body.decode()).encode())

    def _in_own_words(self, text: str) -> str:
        for captured, own in self._own.items():
            text = text.replace(captured, own)
        return text

    def _learn(self, captured: Response, own: Response) -> None:
        self._pair([captured.header("etag")], [own.header("etag")])
        if own.status != captured.status or _is_picture(captured) or _is_picture(own):
            return
        theirs, ours = captured.body.decode(), own.body.decode("utf-8", "replace")
        self._pair(_PICTURE.findall(theirs), _PICTURE.findall(ours))
        self._pair(_buckets(theirs), _buckets(ours))
        self._pair(_ETAG_TOLD.findall(theirs), _ETAG_TOLD.findall(ours))

    def _pair(self, captured: list[str | None], own: list[str | None]) -> None:
        self._own |= {one: other for one, other in zip(captured, own, strict=False) if one and other and one != other}


def difference(expected: Response, got: Response) -> str | None:
    """Compare status, the headers of the contract, and the shape and fixed texts of the body."""
    if got.status != expected.status:
        return f"status {got.status}, not {expected.status}: {got.body[:120]!r}"
    for name in CONTRACT_HEADERS:
        one, other = _header(expected, name), _header(got, name)
        if one != other:
            return f"{name}: {other}, not {one}"
    if _is_picture(expected):
        pictures = _dimensions(expected.body), _dimensions(got.body)
        return None if pictures[0] == pictures[1] else f"a picture of {pictures[1]}, not {pictures[0]}"
    return next(_differences(_document(expected), _document(got), ""), None)


def _header(response: Response, name: str) -> list[str]:
    values = [value for spelled, value in response.headers if spelled.lower() == name]
    if name == "etag":
        return [_ETAG.sub("<md5>", value) for value in values]
    if name == "retry-after":
        return ["within the hour" if 60 <= int(value) <= 3600 else value for value in values]
    return [OF_EACH_ANSWER.get(name, value) for value in values]


def _document(response: Response) -> Any:
    """Return the body as something that can be walked: JSON, the events of a stream, or a text."""
    text = response.body.decode("utf-8", "replace")
    if (response.header("content-type") or "").startswith("text/event-stream"):
        events = [line.removeprefix("data: ") for line in text.splitlines() if line]
        return [one if one == "[DONE]" or one.startswith(":") else json.loads(one) for one in events]
    try:
        return json.loads(text)
    except ValueError:
        return text


def _differences(expected: Any, got: Any, where: str) -> Iterator[str]:
    if type(expected) is not type(got):
        yield f"{where or 'body'}: {got!r:.200}, not {expected!r:.200}"
    elif isinstance(expected, dict):
        if list(expected) != list(got):
            yield f"{where or 'body'}: has {list(got)}, not {list(expected)}"
            return
        for key in expected:
            if not _is_free(key, expected[key], got[key]):
                yield from _differences(expected[key], got[key], f"{where}/{key}")
    elif isinstance(expected, list):
        if len(expected) != len(got):
            yield f"{where or 'body'}: {len(got)} elements, not {len(expected)}"
        for position, (one, other) in enumerate(zip(expected, got, strict=False)):
            yield from _differences(one, other, f"{where}/{position}")
    elif _fixed(expected) != _fixed(got):
        yield f"{where or 'body'}: {got!r:.200}, not {expected!r:.200}"


def _is_free(key: str, expected: Any, got: Any) -> bool:
    if key == EMBEDDING:
        return isinstance(got, list) and len(got) == len(expected)
    return key in COUNTED and type(expected) is type(got)


def _fixed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return _IDS.sub("<id>", _LOCAL.sub("<local>", _UUID.sub("<uuid>", value)))


def _is_picture(response: Response) -> bool:
    return response.body.startswith(_PICTURES)


def _dimensions(body: bytes) -> tuple[str | None, tuple[int, int]] | None:
    if not body.startswith(_PICTURES):
        return None
    with Image.open(io.BytesIO(body)) as picture:
        return picture.format, picture.size


def _buckets(text: str) -> list[str | None]:
    return [*re.findall(r'"bucket":"([A-Za-z0-9]+)"', text), *re.findall(r"files/([A-Za-z0-9]+)/appdata", text)]
