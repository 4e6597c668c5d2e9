"""Requests as DIAL takes them. What is unknown is fixed, never random, so that each run asks the same."""

from __future__ import annotations

import json
from typing import Any, Final

from conformance.contract.case import ABSENT
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import API_KEY, OTHER_API_KEY, Headers, Request

CALLER: Final[Headers] = (("Api-Key", API_KEY),)
"""The caller; a run with a bearer token sends that instead."""
OTHER_CALLER: Final[Headers] = (("Api-Key", OTHER_API_KEY),)
NOBODY: Final[Headers] = ()
UNKNOWN_KEY: Final = "wrong-key-000"
STRANGER: Final[Headers] = (("Api-Key", UNKNOWN_KEY),)
OTHER_AUTHORIZATION: Final = ("Authorization", "Bearer x")

UNKNOWN_DEPLOYMENT: Final = Deployment("no-such-deployment-7f3a")
MISSING_FILE: Final = "conformance/no-such-file-7f3a.txt"
FOREIGN_FILE: Final = "files/abc/x.png"
ORIGIN: Final = "https://example.org"
PROMPT: Final = "A small red cube on a white table"
API_VERSION: Final = "2023-12-01-preview"
LARGEST_PROMPT: Final = 2_048
"""No request has more tokens than this in its messages, its tools and its small attachment together."""
MESSAGES: Final = ({"role": "user", "content": PROMPT},)

_JSON = (("content-type", "application/json"),)


def get(path: str, *, credentials: Headers = CALLER, headers: Headers = ()) -> Request:
    """Ask for a path with GET."""
    return Request("GET", path, (*credentials, *headers))


def post(path: str, body: bytes, *, credentials: Headers = CALLER, headers: Headers = _JSON) -> Request:
    """Send a body with POST."""
    return Request("POST", path, (*credentials, *headers), body)


def chat_path(deployment: Deployment, *, api_version: str | None = API_VERSION) -> str:
    """Return where the completions of a deployment are."""
    query = "" if api_version is None else f"?api-version={api_version}"
    return f"/openai/deployments/{deployment.path}/chat/completions{query}"


def chat(deployment: Deployment, *, api_version: str | None = API_VERSION, **how: Any) -> Request:
    """Ask a deployment for a completion of the prompt.

    Args:
        deployment: The deployment.
        api_version: The query parameter, or None to leave it out.
        **how: `configuration` (its value, or `ABSENT`), `custom_fields` (in place of an object with the
            configuration), `messages` (others, or `ABSENT`), `model` (`ABSENT` to leave it out), `stream`, `n`,
            `fields` (others of the OpenAI API, by name), `credentials`, `headers`.
    """
    body: dict[str, Any] = {} if how.pop("model", None) is ABSENT else {"model": deployment.id}
    if (messages := how.pop("messages", list(MESSAGES))) is not ABSENT:
        body["messages"] = messages
    body |= how.pop("fields", {})
    body |= {name: how.pop(name) for name in ("stream", "n") if name in how}
    if (configuration := how.pop("configuration", ABSENT)) is not ABSENT:
        body["custom_fields"] = {"configuration": configuration}
    if "custom_fields" in how:
        body["custom_fields"] = how.pop("custom_fields")
    return post(chat_path(deployment, api_version=api_version), as_json(body), **how)


def as_json(value: object) -> bytes:
    """Write a body as JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
