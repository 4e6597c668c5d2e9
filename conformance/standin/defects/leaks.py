"""How a DIAL tells its callers what is not meant for them, or gives a picture that is not theirs to keep."""

from __future__ import annotations

from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.defect import DALLE3, defect
from conformance.standin.defects.attachments import attached, drawn
from conformance.standin.defects.configuration import asks_schema_of
from conformance.standin.defects.listing import described
from conformance.standin.request_kinds import asks_completion
from conformance.standin.response_edits import Edit, edited, edited_refusal

SIGNED = "https://dalleprod.blob.core.windows.net/private/images/cube.png?se=2026-11-23&sig=mZ3uGk%2B8x4q0T7bYc1vJ2w"
OPENAI_KEY = "sk-proj-" + "4fT9qLm2Xw7Zr1Kc8Vb3Nd6Hs5Jg0Pa"  # made up, and in no file in one piece
AWS_KEY = "AKIA" + "Q3XJ7TZK5LWM2NVB"


def said(name: str, text: str) -> Edit:
    """Put a text into the description of the DALL-E 3."""

    def edit(one: Any) -> None:
        if one.get("id") == DALLE3:
            one[name] = text

    return edit


@defect("ATT-07")
async def picture_at_the_provider(request: IncomingRequest, serve: Handler) -> Response:
    """The picture stays where the provider has it, for two hours, behind a signed address."""
    return await drawn(request, serve, lambda one: one.update(url=SIGNED))


@defect("ATT-11")
async def picture_twice(request: IncomingRequest, serve: Handler) -> Response:
    """A retry in the adapter adds the picture once more."""

    def edit(attachments: Any) -> None:
        attachments += [dict(one) for one in attachments if str(one.get("type", "")).startswith("image/")]

    return await attached(request, serve, edit)


@defect("ATT-11")
async def all_attachments_twice(request: IncomingRequest, serve: Handler) -> Response:
    """The attachments are added by the adapter, and by the library below it."""
    return await attached(request, serve, lambda attachments: attachments.extend([dict(one) for one in attachments]))


@defect("LIST-20")
async def key_in_description(request: IncomingRequest, serve: Handler) -> Response:
    """Somebody wrote the key of the upstream into the description."""
    return await described(request, serve, said("description", f"Draws. Key for tests: {OPENAI_KEY}"))


@defect("LIST-20")
async def key_in_defaults(request: IncomingRequest, serve: Handler) -> Response:
    """The defaults of a model carry the credentials of its provider."""
    return await described(request, serve, lambda one: one.update(defaults={"aws": {"access": [AWS_KEY]}}))


@defect("LIST-29")
async def inner_address_in_description(request: IncomingRequest, serve: Handler) -> Response:
    """The description tells operators where the adapter runs."""
    text = "Draws. Adapter: http://adapter-dalle.dial.svc.cluster.local:5000/health"
    return await described(request, serve, said("description", text))


@defect("LIST-29")
async def host_and_port_in_version(request: IncomingRequest, serve: Handler) -> Response:
    """The version of a model is the address that it was deployed to."""
    return await described(request, serve, said("display_version", "v3 (10.12.0.7:8080)"))


@defect("CHAT-26", thorough=False)
async def headers_of_another_provider(request: IncomingRequest, serve: Handler) -> Response:
    """Headers of Bedrock come with each completion."""
    response = await serve(request)
    if not asks_completion(request):
        return response
    return response.with_header("X-Amzn-Bedrock-Invocation-Latency", "2113")


@defect("CHAT-26", thorough=False)
async def raw_error_of_the_library(request: IncomingRequest, serve: Handler) -> Response:
    """A refusal is what the provider's library raised, as it is."""

    def edit(document: Any) -> None:
        what = "An error occurred (ValidationException) when calling the InvokeModel operation"
        document["error"]["message"] += f" ({what})"

    response = await serve(request)
    return await edited_refusal(response, edit) if asks_completion(request) else response


@defect("CHAT-26", thorough=False)
async def key_in_refusal(request: IncomingRequest, serve: Handler) -> Response:
    """A refusal repeats the key that the adapter sent to the upstream."""

    def edit(document: Any) -> None:
        document["error"]["message"] += f" (sent with {OPENAI_KEY})"

    response = await serve(request)
    return await edited_refusal(response, edit) if asks_completion(request) else response


@defect("CONF-16")
async def key_in_schema(request: IncomingRequest, serve: Handler) -> Response:
    """The description of a property shows how it was tried out."""

    def edit(schema: Any) -> None:
        schema["properties"]["quality"]["description"] = f"hd or standard; tried with {OPENAI_KEY}"

    response = await serve(request)
    return await edited(response, edit) if asks_schema_of(request, DALLE3) else response
