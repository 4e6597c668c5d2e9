"""How a deployment refuses what its schema allows."""

from __future__ import annotations

from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json
from conformance.standin.defect import defect
from conformance.standin.request_kinds import asks_completion, configuration_of


def _refused(message: str) -> Response:
    return in_json({"error": {"message": message, "type": "invalid_request_error", "code": "400"}}, 400)


def _configured(request: IncomingRequest, deployment: str) -> dict[str, Any]:
    """Return the configuration of a completion of that deployment, empty if there is none."""
    configuration = configuration_of(request) if asks_completion(request) else None
    asked = f"/{deployment}/" in request.path and isinstance(configuration, dict)
    return configuration if asked and isinstance(configuration, dict) else {}


@defect("CHAT-01", at="search")
async def documented_mode_refused(request: IncomingRequest, serve: Handler) -> Response:
    """A value of an enum was taken out of the deployment, and not out of its schema."""
    response = await serve(request)
    if _configured(request, "search").get("mode") == "exact" and response.status == 200:
        return _refused("This is not supported any more")
    return response


@defect("CHAT-30", at="search")
async def bound_not_in_schema(request: IncomingRequest, serve: Handler) -> Response:
    """The deployment knows a lower limit than its schema tells."""
    pages = _configured(request, "search").get("max_pages")
    response = await serve(request)
    if isinstance(pages, int) and pages > 20 and response.status == 200:
        return _refused("max_pages: your plan has 20 at most")
    return response


@defect("CHAT-30", at="search")
async def language_not_in_schema(request: IncomingRequest, serve: Handler) -> Response:
    """The schema allows any text of a length, and the deployment only what it has a dictionary for."""
    language = _configured(request, "search").get("language")
    response = await serve(request)
    if isinstance(language, str) and response.status == 200:
        return _refused(f"there is no dictionary for the language {language}")
    return response


@defect("CHAT-30")
async def documented_values_not_together(request: IncomingRequest, serve: Handler) -> Response:
    """The upstream refuses two documented values together, of which it takes each alone."""
    asked = _configured(request, "dall-e-3")
    if asked.get("quality") == "standard" and asked.get("style") == "natural":
        return _refused("The style natural needs the quality hd")
    return await serve(request)


@defect("CHAT-01", at="search")
async def documented_null_refused(request: IncomingRequest, serve: Handler) -> Response:
    """The default of a property is null, and the deployment wants to have it left out."""
    asked = _configured(request, "search")
    response = await serve(request)
    if "language" in asked and asked["language"] is None and response.status == 200:
        return _refused("language: none is not an allowed value")
    return response


@defect("CHAT-01")
async def documented_value_refused_alone(request: IncomingRequest, serve: Handler) -> Response:
    """The deployment takes a documented size only where a quality stands beside it."""
    if _configured(request, "dall-e-3") == {"size": "1792x1024"}:
        return _refused("Something is missing")
    return await serve(request)


@defect("CHAT-30")
async def a_pair_refused(request: IncomingRequest, serve: Handler) -> Response:
    """Two documented values do not go together, and no other two are refused."""
    asked = _configured(request, "dall-e-3")
    if asked.get("quality") == "hd" and asked.get("style") == "natural":
        return _refused("This style has no such quality")
    return await serve(request)


def _source(request: IncomingRequest) -> dict[str, Any]:
    found = _configured(request, "pipe").get("source")
    return found if isinstance(found, dict) else {}


@defect("CHAT-30", at="pipe")
async def empty_text_refused(request: IncomingRequest, serve: Handler) -> Response:
    """The schema has no minLength, and the deployment refuses an empty text."""
    response = await serve(request)
    if response.status == 200 and "" in _source(request).get("urls", ()):
        return _refused("urls: an address must not be empty")
    return response


@defect("CHAT-30", at="pipe")
async def second_item_refused(request: IncomingRequest, serve: Handler) -> Response:
    """The schema has no maxItems, and the deployment takes one item."""
    response = await serve(request)
    if response.status == 200 and len(_source(request).get("tables") or ()) > 1:
        return _refused("tables: only one is supported")
    return response


@defect("CHAT-30", at="pipe")
async def branch_refused(request: IncomingRequest, serve: Handler) -> Response:
    """The schema allows a list or null, and the deployment takes null only."""
    asked = _source(request)
    response = await serve(request)
    if isinstance(asked.get("tables"), list) and response.status == 200:
        return _refused("tables: cannot be chosen")
    return response
