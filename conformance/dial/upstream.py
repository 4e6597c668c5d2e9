"""Traces of what is behind a DIAL in its answers: headers of model providers, addresses of upstreams (dial-api 11.3).

What an answer that is no error says, is not looked at: a model may speak of any host. Listings, schemas and the urls of
attachments have requirements of their own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

from conformance.contract.exchange import Exchange
from conformance.contract.provider_headers import is_of_provider
from conformance.dial.error import stack_trace_in
from conformance.dial.raw_errors import raw_error_in
from conformance.dial.secret_formats import secret_in

_FIRST_ERROR: Final = 400
_SHORTEST_CREDENTIAL: Final = 8
_PROVIDERS: Final = (
    r"[\w.-]+\.openai\.azure\.com|api\.openai\.com|[\w.-]+\.cognitiveservices\.azure\.com|[\w.-]+\.amazonaws\.com"
    r"|api\.anthropic\.com|[\w.-]+\.googleapis\.com|api\.mistral\.ai|[\w.-]+\.inference\.ai\.azure\.com"
)
_PRIVATE: Final = (
    r"10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3}"
    r"|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|169\.254\.\d{1,3}\.\d{1,3}|localhost(?=:\d)"
    r"|[\w-]+(?:\.[\w-]+)*\.svc(?:\.cluster\.local)?|(?<=://)[\w-]+(?=:\d)|(?<=://)\[f[cd][0-9a-f:]+\]"
)
_ADDRESS: Final = re.compile(rf"(?<![\w.-])(?:{_PROVIDERS}|{_PRIVATE})(?![\w-]|\.\d)", re.IGNORECASE)


def trace_of_upstream(exchange: Exchange, of_ingress: Collection[str] = ()) -> str | None:
    """Return what an answer shows of an upstream, or None.

    Args:
        exchange: The exchange with the answer.
        of_ingress: Names of headers, in lower case, that every answer has.
    """
    names = (name.lower() for name, _ in exchange.answer.headers)
    header = next((name for name in names if is_of_provider(name) and name not in of_ingress), None)
    if header is not None:
        return f"a header {header}"
    place = _ADDRESS.search(exchange.header("location") or "")
    if place is not None:
        return f"{place[0]} in the header location"
    if exchange.status < _FIRST_ERROR or stack_trace_in(exchange) is not None:  # CHAT-23 speaks of a stack trace
        return None
    found = _trace_in(_without_what_was_sent(exchange))
    return None if found is None else f"{found} in the body of a {exchange.status}"


def first_trace_of_upstream(exchanges: Iterable[Exchange], core: Exchange | None) -> tuple[Exchange, str] | None:
    """Return the first exchange whose answer shows something of an upstream, with what it shows, or None.

    Args:
        exchanges: The exchanges to look at.
        core: One that Core answers by itself: what its answer has, the ingress puts on every answer.
    """
    of_ingress = frozenset(name.lower() for name, _ in core.answer.headers) if core is not None else frozenset[str]()
    found = ((one, trace_of_upstream(one, of_ingress)) for one in exchanges)
    return next(((one, trace) for one, trace in found if trace is not None), None)


def _trace_in(text: str) -> str | None:
    address = _ADDRESS.search(text)
    return address[0] if address is not None else secret_in(text) or raw_error_in(text)


def _without_what_was_sent(exchange: Exchange) -> str:
    """Return the body without the credentials that were sent: to repeat these is the fault of AUTH-08."""
    text = exchange.text
    for _, value in exchange.request.headers:
        token = value.rpartition(" ")[2]
        text = text.replace(token, "") if len(token) >= _SHORTEST_CREDENTIAL else text
    return text
