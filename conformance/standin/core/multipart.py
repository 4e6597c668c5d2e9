"""The file in a multipart/form-data body (RFC 7578)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from itertools import pairwise
from typing import Final, NamedTuple

_PRINTABLE: Final = re.compile(r"[\x20-\x7e]+")


class Upload(NamedTuple):
    """A file as it was uploaded."""

    content_type: str
    content: bytes


def uploaded(content_type: str, body: bytes) -> Upload | None:
    """Return the first part that is a file, byte by byte, or None if the body has none.

    Args:
        content_type: The Content-Type of the body.
        body: The body.
    """
    kind = Message()
    kind["content-type"] = content_type
    boundary = kind.get_boundary()
    if kind.get_content_type() != "multipart/form-data" or not boundary:
        return None
    for part in _parts(body, boundary.encode()):
        head, _, content = part.partition(b"\r\n\r\n")
        headers = BytesHeaderParser().parsebytes(head)
        if headers.get_filename() is not None:
            return Upload(_content_type(headers), content)
    return None


def _content_type(headers: Message) -> str:
    # it is told as a header of its own when the file is downloaded
    given = str(headers.get("content-type", ""))
    return given if _PRINTABLE.fullmatch(given) else "application/octet-stream"


def _parts(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """Split at the lines that are delimiters (RFC 2046 section 5.1.1); the first may begin the body."""
    text = b"\r\n" + body
    delimiters = re.finditer(rb"\r\n--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r\n|\Z)", text)
    for opening, closing in pairwise(delimiters):
        if opening[1] is not None:
            return
        yield text[opening.end() : closing.start()].removeprefix(b"\r\n")
