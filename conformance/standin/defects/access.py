"""How a DIAL lets in whom it should not, and what it lets browsers and caches do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json, in_words
from conformance.standin.defect import defect
from conformance.standin.defects.auth import EMPTY_LISTING, web_page
from conformance.standin.request_kinds import asks, asks_completion, describes, is_anonymous, is_stranger, lists

LIMITS = {"minuteTokenStats": {"total": 100, "used": 0}, "dayTokenStats": {"total": 100, "used": 0}}
CALLER = {"roles": ["default"], "project": "Somebody"}


def token_alone(request: IncomingRequest) -> str | None:
    """Return the token of a request that has nothing else, or None."""
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    return token if request.header("api-key") is None and scheme.lower() == "bearer" else None


def asks_limits(request: IncomingRequest) -> bool:
    """Tell whether it asks for the rate limits of a deployment."""
    return asks(request, "GET", "/v1/deployments/*/limits")


@defect("AUTH-03")
async def limits_for_strangers(request: IncomingRequest, serve: Handler) -> Response:
    """The limits are told to whoever has any key."""
    return in_json(LIMITS) if is_stranger(request) and asks_limits(request) else await serve(request)


@defect("AUTH-03")
async def completions_forbidden_to_strangers(request: IncomingRequest, serve: Handler) -> Response:
    """An unknown key is taken for one without the right to use the deployment."""
    return in_words(403) if is_stranger(request) and asks_completion(request) else await serve(request)


@defect("AUTH-10")
async def pages_for_everybody(request: IncomingRequest, serve: Handler) -> Response:
    """The page of each model is public, for the marketplace."""
    if is_anonymous(request) and describes(request, "models"):
        return in_json({"id": request.path.rpartition("/")[2], "object": "model"})
    return await serve(request)


@defect("AUTH-10")
async def nobody_is_a_guest(request: IncomingRequest, serve: Handler) -> Response:
    """Who has no credentials is told to be a guest."""
    if is_anonymous(request) and asks(request, "GET", "/v1/user/info"):
        return in_json({"roles": [], "project": "guest"})
    return await serve(request)


@defect("AUTH-10")
async def completions_redirect_to_login(request: IncomingRequest, serve: Handler) -> Response:
    """An ingress sends who has no credentials to a login page, completions too."""
    if is_anonymous(request) and asks_completion(request):
        return web_page(302).with_header("location", "/login")
    return await serve(request)


@defect("AUTH-11")
async def token_not_verified(request: IncomingRequest, serve: Handler) -> Response:
    """The signature of a token is not looked at, only what it says."""
    if (token_alone(request) or "").startswith("eyJ") and lists(request):
        return in_json(EMPTY_LISTING)
    return await serve(request)


@defect("AUTH-11")
async def any_token_has_a_bucket(request: IncomingRequest, serve: Handler) -> Response:
    """Whatever token comes, it gets a bucket made of it."""
    if token_alone(request) and asks(request, "GET", "/v1/bucket"):
        return in_json({"bucket": "7SvrAEJWaTFuKvf6"})
    return await serve(request)


@defect("AUTH-11")
async def token_is_an_error(request: IncomingRequest, serve: Handler) -> Response:
    """A token that is none breaks the parser."""
    return in_words(500) if token_alone(request) and asks_limits(request) else await serve(request)


@defect("AUTH-12")
async def key_in_query(request: IncomingRequest, serve: Handler) -> Response:
    """The ingress takes the key out of the query, as Azure's portal once did."""
    key = request.query.get("api-key")
    if not is_anonymous(request) or key is None:
        return await serve(request)
    path, _, query = request.target.partition("?")
    rest = "&".join(one for one in query.split("&") if not one.startswith("api-key="))
    return await serve(replace(request, target=f"{path}?{rest}" if rest else path).with_header("api-key", key))


@defect("AUTH-12")
async def key_in_query_understood(request: IncomingRequest, serve: Handler) -> Response:
    """A key in the query is known, and found to be in the wrong place."""
    in_query = is_anonymous(request) and "api-key" in request.query
    return in_words(400, "Send the key in a header") if in_query else await serve(request)


@defect("AUTH-13")
async def keys_compared_without_case(request: IncomingRequest, serve: Handler) -> Response:
    """The table of keys does not tell small letters from capitals."""
    response = await serve(request)
    key = request.header("api-key")
    unknown = response.status == 401 and key
    return await serve(request.with_header("api-key", str(key).swapcase())) if unknown else response


@defect("AUTH-13")
async def keys_compared_by_their_beginning(request: IncomingRequest, serve: Handler) -> Response:
    """A key is found by its beginning, so a cut one opens too."""
    key = request.header("api-key") or ""
    return in_json(EMPTY_LISTING) if key.endswith("-") and lists(request) else await serve(request)


@defect("AUTH-13")
async def empty_key_lists_nothing(request: IncomingRequest, serve: Handler) -> Response:
    """An empty key is a caller who may use nothing."""
    return in_json(EMPTY_LISTING) if request.header("api-key") == "" and lists(request) else await serve(request)


@defect("AUTH-14", core="late")
async def empty_token_is_wrong(request: IncomingRequest, serve: Handler) -> Response:
    """An Authorization without a token is a wrong one, whatever else came."""
    empty = (request.header("authorization") or "").strip() == "Bearer"
    return in_words(401, "Bad Authorization header") if empty else await serve(request)


@defect("AUTH-14", core="late")
async def empty_token_breaks(request: IncomingRequest, serve: Handler) -> Response:
    """An Authorization without a token breaks the parser."""
    empty = (request.header("authorization") or "").strip() == "Bearer"
    return in_words(500) if empty else await serve(request)


@defect("AUTH-15")
async def key_not_among_allowed_headers(request: IncomingRequest, serve: Handler) -> Response:
    """The ingress answers preflights, and has not heard of api-key."""
    response = await serve(request)
    if request.method != "OPTIONS":
        return response
    return response.with_header("access-control-allow-headers", "authorization, content-type, accept")


@defect("AUTH-15")
async def another_origin_allowed(request: IncomingRequest, serve: Handler) -> Response:
    """A preflight allows only the web interface of the DIAL itself."""
    response = await serve(request)
    if request.method != "OPTIONS":
        return response
    return response.with_header("access-control-allow-origin", "https://chat.dial.example.com")


@defect("AUTH-16")
async def refusals_without_an_origin(request: IncomingRequest, serve: Handler) -> Response:
    """Only good answers say who may read them, so that a page does not learn why it was refused."""
    response = await serve(request)
    return response.without_header("access-control-allow-origin") if response.status == 401 else response


@defect("AUTH-16")
async def origin_allowed_twice(request: IncomingRequest, serve: Handler) -> Response:
    """The ingress adds the header that Core has sent already."""
    response = await serve(request)
    if request.method == "OPTIONS" or request.header("origin") is None:
        return response
    return replace(response, headers=(*response.headers, ("access-control-allow-origin", "*")))


@defect("AUTH-17")
async def listing_public(request: IncomingRequest, serve: Handler) -> Response:
    """The listing may be kept by everybody, to save the gateway work."""
    response = await serve(request)
    return response.with_header("cache-control", "public, max-age=300") if lists(request) else response


@defect("AUTH-17")
async def lifetime_in_shared_caches(request: IncomingRequest, serve: Handler) -> Response:
    """Files live a day in the caches of a content delivery network."""
    response = await serve(request)
    of_files = request.path.startswith("/v1/files/")
    return response.with_header("cache-control", "max-age=0, s-maxage=86400") if of_files else response


@defect("AUTH-17")
async def caller_kept_for_others(request: IncomingRequest, serve: Handler, kept: dict[str, Any]) -> Response:
    """A cache answers all known keys with who the first of them is."""
    response = await (await serve(request)).whole()
    if not asks(request, "GET", "/v1/user/info") or response.status != 200:
        return response
    first: Response = kept.setdefault("response", response)
    return first
