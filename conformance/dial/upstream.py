"""Traces of what is behind a DIAL in its answers: headers of model providers, addresses of upstreams (dial-api 11.3).

What an answer that is no error says, is not looked at: a model may speak of any host. Listings, schemas and the urls of
attachments have requirements of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from conformance.contract.exchange import Exchange

_FIRST_ERROR: Final = 400
HEADERS: Final = (
    "anthropic-organization-id",
    "apim-request-id",
    "azureml-model-session",
    "openai-model",
    "openai-organization",
    "openai-processing-ms",
    "x-amzn-requestid",
    "x-ms-client-request-id",
    "x-ms-deployment-name",
    "x-ms-rai-invoked",
    "x-ms-region",
)
"""Headers by which model providers make themselves known."""

_PROVIDERS: Final = (
    r"[\w.-]+\.openai\.azure\.com|api\.openai\.com|[\w.-]+\.cognitiveservices\.azure\.com|[\w.-]+\.amazonaws\.com"
    r"|api\.anthropic\.com|[\w.-]+\.googleapis\.com|api\.mistral\.ai|[\w.-]+\.inference\.ai\.azure\.com"
)
_PRIVATE: Final = (
    r"10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3}"
    r"|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|169\.254\.\d{1,3}\.\d{1,3}|localhost(?=:\d)"
    r"|[\w-]+(?:\.[\w-]+)*\.svc(?:\.cluster\.local)?|(?<=://)[\w-]+(?=:\d)|(?<=://)\[f[cd][0-9a-f:]+\]"
)
_KEY: Final = re.compile(r"\bsk-[\w-]{12,}")
"""A key of a model provider."""
_ADDRESS: Final = re.compile(rf"(?<![\w.-])(?:{_PROVIDERS}|{_PRIVATE})(?![\w-]|\.\d)", re.IGNORECASE)


def trace_of_upstream(exchange: Exchange, headers: Iterable[str] = HEADERS) -> str | None:
    """Return what an answer shows of an upstream, or None.

    Args:
        exchange: The exchange with the answer.
        headers: Names of headers that only an upstream sets.
    """
    header = next((name for name in headers if exchange.header(name) is not None), None)
    if header is not None:
        return f"a header {header}"
    place = _ADDRESS.search(exchange.header("location") or "")
    if place is not None:
        return f"{place[0]} in the header location"
    found = (_ADDRESS.search(exchange.text) or _KEY.search(exchange.text)) if exchange.status >= _FIRST_ERROR else None
    return None if found is None else f"{found[0]} in the body of a {exchange.status}"


def first_trace_of_upstream(exchanges: Iterable[Exchange], core: Exchange | None) -> tuple[Exchange, str] | None:
    """Return the first exchange whose answer shows something of an upstream, with what it shows, or None.

    Args:
        exchanges: The exchanges to look at.
        core: One that Core answers by itself: what its answer has, the ingress puts on every answer.
    """
    headers = [name for name in HEADERS if core is None or core.header(name) is None]
    found = ((one, trace_of_upstream(one, headers)) for one in exchanges)
    return next(((one, trace) for one, trace in found if trace is not None), None)
