"""The file in a multipart/form-data body (RFC 7578)."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesHeaderParser
from typing import NamedTuple


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
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:]:
        head, _, content = part.partition(b"\r\n\r\n")
        headers = BytesHeaderParser().parsebytes(head.removeprefix(b"\r\n"))
        if headers.get_filename() is not None:
            return Upload(headers.get("content-type", "application/octet-stream"), content)
    return None
