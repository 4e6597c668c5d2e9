"""Texts of the formats that a schema names (2020-12 validation, section 7.3; OpenAPI and pydantic name more).

A validator need not look at a format, but a deployment does. So a text that is made up is one of its format, or there
is none.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, time
from functools import partial
from typing import Any, Final
from uuid import UUID

LONGEST_TEXT: Final = 1_024
"""Longer texts are not written: a keyword that needs one has no case."""

_JSON_OF_A_SCHEMA: Final = "JSON that its contentSchema describes"
_ZONES: Final = ("UTC", "Etc/UTC", "Europe/London", "Europe/Paris", "Asia/Tokyo", "Africa/Cairo", "America/Lima", "GMT")
_TURNS: Final = 8
_LONGEST_LABEL: Final = 60


def _letter(turn: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[turn]


def _labels(length: int, before: str, after: str) -> str:
    """Write labels of a host name (RFC 1035: at most 63 characters each)."""
    labels, left = [], length
    while left > 0:
        labels.append("a" * min(left, _LONGEST_LABEL))
        left -= len(labels[-1]) + 1
    return before + ".".join(labels) + after


def _uuid(version: str, turn: int) -> str:
    return f"00000000-0000-{version}000-8000-00000000000{turn}"


_SEVERAL: Final[dict[str, Callable[[int], str]]] = {
    "base64": lambda turn: base64.b64encode(b"text" + bytes([97 + turn])).decode(),
    "color": lambda turn: f"#ff000{turn}",
    "date": lambda turn: f"2024-01-{31 - turn}",
    "date-time": lambda turn: f"2024-01-{31 - turn}T12:00:00Z",
    "duration": lambda turn: f"PT{turn + 1}H",
    "email": lambda turn: f"{_letter(turn)}@example.org",
    "hostname": lambda turn: "example.org" if turn == 0 else f"{_letter(turn)}.example.org",
    "ipv4": lambda turn: f"192.0.2.{turn + 1}",
    "ipv4-interface": lambda turn: f"192.0.2.{turn + 1}/24",
    "ipv4-network": lambda turn: f"192.0.{turn + 2}.0/24",
    "ipv6": lambda turn: f"2001:db8::{turn + 1}",
    "ipv6-interface": lambda turn: f"2001:db8::{turn + 1}/64",
    "ipv6-network": lambda turn: f"2001:db8:{turn + 1}::/48",
    "json-pointer": lambda turn: f"/{_letter(turn)}",
    "json-string": json.dumps,
    "name-email": lambda turn: f"{_letter(turn)} <{_letter(turn)}@example.org>",
    "regex": _letter,
    "relative-json-pointer": lambda turn: f"0/{_letter(turn)}",
    "time": lambda turn: f"12:00:0{turn}Z",
    "uri": lambda turn: "https://example.org/" + (_letter(turn) if turn else ""),
    "uri-reference": lambda turn: f"/{_letter(turn)}",
    "uri-template": lambda turn: f"/{{{_letter(turn)}}}",
    **{f"uuid{version}": partial(_uuid, version or "4") for version in ("", "1", "3", "4", "5", "6", "7", "8")},
    "zoneinfo": _ZONES.__getitem__,
    # which file must be there, whose URL, and what must be inside, nobody can know
    "dial-file-encoded": lambda _: "",
    "directory-path": lambda _: "",
    "file-path": lambda _: "",
    "multi-host-uri": lambda _: "",
    _JSON_OF_A_SCHEMA: lambda _: "",
}  # fmt: skip
_SAME: Final = {
    "base64url": "base64", "byte": "base64", "idn-email": "email", "idn-hostname": "hostname", "ip": "ipv4",
    "ipv4interface": "ipv4-interface", "ipv4network": "ipv4-network", "ipv6interface": "ipv6-interface",
    "ipv6network": "ipv6-network", "ipvanyaddress": "ipv4", "ipvanyinterface": "ipv4", "ipvanynetwork": "ipv4-network",
    "iri": "uri", "iri-reference": "uri-reference", "url": "uri",
}  # fmt: skip
_LONGER: Final[dict[str, Callable[[int], str]]] = {
    "base64": lambda length: "YWFh" * (length // 4),
    "email": lambda length: _labels(length - len("a@.org"), "a@", ".org"),
    "hostname": lambda length: _labels(length - len(".org"), "", ".org"),
    "json-pointer": lambda length: "/" + "a" * (length - 1),
    "regex": lambda length: "a" * length,
    "relative-json-pointer": lambda length: "0/" + "a" * (length - 2),
    "uri": lambda length: "https://example.org/" + "a" * (length - len("https://example.org/")),
    "uri-reference": lambda length: "/" + "a" * (length - 1),
}
_LABEL: Final = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PATTERNS: Final = {
    "color": r"#[0-9a-fA-F]{6}",
    "duration": r"P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?",
    "email": r"(?=.{1,254}$)[\w.+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+",
    "hostname": rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*",
    "json-pointer": r"(/([^~/]|~[01])*)*",
    "name-email": r"\w+ <\w+@\w+(\.\w+)+>",
    "regex": r"[A-Za-z0-9]*",
    "relative-json-pointer": r"\d+(#|(/([^~/]|~[01])*)*)",
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+",
    "uri-reference": r"[^\s<>\"{}|\\^`:]*",
    "uri-template": r"[^\s<>\"|\\^`]*",
}


def formats_of(schemas: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """Return the known formats that schemas name for a text together, each by its usual name.

    Args:
        schemas: Each may have a `format`, a `contentEncoding` and a `contentMediaType`.
    """
    found = [name for one in schemas for name in (one.get("format"), one.get("contentEncoding"), _content_of(one))]
    names = [_SAME.get(name, name) for name in found if isinstance(name, str)]
    return tuple(name for name in dict.fromkeys(names) if name in _SEVERAL)


def _content_of(schema: dict[str, Any]) -> str | None:
    """Name what a text is by its `contentMediaType`, if that is known, and nothing encodes it."""
    if schema.get("contentMediaType") != "application/json" or "contentEncoding" in schema:
        return None
    return "json-string" if schema.get("contentSchema", True) in (True, {}) else _JSON_OF_A_SCHEMA


def texts_of(name: str, shortest: int, longest: int | None) -> Iterator[str]:
    """Give texts of a known format between two lengths, the plainest first, then one of each length."""
    ends = [*([shortest] if shortest else []), *([] if longest is None else [longest])]
    found = [_SEVERAL[name](turn) for turn in range(_TURNS)]
    found += [text for end in ends if (text := of_length(name, end)) is not None]
    for text in found:
        if len(text) >= shortest and (longest is None or len(text) <= longest) and is_of(name, text):
            yield text


def of_length(name: str, length: int) -> str | None:
    """Return a text of a known format with so many characters, None if none was found."""
    if length > LONGEST_TEXT:
        return None
    found = [_SEVERAL[name](0), *([_LONGER[name](length)] if name in _LONGER else [])]
    return next((text for text in found if len(text) == length and is_of(name, text)), None)


def is_of(name: str, text: str) -> bool:
    """Tell whether a text is surely of a known format."""
    if name in _PATTERNS:
        return re.fullmatch(_PATTERNS[name], text) is not None
    read = _READ.get(name)
    if read is None:
        return False
    with suppress(ValueError, binascii.Error):
        read(text)
        return True
    return False


def _date_time(text: str) -> datetime:
    if "T" not in text or not re.search(r"(Z|[+-]\d\d:\d\d)$", text):
        raise ValueError
    return datetime.fromisoformat(text)


_READ: Final[dict[str, Callable[[str], object]]] = {
    "base64": lambda text: base64.b64decode(text, validate=True),
    "date": date.fromisoformat,
    "date-time": _date_time,
    "ipv4": ipaddress.IPv4Address,
    "ipv4-interface": ipaddress.IPv4Interface,
    "ipv4-network": ipaddress.IPv4Network,
    "ipv6": ipaddress.IPv6Address,
    "ipv6-interface": ipaddress.IPv6Interface,
    "ipv6-network": ipaddress.IPv6Network,
    "json-string": json.loads,
    "time": lambda text: time.fromisoformat(text) if text.endswith("Z") else int("a time has a zone"),
    **dict.fromkeys(("uuid", *(f"uuid{version}" for version in (1, 3, 4, 5, 6, 7, 8))), UUID),
    "zoneinfo": _ZONES.index,
}
