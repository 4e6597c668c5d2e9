"""Deployments, and what stands before them, that treat all alike: one fault, which many requests show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_words
from conformance.standin.defect import GPT_IMAGE_1, defect
from conformance.standin.defects.auth import web_page
from conformance.standin.request_kinds import (
    asks_completion,
    asks_file,
    asks_metadata,
    body_of,
    describes,
    is_anonymous,
    is_known,
    lists,
)

_REFUSED = (400, 422)


Change = Callable[[Response], Response]


async def refused(request: IncomingRequest, serve: Handler, change: Change) -> Response:
    """Answer with a change of what the deployment that searches refuses."""
    response = await serve(request)
    is_own = response.header("content-type") is not None  # Core's own refusals have none
    if not _is_asked(request) or response.status not in _REFUSED or not is_own:
        return response
    return change(await response.whole())


@defect("CHAT-05", at="search")
async def whatever_is_wrong_fails(request: IncomingRequest, serve: Handler) -> Response:
    """No error of validation is caught, so each is an error of the app."""
    return await refused(request, serve, lambda one: replace(one, status=500))


@defect("CHAT-05", at="search")
async def whatever_is_wrong_is_not_found(request: IncomingRequest, serve: Handler) -> Response:
    """A framework calls each value that it does not know 404."""
    return await refused(request, serve, lambda one: replace(one, status=404))


@defect("CHAT-05", at="search")
async def errors_with_status_200(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy turns each refusal into 200 with the error in the body."""
    return await refused(request, serve, lambda one: replace(one, status=200))


@defect("CHAT-05", at="search")
async def custom_fields_are_dropped(request: IncomingRequest, serve: Handler) -> Response:
    """A firewall passes on the fields of OpenAI alone, so the deployment never gets a configuration."""
    body = body_of(request)
    if _is_asked(request) and body.pop("custom_fields", None) is not None:
        request = request.with_json(body)
    return await serve(request)


@defect("CHAT-06", at="search")
async def refusals_of_the_framework(request: IncomingRequest, serve: Handler) -> Response:
    """Each refusal of the app is FastAPI's own, with a detail and no error."""
    detail = {"detail": [{"loc": ["body"], "msg": "field required", "type": "missing"}]}
    return await refused(request, serve, lambda one: one.with_json(detail))


@defect("CHAT-01")
async def completions_are_not_let_through(request: IncomingRequest, serve: Handler) -> Response:
    """The ingress takes POST for none of the methods of the gateway."""
    return in_words(405) if _is_let_in(request) else await serve(request)


@defect("CHAT-01")
async def login_page_for_completions(request: IncomingRequest, serve: Handler) -> Response:
    """The ingress takes whoever completes for a browser, and answers with its login page."""
    if not _is_let_in(request):
        return await serve(request)
    return web_page()


def _is_let_in(request: IncomingRequest) -> bool:
    return asks_completion(request) and is_known(request) and request.header("authorization") is None


def _is_asked(request: IncomingRequest) -> bool:
    return asks_completion(request) and "/search/" in request.path


@defect("LIST-01")
async def listing_fails_for_everybody(request: IncomingRequest, serve: Handler) -> Response:
    """The listing of applications fails before anybody is asked for a key."""
    return in_words(500) if lists(request, "applications") else await serve(request)


@defect("LIST-07")
async def models_not_routed(request: IncomingRequest, serve: Handler) -> Response:
    """An ingress has no route for the pages of models, whoever asks."""
    return in_words(404) if describes(request, "models") else await serve(request)


@defect("FILE-13")
async def web_page_for_the_bucket(request: IncomingRequest, serve: Handler) -> Response:
    """The web interface answers the path of the bucket, whoever asks."""
    return web_page() if request.path == "/v1/bucket" else await serve(request)


@defect("FILE-01")
async def files_fail_for_everybody(request: IncomingRequest, serve: Handler) -> Response:
    """The storage is not configured, so each download fails."""
    return in_words(500) if asks_file(request) else await serve(request)


@defect("FILE-02")
async def web_page_for_files(request: IncomingRequest, serve: Handler) -> Response:
    """The web interface answers the path of each file, whoever asks."""
    return web_page() if asks_file(request) else await serve(request)


@defect("FILE-21")
async def metadata_not_routed(request: IncomingRequest, serve: Handler) -> Response:
    """An ingress has no route for metadata."""
    return in_words(404) if asks_metadata(request) else await serve(request)


@defect("AUTH-01")
async def nobody_is_forbidden_everywhere(request: IncomingRequest, serve: Handler) -> Response:
    """An ingress answers 403 in place of each 401, to who has no credentials."""
    response = await serve(request)
    return replace(response, status=403) if is_anonymous(request) and response.status == 401 else response


@defect("CHAT-05", at=GPT_IMAGE_1)
async def configuration_is_dropped(request: IncomingRequest, serve: Handler) -> Response:
    """The adapter of an image model does not read the configuration: each picture is the default one."""
    body = body_of(request)
    if asks_completion(request) and f"/{GPT_IMAGE_1}/" in request.path and body.pop("custom_fields", None) is not None:
        request = request.with_json(body)
    return await serve(request)
