r"""The encodings in which a secret can hide: how some bytes can be read, and how a text can be written.

`readings` decodes, for who wants to know whether a secret is there (redaction.py, `leak`). A gateway may answer with
a gzip that has JSON in it that has base64 in it, and nothing says so. So everything that can be decoded is, whether
or not it makes sense, and what comes out is decoded again:

    level 0    the leaf
                 ├─ escapes undone: JSON, URL, HTML, shell
                 ├─ each gzip or zlib stream that begins somewhere in it
                 ├─ base64, once for each of the 4 alignments
                 ├─ hex, once for each of the 2
                 └─ UTF-16
    level 1    each of these, decoded in the same ways
    ...
    level 5

That grows fast, and the leaf is hostile: a megabyte of gzip may become a gigabyte, and a text may be made to have
thousands of readings. So everything is bounded (the constants below): levels, readings, bytes of all readings
together, bytes that one reading is decoded from, compressed streams in it, and bytes out of one stream. It goes level
by level (breadth first), so that what the bounds on all together cut off is the deepest: no leaf can hide a plain
secret behind many deep readings. A reading that was there before is not read again, and one that is too short to have
a secret in it not at all.

`spelled` and `spelled_base64` encode, for who wants to replace a secret where it stands (`hide_secrets`). They give
one expression for all ways in which a text may be written, character by character, because encoders differ in what
they escape (`/` or `\/`, `%2f` or `%2F`), and a text may be quoted in part.

Why it is written by hand: docs/architecture.md, "What is written by hand, and why".
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import zlib
from itertools import chain, islice
from string import ascii_letters, digits, hexdigits, printable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_DEPTH = 5
_MAX_READINGS = 400  # of one leaf, at all levels together
_MAX_READ = 32 << 20  # bytes of all readings together
_MAX_DECODED = 8 << 20  # bytes of one reading that are decoded further
_MAX_INFLATED = 4 << 20  # bytes out of one compressed stream
_MAX_STREAMS = 256  # places of one reading at which a compressed stream may begin

_CONTROLS_AS_NUL = bytes(0 if byte < ord(" ") and byte not in b"\t\n\r" else byte for byte in range(256))
# One expression for all escapes, and one pass: if each kind were undone for itself, what the first leaves behind might
# look like an escape to the second, and the order of kinds would decide what is found. A surrogate pair is one escape.
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\[\"'\\/bfnrt]"
    rb"|%[0-9a-fA-F]{2}"
    rb"|'\"'\"'|'\\''"
    rb"|&#[0-9]{1,7};|&#[xX][0-9a-fA-F]{1,6};|&(?:amp|lt|gt|quot|apos);"
)
_CONTROLS = bytes.maketrans(b"bfnrt", b"\b\f\n\r\t")
_URL_ESCAPE = re.compile(rb"%[0-9a-fA-F]{2}")
_GZIP = re.compile(rb"\x1f\x8b\x08")  # RFC 1952, section 2.3
_ZLIB = re.compile(rb"x[\x01\x5e\x9c\xda]")  # RFC 1950, section 2.2
_STREAM_PIECE = 64
_ANY_WRAPPER = 32 + zlib.MAX_WBITS
_URLSAFE_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_IN_BASE64 = bytes(b"01"[chr(byte) in f"{ascii_letters}{digits}+/"] for byte in range(256))
_IN_UTF16 = bytes(b"?01"[(byte == 0) + 2 * (chr(byte) in printable)] for byte in range(256))
_IN_HEX = bytes(b"01"[chr(byte) in hexdigits] for byte in range(256))


def readings(leaf: bytes, shortest: int) -> Iterator[bytes]:
    """Everything that some bytes decode to: the bytes, what they decode to, what that decodes to, and so on.

    JSON, URL, HTML and shell escapes, hex, base64, gzip, zlib and UTF-16 are undone, breadth first. Depth, number and
    size of the readings are bounded: of what is larger, the first part is read.

    Args:
        leaf: The bytes to read.
        shortest: The length below which a reading is of no interest.

    Yields:
        The readings, each once, beginning with the bytes themselves.
    """
    yield leaf
    seen = {leaf}
    level = [leaf]
    left = _MAX_READ
    for _ in range(_MAX_DEPTH):
        following = []
        for reading in (decoded for text in level for decoded in _decoded(text[:_MAX_DECODED], shortest)):
            part = reading[:left]
            left -= len(part)
            if len(part) >= shortest and part not in seen:
                yield part
                seen.add(part)
                following.append(part)
            if left < shortest or len(seen) >= _MAX_READINGS:
                return
        level = following


def unescaped(text: bytes) -> bytes:
    """Some bytes with the escapes of JSON, URLs, HTML and shells undone, all of them, once.

    Args:
        text: The bytes, text or not.

    Returns:
        The bytes with each escape replaced by what it stands for, text in UTF-8.
    """
    return _ESCAPE.sub(_escaped, text)


def spelled(text: str) -> str:
    """A regular expression for a text as JSON, URLs, HTML, `repr` and shells may write it, in any mixture.

    Args:
        text: The text. Its ASCII letters and digits stand for themselves: none of these encodings touches them.

    Returns:
        The source of the expression, to be used on str.
    """
    return "".join(char if char.isascii() and char.isalnum() else _spelled_char(char) for char in text)


def spelled_base64(data: bytes) -> list[str]:
    """Regular expressions for the base64 of anything that contains some bytes, one for each of the three offsets.

    Args:
        data: The bytes, at least three of them.

    Returns:
        The sources of the expressions, to be used on str, for the standard and the URL-safe alphabet.
    """
    either = {"+": f"(?:{spelled('+')}|{spelled('-')})", "/": f"(?:{spelled('/')}|{spelled('_')})"}
    expressions = []
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + data).decode()
        start, end = (offset * 8 + 5) // 6, (offset + len(data)) * 8 // 6
        core = "".join(either.get(char, char) for char in encoded[start:end])
        # The characters at both ends carry bits of the neighbours too: any character may stand there.
        head = "[A-Za-z0-9+/_-]?" if offset else ""
        tail = "[A-Za-z0-9+/_-]?={0,2}" if (offset + len(data)) % 3 else ""
        expressions.append(f"{head}{core}{tail}")
    return expressions


def _spelled_char(char: str) -> str:
    units = re.findall("....", char.encode("utf-16-be", "surrogatepass").hex())
    spellings = [
        rf"\\{{0,4}}{re.escape(char)}",
        re.escape(json.dumps(char)[1:-1]),
        "".join(rf"\\{{1,4}}u(?i:{unit})" for unit in units),
        re.escape(html.escape(char)),
        rf"&#0{{0,4}}{ord(char)};|&#(?i:x0{{0,4}}{ord(char):x});",
    ]
    for encoding in ("utf-8", "latin-1"):
        octets = [f"{octet:02x}" for octet in char.encode(encoding, "ignore")]
        if octets:
            spellings.append("".join(rf"%(?:25){{0,4}}(?i:{octet})" for octet in octets))
            spellings.append("".join(rf"\\{{1,4}}x(?i:{octet})" for octet in octets))
    if char == " ":
        spellings.append(r"\+")
    if char == "'":
        spellings.append(re.escape("'\"'\"'"))  # what shlex.quote makes of it
    return f"(?:{'|'.join(spellings)})"


def _decoded(text: bytes, shortest: int) -> Iterator[bytes]:
    yield from _decoded_escapes(text)
    yield from _decoded_streams(text)
    yield from _decoded_base64_and_hex(text, shortest)
    yield from _decoded_utf16(text, shortest)


def _decoded_escapes(text: bytes) -> Iterator[bytes]:
    # Of bytes that are no text only the parts with escapes are read: all of an image would be read for a stray "%41".
    parts = []
    lines = text.translate(_CONTROLS_AS_NUL)
    end = 0
    while escape := _ESCAPE.search(lines, end):
        start = lines.rfind(b"\0", end, escape.start()) + 1
        end = lines.find(b"\0", escape.end())
        end = len(lines) if end < 0 else end
        parts.append(lines[start:end])
    if parts:
        escaped = b"\0".join(parts)
        yield unescaped(escaped)
        if b"+" in escaped and _URL_ESCAPE.search(escaped):
            yield unescaped(escaped.replace(b"+", b" "))


def _escaped(escape: re.Match[bytes]) -> bytes:
    text = escape[0]
    if text.startswith((b"%", b"\\x")):
        return bytes.fromhex(text[-2:].decode())
    if text.startswith(b"\\u"):
        return bytes.fromhex(text.replace(b"\\u", b"").decode()).decode("utf-16-be", "replace").encode()
    if text.startswith(b"\\"):
        return text[1:].translate(_CONTROLS)
    if text.startswith(b"'"):
        return b"'"
    return html.unescape(text.decode()).encode("utf-8", "replace")


def _decoded_streams(text: bytes) -> Iterator[bytes]:
    view = memoryview(text)
    for stream in islice(chain(_GZIP.finditer(text), _ZLIB.finditer(text)), _MAX_STREAMS):
        yield _inflated(view[stream.start() :])


def _inflated(stream: memoryview) -> bytes:
    """Decompress the first part of a stream, in small pieces: a fault costs only the piece it is in.

    It is not said where a stream ends, and zlib gives nothing of a call in which it finds a fault. A stream with a
    wrong checksum, one that is cut off, and one with other bytes behind it are read as far as they go.
    """
    engine = zlib.decompressobj(_ANY_WRAPPER)
    inflated = bytearray()
    try:
        for start in range(0, len(stream), _STREAM_PIECE):
            inflated += engine.decompress(stream[start : start + _STREAM_PIECE], _MAX_INFLATED - len(inflated))
            if engine.eof or len(inflated) >= _MAX_INFLATED:
                break
    except zlib.error:
        pass
    return bytes(inflated)


def _decoded_base64_and_hex(text: bytes, shortest: int) -> Iterator[bytes]:
    # Without white space the lines of one encoded text are one run. A run may begin with characters that do not belong
    # to what is encoded ("key:c2VjcmV0" without the colon): which of the four places it begins at cannot be known. All
    # alignments are decoded, of all runs at once, joined: what comes out at a seam is nonsense of a few bytes, and one
    # call of binascii for a thousand short runs is cheap. Hex digits belong to base64, so runs of hex are among these.
    dense = text.translate(_URLSAFE_TO_STANDARD, b" \t\r\n:")
    runs = b"".join(_runs(dense, _IN_BASE64, shortest * 8 // 6)) + b"AAAA"
    for alignment in range(4):
        part = runs[alignment:]
        yield binascii.a2b_base64(part[: len(part) // 4 * 4])
    runs = b"".join(_runs(runs, _IN_HEX, shortest * 2))
    for alignment in range(2):
        part = runs[alignment:]
        yield binascii.a2b_hex(part[: len(part) // 2 * 2])


def _runs(text: bytes, in_alphabet: bytes, length: int) -> Iterator[bytes]:
    """All runs of an alphabet that are long enough, found by substring search: much faster than an expression.

    Each byte becomes "1" if the alphabet has it and "0" if not; a run of enough ones is then found by `bytes.find`.
    """
    flags = text.translate(in_alphabet)
    run = b"1" * length
    end = 0
    while (start := flags.find(run, end)) >= 0:
        end = flags.find(b"0", start)
        end = len(flags) if end < 0 else end
        yield text[start:end]


def _decoded_utf16(text: bytes, shortest: int) -> Iterator[bytes]:
    # "0" is a NUL, "1" a printable character, "?" any other: in both byte orders NULs and characters take turns.
    if b"0" + b"10" * (shortest - 1) in text.translate(_IN_UTF16):
        yield text.replace(b"\0", b"")
