"""What shows that the house rules of Acme can fail: the answer of a DIAL that keeps them, and ways to break them."""

from __future__ import annotations

from typing import Any

from conformance.own.defects import (
    Handler,
    IncomingRequest,
    Response,
    asks,
    defect,
    in_json,
    in_words,
    lists,
    sample_answer,
)


def asks_banner(request: IncomingRequest) -> bool:
    """Tell whether it asks for the banner."""
    return asks(request, "GET", "/acme/banner")


@sample_answer
async def banner(request: IncomingRequest, serve: Handler) -> Response:
    """A DIAL of Acme says whose it is."""
    return in_json({"owner": "Team Blue"}) if asks_banner(request) else await serve(request)


@defect("ACME-01")
async def shouted_ids(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment more is listed, with an id in capital letters."""
    response = await serve(request)
    if not lists(request) or response.status != 200:
        return response
    document: Any = response.json()
    if document["data"]:
        document["data"].append({**document["data"][0], "id": "SHOUTED"})
    return response.with_json(document)


@defect("ACME-02")
async def banner_needs_a_key(request: IncomingRequest, serve: Handler) -> Response:
    """The ingress asks for credentials on every path."""
    return in_words(401, "Unauthorized") if asks_banner(request) else await serve(request)


@defect("ACME-02")
async def banner_without_owner(request: IncomingRequest, serve: Handler) -> Response:
    """Nobody has filled in the owner."""
    return in_json({}) if asks_banner(request) else await serve(request)


@defect("ACME-03")
async def images_without_type(request: IncomingRequest, serve: Handler) -> Response:
    """The storage serves each image as mere bytes."""
    response = await serve(request)
    is_image = (response.header("content-type") or "").startswith("image/")
    return response.with_header("content-type", "application/octet-stream") if is_image else response
