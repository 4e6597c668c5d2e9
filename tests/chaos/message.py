"""Requests and answers as bytes, taken apart only as far as a fault needs it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from io import BufferedReader
from typing import Self

Fields = tuple[tuple[bytes, bytes], ...]

_CONNECTION = re.compile(rb"^connection:[^\r\n]*", re.IGNORECASE | re.MULTILINE)
_OF_THE_CONNECTION = frozenset({b"host", b"connection"})
_FRAMING = frozenset({b"content-length", b"transfer-encoding", b"content-encoding"})


@dataclass(frozen=True)
class Asked:
    """A request.

    Attributes:
        method: Its method.
        target: Its path and query, as they came.
        head: Its first line and its headers, with the empty line after them.
        body: Its body.
    """

    method: str
    target: str
    head: bytes
    body: bytes

    @property
    def closing(self) -> bytes:
        """The request for the next server, which is to hang up after its answer."""
        return _CONNECTION.sub(b"Connection: close", self.head) + self.body

    @property
    def identity(self) -> bytes:
        """What makes it the same request as another one: its port and its place in a queue do not count."""
        told = (b"%s: %s" % one for one in _fields(self.head) if one[0].lower() not in _OF_THE_CONNECTION)
        return b"\n".join([self.head.partition(b"\r\n")[0], *sorted(told), self.body])

    @property
    def key(self) -> bytes:
        """The API key that it carries, empty if it carries none."""
        return next((value for name, value in _fields(self.head) if name.lower() == b"api-key"), b"")


@dataclass(frozen=True)
class Healthy:
    """An answer as the DIAL gave it.

    Attributes:
        raw: All of its bytes.
        start: Its status line.
        fields: Its headers.
        body: Its body, without the framing of chunks.
    """

    raw: bytes
    start: bytes
    fields: Fields
    body: bytes

    @classmethod
    def read(cls, raw: bytes) -> Self:
        """Take an answer apart."""
        head, _, body = raw.partition(b"\r\n\r\n")
        fields = _fields(head)
        is_chunked = (b"transfer-encoding", b"chunked") in ((name.lower(), value) for name, value in fields)
        return cls(raw, head.partition(b"\r\n")[0], fields, _joined(body) if is_chunked else body)

    @property
    def status(self) -> int:
        return int(self.start.split()[1])

    @property
    def tells_its_end(self) -> bool:
        """It ends where its headers say, not where the connection does (RFC 9112 section 6.3)."""
        named = {name.lower() for name, _ in self.fields}
        return self.status in (204, 304) or bool(named & {b"content-length", b"transfer-encoding"})

    @property
    def media_type(self) -> bytes:
        found = next((value for name, value in self.fields if name.lower() == b"content-type"), b"")
        return found.partition(b";")[0].strip().lower()

    @property
    def unframed(self) -> Fields:
        """The headers that do not say where the body ends, or how it is packed."""
        return tuple(one for one in self.fields if one[0].lower() not in _FRAMING)

    def head(self, *more: tuple[bytes, bytes]) -> bytes:
        """Write the status line and the headers, with others in place of those for the framing."""
        return head(self.start, *self.unframed, *more)

    def sized(self, length: int) -> bytes:
        """Write the status line and the headers, for a body of that length."""
        return self.head((b"Content-Length", b"%d" % length))

    def with_body(self, body: bytes) -> bytes:
        """Write the answer with another body."""
        return self.sized(len(body)) + body

    def called(self, media_type: bytes) -> Healthy:
        """Change the Content-Type."""
        rest = tuple(one for one in self.fields if one[0].lower() != b"content-type")
        return replace(self, fields=(*rest, (b"Content-Type", media_type)))


def head(start: bytes, *fields: tuple[bytes, bytes]) -> bytes:
    """Write a status line and headers, with the empty line after them."""
    return b"".join([start, b"\r\n", *(b"%s: %s\r\n" % one for one in fields), b"\r\n"])


def chunk(data: bytes) -> bytes:
    """Write a chunk (RFC 9112 section 7.1)."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def halves(body: bytes) -> tuple[bytes, bytes]:
    """Cut a body in two."""
    return body[: len(body) // 2], body[len(body) // 2 :]


def read_asked(stream: BufferedReader) -> Asked | None:
    """Read a request, or None if the client hung up."""
    lines = []
    while (line := stream.readline()) not in (b"\r\n", b""):
        lines.append(line)
    if not lines:
        return None
    whole = b"".join(lines)
    length = next((int(value) for name, value in _fields(whole) if name.lower() == b"content-length"), 0)
    method, target, _ = lines[0].decode("latin-1").split(" ", 2)
    return Asked(method, target, whole + b"\r\n", stream.read(length))


def _fields(whole: bytes) -> Fields:
    lines = whole.split(b"\r\n")[1:]
    pairs = (line.partition(b":") for line in lines if line)
    return tuple((name, value.strip()) for name, _, value in pairs)


def _joined(chunked: bytes) -> bytes:
    pieces = []
    while chunked:
        size, _, rest = chunked.partition(b"\r\n")
        length = int(size, 16)
        pieces.append(rest[:length])
        chunked = rest[length + 2 :] if length else b""
    return b"".join(pieces)
