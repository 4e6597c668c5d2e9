"""Errors of libraries and frameworks as they are, which tell callers what a deployment is made of: as data.

What an adapter says in its own words is no matter for this, though it quote the model's refusal.
"""

from __future__ import annotations

import re
from typing import Final

from conformance.dial.secret_formats import LONGEST_TEXT

_LIBRARIES: Final = (
    "aiohttp",
    "anthropic",
    "asyncpg",
    "azure\\.core",
    "boto3",
    "botocore",
    "cohere",
    "google\\.api_core",
    "google\\.genai",
    "grpc",
    "httpcore",
    "httpx",
    "kombu",
    "langchain\\w*",
    "litellm",
    "mistralai",
    "openai",
    "psycopg2?",
    "pydantic(?:_core)?",
    "pymongo",
    "redis",
    "requests",
    "sqlalchemy",
    "urllib3",
    "vertexai",
)
_RAW: Final = re.compile(
    "|".join(
        (
            rf"\b(?:{'|'.join(_LIBRARIES)})\.(?:\w+\.){{0,5}}\w*(?:Error|Exception|Timeout|Warning)\b",
            r"An error occurred \(\w+\) when calling the \w+ operation",  # botocore
            r"errors\.pydantic\.dev/",
            r"HTTPS?ConnectionPool\(host=",  # urllib3
            r"Max retries exceeded with url",
            r"<_?(?:MultiThreaded|Inactive)\w*Rendezvous|\bgrpc_status:\s?\d",  # gRPC
            r"type\.googleapis\.com/google\.rpc\.",
            r"\b(?:java|javax|org|com|io)\.(?:\w+\.){1,8}\w+(?:Exception|Error)\b",  # the JVM
            r"Whitelabel Error Page",  # Spring
            r'"timestamp"\s*:\s*"[^"]{10,40}"\s*,\s*"status"\s*:\s*\d{3}\s*,\s*"error"\s*:',  # Spring
            r"https://tools\.ietf\.org/html/rfc\d{4}#section-[\d.]+\"\s*,\s*\"title\"",  # ASP.NET
            r"Werkzeug Debugger|You're seeing this error because you have <code>DEBUG = True",  # Flask, Django
        )
    )
)


def raw_error_in(text: str) -> str | None:
    """Return the part of an error's body that a library or a framework wrote, or None."""
    found = _RAW.search(text[:LONGEST_TEXT])
    return None if found is None else found[0]
