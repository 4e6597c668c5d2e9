"""JSON objects that have a name twice (RFC 8259 section 4)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from conformance.contract.exchange import Exchange, excerpt

_MOST_BYTES = 4 * 1024 * 1024


class _RepeatedName(Exception):  # noqa: N818 - it ends the reading, and is no error
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def first_repeated_name(exchanges: Iterable[Exchange]) -> tuple[Exchange, str] | None:
    """Return the first exchange whose answer is JSON with an object that has a name twice, with that name; or None."""
    found = ((one, repeated_name(one.answer.body)) for one in exchanges if _may_be_json(one))
    return next(((one, name) for one, name in found if name is not None), None)


def repeated_name(body: bytes) -> str | None:
    """Return the first name that an object in a JSON document has twice, None if there is none, or no document."""
    try:
        json.loads(body, object_pairs_hook=_see_names)
    except _RepeatedName as found:
        return excerpt(found.name)
    except (ValueError, RecursionError):
        return None
    return None


def _see_names(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise _RepeatedName(name)
        seen.add(name)


def _may_be_json(exchange: Exchange) -> bool:
    body = exchange.answer.body
    return len(body) <= _MOST_BYTES and body[:64].lstrip()[:1] in (b"{", b"[")
