"""What keeps the secrets of a run, and the DIAL's own address, off disk and screen.

Two questions are asked of a text, and they need two ways (encodings.py has both):

    `hide_secrets`   a text for a screen ──► the same text with "$DIAL_API_KEY" for the key.
                     One expression that finds the key in each way in which it may be written, in place.
    `leak`           a leaf of a cassette ──► is there a secret in it?
                     The leaf is decoded as often as it can be, and each reading is searched for the plain key.

The first is quick and keeps the text, but sees through one encoding (and quoting on top). The second sees through
five, of compressed bodies too, but does not know any more where in the leaf the secret stood. So what would go to
disk with a secret in it is not repaired but refused, and the whole recording with it.

The DIAL's address is another matter: it is no secret that may not leak at any price, but a name that would make a set
useless elsewhere, and healthy answers have it in their URLs. So it is replaced (`hide_address`) in the bodies as they
come, and `leak` sees to it that none is left in a deeper encoding.

Order matters:

* The address is replaced *before* an exchange is judged or kept, in live runs and in recordings alike, so that a
  replay judges the same bytes. Chunks are moved along (`_moved`).
* Secrets are hidden *before* a text is shortened: half a key is not recognised, but is half a key.
* The longest secret is looked for first: one may be the beginning of another.
"""

from __future__ import annotations

import ipaddress
import re
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from conformance.contract.exchange import Chunks, Exchange
from conformance.wire.encodings import readings, spelled, spelled_base64, unescaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PLACEHOLDER_ADDRESS = "https://dial.invalid"

_PLACEHOLDER_HOST = "dial.invalid"
_SHORTEST_SECRET = 8
_DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}

# Expressions for an address, to be used with re.IGNORECASE on bytes; "%(?:25)*" is a percent sign quoted any times.
_COLON = r"(?::|%(?:25)*3a|\\+u003a)"
_SLASH = r"(?:\\*/|%(?:25)*2f|\\+u002f)"
_SCHEME = rf"(?:https?|wss?)(?P<separator>{_COLON}{_SLASH}{_SLASH})"
# The letter or digit before a host belongs to an escape: "\ndial.example.com", "%2Fdial.example.com".
_AFTER_ESCAPE = "|".join(
    f"(?<={escape})"
    for escape in (r"\\[bfnrt]", r"\\u[0-9a-f]{4}", r"\\x[0-9a-f]{2}", "%[0-9a-f]{2}", "%25[0-9a-f]{2}")
)


class Redaction:
    """The secrets of a run and the DIAL's own address, and how they are kept off disk and screen."""

    def __init__(self, secrets: Mapping[str, str], url: str | None = None) -> None:
        """Prepare what to look for.

        Args:
            secrets: The value of each secret by the placeholder that stands for it, such as `$DIAL_API_KEY`.
            url: The base URL of the DIAL, if it is to be hidden too.

        Raises:
            ValueError: A secret is so short that it would be found by accident, or the URL has no host.
        """
        for placeholder, value in secrets.items():
            if len(value) < _SHORTEST_SECRET:
                raise ValueError(
                    f"{placeholder} is shorter than {_SHORTEST_SECRET} characters: too short to be found reliably"
                )
        self._placeholders = tuple(sorted(secrets, key=lambda placeholder: -len(secrets[placeholder])))
        self._spellings = re.compile("|".join(f"({_spellings(secrets[name])})" for name in self._placeholders))
        self._needles = tuple((needle, name) for name in secrets for needle in _needles(secrets[name]))
        self._address = _address(urlsplit(url)) if url else None
        wanted = [needle for needle, _ in self._needles] + ([self._address.shortest] if self._address else [])
        self._shortest = min(map(_shortest_reading, wanted), default=0)

    def __repr__(self) -> str:
        """The names of what is hidden, never a value."""
        names = [*self._placeholders, *(["address"] if self._address else [])]
        return f"Redaction({', '.join(names)})"

    def hide_address(self, body: bytes, chunks: Chunks = ()) -> tuple[bytes, Chunks]:
        """A body with the DIAL's own address written as https://dial.invalid.

        Args:
            body: The body, in any encoding or none.
            chunks: When how many bytes of it came.

        Returns:
            The body, and the chunks with their sizes moved along; a boundary inside an address moves to its end.
        """
        pieces: list[bytes] = []
        replaced: list[tuple[int, int, int]] = []
        end = 0
        for match in self._address.matches(body) if self._address else ():
            replacement = _replacement(match)
            pieces += [body[end : match.start()], replacement]
            replaced.append((*match.span(), len(replacement)))
            end = match.end()
        if not replaced:
            return body, chunks
        return b"".join([*pieces, body[end:]]), _moved(chunks, replaced)

    def hide_address_in_text(self, text: str) -> str:
        """A text, such as a header's value, with the DIAL's own address written as https://dial.invalid."""
        return self.hide_address(_octets(text))[0].decode("utf-8", "surrogatepass")

    def hide_secrets(self, text: str) -> str:
        """A text for screens and reports with each secret replaced by its placeholder.

        Secrets are found raw, JSON-escaped, URL-quoted, in hex and in base64; in compressed or otherwise nested
        encodings only `leak` finds them. Hide before a text is shortened: half a secret is not recognised.

        Args:
            text: The text as it would be shown.

        Returns:
            The text as it may be shown.
        """
        if not self._placeholders:
            return text
        return self._spellings.sub(lambda match: self._placeholders[(match.lastindex or 1) - 1], text)

    def leak(self, leaf: str | bytes) -> str | None:
        """Name the first secret that a leaf of a cassette contains, in any encoding.

        Args:
            leaf: A body, a header's value, a URL or any other scalar.

        Returns:
            The placeholder of the secret, "address" for the DIAL's own address, None if there is neither.
        """
        return self._first(leaf, self._address)

    def secret(self, leaf: str | bytes) -> str | None:
        """Name the first secret that a leaf contains, in any encoding; the DIAL's own address is none."""
        return self._first(leaf, None) if self._needles else None

    def _first(self, leaf: str | bytes, address: _Address | None) -> str | None:
        if not self._shortest:
            return None
        for octets in _all_octets(leaf):
            for reading in readings(octets, self._shortest):
                for needle, placeholder in self._needles:
                    if needle in reading:
                        return placeholder
                if address and any(address.matches(reading)):
                    return "address"
        return None


def without_secrets(exchange: Exchange, redaction: Redaction) -> Exchange:
    """Write the placeholder where an answer repeats a secret: who shortens a text later could cut a secret in half."""
    answer = exchange.answer
    headers = tuple((name, redaction.hide_secrets(value)) for name, value in answer.headers)
    body, chunks = answer.body, answer.chunks
    try:
        hidden = redaction.hide_secrets(body.decode("utf-8")).encode("utf-8")
    except UnicodeDecodeError:
        hidden = redaction.hide_secrets(body.decode("latin-1")).encode("latin-1")
    if hidden != body:
        body, chunks = hidden, ((chunks[-1][0] if chunks else 0.0, len(hidden)),)
    reason = redaction.hide_secrets(answer.reason)
    return replace(exchange, answer=replace(answer, reason=reason, headers=headers, body=body, chunks=chunks))


@dataclass(frozen=True)
class _Address:
    """The spellings of a DIAL's own address."""

    pattern: re.Pattern[bytes]
    marks: tuple[bytes, ...]  # every spelling has one of them, once in lower case: quicker to find than the pattern
    shortest: bytes

    def matches(self, body: bytes) -> Iterator[re.Match[bytes]]:
        lower = body.lower()
        return self.pattern.finditer(body) if any(mark in lower for mark in self.marks) else iter(())


def _address(url: SplitResult) -> _Address | None:
    host = (url.hostname or "").rstrip(".")
    if not host:
        raise ValueError("the URL of the DIAL has no host")
    if host == _PLACEHOLDER_HOST:
        return None
    hosts = {host, host if host.isascii() else host.encode("idna").decode()}
    literals = [f"[{host}]" if ":" in host else host for host in hosts]
    expression = _address_expression(f"(?:{'|'.join(map(_quotable, literals))})", url, is_name=_is_name(host))
    return _Address(
        pattern=re.compile(expression.encode(), re.IGNORECASE),
        marks=tuple(max(re.split("[:%]", host), key=len).encode() for host in hosts),
        shortest=min(hosts, key=len).encode() + (b"" if _is_name(host) else b":80"),
    )


def _address_expression(host: str, url: SplitResult, *, is_name: bool) -> str:
    default_port = _DEFAULT_PORTS.get(url.scheme, 443)
    own_port = rf"{_COLON}{url.port or default_port}(?![0-9])"
    other_port = rf"{_COLON}[0-9]"
    if is_name:
        before = f"(?:(?<![A-Z0-9-])|{_AFTER_ESCAPE})"
        after = r"(?![A-Z0-9-]|\.[A-Z0-9])"
        return f"{_SCHEME}{host}{after}(?:{own_port}|(?!{other_port}))|{before}{host}{after}(?:{own_port})?"
    # An IP address or a word such as "dial" means the DIAL only in a URL or with its port: "dial:widget" is a type,
    # and an upstream on another port of 127.0.0.1 must stay in sight.
    if url.port in (None, default_port):
        return rf"{_SCHEME}{host}(?:{own_port}|(?!{other_port}|[A-Z0-9_-]|\.[A-Z0-9]))"
    return f"(?:{_SCHEME}|(?<![A-Z0-9_.-])|{_AFTER_ESCAPE}){host}{own_port}"


def _is_name(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host
    return False


def _quotable(literal: str) -> str:
    special = {":": _COLON, "[": r"(?:\[|%(?:25)*5b)", "]": r"(?:\]|%(?:25)*5d)"}
    return "".join(special.get(char, re.escape(char)) for char in literal)


def _replacement(address: re.Match[bytes]) -> bytes:
    separator = address["separator"]
    if separator is None:
        return _PLACEHOLDER_HOST.encode()
    if b"%" in separator:  # in a query "://" would change what the URL means
        return b"https" + separator + _PLACEHOLDER_HOST.encode()
    return PLACEHOLDER_ADDRESS.encode()


def _moved(chunks: Chunks, replaced: Iterable[tuple[int, int, int]]) -> Chunks:
    """Chunks with their boundaries moved along, given start, end and new length of what was replaced.

    A boundary behind a replacement moves by what that became longer or shorter; one inside moves to its end, for the
    placeholder cannot be cut where the address was:

        old   ....https://dial.exam|ple.com/v1....|     two chunks, the boundary inside the address
        new   ....https://dial.invalid|/v1....|
    """
    moved = []
    ahead = list(replaced)[::-1]
    old = new = shift = last_end = 0
    for time, size in chunks:
        old += size  # the boundary after this chunk, in the body as it came; `new` is the last one in the new body
        while ahead and ahead[-1][0] < old:
            start, last_end, length = ahead.pop()
            shift += length - (last_end - start)
        boundary = max(old, last_end) + shift
        moved.append((time, boundary - new))
        new = boundary
    return tuple(moved)


def _needles(secret: str) -> set[bytes]:
    """What to look for in decoded bytes, of which it is not known how often they were encoded."""
    texts = {secret, secret.replace(" ", "+")}
    needles = {_octets(text) for text in texts}
    if not secret.isascii():
        needles |= {secret.encode(encoding, "surrogatepass") for encoding in ("utf-16-le", "utf-16-be")}
        needles |= {octets for text in texts for octets in _latin(text)}
    # A secret that looks escaped itself ("a%41") is read once too often where it is found among other escapes.
    while more := {unescaped(needle) for needle in needles} - needles:
        needles |= more
    return {needle for needle in needles if len(needle) >= _SHORTEST_SECRET}


def _shortest_reading(needle: bytes) -> int:
    """The length below which nothing contains the needle, not even compressed a little better than here."""
    return min(len(needle), len(zlib.compress(needle, 9)) * 3 // 4)


def _spellings(secret: str) -> str:
    octets = _octets(secret)
    quoted = "".join(f"%{octet:02x}" for octet in octets)
    return "|".join([spelled(secret), f"(?i:{octets.hex()}|{quoted})", *spelled_base64(octets)])


def _all_octets(leaf: str | bytes) -> Iterator[bytes]:
    """The bytes of a leaf; of a text also those it was decoded from if that was done as HTTP decodes headers."""
    if isinstance(leaf, bytes):
        yield leaf
        return
    yield _octets(leaf)
    if not leaf.isascii():
        yield from _latin(leaf)


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _latin(text: str) -> list[bytes]:
    try:
        return [text.encode("latin-1")]
    except UnicodeEncodeError:
        return []
