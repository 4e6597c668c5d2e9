"""How an image model that has a notebook of its own gets wrong what that notebook promises."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.defect import GPT_IMAGE_1, defect
from conformance.standin.defects.attachments import drawn
from conformance.standin.defects.configuration import asks_schema_of, published
from conformance.standin.request_kinds import asks_completion, asks_metadata
from conformance.standin.response_edits import Edit, edited

_FORMATS = ("png", "jpeg", "webp")


def _configured(request: IncomingRequest) -> dict[str, Any]:
    """Return the configuration of a completion of the image model; empty if it is another request."""
    if not asks_completion(request) or GPT_IMAGE_1 not in request.path:
        return {}
    try:
        fields = request.json()["custom_fields"]
        return dict(fields["configuration"])
    except (ValueError, TypeError, KeyError):
        return {}


async def _instead(request: IncomingRequest, serve: Handler, configuration: dict[str, Any]) -> Response:
    """Answer as with another configuration."""
    return await serve(request.with_json({**request.json(), "custom_fields": {"configuration": configuration}}))


@defect("ATT-12", at=GPT_IMAGE_1)
async def output_format_is_not_passed_on(request: IncomingRequest, serve: Handler) -> Response:
    """The adapter takes output_format, and does not pass it on: the picture is a PNG each time."""
    asked = _configured(request)
    if asked.get("output_format") in _FORMATS:
        return await _instead(request, serve, {**asked, "output_format": "png"})
    return await serve(request)


@defect("ATT-12", at=GPT_IMAGE_1)
async def jpeg_is_called_webp(request: IncomingRequest, serve: Handler) -> Response:
    """The formats of the adapter's table stand one line too low: what is asked as JPEG comes as WebP."""
    asked = _configured(request)
    if asked.get("output_format") == "jpeg":
        return await _instead(request, serve, {**asked, "output_format": "webp"})
    return await serve(request)


@defect("ATT-13", at=GPT_IMAGE_1)
async def every_picture_is_named_png(request: IncomingRequest, serve: Handler, kept: dict[str, str]) -> Response:
    """The adapter was written when all pictures were PNGs, and gives each file such a name."""

    def edit(one: Any) -> None:
        named = one.get("url", "").removesuffix(".webp")
        if named != one.get("url"):
            kept[f"{named}.png"] = one["url"]
            one["url"] = f"{named}.png"

    return await _renamed(request, serve, kept, edit)


@defect("ATT-13", at=GPT_IMAGE_1)
async def jpeg_is_named_webp(request: IncomingRequest, serve: Handler, kept: dict[str, str]) -> Response:
    """The adapter names the file before it knows the type of the picture."""

    def edit(one: Any) -> None:
        named = one.get("url", "").removesuffix(".jpg")
        if named != one.get("url"):
            kept[f"{named}.webp"] = one["url"]
            one["url"] = f"{named}.webp"

    return await _renamed(request, serve, kept, edit)


async def _renamed(request: IncomingRequest, serve: Handler, kept: dict[str, str], edit: Edit) -> Response:
    """Answer with pictures of other names, and for these names with the pictures."""
    if asks_completion(request):
        return await drawn(request, serve, edit)
    for name, real in kept.items():
        if request.path.endswith(name):
            response = await serve(replace(request, target=request.target.replace(name, real)))
            return await edited(response, lambda one: one.update(url=name)) if asks_metadata(request) else response  # noqa: B023 - called at once
    return await serve(request)


@defect("FILE-22", at=GPT_IMAGE_1)
async def background_is_not_passed_on(request: IncomingRequest, serve: Handler) -> Response:
    """The adapter takes background, and does not pass it on."""
    asked = _configured(request)
    if "background" in asked and asked["background"] in ("transparent", "opaque", "auto"):
        return await _instead(request, serve, {name: value for name, value in asked.items() if name != "background"})
    return await serve(request)


@defect("FILE-22", at=GPT_IMAGE_1)
async def background_is_lost_with_a_size(request: IncomingRequest, serve: Handler) -> Response:
    """The picture is scaled to its size on a white ground."""
    asked = _configured(request)
    if asked.get("background") == "transparent" and asked.get("size") == "1024x1024":
        return await _instead(request, serve, {**asked, "background": "opaque"})
    return await serve(request)


@defect("CONF-09", at=GPT_IMAGE_1)
async def schema_of_dalle3(request: IncomingRequest, serve: Handler) -> Response:
    """The adapter publishes one schema for all its image models."""
    if asks_schema_of(request, GPT_IMAGE_1):
        return await published(request, serve, lambda schema: schema["properties"].pop("background"))
    return await serve(request)
