"""How deployments refuse what ordinary clients of the OpenAI API send, and how limits and patterns are told wrongly."""

from __future__ import annotations

from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json, in_words
from conformance.standin.defect import DALLE3, defect
from conformance.standin.defects.claimed_features import of, unsupported
from conformance.standin.defects.configuration import published
from conformance.standin.defects.limits import HIT
from conformance.standin.request_kinds import asks, asks_completion

FAILED = in_words(500, "Internal Server Error")


@defect("CHAT-36")
async def model_required(request: IncomingRequest, serve: Handler) -> Response:
    """An adapter requires `model` in the body, though the path names the deployment."""
    body = of(request, DALLE3)
    return unsupported("model", 422) if "messages" in body and "model" not in body else await serve(request)


@defect("CHAT-36", at="echo")
async def stream_false_fails(request: IncomingRequest, serve: Handler) -> Response:
    """A client says that it wants no stream, and the adapter fails."""
    body = of(request, "echo")
    # aidial-client says so too, and always names the model
    return FAILED if body.get("stream") is False and "model" not in body else await serve(request)


@defect("CHAT-36", at="search")
async def history_refused(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment takes messages of users only."""
    roles = [one.get("role") for one in of(request, "search").get("messages") or () if isinstance(one, dict)]
    return unsupported("messages", 422) if "assistant" in roles else await serve(request)


@defect("CHAT-36", at="buttons")
async def prompt_must_be_ascii(request: IncomingRequest, serve: Handler) -> Response:
    """An application writes the prompt into a header of its own upstream, and fails with other letters."""
    of_it = "buttons" in request.path and asks_completion(request)
    return FAILED if of_it and "кубик" in request.body.decode("utf-8", "replace") else await serve(request)


@defect("LIM-04")
async def limit_without_end(request: IncomingRequest, serve: Handler) -> Response:
    """A limit is hit, and nothing says when to come again."""
    return in_json(HIT, 429) if asks(request, "GET", "/v1/user/info") else await serve(request)


@defect("LIM-04", at="echo")
async def end_of_limit_by_another_name(request: IncomingRequest, serve: Handler, kept: dict[str, int]) -> Response:
    """A limit is hit during the run, and a header of the ingress's own says when it ends."""
    if not asks_completion(request) or "/echo/" not in request.path:
        return await serve(request)
    kept["requests"] = kept.get("requests", 0) + 1
    if kept["requests"] <= 2:
        return await serve(request)
    return in_json(HIT, 429).with_header("x-ratelimit-reset", "30")


async def with_pattern(request: IncomingRequest, serve: Handler, pattern: str) -> Response:
    """Publish the schema of `search` with another pattern."""

    def edit(schema: Any) -> None:
        for place in schema.get("$defs", {}).values():
            for one in place.get("properties", {}).values():
                if "pattern" in one:
                    one["pattern"] = pattern

    return await published(request, serve, edit)


@defect("CONF-17", at="search")
async def anchors_of_python(request: IncomingRequest, serve: Handler) -> Response:
    r"""A pattern is anchored by `\A`, which is a letter in a browser."""
    return await with_pattern(request, serve, r"\A[a-z][a-z0-9-]*$")


@defect("CONF-17", at="search")
async def possessive_pattern(request: IncomingRequest, serve: Handler) -> Response:
    """A pattern has a possessive quantifier of Java."""
    return await with_pattern(request, serve, "^[a-z][a-z0-9-]*+$")


@defect("CONF-17", at="search")
async def group_named_as_in_python(request: IncomingRequest, serve: Handler) -> Response:
    """A group of a pattern has its name as in Python."""
    return await with_pattern(request, serve, "^(?P<first>[a-z])[a-z0-9-]*$")
