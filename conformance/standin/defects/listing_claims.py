"""How listings claim what is not there, and contradict themselves about interfaces."""

from __future__ import annotations

from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json, in_words
from conformance.standin.defect import DALLE3, defect
from conformance.standin.defects.listing import described
from conformance.standin.request_kinds import asks, describes
from conformance.standin.response_edits import edited

INTERFACES = {"embedding": ["embedding"], "dead": ["openaiResponses"]}
"""Of samples that do not serve chat completions."""


@defect("LIST-26")
async def listed_but_forbidden(request: IncomingRequest, serve: Handler) -> Response:
    """A model is listed for a key that may not use it."""
    return in_words(403) if asks(request, "GET", "/openai/models/limited") else await serve(request)


@defect("LIST-26")
async def listed_but_gone(request: IncomingRequest, serve: Handler) -> Response:
    """The listing comes from a cache, and one of its models is no more."""
    return in_words(404) if asks(request, "GET", "/openai/models/embedding") else await serve(request)


@defect("LIST-26")
async def page_of_a_namesake(request: IncomingRequest, serve: Handler) -> Response:
    """The page of a model is that of the model that it was renamed to."""
    if not asks(request, "GET", "/openai/models/limited"):
        return await serve(request)
    return await serve(IncomingRequest(request.method, "/openai/models/echo", request.headers, request.body))


@defect("LIST-04")
async def each_page_in_an_envelope(request: IncomingRequest, serve: Handler) -> Response:
    """A facade sends each page of a model as a listing of one."""
    response = await serve(request)
    if not describes(request, "models") and not describes(request, "deployments"):
        return response
    return await edited(response, in_envelope)


def in_envelope(page: Any) -> None:
    """Put a page into the envelope of a listing."""
    one = dict(page)
    page.clear()
    page.update(object="list", data=[one])


def telling_interfaces(one: Any) -> None:
    """Tell the interfaces of a deployment, and the flag, as the newest Cores do."""
    one["interfaces"] = INTERFACES.get(one.get("id"), ["chat"])
    if isinstance(one.get("features"), dict):
        one["features"]["chat_completion"] = one["interfaces"] == ["chat"]


@defect("LIST-27")
async def flag_denies_chat(request: IncomingRequest, serve: Handler) -> Response:
    """The flag of a deployment that has the interface of chat completions is false."""

    def edit(one: Any) -> None:
        telling_interfaces(one)
        if one.get("id") == DALLE3:
            one["features"]["chat_completion"] = False

    return await described(request, serve, edit)


@defect("LIST-27", at="echo")
async def interfaces_deny_chat(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment has the flag of chat completions, and only the interface of another API."""

    def edit(one: Any) -> None:
        telling_interfaces(one)
        if one.get("id") == "echo":
            one["interfaces"] = ["openaiResponses"]

    return await described(request, serve, edit)


@defect("LIST-27", at="search")
async def chat_denied_and_answered(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment answers chat completions, and its flag says that it does not."""

    def edit(one: Any) -> None:
        telling_interfaces(one)
        one.pop("interfaces")
        if one.get("id") == "search":
            one["features"]["chat_completion"] = False

    return await described(request, serve, edit)


async def of_all_kinds(request: IncomingRequest, serve: Handler) -> list[Any] | None:
    """Return what /v1/deployments of a late Core has, if it is asked with the caller's key."""
    if not asks(request, "GET", "/v1/deployments") or request.header("api-key") is None:
        return None
    found: list[Any] = []
    for kind in ("models", "applications"):
        listed = await serve(IncomingRequest("GET", f"/openai/{kind}", request.headers, b""))
        if listed.status != 200:
            return None
        found += listed.json()["data"]
    for one in found:
        telling_interfaces(one)
    return found


def asked_interface(request: IncomingRequest) -> str:
    """Return which interface is asked for."""
    return str(request.query.get("interface_type", "all"))


def filtered(found: list[Any], interface: str) -> Response:
    """List what has an interface, as a late Core does."""
    if interface not in ("chat", "embedding", "mcp", "custom_ui", "all"):
        return in_words(400, f"Unsupported deployment interface is provided: {interface}")
    return in_json([one for one in found if interface in ("all", *one["interfaces"])])


@defect("LIST-28")
async def applications_left_out(request: IncomingRequest, serve: Handler) -> Response:
    """The listing of what serves chat completions leaves out applications."""
    found = await of_all_kinds(request, serve)
    if found is None:
        return await serve(request)
    interface = asked_interface(request)
    return filtered([one for one in found if interface == "all" or one["object"] == "model"], interface)


@defect("LIST-28")
async def known_interface_ignored(request: IncomingRequest, serve: Handler) -> Response:
    """/v1/deployments checks its parameter, and lists everything."""
    found = await of_all_kinds(request, serve)
    if found is None:
        return await serve(request)
    interface = asked_interface(request)
    return filtered(found, "all" if interface in ("chat", "embedding") else interface)


@defect("LIST-28")
async def endpoint_in_listing_of_an_interface(request: IncomingRequest, serve: Handler) -> Response:
    """The listing of an interface is another view, and tells the endpoints of models."""
    found = await of_all_kinds(request, serve)
    if found is None:
        return await serve(request)
    if asked_interface(request) == "chat":
        for one in found:
            one["endpoint"] = "http://adapter:5000/openai/deployments/x/chat/completions"
    return filtered(found, asked_interface(request))
