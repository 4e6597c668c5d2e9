"""How an app reads values that its schema forbids, and loses nothing by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.defect import defect
from conformance.standin.request_kinds import asks_block, body_of, configuration_of

Read = Callable[[Any], Any]
WORDS = {"true": True, "t": True, "yes": True, "y": True, "on": True, "1": True, "false": False, "0": False}


def number_of(text: Any) -> Any:
    """Return the number that a text is, or what it was."""
    try:
        return float(text) if isinstance(text, str) and "." in text else int(text) if isinstance(text, str) else text
    except ValueError:
        return text


def boolean_of(value: Any) -> Any:
    """Return the boolean that 0, 1 or a word stands for, or what it was."""
    if isinstance(value, str):
        return WORDS.get(value.lower(), value)
    return bool(value) if value in (0, 1) else value


async def read_at(request: IncomingRequest, serve: Handler, name: str, read: Read) -> Response:
    """Answer as if a property of `search` had come as the app reads it."""
    configuration = configuration_of(request)
    if not asks_block(request) or "/search/" not in request.path or not isinstance(configuration, dict):
        return await serve(request)
    if name not in configuration:
        return await serve(request)
    document = body_of(request)
    document["custom_fields"]["configuration"][name] = read(configuration[name])
    return await serve(request.with_json(document))


@defect("CHAT-31", at="search")
async def number_read_from_text(request: IncomingRequest, serve: Handler) -> Response:
    """A number may be written as a text: pydantic in its lax mode."""
    return await read_at(request, serve, "max_pages", number_of)


@defect("CHAT-31", at="search")
async def boolean_read_from_words(request: IncomingRequest, serve: Handler) -> Response:
    """0, 1, "yes" and the like are booleans: pydantic in its lax mode, as the configuration of Claude."""
    return await read_at(request, serve, "citations", boolean_of)


@defect("CHAT-31", at="search")
async def true_taken_as_one(request: IncomingRequest, serve: Handler) -> Response:
    """A boolean is a number, as in Python."""
    return await read_at(request, serve, "max_pages", lambda value: int(value) if isinstance(value, bool) else value)


@defect("CHAT-31", at="search")
async def boolean_read_from_text_fails(request: IncomingRequest, serve: Handler) -> Response:
    """A text where a boolean belongs is an error of the app, when it is one that it could read."""
    response = await serve(request)
    configuration = configuration_of(request)
    found = configuration.get("citations") if isinstance(configuration, dict) else None
    if asks_block(request) and isinstance(found, str) and found.lower() in WORDS and response.status == 422:
        return Response(500, (("content-type", "text/plain; charset=utf-8"),), b"Internal Server Error")
    return response
