"""What a request asks for, for defects that answer only some requests."""

from __future__ import annotations

import re
from typing import Any

from conformance.standin.core.http import IncomingRequest

_LISTING = re.compile(r"/openai/(deployments|models|applications)")
_DESCRIPTION = re.compile(r"/openai/(deployments|models|applications)/[^/]+")
_CONFIGURATION = re.compile(r"/v1/deployments/[^/]+/configuration")
_COMPLETION = re.compile(r"/openai/deployments/([^/]+)/chat/completions")


def asks(request: IncomingRequest, method: str, path: str) -> bool:
    """Tell whether it is that method on that path, in which a `*` stands for one segment."""
    pattern = re.escape(path).replace(r"\*", "[^/]+")
    return request.method == method and re.fullmatch(pattern, request.path) is not None


def lists(request: IncomingRequest, kind: str = "") -> bool:
    """Tell whether it asks for a listing: any, or that of `deployments`, `models` or `applications`."""
    found = _LISTING.fullmatch(request.path)
    return request.method == "GET" and found is not None and kind in ("", found[1])


def describes(request: IncomingRequest, kind: str = "") -> bool:
    """Tell whether it asks for one deployment: of any listing, or that of `deployments`, `models` or `applications`."""
    found = _DESCRIPTION.fullmatch(request.path)
    return request.method == "GET" and found is not None and kind in ("", found[1])


def asks_schema(request: IncomingRequest) -> bool:
    """Tell whether it asks for the configuration's schema."""
    return request.method == "GET" and _CONFIGURATION.fullmatch(request.path) is not None


def asks_file(request: IncomingRequest) -> bool:
    """Tell whether it asks for the content of a file."""
    return request.method == "GET" and request.path.startswith("/v1/files/")


def asks_picture(request: IncomingRequest) -> bool:
    """Tell whether it asks for a picture that a deployment has made."""
    return asks_file(request) and "/appdata/" in request.path and request.path.endswith(".png")


def asks_metadata(request: IncomingRequest) -> bool:
    """Tell whether it asks for the metadata of a file or folder."""
    return request.method == "GET" and request.path.startswith("/v1/metadata/files/")


def asks_completion(request: IncomingRequest) -> bool:
    """Tell whether it is a chat completion."""
    return request.method == "POST" and _COMPLETION.fullmatch(request.path) is not None


def body_of(request: IncomingRequest) -> dict[str, Any]:
    """Return the JSON object in the body, empty if there is none."""
    try:
        document = request.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def configuration_of(request: IncomingRequest) -> Any:
    """Return `custom_fields.configuration`, None if there is none."""
    fields = body_of(request).get("custom_fields")
    return fields.get("configuration") if isinstance(fields, dict) else None


def asks_stream(request: IncomingRequest) -> bool:
    """Tell whether it is a chat completion that is to be streamed."""
    return asks_completion(request) and body_of(request).get("stream") is True


def asks_block(request: IncomingRequest) -> bool:
    """Tell whether it is a chat completion that is to come in one piece."""
    return asks_completion(request) and body_of(request).get("stream") is not True


def is_anonymous(request: IncomingRequest) -> bool:
    """Tell whether no credentials came."""
    return request.header("api-key") is None and request.header("authorization") is None


def is_stranger(request: IncomingRequest) -> bool:
    """Tell whether the unknown key came."""
    return (request.header("api-key") or "").startswith("wrong-")


def is_known(request: IncomingRequest) -> bool:
    """Tell whether credentials came that are not the unknown key."""
    return not is_anonymous(request) and not is_stranger(request)
