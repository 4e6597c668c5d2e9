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
