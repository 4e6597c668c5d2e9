"""What goes through the stand-in: requests as they came, responses as they go out, and who turns one into the other."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl

Headers = tuple[tuple[str, str], ...]

ANYBODY: Final = ("access-control-allow-origin", "*")
"""A header of all answers of Core: pages of any origin may read them."""


@dataclass(frozen=True, slots=True)
class IncomingRequest:
    """A request as it came.

    Attributes:
        method: The HTTP method.
        target: The raw path and query, not decoded and not normalised.
        headers: In their order and spelling.
        body: All of the body.
    """

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        """The raw path, without the query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> Mapping[str, str]:
        """The decoded query; the last value of a name counts."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any spelling, or None."""
        return _first(self.headers, name)

    def json(self) -> Any:
        """Read the body as JSON.

        Raises:
            ValueError: It is none.
        """
        return json.loads(self.body)

    def with_header(self, name: str, value: str) -> IncomingRequest:
        """Return the same request with that header, instead of any other of that name."""
        return replace(self, headers=(*_without(self.headers, name), (name, value)))

    def without_header(self, *names: str) -> IncomingRequest:
        """Return the same request without headers of these names."""
        return replace(self, headers=_without(self.headers, *names))

    def with_json(self, document: Any) -> IncomingRequest:
        """Return the same request with another body."""
        return replace(self, body=to_json(document))


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it goes out.

    Attributes:
        status: The HTTP status.
        headers: In their order. Content-Length is left to the server, unless a defect sets it.
        body: All of the body, if it does not come in pieces.
        pieces: The body piece by piece, as a deployment sends it (Transfer-Encoding: chunked), or None.
        raw: What goes out in place of all that, byte for byte, with the end of the connection behind it; or None. A
            server keeps the rules of HTTP, so a defect that breaks them writes the whole message.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    pieces: AsyncIterator[bytes] | None = None
    raw: bytes | None = None

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any spelling, or None."""
        return _first(self.headers, name)

    def json(self) -> Any:
        """Read the body as JSON; of a body in pieces, read it as a whole first.

        Raises:
            ValueError: It is none.
        """
        return json.loads(self.body)

    def with_header(self, name: str, value: str) -> Response:
        """Return the same response with that header, instead of any other of that name."""
        return replace(self, headers=(*_without(self.headers, name), (name, value)))

    def without_header(self, *names: str) -> Response:
        """Return the same response without headers of these names."""
        return replace(self, headers=_without(self.headers, *names))

    def with_body(self, body: bytes) -> Response:
        """Return the same response with another body."""
        return replace(self, headers=_without(self.headers, "content-length"), body=body, pieces=None)

    def with_json(self, document: Any) -> Response:
        """Return the same response with another JSON body, Content-Type left as it is."""
        return self.with_body(to_json(document))

    async def whole(self) -> Response:
        """Return the same response with its body in one piece."""
        if self.pieces is None:
            return self
        return replace(self, body=b"".join([piece async for piece in self.pieces]), pieces=None)


Handler = Callable[[IncomingRequest], Awaitable[Response]]
"""Whoever answers requests: the gateway, a deployment behind it, a defect around it."""


def to_json(document: Any) -> bytes:
    """Write a document as compact JSON, as Core and the SDK do."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def in_json(document: Any, status: int = 200) -> Response:
    """Answer with a JSON document."""
    return Response(status, (("content-type", "application/json"),), to_json(document))


def in_words(status: int, message: str = "") -> Response:
    """Answer as Core itself does for most errors: plain text or nothing, without Content-Type (dial-api 0)."""
    return Response(status, (), message.encode())


def _first(headers: Headers, name: str) -> str | None:
    return next((value for spelled, value in headers if spelled.lower() == name.lower()), None)


def _without(headers: Headers, *names: str) -> Headers:
    unwanted = {name.lower() for name in names}
    return tuple((name, value) for name, value in headers if name.lower() not in unwanted)
