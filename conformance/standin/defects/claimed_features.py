"""How deployments do not keep what their listing claims of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json, in_words
from conformance.standin.defect import DALLE3, defect
from conformance.standin.defects.listing import described
from conformance.standin.request_kinds import asks, asks_completion, body_of, describes, is_stranger, lists
from conformance.standin.response_edits import Edit, edited, edited_events

ECHO, SEARCH = "echo", "search"


def claiming(name: str, *flags: str) -> Edit:
    """Set flags of one deployment to true."""

    def edit(one: Any) -> None:
        if one.get("id") == name:
            one["features"].update(dict.fromkeys(flags, True))

    return edit


def has_a_key(request: IncomingRequest) -> bool:
    """Tell whether a request comes with a key that is not the unknown one: Core refuses others by itself."""
    return request.header("api-key") is not None and not is_stranger(request)


def of(request: IncomingRequest, name: str) -> dict[str, Any]:
    """Return the body of a completion that a deployment is asked for; empty if it is none."""
    asked = asks_completion(request) and f"/{name}/" in request.path and has_a_key(request)
    return body_of(request) if asked else {}


def unsupported(what: str, status: int = 400) -> Response:
    """Refuse a parameter as OpenAI does."""
    error = {"message": f"Unsupported parameter: '{what}'.", "type": "invalid_request_error", "code": str(status)}
    return in_json({"error": error}, status)


async def claims_and(
    request: IncomingRequest, serve: Handler, name: str, flag: str, instead: Callable[[dict[str, Any]], Response | None]
) -> Response:
    """Claim a feature of a deployment, and answer some of its completions in another way."""
    if lists(request) or describes(request):
        return await described(request, serve, claiming(name, flag))
    return instead(of(request, name)) or await serve(request)


async def failing_stream(request: IncomingRequest, serve: Handler) -> Response:
    """Answer with a stream that ends with an error."""

    def edit(events: Any) -> None:
        events[1:] = [{"error": {"message": "Internal Server Error", "type": "internal_server_error", "code": "500"}}]

    return await edited_events(await serve(request), edit)


@defect("FEAT-03")
async def truncates_unasked(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment leaves messages out of prompts, and does not claim it."""
    if asks(request, "POST", f"/v1/deployments/{DALLE3}/truncate_prompt"):
        return in_json({"outputs": [{"status": "success", "discarded_messages": []}]})
    return await serve(request)


@defect("FEAT-03", at=ECHO)
async def truncate_prompt_forbidden(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment claims to leave messages out of prompts, and refuses it."""
    if asks(request, "POST", f"/v1/deployments/{ECHO}/truncate_prompt"):
        return in_words(403, "Forbidden deployment")
    return await serve(request)


@defect("FEAT-03", at=ECHO)
async def truncation_counts_only(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment tells how many messages it leaves out, but not which."""
    response = await serve(request)
    if not asks(request, "POST", f"/v1/deployments/{ECHO}/truncate_prompt"):
        return response
    return await edited(response, lambda page: page["outputs"][0].update(discarded_messages=0))


@defect("FEAT-04", at=ECHO)
async def tools_refused(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment claims tools, and refuses a request that has some."""
    refused = unsupported("tools")
    return await claims_and(request, serve, ECHO, "tools", lambda body: refused if "tools" in body else None)


@defect("FEAT-04", at=SEARCH)
async def tools_fail_in_streams(request: IncomingRequest, serve: Handler) -> Response:
    """Tools work, but not in streams: there the answer ends with an error."""
    if lists(request) or describes(request):
        return await described(request, serve, claiming(SEARCH, "tools"))
    body = of(request, SEARCH)
    fails = "tools" in body and body.get("stream") is True
    return await (failing_stream(request, serve) if fails else serve(request))


@defect("FEAT-05", at=ECHO)
async def seed_refused(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment claims seed, and refuses it."""
    refused = unsupported("seed")
    return await claims_and(request, serve, ECHO, "seed", lambda body: refused if "seed" in body else None)


@defect("FEAT-05", at=SEARCH)
async def seed_fails(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment claims seed, and fails with it."""
    failed = in_words(500, "Internal Server Error")
    return await claims_and(request, serve, SEARCH, "seed", lambda body: failed if "seed" in body else None)


@defect("FEAT-06", at=ECHO)
async def system_message_refused(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment takes no messages of the system, and Core's default claims that it does."""
    messages = of(request, ECHO).get("messages") or [{}]
    return unsupported("messages[0].role", 422) if messages[0].get("role") == "system" else await serve(request)


@defect("FEAT-06", at=SEARCH)
async def system_message_gives_no_choice(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment answers a message of the system with a completion without choices."""
    response = await serve(request)
    messages = of(request, SEARCH).get("messages") or [{}]
    if messages[0].get("role") != "system":
        return response
    return await edited(response, lambda page: page.update(choices=[]))


@defect("FEAT-07")
async def temperature_refused(request: IncomingRequest, serve: Handler) -> Response:
    """A model that reasons takes no temperature, and Core's default claims that it does."""
    return unsupported("temperature") if "temperature" in of(request, DALLE3) else await serve(request)


@defect("FEAT-07", at=SEARCH)
async def temperature_zero_fails(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment divides by the temperature."""
    if of(request, SEARCH).get("temperature") == 0:
        return in_words(500, "Internal Server Error")
    return await serve(request)


@defect("FEAT-08")
async def content_parts_claimed(request: IncomingRequest, serve: Handler) -> Response:
    """An image deployment claims content parts, which its adapter refuses."""
    return await claims_and(request, serve, DALLE3, "content_parts", lambda _: None)


@defect("FEAT-08", at=ECHO)
async def content_parts_fail(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment claims content parts, and takes every content for a text."""

    def instead(body: dict[str, Any]) -> Response | None:
        in_parts = any(
            isinstance(one, dict) and isinstance(one.get("content"), list) for one in body.get("messages", ())
        )
        return in_words(500, "Internal Server Error") if in_parts else None

    return await claims_and(request, serve, ECHO, "content_parts", instead)


@defect("FEAT-09", at=ECHO)
async def max_tokens_refused(request: IncomingRequest, serve: Handler) -> Response:
    """A model that reasons refuses max_tokens, and Core's default claims it."""
    refused = unsupported("max_tokens")
    flag = "max_tokens_supported"
    return await claims_and(request, serve, ECHO, flag, lambda body: refused if "max_tokens" in body else None)


@defect("FEAT-09", at=SEARCH)
async def max_completion_tokens_fail(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment claims max_completion_tokens, and fails with it."""
    failed = in_words(500, "Internal Server Error")
    name = "max_completion_tokens"
    return await claims_and(request, serve, SEARCH, f"{name}_supported", lambda body: failed if name in body else None)


def has_a_sample(body: dict[str, Any]) -> bool:
    """Tell whether a message has an attachment that the suite has written."""
    return "/conformance/" in str(body.get("messages")) and "'url'" in str(body.get("messages"))


@defect("FEAT-10", at=ECHO)
async def listed_type_refused(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment lists types of attachments, and refuses a file of one."""
    return unsupported("attachments", 422) if has_a_sample(of(request, ECHO)) else await serve(request)


@defect("FEAT-10", at="echo-application")
async def attachment_not_downloaded(request: IncomingRequest, serve: Handler) -> Response:
    """An application fails where it should download an attachment."""
    if has_a_sample(of(request, "echo-application")):
        return in_words(500, "Internal Server Error")
    return await serve(request)


async def edited_vectors(request: IncomingRequest, serve: Handler, edit: Edit) -> Response:
    """Answer with other embeddings."""
    response = await serve(request)
    is_asked = asks(request, "POST", "/openai/deployments/embedding/embeddings")
    return await edited(response, edit) if is_asked else response


@defect("FEAT-11", at="embedding")
async def one_vector_for_all(request: IncomingRequest, serve: Handler) -> Response:
    """Only the first of several texts gets a vector."""
    return await edited_vectors(request, serve, lambda page: page["data"].__delitem__(slice(1, None)))


@defect("FEAT-11", at="embedding")
async def vectors_as_text(request: IncomingRequest, serve: Handler) -> Response:
    """Vectors are base64, which nobody asked for."""

    def edit(page: Any) -> None:
        for one in page["data"]:
            one["embedding"] = "pHB9vwrXI7+kcH2/"

    return await edited_vectors(request, serve, edit)


@defect("FEAT-11", at="embedding")
async def other_dimensions_listed(request: IncomingRequest, serve: Handler) -> Response:
    """The listing tells the dimensions of the model that was there before."""

    def edit(one: Any) -> None:
        if one.get("id") == "embedding":
            one["embedding_dimensions"] = 1536

    return await described(request, serve, edit)


@defect("FEAT-11", at="embedding")
async def no_input_fails(request: IncomingRequest, serve: Handler) -> Response:
    """A request for embeddings of nothing is an error of the server."""
    response = await serve(request)
    is_asked = asks(request, "POST", "/openai/deployments/embedding/embeddings")
    return in_words(500, "Internal Server Error") if is_asked and response.status == 400 else response


@defect("FEAT-12")
async def usage_in_stream_refused(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment streams, and refuses to be asked for the usage."""
    return unsupported("stream_options") if "stream_options" in of(request, DALLE3) else await serve(request)


@defect("FEAT-12", at=ECHO)
async def usage_in_stream_fails(request: IncomingRequest, serve: Handler) -> Response:
    """A stream that should tell the usage ends with an error."""
    fails = "stream_options" in of(request, ECHO)
    return await (failing_stream(request, serve) if fails else serve(request))


@defect("FEAT-13")
async def small_prompt_fails(request: IncomingRequest, serve: Handler) -> Response:
    """An adapter fails with max_prompt_tokens."""
    if "max_prompt_tokens" in of(request, DALLE3):
        return in_words(500, "Internal Server Error")
    return await serve(request)


@defect("FEAT-13", at=ECHO)
async def small_prompt_refused_without_a_word(request: IncomingRequest, serve: Handler) -> Response:
    """A prompt that is too long is refused without a message."""
    return in_words(400) if "max_prompt_tokens" in of(request, ECHO) else await serve(request)
