"""How a DIAL gets its limits wrong, and the features beside completions."""

from __future__ import annotations

from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json, in_words
from conformance.standin.defect import DALLE3, defect
from conformance.standin.request_kinds import asks, asks_completion
from conformance.standin.response_edits import Edit, edited

LIMITS = "/v1/deployments/*/limits"
HIT = {"error": {"message": "Hit request rate limit. Hour limit: 2 / 2 requests.", "code": "429"}}


async def edited_limits(request: IncomingRequest, serve: Handler, edit: Edit) -> Response:
    """Tell the limits after an edit."""
    response = await serve(request)
    return await edited(response, edit) if asks(request, "GET", LIMITS) else response


@defect("LIM-01")
async def limits_fail(request: IncomingRequest, serve: Handler) -> Response:
    """The limits are an error of the gateway."""
    response = await serve(request)
    return in_words(500) if asks(request, "GET", LIMITS) and response.status == 200 else response


@defect("LIM-01")
async def unlimited_is_null(request: IncomingRequest, serve: Handler) -> Response:
    """Where there is no limit, its total is null."""

    def edit(limits: Any) -> None:
        for one in limits.values():
            one["total"] = None

    return await edited_limits(request, serve, edit)


@defect("LIM-02")
async def requests_not_counted(request: IncomingRequest, serve: Handler) -> Response:
    """Requests are not counted."""

    def edit(limits: Any) -> None:
        for name, one in limits.items():
            if name.endswith("RequestStats"):
                one["used"] = 0

    return await edited_limits(request, serve, edit)


@defect("LIM-03")
async def limit_without_message(request: IncomingRequest, serve: Handler) -> Response:
    """A limit of the ingress is hit, and its answer is a text."""
    return in_words(429, "Too Many Requests") if asks(request, "GET", "/v1/user/info") else await serve(request)


@defect("LIM-03")
async def retry_after_as_date(request: IncomingRequest, serve: Handler) -> Response:
    """Retry-After is a date that clients of DIAL cannot read."""
    if asks(request, "GET", "/v1/user/info"):
        return in_json(HIT, 429).with_header("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")
    return await serve(request)


@defect("FEAT-01")
async def tokens_counted_unasked(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment counts tokens, and does not claim it."""
    if asks(request, "POST", f"/v1/deployments/{DALLE3}/tokenize"):
        return in_json({"outputs": [{"status": "success", "token_count": 8}]})
    return await serve(request)


@defect("FEAT-01", at="echo")
async def tokenize_forbidden(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment claims to count tokens, and refuses it."""
    if asks(request, "POST", "/v1/deployments/echo/tokenize"):
        return in_words(403, "Forbidden deployment")
    return await serve(request)


@defect("FEAT-02")
async def opinion_not_found(request: IncomingRequest, serve: Handler) -> Response:
    """Where no opinions are collected, there is no path for them."""
    return in_words(404) if asks(request, "POST", "/v1/*/rate") else await serve(request)


@defect("INFO-01")
async def one_role_as_text(request: IncomingRequest, serve: Handler) -> Response:
    """The only role of a project is told as a text."""
    response = await serve(request)
    if not asks(request, "GET", "/v1/user/info") or response.status != 200:
        return response
    whole = await response.whole()
    return whole.with_json({**whole.json(), "roles": "default"})


@defect("INFO-01")
async def told_as_to_a_token(request: IncomingRequest, serve: Handler) -> Response:
    """The holder of a key is told the claims of a token that they do not have."""
    response = await serve(request)
    if not asks(request, "GET", "/v1/user/info") or response.status != 200:
        return response
    return response.with_json({"roles": [], "userClaims": {}})


@defect("LIM-03", at="echo")
async def hourly_limit_without_json(request: IncomingRequest, serve: Handler, kept: dict[str, int]) -> Response:
    """A limit of requests is hit during the run, and nothing says so."""
    if not asks_completion(request) or "/echo/" not in request.path:
        return await serve(request)
    kept["requests"] = kept.get("requests", 0) + 1
    return in_words(429) if kept["requests"] > 2 else await serve(request)
