"""Traces of what is behind a DIAL in its answers: headers of model providers, addresses of upstreams (dial-api 11.3).

What an answer that is no error says, is not looked at: a model may speak of any host. Listings, schemas and the urls of
attachments have requirements of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from conformance.exchange import Exchange

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
    r"|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost(?=:\d)|[\w-]+(?:\.[\w-]+)*\.svc(?:\.cluster\.local)?"
)
_ADDRESS: Final = re.compile(rf"(?<![\w.-])(?:{_PROVIDERS}|{_PRIVATE})(?![\w-]|\.\d)", re.IGNORECASE)


def trace_of_upstream(exchange: Exchange) -> str | None:
    """Return what an answer shows of an upstream, or None."""
    header = next((name for name in HEADERS if exchange.header(name) is not None), None)
    if header is not None:
        return f"a header {header}"
    found = _ADDRESS.search(exchange.text) if exchange.status >= _FIRST_ERROR else None
    return None if found is None else f"{found[0]} in the body of a {exchange.status}"


def first_trace_of_upstream(exchanges: Iterable[Exchange]) -> tuple[Exchange, str] | None:
    """Return the first exchange whose answer shows something of an upstream, with what it shows, or None."""
    found = ((one, trace_of_upstream(one)) for one in exchanges)
    return next(((one, trace) for one, trace in found if trace is not None), None)
