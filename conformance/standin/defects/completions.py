"""How a deployment gets a completion wrong that it should give."""

from __future__ import annotations

from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json, in_words
from conformance.standin.defect import DALLE3, defect
from conformance.standin.defects.auth import web_page
from conformance.standin.request_kinds import asks_block, asks_completion, body_of, configuration_of
from conformance.standin.response_edits import Edit, edited


async def completed(request: IncomingRequest, serve: Handler, edit: Edit) -> Response:
    """Answer with the completion after an edit, where it is not streamed."""
    response = await serve(request)
    return await edited(response, edit) if asks_block(request) else response


async def chosen(request: IncomingRequest, serve: Handler, edit: Edit) -> Response:
    """Answer with the completion after an edit of each choice."""

    def each(completion: Any) -> None:
        for choice in completion.get("choices", ()):
            edit(choice)

    return await completed(request, serve, each)


def is_of_suite(request: IncomingRequest) -> bool:
    """Tell whether the suite asks itself, and not an official client through it."""
    return (request.header("user-agent") or "").startswith("dial-conformance/")


@defect("CHAT-01")
async def adapter_too_old(request: IncomingRequest, serve: Handler) -> Response:
    """An old adapter does not know custom_fields, and refuses every configuration."""
    configuration = configuration_of(request)
    if not isinstance(configuration, dict) or not configuration:
        return await serve(request)
    message = f"Unrecognized request arguments supplied: {', '.join(configuration)}"
    return in_json({"error": {"message": message, "type": "invalid_request_error", "code": "400"}}, 400)


@defect("CHAT-01")
async def one_size_fails(request: IncomingRequest, serve: Handler) -> Response:
    """One of the documented sizes is not known to the upstream."""
    configuration = configuration_of(request)
    if isinstance(configuration, dict) and configuration.get("size") == "1024x1792":
        return in_words(500, "Internal Server Error").with_header("content-type", "text/plain")
    return await serve(request)


@defect("CHAT-01", at="echo")
async def page_instead_of_completion(request: IncomingRequest, serve: Handler) -> Response:
    """The ingress answers a good completion of the suite with a web page."""
    response = await serve(request)
    asked = asks_block(request) and "/echo/" in request.path and is_of_suite(request)
    return web_page().with_header("x-upstream-attempts", "1") if asked and response.status == 200 else response


@defect("CHAT-02")
async def no_time(request: IncomingRequest, serve: Handler) -> Response:
    """A completion does not say when it was created."""
    return await completed(request, serve, lambda one: one.pop("created", None))


@defect("CHAT-02")
async def object_of_chunk(request: IncomingRequest, serve: Handler) -> Response:
    """A completion in one piece calls itself a chunk."""
    return await completed(request, serve, lambda one: one.update(object="chat.completion.chunk"))


@defect("CHAT-02")
async def choice_counted_from_one(request: IncomingRequest, serve: Handler) -> Response:
    """Choices are counted from 1."""
    return await chosen(request, serve, lambda choice: choice.update(index=1))


@defect("CHAT-03")
async def finished_by_eos(request: IncomingRequest, serve: Handler) -> Response:
    """finish_reason is the word of another API."""
    return await chosen(request, serve, lambda choice: choice.update(finish_reason="eos"))


@defect("CHAT-03", at="echo")
async def never_finished(request: IncomingRequest, serve: Handler) -> Response:
    """finish_reason is null, though the completion is complete."""
    return await chosen(request, serve, lambda choice: choice.update(finish_reason=None))


@defect("CHAT-04")
async def total_not_summed(request: IncomingRequest, serve: Handler) -> Response:
    """total_tokens is 0."""

    def edit(completion: Any) -> None:
        completion.get("usage", {}).update(total_tokens=0)

    return await completed(request, serve, edit)


@defect("CHAT-04")
async def usage_left_out(request: IncomingRequest, serve: Handler) -> Response:
    """A model does not tell its usage."""
    return await completed(request, serve, lambda one: one.pop("usage", None))


@defect("CHAT-11")
async def null_configuration_refused(request: IncomingRequest, serve: Handler) -> Response:
    """A configuration that is null is refused, though it says nothing."""
    if asks_completion(request) and body_of(request).get("custom_fields") == {"configuration": None}:
        message = "none is not an allowed value"
        return in_json({"error": {"message": message, "type": "invalid_request_error", "code": "422"}}, 422)
    return await serve(request)


@defect("CHAT-11")
async def empty_configuration_fails(request: IncomingRequest, serve: Handler) -> Response:
    """`{}` as configuration is an error of the adapter."""
    if asks_completion(request) and DALLE3 in request.path and configuration_of(request) == {}:
        return in_words(500, "Internal Server Error").with_header("content-type", "text/plain; charset=utf-8")
    return await serve(request)


@defect("CHAT-24", at="buttons")
async def attempts_not_told(request: IncomingRequest, serve: Handler) -> Response:
    """A gateway that is no Core tells nothing of its attempts."""
    response = await serve(request)
    return response.without_header("x-upstream-attempts") if asks_completion(request) else response


@defect("CHAT-25")
async def upstream_endpoint_returned(request: IncomingRequest, serve: Handler) -> Response:
    """An adapter returns the headers that it was given for its upstream."""
    response = await serve(request)
    if not asks_completion(request) or response.status != 200:
        return response
    return response.with_header("X-UPSTREAM-ENDPOINT", "https://images.example.org/openai/deployments/dall-e-3")


@defect("CHAT-25")
async def upstream_key_returned(request: IncomingRequest, serve: Handler) -> Response:
    """The key of the upstream comes back with a refusal."""
    response = await serve(request)
    if not asks_completion(request) or response.status != 422:
        return response
    return response.with_header("X-UPSTREAM-KEY", "3f2a7b")


@defect("CHAT-26", thorough=False)
async def provider_headers_passed_on(request: IncomingRequest, serve: Handler) -> Response:
    """Headers of the provider come with each completion."""
    response = await serve(request)
    return response.with_header("x-ms-region", "Sweden Central") if asks_completion(request) else response


@defect("CHAT-26", thorough=False)
async def provider_named_in_refusal(request: IncomingRequest, serve: Handler) -> Response:
    """A refusal names the address of the upstream."""
    response = await serve(request)
    if not asks_completion(request) or response.status != 422:
        return response

    whole = await response.whole()
    document = whole.json()
    document["error"]["message"] += " (https://images.openai.azure.com/openai/deployments/dall-e-3)"
    return whole.with_json(document)
