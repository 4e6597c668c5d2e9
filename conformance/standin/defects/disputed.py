"""How a deployment and the schema of its configuration disagree."""

from __future__ import annotations

from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.defect import DALLE3, defect
from conformance.standin.defects.refusals import INTERNAL, without_configuration
from conformance.standin.request_kinds import asks_completion, asks_schema, body_of, configuration_of
from conformance.standin.response_edits import edited

KNOWN = {"mode", "max_pages", "language", "citations", "sources"}
OF_REQUEST = {"prompt", "messages", "model", "n"}


def unknown_keys(request: IncomingRequest) -> set[str]:
    """Return the keys of a configuration that `search` does not know."""
    configuration = configuration_of(request)
    asked = asks_completion(request) and "/search/" in request.path and isinstance(configuration, dict)
    return {*configuration} - KNOWN if asked else set()


async def without_keys(request: IncomingRequest, serve: Handler, names: set[str]) -> Response:
    """Answer as if some keys of the configuration had not come."""
    document = body_of(request)
    configuration: dict[str, Any] = document["custom_fields"]["configuration"]
    document["custom_fields"]["configuration"] = {key: configuration[key] for key in configuration.keys() - names}
    return await serve(request.with_json(document))


@defect("CHAT-12", at="search")
async def unknown_key_ignored(request: IncomingRequest, serve: Handler) -> Response:
    """A key that the schema forbids is dropped without a word."""
    names = unknown_keys(request) - OF_REQUEST
    return await without_keys(request, serve, names) if names else await serve(request)


@defect("CHAT-12", at="search")
async def unknown_key_refused_though_allowed(request: IncomingRequest, serve: Handler) -> Response:
    """The schema allows other keys, and the app refuses them."""
    response = await serve(request)
    if not asks_schema(request) or "/search/" not in request.path:
        return response
    return await edited(response, lambda schema: schema.update(additionalProperties=True))


@defect("CHAT-13", at="search")
async def null_taken_for_nothing(request: IncomingRequest, serve: Handler) -> Response:
    """A property that is null is taken for one that is absent, though the schema forbids it."""
    configuration = configuration_of(request)
    if not asks_completion(request) or not isinstance(configuration, dict) or "/search/" not in request.path:
        return await serve(request)
    names = {key for key, value in configuration.items() if value is None and key != "language"}
    return await without_keys(request, serve, names) if names else await serve(request)


@defect("CHAT-13", at="buttons")
async def null_fails(request: IncomingRequest, serve: Handler) -> Response:
    """A property that is null is an error of the app."""
    configuration = configuration_of(request)
    null = isinstance(configuration, dict) and configuration.get("answer", 0) is None
    return INTERNAL if asks_completion(request) and null else await serve(request)


@defect("CHAT-21")
async def two_images(request: IncomingRequest, serve: Handler) -> Response:
    """n=2 makes two images, and bills them."""
    document = body_of(request)
    if not asks_completion(request) or document.get("n") != 2 or DALLE3 not in request.path:
        return await serve(request)
    document.pop("n")
    response = await serve(request.with_json(document))
    return await edited(response, lambda one: one["choices"].append({**one["choices"][0], "index": 1}))


@defect("CHAT-28", at="search")
async def prompt_replaced(request: IncomingRequest, serve: Handler) -> Response:
    """The configuration is merged into the request, so that it can replace the messages of the user."""
    names = unknown_keys(request) & OF_REQUEST
    if not names:
        return await serve(request)
    said = str(configuration_of(request)[min(names)])
    response = await serve(without_configuration(request))
    return await edited(response, lambda one: one["choices"][0]["message"].update(content=f"Found: {said}"))


@defect("CHAT-28", at="search")
async def field_of_request_fails(request: IncomingRequest, serve: Handler) -> Response:
    """A key of the configuration that names a field of the request is an error of the app."""
    return INTERNAL if unknown_keys(request) & OF_REQUEST else await serve(request)
