"""How a gateway answers one kind of request with 502 or 503, while all around it is well."""

from __future__ import annotations

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_words
from conformance.standin.defect import defect
from conformance.standin.request_kinds import (
    asks_completion,
    asks_file,
    asks_schema,
    body_of,
    configuration_of,
    describes,
)


@defect("CHAT-16")
async def unknown_deployment_is_a_bad_gateway(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy makes 502 of the 404 for a completion of a deployment that does not exist."""
    response = await serve(request)
    return in_words(502, "Bad Gateway") if asks_completion(request) and response.status == 404 else response


@defect("LIST-05")
async def unknown_page_is_unavailable(request: IncomingRequest, serve: Handler) -> Response:
    """The page of a deployment that does not exist is 503."""
    response = await serve(request)
    return in_words(503) if describes(request) and response.status == 404 else response


@defect("LIST-04")
async def page_of_a_model_is_a_bad_gateway(request: IncomingRequest, serve: Handler) -> Response:
    """The page of one model fails behind the gateway, also of the one that is named first."""
    response = await serve(request)
    fails = describes(request, "deployments") and request.path.endswith("/dall-e-3")
    return in_words(502, "Bad Gateway") if fails and response.status == 200 else response


@defect("CONF-12")
async def schema_of_unknown_is_a_bad_gateway(request: IncomingRequest, serve: Handler) -> Response:
    """The schema of a deployment that does not exist is asked of nobody, and 502."""
    response = await serve(request)
    return in_words(502, "connection error to origin") if asks_schema(request) and response.status == 404 else response


@defect("FILE-06")
async def missing_file_is_unavailable(request: IncomingRequest, serve: Handler) -> Response:
    """A storage that does not find a file is taken for one that is away: 503."""
    response = await serve(request)
    return in_words(503) if asks_file(request) and response.status == 404 else response


@defect("CHAT-05")
async def adapter_dies_of_wrong_types(request: IncomingRequest, serve: Handler) -> Response:
    """An adapter crashes on a number or a boolean where a text is wanted, and its gateway answers 502."""
    configuration = configuration_of(request)
    values = configuration.values() if isinstance(configuration, dict) else ()
    if asks_completion(request) and "dall-e-3" in request.path and any(isinstance(one, int | float) for one in values):
        return Response(502, (("content-type", "text/plain"),), b"Upstream closed the connection")
    return await serve(request)


@defect("CHAT-17")
async def broken_json_is_a_bad_gateway(request: IncomingRequest, serve: Handler) -> Response:
    """A filter of the gateway fails at a body that it cannot read, and a proxy makes 502 of that."""
    response = await serve(request)
    broken = asks_completion(request) and not body_of(request) and response.status == 400
    return Response(502, (), b"Bad Gateway") if broken and request.body.startswith(b"{") else response
