"""What is not meant for callers: addresses inside of a network, and secrets."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from conformance.dial.attachment import GATEWAY, is_public
from conformance.dial.secret_formats import LONGEST_TEXT, secret_in

_URL = re.compile(
    r"\b(?:https?|wss?|grpc|rediss?|amqps?|postgres(?:ql)?|mysql|mongodb|jdbc:[a-z]+)://[^\s\"'<>]+", re.IGNORECASE
)
_BARE: Final = re.compile(
    r"(?<![\w.-])(?:"
    r"(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01])|127\.\d{1,3}|169\.254)\.\d{1,3}\.\d{1,3}:\d{2,5}"
    r"|(?:[a-z0-9-]+\.){1,5}svc(?:\.cluster\.local)?(?::\d{2,5})?"
    r"|(?:[a-z0-9-]+\.){1,5}cluster\.local(?::\d{2,5})?"
    r"|localhost:\d{2,5}"
    r")(?![\w-]|\.\w)",
    re.IGNORECASE,
)
"""Addresses without a scheme. An IP address alone is none: 10.2.0.1 may be a version."""


def internal_in(text: str) -> str | None:
    """Return the secret, or the inner address, that a text holds; None if it holds neither."""
    return secret_in(text) or inner_address_in(text)


def inner_address_in(text: str) -> str | None:
    """Return the address of a host that is not public, or None if a text has none."""
    text = text[:LONGEST_TEXT]
    for url in _URL.findall(text):
        try:
            host = urlsplit(url.removeprefix("jdbc:")).hostname
        except ValueError:
            continue
        if host and host != GATEWAY and not is_public(host):
            return str(url)
    found = _BARE.search(text)
    return None if found is None else found[0]
