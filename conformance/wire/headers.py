"""Which headers of an answer are kept. The others may hold anything, so they are dropped before anyone sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from conformance.contract.exchange import Headers, Request
from conformance.contract.provider_headers import is_of_provider
from conformance.wire.redaction import Redaction

HIDDEN: Final = "(hidden)"

_KEPT = frozenset(
    {
        "accept-ranges", "access-control-allow-headers", "access-control-allow-methods", "access-control-allow-origin",
        "access-control-expose-headers", "access-control-max-age", "allow", "apim-request-id", "cache-control",
        "content-disposition", "content-encoding", "content-length", "content-range", "content-type", "date", "etag",
        "location", "retry-after", "server", "traceparent", "transfer-encoding", "vary", "www-authenticate",
        "x-dial-span-id", "x-dial-trace-id", "x-ms-region", "x-upstream-attempts", "x-upstream-id",
    }
)  # fmt: skip
_NAME_ONLY = frozenset(
    {
        "api-key", "authorization", "set-cookie", "x-upstream-endpoint", "x-upstream-key",
    }
)  # fmt: skip
_SHORTEST_ECHO = 8


def kept(headers: Headers, request: Request, redaction: Redaction) -> Headers:
    """Choose what is kept of an answer's headers, sorted by name, those of one name side by side in their order.

    Between names the order means nothing (RFC 9110 section 5.3), and a cassette does not keep it: what a live run sees
    is what its replay sees.

    Args:
        headers: As they came.
        request: What was asked: a header that repeats one of its values is kept, so that an echo can be seen.
        redaction: Takes the DIAL's own address out.
    """
    sent = [value for _, value in request.headers if len(value) >= _SHORTEST_ECHO and "$" not in value]
    grouped: dict[str, list[tuple[str, str]]] = {}
    for name, value in headers:
        lower = name.lower()
        echo = next((one for one in sent if one in value), None)
        if lower in _KEPT:
            grouped.setdefault(lower, []).append((name, redaction.hide_address_in_text(value)))
        elif echo is not None:
            grouped.setdefault(lower, []).append((name, echo))
        elif lower in _NAME_ONLY or is_of_provider(lower):
            grouped.setdefault(lower, []).append((name, HIDDEN))
    return tuple((name, value) for name, values in sorted(_named(grouped)) for value in values)


def _named(grouped: Mapping[str, Sequence[tuple[str, str]]]) -> Iterator[tuple[str, list[str]]]:
    """Give the values of each name, in the spelling that came first."""
    return ((pairs[0][0], [value for _, value in pairs]) for pairs in grouped.values())
