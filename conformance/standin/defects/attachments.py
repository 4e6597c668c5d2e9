"""How a deployment gets the attachments of a completion wrong."""

from __future__ import annotations

from typing import Any

from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.defect import defect
from conformance.standin.defects.completions import is_of_suite
from conformance.standin.request_kinds import asks_block, asks_completion
from conformance.standin.response_edits import Edit, edited, edited_attachments, edited_picture

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="


async def attached(request: IncomingRequest, serve: Handler, edit: Edit) -> Response:
    """Answer with a completion, or a stream, after an edit of its list of attachments."""
    response = await serve(request)
    return await edited_attachments(response, edit) if asks_completion(request) else response


async def drawn(request: IncomingRequest, serve: Handler, edit: Edit) -> Response:
    """Answer with a completion, or a stream, after an edit of the attachment that is the picture."""
    response = await serve(request)
    return await edited_picture(response, edit) if asks_completion(request) else response


def as_data(one: Any) -> None:
    """Put the picture itself into its attachment."""
    one.pop("url", None)
    one["data"] = PICTURE


@defect("ATT-01")
async def picture_in_markdown(request: IncomingRequest, serve: Handler) -> Response:
    """The picture is a link in the text, and there are no attachments."""

    def edit(completion: Any) -> None:
        message = completion["choices"][0]["message"]
        content = message.pop("custom_content", None)
        if content:
            message["content"] = "![Image](https://images.example.org/cube.png)"

    response = await serve(request)
    return await edited(response, edit) if asks_block(request) and is_of_suite(request) else response


@defect("ATT-02")
async def data_and_url(request: IncomingRequest, serve: Handler) -> Response:
    """The picture was stored, and its data left in the attachment."""
    return await drawn(request, serve, lambda one: one.update(data=PICTURE))


@defect("ATT-02")
async def neither_data_nor_url(request: IncomingRequest, serve: Handler) -> Response:
    """The url of the picture is lost."""
    return await drawn(request, serve, lambda one: one.pop("url"))


@defect("ATT-03")
async def type_is_extension(request: IncomingRequest, serve: Handler) -> Response:
    """The type of the revised prompt is an extension."""
    return await attached(request, serve, lambda found: found[0].update(type="md"))


@defect("ATT-04")
async def reference_without_url(request: IncomingRequest, serve: Handler) -> Response:
    """An attachment has the type of a reference that it does not have."""
    return await attached(request, serve, lambda found: found[0].update(reference_type="text/html"))


@defect("ATT-05")
async def picture_of_any_type(request: IncomingRequest, serve: Handler) -> Response:
    """The picture is announced as bytes of any kind."""
    return await drawn(request, serve, lambda one: one.update(type="application/octet-stream"))


@defect("ATT-06")
async def no_revised_prompt(request: IncomingRequest, serve: Handler) -> Response:
    """The upstream revised the prompt, and the adapter does not tell."""

    def edit(attachments: Any) -> None:
        attachments[:] = [one for one in attachments if one.get("title") != "Revised prompt"]

    return await attached(request, serve, edit)


@defect("ATT-07")
async def picture_not_stored(request: IncomingRequest, serve: Handler) -> Response:
    """No storage is configured, so the picture comes as base64."""
    return await drawn(request, serve, as_data)


@defect("ATT-08")
async def url_with_slash(request: IncomingRequest, serve: Handler) -> Response:
    """The url of the picture begins with a slash, so that it leads elsewhere."""
    return await drawn(request, serve, lambda one: one.update(url=f"/{one['url']}"))


@defect("ATT-08")
async def url_inside_the_cluster(request: IncomingRequest, serve: Handler) -> Response:
    """The url of the picture leads to a host that only the adapter can reach."""
    return await drawn(request, serve, lambda one: one.update(url=f"http://dial-core:8080/v1/{one['url']}"))


@defect("ATT-10")
async def index_outside_of_a_stream(request: IncomingRequest, serve: Handler) -> Response:
    """Attachments keep the index that they have in a stream."""

    def edit(attachments: Any) -> None:
        for position, one in enumerate(attachments):
            one["index"] = position

    response = await serve(request)
    return await edited_attachments(response, edit) if asks_block(request) else response


@defect("FILE-02")
async def every_picture_is_called_jpeg(request: IncomingRequest, serve: Handler) -> Response:
    """The type of the picture is a default of the adapter, which the upstream no longer draws."""
    return await drawn(request, serve, lambda one: one.update(type="image/jpeg"))


@defect("FILE-01")
async def picture_in_a_bucket_of_the_adapter(request: IncomingRequest, serve: Handler) -> Response:
    """The adapter stores pictures with a key of its own, in a bucket that its callers may not read."""

    def edit(one: Any) -> None:
        one["url"] = "/".join(["files", "3adapter3", *one["url"].split("/")[2:]])

    return await drawn(request, serve, edit)


@defect("ATT-11")
async def picture_twice_in_blocks(request: IncomingRequest, serve: Handler) -> Response:
    """A picture is added when it is made, and again when the answer is put together, which a stream is not."""
    response = await serve(request)
    if not asks_block(request):
        return response
    return await edited_attachments(response, lambda found: found.append(dict(found[-1])))


@defect("ATT-12", at="gpt-image-1")
async def every_picture_is_called_png(request: IncomingRequest, serve: Handler) -> Response:
    """The upstream draws what is asked for, and the adapter calls it a PNG each time."""
    return await drawn(request, serve, lambda one: one.update(type="image/png"))


@defect("ATT-01", at="echo")
async def custom_content_as_array(request: IncomingRequest, serve: Handler) -> Response:
    """An application's framework writes an empty object as an array."""
    response = await serve(request)
    if not asks_block(request) or "/echo/" not in request.path:
        return response
    return await edited(response, lambda one: one["choices"][0]["message"].update(custom_content=[]))


@defect("ATT-07")
async def signature_behind_the_url(request: IncomingRequest, serve: Handler) -> Response:
    """The url of the picture ends with the signature that the storage behind the DIAL gave it."""
    return await drawn(request, serve, lambda one: one.update(url=f"{one['url']}?sig=3f2a"))
