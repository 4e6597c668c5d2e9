"""How a DIAL gets authentication wrong."""

from __future__ import annotations

from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json, in_words
from conformance.standin.defect import defect
from conformance.standin.request_kinds import asks, asks_schema, is_anonymous, is_stranger, lists

WEB_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>"
SERVED = ("/openai/", "/v1/deployments", "/v1/files", "/v1/bucket", "/v1/metadata", "/v1/user", "/health", "/version")
EMPTY_LISTING = {"data": [], "object": "list"}


def web_page(status: int = 200) -> Response:
    """Answer with a page for browsers."""
    return Response(status, (("content-type", "text/html"),), WEB_PAGE)


@defect("AUTH-01")
async def listing_redirects_to_login(request: IncomingRequest, serve: Handler) -> Response:
    """An ingress sends everybody without credentials to a login page."""
    if is_anonymous(request) and lists(request):
        return web_page(302).with_header("location", "/login")
    return await serve(request)


@defect("AUTH-01")
async def listing_forbidden_without_credentials(request: IncomingRequest, serve: Handler) -> Response:
    """Who has no credentials gets 403 for the listing."""
    return in_words(403, "Forbidden") if is_anonymous(request) and lists(request) else await serve(request)


@defect("AUTH-02")
async def unknown_key_lists_nothing(request: IncomingRequest, serve: Handler) -> Response:
    """An unknown key is taken for a caller who may use nothing."""
    return in_json(EMPTY_LISTING) if is_stranger(request) and lists(request) else await serve(request)


@defect("AUTH-02")
async def unknown_key_forbidden(request: IncomingRequest, serve: Handler) -> Response:
    """An unknown key gets 403 for the listing."""
    return in_words(403, "Forbidden") if is_stranger(request) and lists(request) else await serve(request)


@defect("AUTH-03")
async def schema_cached_for_everybody(request: IncomingRequest, serve: Handler, kept: dict[str, Any]) -> Response:
    """A proxy caches the schema by its path, whoever asks."""
    if not asks_schema(request):
        return await serve(request)
    if is_stranger(request) and request.path in kept:
        cached: Response = kept[request.path]
        return cached
    response = await (await serve(request)).whole()
    kept[request.path] = response
    return response


@defect("AUTH-03")
async def bucket_for_everybody(request: IncomingRequest, serve: Handler) -> Response:
    """The bucket is told to whoever asks."""
    if is_stranger(request) and asks(request, "GET", "/v1/bucket"):
        return in_json({"bucket": "7SvrAEJWaTFuKvf6"})
    return await serve(request)


@defect("AUTH-04")
async def web_page_for_every_path(request: IncomingRequest, serve: Handler) -> Response:
    """The web interface answers every path that the API has not, without credentials."""
    unknown = request.method == "GET" and not request.path.startswith(SERVED)
    return web_page() if is_anonymous(request) and unknown else await serve(request)


@defect("AUTH-04")
async def routed_before_authentication(request: IncomingRequest, serve: Handler) -> Response:
    """Paths that nobody serves are told to strangers, by 404."""
    unknown = not request.path.startswith(SERVED)
    return in_words(404, "Not found") if is_anonymous(request) and unknown else await serve(request)


@defect("AUTH-05")
async def header_in_one_spelling(request: IncomingRequest, serve: Handler) -> Response:
    """A reverse proxy lets through only `Api-Key`, in this spelling."""
    others = [name for name, _ in request.headers if name.lower() == "api-key" and name.isupper()]
    return in_words(401, "Unauthorized") if others else await serve(request)


@defect("AUTH-06")
async def authorization_dropped(request: IncomingRequest, serve: Handler) -> Response:
    """The gateway drops Authorization if there is a key, and answers as somebody."""
    return await serve(request.without_header("authorization") if request.header("api-key") else request)


@defect("AUTH-07")
async def authorization_consumed(request: IncomingRequest, serve: Handler) -> Response:
    """The ingress takes every Authorization for a token of its own."""
    key = request.header("api-key")
    if key and request.header("authorization") == f"Bearer {key}":
        return in_words(401, "Bad Authorization header")
    return await serve(request)


@defect("AUTH-08")
async def unknown_key_repeated(request: IncomingRequest, serve: Handler) -> Response:
    """The message of a 401 repeats the key that came."""
    response = await serve(request)
    key = request.header("api-key")
    return response.with_body(f"Unknown api key {key}".encode()) if response.status == 401 and key else response


@defect("AUTH-08")
async def unknown_key_in_debug_header(request: IncomingRequest, serve: Handler) -> Response:
    """A debug header of each 401 tells which key came."""
    response = await serve(request)
    key = request.header("api-key")
    return response.with_header("x-debug-caller", key) if response.status == 401 and key else response


@defect("AUTH-09")
async def preflight_not_allowed(request: IncomingRequest, serve: Handler) -> Response:
    """The ingress does not know OPTIONS."""
    return in_words(405) if request.method == "OPTIONS" else await serve(request)


@defect("AUTH-09")
async def no_word_of_origins(request: IncomingRequest, serve: Handler) -> Response:
    """The answer to OPTIONS allows no origin."""
    response = await serve(request)
    return response.without_header("access-control-allow-origin") if request.method == "OPTIONS" else response
