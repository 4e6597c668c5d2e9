"""Content codings, which nobody asks for and some gateways apply all the same, undone within bounds."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

_AT_ONCE: Final = 64 * 1024
_WINDOWS: Final = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
"""What zlib is told, by the coding: "deflate" is the format of RFC 1950, not the bare one of RFC 1951."""


class PackingError(ValueError):
    """A body that cannot be unpacked."""


def unpacked(pieces: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """Undo the content coding of a body while it comes (RFC 9110 section 8.4.1).

    httpx does that too, but takes a cut gzip for a whole one, leaves out all members after the first, unpacks without
    a bound, and leaves what it does not know as it is.

    Args:
        pieces: The body as it comes.
        coding: The value of Content-Encoding, empty if there is none.

    Returns:
        The body without the coding, in pieces of at most 64 KiB where there was one.

    Raises:
        PackingError: It is not one of gzip and deflate, or the body is not what it is said to be.
    """
    name = coding.strip().lower()
    if name in ("", "identity"):
        return iter(pieces)
    if name not in _WINDOWS:
        raise PackingError(f"Content-Encoding {coding!r}, which was not asked for")
    return _inflated(pieces, _WINDOWS[name])


def _inflated(pieces: Iterable[bytes], window: int) -> Iterator[bytes]:
    member = zlib.decompressobj(window)
    has_begun = False
    try:
        for piece in pieces:
            left = piece
            while left:
                if member.eof:  # gzip may have several members (RFC 1952 section 2.2)
                    member = zlib.decompressobj(window)
                has_begun = True
                yield from _blocks(member, left)
                left = member.unused_data
    except zlib.error as error:
        raise PackingError(f"the Content-Encoding cannot be undone: {error}") from None
    if has_begun and not member.eof:
        raise PackingError("the Content-Encoding is not complete")


def _blocks(member: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    """Unpack so little at once that a bound can be held."""
    while not member.eof:
        block = member.decompress(packed, _AT_ONCE)
        yield block
        packed = member.unconsumed_tail
        if not packed and len(block) < _AT_ONCE:
            return
