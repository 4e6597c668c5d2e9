"""How a deployment gets the refusal of a wrong configuration wrong."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_words
from conformance.standin.defect import DALLE3, defect
from conformance.standin.defects.auth import web_page
from conformance.standin.request_kinds import asks_block, asks_completion, asks_stream, body_of, configuration_of
from conformance.standin.response_edits import Edit, edited_refusal

INTERNAL = in_words(500, "Internal Server Error").with_header("content-type", "text/plain; charset=utf-8")
SUSPENDED = 30.0
"""Seconds (dial-api 11.1)."""

TRACE = 'Traceback (most recent call last):\n  File "adapter.py", line 42, in chat_completion\nKeyError: 42'


def without_configuration(request: IncomingRequest) -> IncomingRequest:
    """Return the same request, as if no configuration had come."""
    document = body_of(request)
    document.pop("custom_fields", None)
    return request.with_json(document)


def has_wrong_root(request: IncomingRequest) -> bool:
    """Tell whether the configuration is there, and no object; `[]` is left out, which some frameworks take for `{}`."""
    configuration = configuration_of(request)
    return asks_completion(request) and configuration not in (None, []) and not isinstance(configuration, dict)


def has_object(request: IncomingRequest) -> bool:
    """Tell whether the configuration is an object that says something."""
    configuration = configuration_of(request)
    return asks_completion(request) and isinstance(configuration, dict) and bool(configuration)


async def refused(request: IncomingRequest, serve: Handler, edit: Edit) -> Response:
    """Refuse a configuration in other words."""
    response = await serve(request)
    return await edited_refusal(response, edit) if has_object(request) else response


@defect("CHAT-05")
async def number_taken_as_text(request: IncomingRequest, serve: Handler) -> Response:
    """A number is coerced to a text, and the upstream takes its default: the first version of the OpenAI adapter."""
    configuration = configuration_of(request)
    if asks_block(request) and isinstance(configuration, dict) and configuration.get("quality") in (42, 1.5):
        return await serve(without_configuration(request))
    return await serve(request)


@defect("CHAT-05", at="search")
async def wrong_type_fails(request: IncomingRequest, serve: Handler) -> Response:
    """A value of the wrong type is an error of the app."""
    response = await serve(request)
    configuration = configuration_of(request)
    wrong = isinstance(configuration, dict) and configuration.get("mode") in (42, ["text"], [1])
    return INTERNAL if wrong and asks_block(request) and response.status == 422 else response


@defect("CHAT-05", at="search")
async def bounds_ignored(request: IncomingRequest, serve: Handler) -> Response:
    """The app does not look at bounds."""
    configuration = configuration_of(request)
    pages = configuration.get("max_pages") if isinstance(configuration, dict) else None
    if asks_block(request) and isinstance(pages, int) and not isinstance(pages, bool) and not 1 <= pages <= 50:
        return await serve(without_configuration(request))
    return await serve(request)


@defect("CHAT-05", at="buttons")
async def any_button(request: IncomingRequest, serve: Handler) -> Response:
    """A value that no button has is accepted."""
    document = body_of(request)
    configuration = configuration_of(request)
    answer = configuration.get("answer") if isinstance(configuration, dict) else None
    if asks_block(request) and isinstance(answer, int) and not isinstance(answer, bool) and answer not in (1, 2):
        document["custom_fields"]["configuration"]["answer"] = 1
        return await serve(request.with_json(document))
    return await serve(request)


@defect("CHAT-05")
async def refused_as_forbidden(request: IncomingRequest, serve: Handler) -> Response:
    """A wrong configuration is 403, as if the caller might not."""
    response = await serve(request)
    return replace(response, status=403) if has_object(request) and response.status == 422 else response


@defect("CHAT-06")
async def page_of_the_proxy(request: IncomingRequest, serve: Handler) -> Response:
    """A proxy puts its own page in the place of each error."""
    response = await serve(request)
    return web_page(response.status) if has_object(request) and response.status in (400, 422) else response


@defect("CHAT-06", at="buttons")
async def words_of_the_framework(request: IncomingRequest, serve: Handler) -> Response:
    """The refusal is that of the framework, not of DIAL."""
    response = await serve(request)
    if not has_object(request) or response.status != 422:
        return response
    return (await response.whole()).with_json({"detail": [{"loc": ["body", "answer"], "msg": "field required"}]})


@defect("CHAT-07")
async def code_as_number(request: IncomingRequest, serve: Handler) -> Response:
    """The code of an error is a number."""
    return await refused(request, serve, lambda document: document["error"].update(code=422))


@defect("CHAT-07", at="search")
async def type_left_out(request: IncomingRequest, serve: Handler) -> Response:
    """An error has no type."""
    return await refused(request, serve, lambda document: document["error"].pop("type", None))


@defect("CHAT-08")
async def bad_request(request: IncomingRequest, serve: Handler) -> Response:
    """Whatever is wrong, the message is the same."""
    return await refused(request, serve, lambda document: document["error"].update(message="Bad Request", param=None))


@defect("CHAT-09")
async def text_fails(request: IncomingRequest, serve: Handler) -> Response:
    """A configuration that is no object is an error of the app."""
    response = await serve(request)
    return INTERNAL if has_wrong_root(request) and response.status in (400, 422) else response


@defect("CHAT-09", at="buttons")
async def text_ignored(request: IncomingRequest, serve: Handler) -> Response:
    """A configuration that is a text is taken for the first button."""
    if asks_completion(request) and isinstance(configuration_of(request), str):
        document = body_of(request)
        document["custom_fields"]["configuration"] = {"answer": 1}
        return await serve(request.with_json(document))
    return await serve(request)


@defect("CHAT-10", at="search")
async def custom_fields_fail(request: IncomingRequest, serve: Handler) -> Response:
    """custom_fields that are no object are an error of the app, as in the OpenAI adapter."""
    fields = body_of(request).get("custom_fields", {})
    wrong = asks_completion(request) and fields is not None and not isinstance(fields, dict)
    return INTERNAL if wrong and "/search/" in request.path else await serve(request)


@defect("CHAT-10", at="echo")
async def custom_fields_ignored(request: IncomingRequest, serve: Handler) -> Response:
    """custom_fields that are no object are ignored."""
    fields = body_of(request).get("custom_fields", {})
    wrong = asks_completion(request) and fields is not None and not isinstance(fields, dict)
    return await serve(without_configuration(request) if wrong and "/echo/" in request.path else request)


@defect("CHAT-23")
async def trace_in_refusal(request: IncomingRequest, serve: Handler) -> Response:
    """A refusal carries the stack trace of the adapter."""

    def edit(document: Any) -> None:
        document["error"]["message"] += f"\n{TRACE}"

    return await refused(request, serve, edit)


@defect("CHAT-27")
async def refusal_suspends(request: IncomingRequest, serve: Handler, kept: dict[str, Any]) -> Response:
    """After each refused request the deployment is suspended for 30 seconds: Core 0.25.0-rc, its issue 725."""
    until: dict[str, float] = kept
    if not asks_completion(request):
        return await serve(request)
    if time.monotonic() < until.get(request.path, 0):
        return in_words(502, "No route").with_header("access-control-allow-origin", "*")
    response = await serve(request)
    # what carries no such header was refused by Core itself, which suspends nothing
    if response.status != 200 and response.header("x-upstream-attempts"):
        until[request.path] = time.monotonic() + SUSPENDED
    return response


@defect("STRM-08")
async def stream_begun_before_validation(request: IncomingRequest, serve: Handler) -> Response:
    """A stream answers 200 before the configuration is looked at, and the refusal is an event."""
    response = await serve(request)
    if not asks_stream(request) or not has_object(request) or response.status not in (400, 422):
        return response
    whole = await response.whole()
    event = b"data: " + whole.body + b"\n\ndata: [DONE]\n\n"
    return replace(whole.with_body(event), status=200).with_header("content-type", "text/event-stream; charset=utf-8")


@defect("STRM-08", at="search")
async def another_status_in_a_stream(request: IncomingRequest, serve: Handler) -> Response:
    """A wrong configuration is 422, and 400 in a stream."""
    response = await serve(request)
    refused_stream = asks_stream(request) and has_object(request) and response.status == 422
    return replace(response, status=400) if refused_stream else response


@defect("CHAT-15")
async def content_type_compared(request: IncomingRequest, serve: Handler) -> Response:
    """The whole Content-Type is compared with application/json."""
    if asks_completion(request) and "charset" in (request.header("content-type") or ""):
        return in_words(415, "Only application/json is supported")
    return await serve(request)


@defect("CHAT-22")
async def api_version_required(request: IncomingRequest, serve: Handler) -> Response:
    """A missing api-version is an error of the adapter."""
    missing = asks_completion(request) and "api-version" not in request.query
    return INTERNAL if missing and DALLE3 in request.path and request.header("api-key") else await serve(request)


@defect("CHAT-06")
async def error_as_text(request: IncomingRequest, serve: Handler) -> Response:
    """The error is a text, not an object."""

    def edit(document: Any) -> None:
        document["error"] = document["error"]["message"]

    return await refused(request, serve, edit)


@defect("CHAT-19")
async def missing_messages_fail(request: IncomingRequest, serve: Handler) -> Response:
    """A completion without messages is an error of the adapter, as in later versions of the OpenAI adapter."""
    document = body_of(request)
    missing = asks_completion(request) and "model" in document and "messages" not in document
    return INTERNAL if missing else await serve(request)


@defect("CHAT-20")
async def empty_messages_accepted(request: IncomingRequest, serve: Handler) -> Response:
    """An empty list of messages is answered, and billed."""
    if asks_completion(request) and body_of(request).get("messages") == []:
        message = {"role": "user", "content": "nothing"}
        return await serve(request.with_json({**body_of(request), "messages": [message]}))
    return await serve(request)


@defect("CHAT-29")
async def unreadable_attachment_ignored(request: IncomingRequest, serve: Handler) -> Response:
    """An attachment that the caller cannot read is dropped, and the model answers without it."""
    document = body_of(request)
    messages = document.get("messages")
    if not asks_completion(request) or not isinstance(messages, list) or b'"files/abc/' not in request.body:
        return await serve(request)
    for message in messages:
        message.pop("custom_content", None)
    return await serve(request.with_json(document))
