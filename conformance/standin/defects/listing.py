"""How a DIAL gets its listings wrong."""

from __future__ import annotations

from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json, in_words
from conformance.standin.defect import DALLE3, defect
from conformance.standin.defects.auth import web_page
from conformance.standin.request_kinds import asks, describes, is_known, lists
from conformance.standin.response_edits import Edit, edited, edited_descriptions


async def described(request: IncomingRequest, serve: Handler, edit: Edit) -> Response:
    """Describe deployments after an edit of each, in listings and alone."""
    response = await serve(request)
    return await edited_descriptions(response, edit) if lists(request) or describes(request) else response


def asks_all_kinds(request: IncomingRequest) -> bool:
    """Tell whether it asks for the listing of all kinds, with a key that is known."""
    return asks(request, "GET", "/v1/deployments") and request.header("api-key") is not None and is_known(request)


def without(name: str) -> Edit:
    """Leave out a field."""

    def edit(one: Any) -> None:
        one.pop(name, None)

    return edit


def of_model(name: str, key: str, value: Any) -> Edit:
    """Put a value into an object of a description that has that object."""

    def edit(one: Any) -> None:
        if name in one:
            one[name][key] = value

    return edit


@defect("LIST-01")
async def bare_array(request: IncomingRequest, serve: Handler) -> Response:
    """The listing is a bare array without an envelope."""
    response = await serve(request)
    if not lists(request, "models") or response.status != 200:
        return response
    return response.with_json(response.json()["data"])


@defect("LIST-01")
async def listing_as_text(request: IncomingRequest, serve: Handler) -> Response:
    """A static server sends the listing of applications as text."""
    response = await serve(request)
    if not lists(request, "applications") or response.status != 200:
        return response
    return response.with_header("content-type", "text/plain")


@defect("LIST-02")
async def ids_twice(request: IncomingRequest, serve: Handler) -> Response:
    """Two merged configurations list some ids twice."""
    response = await serve(request)
    return await edited(response, lambda page: page["data"].append(page["data"][0])) if lists(request) else response


@defect("LIST-03")
async def unlisted(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment that answers is in no listing."""

    def edit(page: Any) -> None:
        page["data"] = [one for one in page["data"] if one["id"] != DALLE3]

    response = await serve(request)
    return await edited(response, edit) if lists(request) else response


@defect("LIST-04", at="echo")
async def id_in_capitals(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy that folds letters describes a model under another id."""
    response = await serve(request)
    if not asks(request, "GET", "/openai/deployments/echo"):
        return response
    return await edited(response, lambda one: one.update(id=one["id"].upper()))


@defect("LIST-05")
async def unknown_deployment_is_empty(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment that does not exist is described by an empty object."""
    response = await serve(request)
    return in_json({}) if describes(request, "deployments") and "no-such" in request.path else response


@defect("LIST-05")
async def unknown_deployment_is_unavailable(request: IncomingRequest, serve: Handler) -> Response:
    """The look-up of a deployment that does not exist fails."""
    response = await serve(request)
    return in_words(500) if describes(request, "deployments") and "no-such" in request.path else response


@defect("LIST-06")
async def models_called_assistants(request: IncomingRequest, serve: Handler) -> Response:
    """A listing service of one's own calls models assistants."""

    def edit(one: Any) -> None:
        if one.get("object") in ("model", "deployment"):
            one["object"] = "assistant"

    return await described(request, serve, edit)


@defect("LIST-07")
async def stale_listing(request: IncomingRequest, serve: Handler) -> Response:
    """One replica lists features from before the last change."""
    response = await serve(request)
    if not lists(request, "models"):
        return response
    return await edited_descriptions(response, of_model("features", "tools", value=True))


@defect("LIST-08")
async def times_as_text(request: IncomingRequest, serve: Handler) -> Response:
    """Times are ISO texts."""
    return await described(request, serve, lambda one: one.update(created_at="2024-01-01T00:00:00Z"))


@defect("LIST-09")
async def flags_as_text(request: IncomingRequest, serve: Handler) -> Response:
    """A generator of configurations writes flags as text."""
    return await described(request, serve, of_model("features", "tools", "false"))


@defect("LIST-10")
async def only_true_flags(request: IncomingRequest, serve: Handler) -> Response:
    """A facade leaves out what is false."""

    def edit(one: Any) -> None:
        one["features"] = {name: flag for name, flag in one["features"].items() if flag is not False}

    return await described(request, serve, edit)


@defect("LIST-11")
async def unknown_flag_null(request: IncomingRequest, serve: Handler) -> Response:
    """A flag of a later version is a text with commas."""
    return await described(request, serve, of_model("features", "reasoning_efforts", "low,high"))


@defect("LIST-12")
async def no_capability(request: IncomingRequest, serve: Handler) -> Response:
    """The type of the model is missing in the configuration, so all its capabilities are false."""
    return await described(request, serve, of_model("capabilities", "chat_completion", value=False))


@defect("LIST-13")
async def every_capability(request: IncomingRequest, serve: Handler) -> Response:
    """A model claims to embed, too."""
    return await described(request, serve, of_model("capabilities", "embeddings", value=True))


@defect("LIST-14")
async def price_as_number(request: IncomingRequest, serve: Handler) -> Response:
    """Prices are numbers."""
    return await described(request, serve, of_model("pricing", "completion", 0.04))


@defect("LIST-14")
async def price_without_unit(request: IncomingRequest, serve: Handler) -> Response:
    """Nobody says what the price is for."""

    def edit(one: Any) -> None:
        one.get("pricing", {}).pop("unit", None)

    return await described(request, serve, edit)


@defect("LIST-15", at="echo")
async def limits_as_text(request: IncomingRequest, serve: Handler) -> Response:
    """The context window is a text."""
    return await described(request, serve, of_model("limits", "max_total_tokens", "4096"))


@defect("LIST-16")
async def keywords_as_text(request: IncomingRequest, serve: Handler) -> Response:
    """Keywords are one text with commas."""
    return await described(request, serve, lambda one: one.update(description_keywords="text2image,images"))


@defect("LIST-17")
async def name_as_object(request: IncomingRequest, serve: Handler) -> Response:
    """The name of a deployment is the object of the documentation's example."""
    return await described(request, serve, lambda one: one.update(display_name={"plainValue": "DALL-E 3"}))


@defect("LIST-18")
async def default_features(request: IncomingRequest, serve: Handler) -> Response:
    """/openai/deployments/{id} tells default features, as Core 0.18 does."""
    response = await serve(request)
    if not describes(request, "deployments"):
        return response
    return await edited_descriptions(response, of_model("features", "configuration", value=False))


@defect("LIST-19")
async def nulls_written(request: IncomingRequest, serve: Handler) -> Response:
    """Another serializer writes what is not set as null."""
    return await described(request, serve, lambda one: one.update(display_version=None))


@defect("LIST-20")
async def endpoint_listed(request: IncomingRequest, serve: Handler) -> Response:
    """The configuration is dumped as the listing, with the endpoint of the adapter."""
    path = "http://adapter.dial.svc.cluster.local/openai/deployments/dall-e-3/chat/completions"
    return await described(request, serve, lambda one: one.update(endpoint=path))


@defect("LIST-20")
async def upstreams_listed(request: IncomingRequest, serve: Handler) -> Response:
    """The configuration is dumped as the listing, with the upstreams and their keys."""
    upstreams = [{"endpoint": "https://a.openai.azure.com/", "key": "3f2a"}]
    return await described(request, serve, lambda one: one.update(upstreams=upstreams))


@defect("LIST-21")
async def replica_with_another_configuration(
    request: IncomingRequest, serve: Handler, kept: dict[str, Any]
) -> Response:
    """Every second call is answered by a replica that lists one deployment less."""
    response = await serve(request)
    if not lists(request, "deployments") or response.status != 200:
        return response
    kept["calls"] = kept.get("calls", 0) + 1
    return await edited(response, lambda page: page["data"].pop()) if kept["calls"] % 2 == 0 else response


@defect("LIST-22")
async def all_deployments_in_an_envelope(request: IncomingRequest, serve: Handler) -> Response:
    """/v1/deployments is an envelope, not a bare array."""
    if asks_all_kinds(request) and "interface_type" not in request.query:
        return in_json({"data": [{"id": DALLE3, "object": "model"}], "object": "list"})
    return await serve(request)


@defect("LIST-23")
async def interface_type_ignored(request: IncomingRequest, serve: Handler) -> Response:
    """/v1/deployments ignores its parameter."""
    if asks_all_kinds(request):
        ids = [(DALLE3, "model"), ("echo", "model"), ("search", "model")]
        ids += [("echo-application", "application"), ("buttons", "application")]
        return in_json([{"id": name, "object": kind} for name, kind in ids])
    return await serve(request)


@defect("LIST-24")
async def echo_behind_completions(request: IncomingRequest, serve: Handler) -> Response:
    """A service for tests answers GET on the path of completions."""
    if asks(request, "GET", "/openai/deployments/*/chat/completions") and request.header("api-key"):
        return in_json({"method": "GET"})
    return await serve(request)


@defect("LIST-25")
async def encoded_id_unknown(request: IncomingRequest, serve: Handler) -> Response:
    """The ingress decodes paths in its own way, and does not find percent-encoded ids."""
    encoded = "%" in request.path and "/openai/" in request.path
    return in_words(404) if encoded and request.header("api-key") else await serve(request)


@defect("LIST-25")
async def encoded_id_repeated(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment asked by a percent-encoded id is described under that id."""
    response = await serve(request)
    if not describes(request) or "%" not in request.path:
        return response
    return await edited(response, lambda one: one.update(id=request.path.rpartition("/")[2]))


@defect("LIST-01")
async def web_page_as_listing(request: IncomingRequest, serve: Handler) -> Response:
    """A path of the ingress is wrong: the listing of applications is a web page."""
    response = await serve(request)
    return web_page() if lists(request, "applications") and response.status == 200 else response
