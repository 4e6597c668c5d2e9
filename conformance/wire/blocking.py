"""No way to the network but to hosts that were allowed: what pytest-recording has for that, entered once for a run."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager


def blocked(allowed: Sequence[str] | None = None) -> AbstractContextManager[None]:
    """Refuse every connection of this process while it is entered. Names are still resolved.

    Leaving one that was entered inside another opens the outer one too, so it is entered once.

    Args:
        allowed: Regular expressions for the beginning of an address that may be connected to, or None for none.
    """
    from pytest_recording.network import blocking_context  # noqa: PLC0415 - it imports pytest

    return blocking_context(allowed_hosts=list(allowed) if allowed is not None else None)


def allowed_addresses(patterns: Iterable[str], host: str, others: Iterable[str]) -> list[str]:
    """Say names as addresses: httpx resolves a name before it connects, so the block sees addresses only.

    A name whose addresses change during a run may get one that is refused; then the exchange could not be made.

    Args:
        patterns: What is allowed: regular expressions for the beginning of a name or of an address.
        host: The host of the DIAL.
        others: The hosts of proxies.

    Returns:
        The patterns, and one for each address of a name that they allow.

    Raises:
        ValueError: They do not allow the DIAL, and there is no proxy that could ask it instead.
    """
    allowed = list(patterns)
    reached = False
    for name in (host, *others):
        addresses = _addresses(name)
        if any(re.match(pattern, name) for pattern in patterns):
            allowed += [f"{re.escape(address)}$" for address in addresses]
            reached = True
        reached = reached or any(re.match(pattern, address) for pattern in patterns for address in addresses)
    if not reached:
        raise ValueError(f"does not allow {host}")
    return allowed


def _addresses(name: str) -> list[str]:
    try:
        return sorted({str(info[4][0]) for info in socket.getaddrinfo(name, None, proto=socket.IPPROTO_TCP)})
    except (OSError, UnicodeError):
        return []  # who asks will be told so
