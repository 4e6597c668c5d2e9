"""How a deployment gets the schema of its configuration wrong."""

from __future__ import annotations

from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json, in_words
from conformance.standin.defect import DALLE3, defect
from conformance.standin.request_kinds import asks, asks_schema, describes, lists
from conformance.standin.response_edits import Edit, edited, edited_descriptions

OTHER_ADAPTER = {"type": "object", "properties": {"temperature": {"type": "number"}}}


async def published(request: IncomingRequest, serve: Handler, edit: Edit) -> Response:
    """Publish the schema after an edit."""
    response = await serve(request)
    return await edited(response, edit) if asks_schema(request) else response


def asks_schema_of(request: IncomingRequest, deployment: str) -> bool:
    """Tell whether it asks for the schema of that deployment, with a key that is known."""
    return asks_schema(request) and f"/{deployment}/" in request.path and _has_key(request)


def dalle3_property(name: str, schema: Any) -> Edit:
    """Publish another schema of one property."""

    def edit(document: Any) -> None:
        if name in document.get("properties", {}):
            document["properties"][name] = schema

    return edit


def _has_key(request: IncomingRequest) -> bool:
    return not (request.header("api-key") or "wrong-").startswith("wrong-")


@defect("CONF-01")
async def claimed_schema_is_empty(request: IncomingRequest, serve: Handler) -> Response:
    """The feature is claimed, and its endpoint answers 200 with nothing."""
    return in_words(200) if asks_schema_of(request, DALLE3) else await serve(request)


@defect("CONF-01", at="search")
async def claimed_schema_not_found(request: IncomingRequest, serve: Handler) -> Response:
    """The url of the endpoint is wrong: the framework of the app answers 404."""
    return in_json({"detail": "Not Found"}, 404) if asks_schema_of(request, "search") else await serve(request)


@defect("CONF-01", at="buttons")
async def no_key_for_feature_endpoints(request: IncomingRequest, serve: Handler) -> Response:
    """Core sends no key to feature endpoints, so the SDK refuses them: Core 0.18 with an app of a later SDK."""
    if asks_schema_of(request, "buttons"):
        message = "Api-Key header is required"
        return in_json({"error": {"message": message, "type": "invalid_request_error", "code": "400"}}, 400)
    return await serve(request)


@defect("CONF-02")
async def claim_forgotten(request: IncomingRequest, serve: Handler) -> Response:
    """The schema is published, but the listings say that there is none."""

    def edit(one: Any) -> None:
        if one["id"] == DALLE3:
            one["features"]["configuration"] = False

    response = await serve(request)
    return await edited_descriptions(response, edit) if lists(request) or describes(request) else response


@defect("CONF-02", at="echo")
async def schema_for_everybody(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment without a configuration publishes a schema."""
    return in_json(OTHER_ADAPTER) if asks_schema_of(request, "echo") else await serve(request)


@defect("CONF-03")
async def schema_as_text(request: IncomingRequest, serve: Handler) -> Response:
    """A static server sends the schema as text."""
    response = await serve(request)
    if not asks_schema(request) or response.header("content-type") is None or response.status != 200:
        return response
    return response.with_header("content-type", "text/plain; charset=utf-8")


@defect("CONF-04")
async def type_by_hand(request: IncomingRequest, serve: Handler) -> Response:
    """A schema written by hand has types of Python."""
    return await published(request, serve, dalle3_property("quality", {"type": "str", "enum": ["standard", "hd"]}))


@defect("CONF-04", at="search")
async def bound_as_text(request: IncomingRequest, serve: Handler) -> Response:
    """A bound is a text."""

    def edit(schema: Any) -> None:
        schema.get("properties", {}).get("max_pages", {}).update(maximum="50")

    return await published(request, serve, edit)


@defect("CONF-05")
async def parameters_as_list(request: IncomingRequest, serve: Handler) -> Response:
    """The schema is that of an array."""
    return await published(request, serve, lambda schema: schema.update(type="array"))


@defect("CONF-05")
async def list_behind_a_reference(request: IncomingRequest, serve: Handler) -> Response:
    """What the `$ref` at the root of the schema leads to is a list of configurations."""

    def edit(schema: Any) -> None:
        one = dict(schema)
        schema.clear()
        schema.update({"$defs": {"All": {"type": "array", "items": one}}, "$ref": "#/$defs/All"})

    return await published(request, serve, edit)


@defect("CONF-05", at="buttons")
async def schema_without_properties(request: IncomingRequest, serve: Handler) -> Response:
    """The schema of an application leaves out its properties."""

    def edit(schema: Any) -> None:
        schema.pop("properties")
        schema.pop("required", None)

    response = await serve(request)
    return await edited(response, edit) if asks_schema_of(request, "buttons") else response


@defect("CONF-06", at="search")
async def reference_of_openapi(request: IncomingRequest, serve: Handler) -> Response:
    """References are left over from an OpenAPI document."""

    def edit(schema: Any) -> None:
        sources = schema.get("properties", {}).get("sources")
        if sources:
            sources["items"] = {"$ref": "#/components/schemas/Source"}

    return await published(request, serve, edit)


@defect("CONF-06", at="search")
async def definitions_left_out(request: IncomingRequest, serve: Handler) -> Response:
    """The properties are published without the definitions that they refer to."""
    return await published(request, serve, lambda schema: schema.pop("$defs", None))


@defect("CONF-07", at="search")
async def default_outside_enum(request: IncomingRequest, serve: Handler) -> Response:
    """A default is not among the values of its enum."""

    def edit(schema: Any) -> None:
        schema.get("properties", {}).get("mode", {}).update(default="slow")

    return await published(request, serve, edit)


@defect("CONF-08", at="buttons")
async def required_renamed(request: IncomingRequest, serve: Handler) -> Response:
    """A property was renamed, and `required` was not."""

    def edit(schema: Any) -> None:
        if "answer" in schema.get("required", ()):
            schema["required"] = ["answer", "reply"]

    return await published(request, serve, edit)


@defect("CONF-09")
async def schema_of_another_adapter(request: IncomingRequest, serve: Handler) -> Response:
    """Another adapter is mapped to the name."""
    return in_json(OTHER_ADAPTER) if asks_schema_of(request, DALLE3) else await serve(request)


@defect("CONF-09")
async def one_size_allowed(request: IncomingRequest, serve: Handler) -> Response:
    """The one size that the schema allows is the square."""
    return await published(request, serve, dalle3_property("size", {"enum": ["1024x1024"]}))


@defect("CONF-10")
async def any_quality(request: IncomingRequest, serve: Handler) -> Response:
    """The schema of the quality allows anything."""
    return await published(request, serve, dalle3_property("quality", {"title": "Quality"}))


@defect("CONF-11")
async def one_property_at_least(request: IncomingRequest, serve: Handler) -> Response:
    """Nothing is required, and yet the schema forbids `{}`."""
    response = await serve(request)
    if not asks_schema_of(request, DALLE3):
        return response
    return await edited(response, lambda schema: schema.update(minProperties=1))


@defect("CONF-12")
async def schema_of_unknown_deployment(request: IncomingRequest, serve: Handler) -> Response:
    """The configuration of a deployment that does not exist is 200 with nothing, like that of one without any."""
    return in_words(200) if asks_schema_of(request, "no-such-deployment-7f3a") else await serve(request)


@defect("CONF-13")
async def two_adapters(request: IncomingRequest, serve: Handler, kept: dict[str, Any]) -> Response:
    """Two versions of the adapter are behind one balancer, and their schemas differ."""
    response = await serve(request)
    if not asks_schema_of(request, DALLE3):
        return response
    kept["calls"] = kept.get("calls", 0) + 1
    edit = dalle3_property("style", {"title": "Style", "type": "string"})
    return response if kept["calls"] % 2 else await edited(response, edit)


@defect("CONF-14", at="buttons")
async def button_without_const(request: IncomingRequest, serve: Handler) -> Response:
    """A choice of the buttons has an enum instead of a const."""

    def edit(schema: Any) -> None:
        for choice in schema.get("properties", {}).get("answer", {}).get("oneOf", ()):
            choice["enum"] = [choice.pop("const")]

    return await published(request, serve, edit)


@defect("CONF-14", at="buttons")
async def switch_as_text(request: IncomingRequest, serve: Handler) -> Response:
    """dial:chatMessageInputDisabled is a text."""

    def edit(schema: Any) -> None:
        if "dial:chatMessageInputDisabled" in schema:
            schema["dial:chatMessageInputDisabled"] = "true"

    return await published(request, serve, edit)


@defect("CONF-15")
async def schema_by_post(request: IncomingRequest, serve: Handler) -> Response:
    """POST on the path of the schema is answered like GET."""
    if asks(request, "POST", "/v1/deployments/*/configuration") and _has_key(request):
        return in_json(OTHER_ADAPTER)
    return await serve(request)


@defect("CONF-16")
async def internal_address_as_example(request: IncomingRequest, serve: Handler) -> Response:
    """An example in a definition is an address inside the cluster."""

    def edit(schema: Any) -> None:
        example = "http://styles.dial.svc.cluster.local:8080/vivid"
        schema["$defs"] = {"Style": {"type": "string", "examples": [example]}}

    response = await serve(request)
    return await edited(response, edit) if asks_schema_of(request, DALLE3) else response
