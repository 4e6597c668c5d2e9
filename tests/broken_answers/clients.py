"""How a DIAL breaks the requirements on official clients: it serves others well, and only not them."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import replace
from typing import Any

from conformance.contract.exchange import Answer
from conformance.contract.recipe import CLIENTS
from tests.broken_answers.change import (
    DALLE3,
    Broken,
    Table,
    body,
    broken,
    edited,
    field,
    header,
    html,
    text,
    without_field,
)
from tests.broken_answers.chat import COMPLETIONS, choices, completed, error
from tests.broken_answers.files import IMAGES
from tests.replaying import Change

WITH_CLIENTS = frozenset({str(CLIENTS)})
MESSAGE = "/choices/0/message"
CONTENT = f"{MESSAGE}/custom_content"
PARTS = [{"type": "text", "text": "a cube"}]


def unserved(how: str, change: Change, *exchanges: str, deployment: str = DALLE3) -> Broken:
    """Make a row of a run with the clients."""
    return broken(how, change, *exchanges, deployment=deployment, opt_ins=WITH_CLIENTS)


def events(answer: Answer) -> list[bytes]:
    """Take a stream apart."""
    return answer.body.rstrip().split(b"\n\n")


def broken_off(answer: Answer) -> Answer:
    """Break a stream off in its middle."""
    half = events(answer)[: len(events(answer)) // 2]
    return body(b"\n\n".join([*half, b""]))(answer)


def with_event(data: bytes) -> Change:
    """Put an event before the last one."""
    return lambda answer: body(b"\n\n".join([*events(answer)[:-1], b"data: " + data, events(answer)[-1], b""]))(answer)


def as_array(completion: Any) -> None:
    """Make an object with one element of the attachments."""
    content = completion["choices"][0]["message"]["custom_content"]
    content["attachments"] = {"0": content["attachments"][0]}


def without_pixels(answer: Answer) -> Answer:
    """Fill the pixels of a PNG with zeros, which are no compressed data; each chunk keeps its length and a true CRC."""
    image = bytearray(answer.body)
    start = len(b"\x89PNG\r\n\x1a\n")
    while start < len(image):
        (length,) = struct.unpack(">I", image[start : start + 4])
        kind = slice(start + 4, start + 8)
        data = slice(start + 8, start + 8 + length)
        if image[kind] == b"IDAT":
            image[data] = bytes(length)
            image[data.stop : data.stop + 4] = struct.pack(">I", zlib.crc32(image[kind.start : data.stop]))
        start = data.stop + 4
    digest = hashlib.md5(image, usedforsecurity=False).hexdigest()
    return header("etag", digest)(replace(answer, body=bytes(image), chunks=()))


CLI: Table = {
    "CLI-01": [
        unserved("an adapter that knows curl only", error(400, "unknown field custom_fields"), "openai_completion"),
        unserved("a page to sign in", html(200), "openai_completion"),
        unserved("another door", html(403), "openai_completion"),
        unserved("fails", text(500, "Internal Server Error"), "openai_completion"),
        unserved("nothing", text(200), "openai_completion"),
        unserved("no choice", choices(0), "openai_completion"),
        unserved("two images", choices(2), "openai_completion"),
        unserved("choices null", field("/choices", None), "openai_completion"),
        unserved("no message", without_field(MESSAGE), "openai_completion"),
        unserved("another role", field(f"{MESSAGE}/role", "user"), "openai_completion"),
        unserved("fails for a model that echoes", text(500), "openai_completion", deployment="echo"),
    ],
    "CLI-02": [
        unserved("as OpenAI would answer", without_field(CONTENT), "openai_completion"),
        unserved("null", field(CONTENT, None), "openai_completion"),
        unserved("no attachment", field(f"{CONTENT}/attachments", []), "openai_completion"),
        unserved("an object", edited(as_array), "openai_completion"),
        unserved("a text", field(CONTENT, "files/abc/x.png"), "openai_completion"),
    ],
    "CLI-03": [
        unserved("refused", error(400, "stream is not supported"), "openai_stream"),
        unserved("a page to sign in", html(200), "openai_stream"),
        unserved("not streamed", completed(), "openai_stream"),
        unserved("broken off", broken_off, "openai_stream"),
        unserved("an error at the end", with_event(b'{"error": {"message": "no"}}'), "openai_stream"),
        unserved("an event that is no JSON", with_event(b"ping"), "openai_stream"),
        unserved("a last chunk without choices", with_event(b'{"usage": null}'), "openai_stream"),
        unserved("a page to sign in, of an application", html(200), "openai_stream", deployment="echo-application"),
    ],
    "CLI-04": [
        unserved("accepted and billed", completed(), "openai_refusal"),
        unserved("fails", text(500, "Internal Server Error"), "openai_refusal"),
        unserved("forbidden", error(403, "quality"), "openai_refusal"),
        unserved("a web page", html(422), "openai_refusal"),
        unserved("no message", without_field("/error/message"), "openai_refusal"),
        unserved("an error that is text", field("/error", "quality is wrong"), "openai_refusal"),
    ],
    "CLI-05": [
        unserved("a stream that is none", error(400, "unknown field stream"), "dial_completion"),
        unserved("fails", text(500, "Internal Server Error"), "dial_completion"),
        unserved("a page to sign in", html(200), "dial_completion"),
        unserved("no choice", choices(0), "dial_completion"),
        unserved("another role", field(f"{MESSAGE}/role", "user"), "dial_completion"),
        unserved("no attachment", without_field(CONTENT), "dial_completion"),
        unserved("content in parts, for everybody", field(f"{MESSAGE}/content", PARTS), *COMPLETIONS),
        unserved("a number as model, for everybody", field("/model", 3), *COMPLETIONS),
        unserved("a state that is text, of an echo", field(CONTENT, {"state": "x"}), "accepted", deployment="echo"),
    ],
    "CLI-06": [
        unserved("an image without pixels", without_pixels, *IMAGES),
    ],
}
