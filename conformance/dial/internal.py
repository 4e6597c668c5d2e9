"""What is not meant for callers: addresses inside of a network, and secrets."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from conformance.dial.attachment import is_public

_SECRET = re.compile(
    r"\b(sk-[A-Za-z0-9_-]{16,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*)"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b[a-z]+://[^/\s:@]+:[^/\s:@]+@"
)
_URL = re.compile(r"\b(?:https?|wss?|redis|amqp|postgres(?:ql)?|mongodb)://[^\s\"'<>]+", re.IGNORECASE)


def is_internal(text: str) -> bool:
    """Tell whether a text holds a secret, or the address of a host that is not public."""
    if _SECRET.search(text):
        return True
    for url in _URL.findall(text):
        try:
            host = urlsplit(url).hostname
        except ValueError:
            continue
        if host and not is_public(host):
            return True
    return False
