"""How a DIAL breaks the requirements on files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from io import BytesIO

from PIL import Image

from conformance.contract.exchange import Answer
from tests.broken_answers.change import (
    Broken,
    Table,
    body,
    broken,
    document,
    field,
    header,
    in_turn,
    text,
    without_field,
    without_header,
)
from tests.replaying import Change

IMAGES = ("image", "image_again")
OF_OTHERS = ("image_with_other_key", "image_without_credentials", "image_with_unknown_key")
METADATA = "image_metadata"
ERROR = json.dumps({"error": {"message": "content policy"}}).encode()


def picture(kind: str, size: tuple[int, int]) -> bytes:
    """Draw an empty image."""
    drawn = BytesIO()
    Image.new("1", size).save(drawn, kind)
    return drawn.getvalue()


def stored(how: str, content: bytes, case: str = "") -> Broken:
    """Make a row of a DIAL that really has other bytes, of one case or all: ETag and metadata fit them."""
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    change = in_turn(body(content), header("etag", digest))
    return broken(how, change, *(one + case for one in IMAGES)).also(
        field("/contentLength", len(content)), METADATA + case
    )


def half(answer: Answer) -> Answer:
    """Break the body off in its middle."""
    return replace(answer, body=answer.body[: len(answer.body) // 2], chunks=())


def bucket(name: object) -> Change:
    """Tell a bucket of that name."""
    return document(200, {"bucket": name})


FILE: Table = {
    "FILE-01": [
        broken("forbidden", text(403, "Forbidden"), *IMAGES),
        broken("forbidden to all", text(403, "Forbidden"), *IMAGES, *OF_OTHERS),
        broken("open to all but the owner", text(403), *IMAGES).also(text(200, "PNG"), *OF_OTHERS),
        broken("expired", text(404, "Not found"), *IMAGES),
        broken("fails", text(500), *IMAGES),
        broken("sent elsewhere", in_turn(text(302), header("location", "https://storage.example.org/x")), *IMAGES),
        broken("no content", text(204), *IMAGES),
    ],
    "FILE-02": [
        stored("an error stored as image", ERROR),
        stored("nothing stored", b""),
        stored("an image of another kind", picture("GIF", (8, 8))),
        broken("broken off", half, *IMAGES),
        broken("an error instead of the image", document(200, {"error": "expired"}), *IMAGES),
        broken("nothing", text(200), *IMAGES),
    ],
    "FILE-03": [
        broken("bytes of any kind", header("content-type", "application/octet-stream"), *IMAGES),
        broken("no type", without_header("content-type"), *IMAGES),
        broken("another kind", header("content-type", "image/jpeg"), *IMAGES),
    ],
    "FILE-04": [
        stored("size ignored", picture("PNG", (512, 512))),
        stored("always square", picture("PNG", (1024, 1024))),
        stored("a row of pixels less", picture("PNG", (1792, 1023))),
        stored("a small square where no size is asked for", picture("PNG", (256, 256)), case=".absent"),
    ],
    "FILE-05": [
        broken("public", in_turn(body(b"PNG"), text(200)), "image_without_credentials", "image_with_unknown_key"),
        broken("public for all keys", text(200), "image_with_unknown_key"),
        broken("forbidden", text(403), "image_without_credentials"),
        broken("not found", text(404), "image_with_unknown_key"),
    ],
    "FILE-06": [
        broken("nothing", text(200), "missing_file"),
        broken("fails", text(500), "missing_file"),
        broken("forbidden", text(403), "missing_file"),
    ],
    "FILE-10": [
        broken("no ETag", without_header("etag"), *IMAGES),
        broken("an empty ETag", header("etag", ""), *IMAGES),
        broken("another each time", header("etag", "0123456789abcdef0123456789abcdef"), "image_again"),
        broken("fails the second time", text(500), "image_again"),
    ],
    "FILE-11": [
        broken("a time as ETag", header("etag", '"1672534800"'), *IMAGES),
        broken("a weak ETag", header("etag", 'W/"cb035f65c72e70693832a36835b5630b"'), *IMAGES),
    ],
    "FILE-12": [
        broken("fails", text(500), "image_if_none_match"),
        broken("taken for If-Match", text(412), "image_if_none_match"),
    ],
    "FILE-13": [
        broken("not found", text(404), "bucket", "bucket_again"),
        broken("a path", bucket("Users/somebody"), "bucket", "bucket_again"),
        broken("a number", bucket(7), "bucket", "bucket_again"),
        broken("another the first time", bucket("AbcBucket"), "bucket"),
        broken("empty", bucket(""), "bucket", "bucket_again"),
        broken("a text", document(200, "AbcBucket"), "bucket", "bucket_again"),
        broken("no JSON", text(200, "AbcBucket"), "bucket", "bucket_again"),
        broken("an array", document(200, ["AbcBucket"]), "bucket", "bucket_again"),
        broken("another each time", bucket("AbcBucket"), "bucket_again"),
        broken("fails the second time", text(500), "bucket_again"),
    ],
    "FILE-15": [
        broken("not found", text(404), METADATA),
        broken("a length as text", field("/contentLength", "2781"), METADATA),
        broken("no length", without_field("/contentLength"), METADATA),
        broken("another url", field("/url", "files/abc/x.png"), METADATA),
        broken("a folder", field("/nodeType", "FOLDER"), METADATA),
        broken("an array", document(200, []), METADATA),
        broken("a length that is one boolean", field("/contentLength", value=True), METADATA),
    ],
}
