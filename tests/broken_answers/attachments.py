"""How a deployment breaks the requirements on attachments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.broken_answers.change import Broken, Table, broken, edited, field, in_turn, without_field
from tests.broken_answers.stream_change import attaching, streaming
from tests.replaying import Change

COMPLETIONS = ("accepted", "with_empty_configuration")
ATTACHMENTS = "/choices/0/message/custom_content/attachments"
PROMPT, IMAGE = f"{ATTACHMENTS}/0", f"{ATTACHMENTS}/1"
METADATA = "image_metadata"
NOTES = {"title": "Notes", "url": "files/AppBucket7f3a/notes.md"}


def image_url(change: Callable[[str], str]) -> Change:
    """Answer with another url of the image."""

    def edit(completion: dict[str, Any]) -> None:
        image = completion["choices"][0]["message"]["custom_content"]["attachments"][1]
        image["url"] = change(image["url"])

    return edited(edit)


def only(*kept: int) -> Change:
    """Answer with some of the attachments only."""

    def edit(completion: dict[str, Any]) -> None:
        content = completion["choices"][0]["message"]["custom_content"]
        content["attachments"] = [content["attachments"][one] for one in kept]

    return edited(edit)


def markdown() -> Change:
    """Answer with the image in the text."""

    def edit(completion: dict[str, Any]) -> None:
        message = completion["choices"][0]["message"]
        message["content"] = f"![](/v1/{message.pop('custom_content')['attachments'][1]['url']})"

    return edited(edit)


def foreign(url: str) -> str:
    """Return the url of the same file in another bucket."""
    return url.replace(url.split("/")[1], "AppBucket7f3a")


def public(url: str) -> str:
    """Return the url of the same file where all may read it."""
    return url.replace(url.split("/")[1], "public")


def stored_at(change: Callable[[str], str]) -> Change:
    """Tell metadata of the same file with another url."""

    def edit(metadata: dict[str, Any]) -> None:
        metadata["url"] = change(metadata["url"])

    return edited(edit)


def cited_by_echo(how: str, url: str) -> Broken:
    """Make a row of an application that cites something, in a stream and outside."""
    source = {"title": "Source", "type": "application/pdf", "url": url}
    row = broken(how, attaching(source), "accepted", deployment="echo-application")
    return row.also(streaming({**source, "index": 0}), "streamed")


ATT: Table = {
    "ATT-01": [
        broken("an image in the text", markdown(), *COMPLETIONS),
        broken("an empty array", only(), *COMPLETIONS),
        broken("null", field(ATTACHMENTS, None), *COMPLETIONS),
        broken("one object", field(ATTACHMENTS, {"title": "Image"}), *COMPLETIONS),
        broken("an array of urls", field(ATTACHMENTS, ["files/abc/x.png"]), *COMPLETIONS),
        broken("custom content as text", field("/choices/0/message/custom_content", "image"), *COMPLETIONS),
        broken("no custom content", without_field("/choices/0/message/custom_content"), *COMPLETIONS),
        broken(
            "custom content as an array, of a searching model",
            field("/choices/0/message/custom_content", []),
            "accepted",
            deployment="search",
        ),
        broken(
            "an object, of a searching model",
            field("/choices/0/message/custom_content", {"attachments": {}}),
            "accepted",
            deployment="search",
        ),
    ],
    "ATT-02": [
        broken("data kept after the upload", field(f"{IMAGE}/data", "iVBORw0KGgo="), *COMPLETIONS),
        broken("neither", without_field(f"{IMAGE}/url"), *COMPLETIONS),
        broken("url null", field(f"{IMAGE}/url", None), *COMPLETIONS),
        broken("an empty url", field(f"{IMAGE}/url", ""), *COMPLETIONS),
        broken("a url that is none", field(f"{IMAGE}/url", {"href": "files/abc/x.png"}), *COMPLETIONS),
        broken("an empty prompt", field(f"{PROMPT}/data", ""), *COMPLETIONS),
    ],
    "ATT-03": [
        broken("an extension", field(f"{IMAGE}/type", "png"), *COMPLETIONS),
        broken("no subtype", field(f"{IMAGE}/type", "image/"), *COMPLETIONS),
        broken("an extension, of the prompt", field(f"{PROMPT}/type", "markdown"), *COMPLETIONS),
        broken("an array", field(f"{IMAGE}/type", ["image/png"]), *COMPLETIONS),
        broken("empty", field(f"{PROMPT}/type", ""), *COMPLETIONS),
    ],
    "ATT-04": [
        broken("a type alone", field(f"{IMAGE}/reference_type", "text/html"), *COMPLETIONS),
        broken(
            "an empty reference",
            in_turn(field(f"{IMAGE}/reference_type", "text/html"), field(f"{IMAGE}/reference_url", "")),
            *COMPLETIONS,
        ),
        broken(
            "a type with null",
            edited(
                lambda completion: completion["choices"][0]["message"]["custom_content"]["attachments"][0].update(
                    reference_type="text/html", reference_url=None
                )
            ),
            *COMPLETIONS,
        ),
    ],
    "ATT-05": [
        broken("bytes of any kind", field(f"{IMAGE}/type", "application/octet-stream"), *COMPLETIONS),
        broken("no image", only(0), *COMPLETIONS),
        broken("no type", without_field(f"{IMAGE}/type"), *COMPLETIONS),
    ],
    "ATT-06": [
        broken("no revised prompt", only(1), *COMPLETIONS),
        broken("another title", field(f"{PROMPT}/title", "Prompt"), *COMPLETIONS),
        broken("a blank prompt", field(f"{PROMPT}/data", " "), *COMPLETIONS),
        broken("a title that is none", field(f"{PROMPT}/title", ["Revised prompt"]), *COMPLETIONS),
    ],
    "ATT-07": [
        broken("a data url", image_url(lambda _: "data:image/png;base64,iVBORw0KGgo="), *COMPLETIONS),
        broken(
            "the image itself",
            field(IMAGE, {"title": "Image", "type": "image/png", "data": "iVBORw0KGgo="}),
            *COMPLETIONS,
        ),
    ],
    "ATT-08": [
        broken("a slash before", image_url(lambda url: f"/{url}"), *COMPLETIONS),
        broken("a path of the gateway", image_url(lambda url: f"/v1/{url}"), *COMPLETIONS),
        broken("the gateway", image_url(lambda url: f"https://dial.invalid/v1/{url}"), *COMPLETIONS),
        broken("a private address", image_url(lambda _: "http://10.0.0.5/x.png"), *COMPLETIONS),
        broken("a private address of IPv6", image_url(lambda _: "http://[fd00::1]/x.png"), *COMPLETIONS),
        broken("a host without a dot", image_url(lambda url: f"http://core:8080/v1/{url}"), *COMPLETIONS),
        broken("a host of the cluster", image_url(lambda _: "http://core.dial.svc/x.png"), *COMPLETIONS),
        broken("a file of the server", image_url(lambda _: "file:///tmp/x.png"), *COMPLETIONS),
        broken("no host", image_url(lambda _: "http://[/x.png"), *COMPLETIONS),
        broken("no bucket", image_url(lambda _: "files/x.png"), *COMPLETIONS),
        cited_by_echo("a path of the gateway, cited", "/v1/files/public/handbook.pdf"),
        cited_by_echo("a slash before what is cited", "/files/public/handbook.pdf"),
        cited_by_echo("the gateway, cited", "https://dial.invalid/v1/files/public/handbook.pdf"),
        cited_by_echo("the gateway by its inner name, cited", "http://core:8080/v1/files/public/handbook.pdf"),
    ],
    "ATT-09": [
        broken("the bucket of the application", image_url(foreign), *COMPLETIONS).also(stored_at(foreign), METADATA),
        broken("a bucket for all", image_url(public), *COMPLETIONS).also(stored_at(public), METADATA),
        broken("that of the application if configured", image_url(foreign), "accepted.quality*").also(
            stored_at(foreign), f"{METADATA}.quality*"
        ),
        broken("that of the application, of echo", attaching(NOTES), "accepted", deployment="echo-application").also(
            streaming({**NOTES, "index": 0}), "streamed"
        ),
    ],
    "ATT-10": [
        broken("as in a stream", field(f"{ATTACHMENTS}/*/index", 0), *COMPLETIONS),
        broken("null", field(f"{IMAGE}/index", None), *COMPLETIONS),
    ],
}
