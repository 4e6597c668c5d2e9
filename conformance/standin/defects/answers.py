"""How a deployment gets the shape of its answers wrong, of completions and of refusals."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_words
from conformance.standin.defect import defect
from conformance.standin.defects.completions import completed, is_of_suite
from conformance.standin.defects.refusals import has_object
from conformance.standin.request_kinds import asks_block, asks_completion, body_of
from conformance.standin.response_edits import Edit, edited_events, edited_refusal, is_stream

ECHO = "/echo/"
USAGES = {"gpt-4o": {"prompt_tokens": 8, "completion_tokens": 8, "total_tokens": 16}}
_REFUSED = (400, 422)


def of_suite(request: IncomingRequest, path: str = "/") -> bool:
    """Tell whether the suite itself asks a deployment for a completion as a block."""
    return asks_block(request) and is_of_suite(request) and path in request.path


async def told(request: IncomingRequest, serve: Handler, edit: Edit) -> Response:
    """Answer with the completion after an edit, where the suite itself asks for a block."""
    return await completed(request, serve, edit) if is_of_suite(request) else await serve(request)


def message_of(completion: Any) -> Any:
    """Return the message of the first choice."""
    return completion["choices"][0]["message"]


@defect("CHAT-02")
async def content_left_out(request: IncomingRequest, serve: Handler) -> Response:
    """A message with a picture has no content, not even an empty one: an early OpenAI adapter."""
    return await told(request, serve, lambda one: message_of(one).pop("content", None))


@defect("CHAT-02", at="echo")
async def content_of_another_api(request: IncomingRequest, serve: Handler) -> Response:
    """The content is an object with a text."""
    return await told(request, serve, lambda one: message_of(one).update(content={"text": "A small red cube"}))


@defect("CHAT-02", at="buttons")
async def error_beside_choices(request: IncomingRequest, serve: Handler) -> Response:
    """A completion has an error beside its choices."""
    error = {"message": "The history could not be stored", "type": "internal_server_error", "code": "500"}
    return await told(request, serve, lambda one: one.update(error=error))


@defect("CHAT-32", at="echo")
async def completion_as_text(request: IncomingRequest, serve: Handler) -> Response:
    """A completion is sent as text/plain."""
    response = await serve(request)
    good = of_suite(request) and response.status == 200
    return response.with_header("content-type", "text/plain; charset=utf-8") if good else response


@defect("CHAT-32")
async def refusal_without_type(request: IncomingRequest, serve: Handler) -> Response:
    """An adapter writes its refusals itself, and forgets the Content-Type."""
    response = await serve(request)
    refused = of_suite(request) and response.status in _REFUSED
    return response.without_header("content-type") if refused else response


@defect("CHAT-32", at="search")
async def refusal_as_page(request: IncomingRequest, serve: Handler) -> Response:
    """An app sends its refusals in JSON as text/html, which is the default of its framework."""
    response = await serve(request)
    refused = of_suite(request) and response.status in _REFUSED
    return response.with_header("content-type", "text/html") if refused else response


@defect("CHAT-33")
async def same_id_always(request: IncomingRequest, serve: Handler) -> Response:
    """All completions have the same id."""
    return await told(request, serve, lambda one: one.update(id="chatcmpl-1"))


@defect("CHAT-33", at="search")
async def created_in_milliseconds(request: IncomingRequest, serve: Handler) -> Response:
    """The time of a completion is told in milliseconds."""
    response = await told(request, serve, lambda one: one.update(created=one["created"] * 1000))
    return response.with_header("date", format_datetime(datetime.now(UTC), usegmt=True))


@defect("CHAT-33", at="echo")
async def stream_created_never(request: IncomingRequest, serve: Handler) -> Response:
    """The chunks of a stream were created in 1970."""

    def edit(chunks: Any) -> None:
        for chunk in chunks:
            chunk["created"] = 0

    response = await serve(request)
    if not is_stream(response) or not is_of_suite(request):
        return response
    dated = response.with_header("date", format_datetime(datetime.now(UTC), usegmt=True))
    return await edited_events(dated, edit)


async def silent(request: IncomingRequest, serve: Handler, content: Any) -> Response:
    """Answer as the model that echoes, with that content only, as a block and as a stream."""
    response = await serve(request)
    if ECHO not in request.path or not asks_completion(request) or not is_of_suite(request):
        return response

    def edit(chunks: Any) -> None:
        for chunk in chunks:
            delta = chunk["choices"][0]["delta"]
            if "content" in delta:
                delta["content"] = content

    if is_stream(response):
        return await edited_events(response, edit)
    return await completed(request, serve, lambda one: message_of(one).update(content=content) if "id" in one else None)


@defect("CHAT-34", at="echo")
async def upstream_fails_silently(request: IncomingRequest, serve: Handler) -> Response:
    """The upstream fails, and the adapter answers with an empty text and finish_reason "stop"."""
    return await silent(request, serve, "")


@defect("CHAT-34", at="echo")
async def only_a_line_end(request: IncomingRequest, serve: Handler) -> Response:
    """A completion is a line end, and nothing else."""
    return await silent(request, serve, "\n")


@defect("CHAT-35")
async def refusal_quotes_the_request(request: IncomingRequest, serve: Handler) -> Response:
    """A refusal tells the whole request, as a validator does that names its input."""
    response = await serve(request)
    messages = body_of(request).get("messages")

    def edit(document: Any) -> None:
        document["error"]["message"] += f" [input_value={messages!r}]"

    return await edited_refusal(response, edit) if has_object(request) else response


@defect("CHAT-35", at="search")
async def beginning_of_the_prompt_told(request: IncomingRequest, serve: Handler) -> Response:
    """A refusal tells the beginning of the prompt beside its message."""
    messages = body_of(request).get("messages") or [{"content": ""}]

    def edit(document: Any) -> None:
        document["error"]["prompt"] = str(messages[0]["content"])[:20]

    response = await serve(request)
    return await edited_refusal(response, edit) if asks_block(request) else response


@defect("CHAT-37", at="echo-application")
async def usage_by_model_name(request: IncomingRequest, serve: Handler) -> Response:
    """usage_per_model is an object by the names of models, so that two calls of one model are one."""
    return await told(request, serve, lambda one: one.update(statistics={"usage_per_model": USAGES}))


@defect("CHAT-37", at="echo")
async def discarded_messages_counted(request: IncomingRequest, serve: Handler) -> Response:
    """discarded_messages is how many there are, and not which."""
    return await told(request, serve, lambda one: one.update(statistics={"discarded_messages": 2}))


@defect("CHAT-37", at="search")
async def statistics_in_texts(request: IncomingRequest, serve: Handler) -> Response:
    """The counts of usage_per_model are texts, in the last chunk of a stream."""
    usage = {"index": 0, "model": "gpt-4o", "prompt_tokens": "8"}
    response = await serve(request)
    if not is_stream(response) or not is_of_suite(request):
        return response
    return await edited_events(response, lambda chunks: chunks[-1].update(statistics={"usage_per_model": [usage]}))


@defect("CHAT-19")
async def missing_messages_in_words(request: IncomingRequest, serve: Handler) -> Response:
    """A request without messages is refused in words."""
    response = await serve(request)
    missing = asks_completion(request) and "messages" not in body_of(request) and response.status in _REFUSED
    return in_words(400, "Bad Request").with_header("content-type", "text/plain") if missing else response


@defect("CHAT-19", at="echo")
async def missing_messages_in_words_of_the_framework(request: IncomingRequest, serve: Handler) -> Response:
    """The refusal of a request without messages is that of the framework, not of DIAL."""
    response = await serve(request)
    if not asks_completion(request) or "messages" in body_of(request) or response.status not in _REFUSED:
        return response
    return (await response.whole()).with_json({"detail": [{"loc": ["body", "messages"], "msg": "Field required"}]})
