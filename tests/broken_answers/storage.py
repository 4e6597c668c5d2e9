"""How a DIAL breaks the requirements on its file storage."""

from __future__ import annotations

from tests.broken_answers.change import Table, body, broken, document, field, header, html, in_turn, status, text
from tests.replaying import EVERYTHING

BUCKETS = ("bucket", "bucket_again")
ALL_ENCODED = "traversal.%252e%252e%252fx.png"
TWO_LEVELS = "traversal...%2F..%2Fx.png"
OTHER_KEY = "image_with_other_key"
ECHO = "echo"

FOLDER = {"name": "images", "nodeType": "FOLDER", "resourceType": "FILE", "items": []}

STORAGE: Table = {
    "FILE-07": [
        broken("a listing for browsers", html(200), "folder"),
        broken("its metadata", document(200, FOLDER), "folder"),
        broken("nothing", text(200), "folder"),
        broken("taken for a file", text(404), "folder"),
        broken("fails", text(500, "Internal Server Error"), "folder"),
        broken("sent elsewhere", in_turn(text(302), header("location", "/ui/files")), "folder"),
    ],
    "FILE-08": [
        broken("fails", text(500, "Internal Server Error"), "foreign_file"),
        broken("a file that is missing", text(404), "foreign_file"),
        broken("nothing", text(200), "foreign_file"),
        broken("a page for every path", html(200), "foreign_file"),
        broken("asks for credentials", text(401), "foreign_file"),
    ],
    "FILE-09": [
        broken("another file, normalised by a proxy", in_turn(status(200), body(b"\x89PNG\r\n")), TWO_LEVELS),
        broken("decoded once more", in_turn(status(200), body(b"\x89PNG\r\n")), ALL_ENCODED),
        broken("a page for every path", html(200), "traversal"),
        broken("nothing", text(200), "traversal.%252e%252e%2Fx.png", deployment=ECHO),
        broken("a schema", document(200, {"type": "object"}), "traversal...%252fx.png", deployment=ECHO),
    ],
    "FILE-14": [
        broken("that of a deployment", field("/appdata", "ArE1WEp4gTZXE5NYLp5xetg/appdata/dall-e-3"), *BUCKETS),
        broken("empty", field("/appdata", ""), *BUCKETS),
        broken("null", field("/appdata", None), *BUCKETS),
        broken("in the first answer", field("/appdata", "abc/appdata/echo"), "bucket", deployment=ECHO),
    ],
    "FILE-16": [
        broken("too much is stored", text(413, "Quota exceeded"), "uploaded", opt_ins=EVERYTHING),
        broken("read only", text(403, "Forbidden"), "uploaded", deployment=ECHO, opt_ins=EVERYTHING),
        broken("created", status(201), "uploaded", deployment=ECHO, opt_ins=EVERYTHING),
        broken("not there yet", text(404), "read_back", deployment=ECHO, opt_ins=EVERYTHING),
        broken("stored with its envelope", body(b"--x\r\n\r\nhello world"), "read_back", opt_ins=EVERYTHING),
        broken("stored empty", body(b""), "read_back", deployment=ECHO, opt_ins=EVERYTHING),
        broken("never deleted", text(405), "deleted", deployment=ECHO, opt_ins=EVERYTHING),
        broken("read from a cache", text(200, "hello world"), "read_when_deleted", opt_ins=EVERYTHING),
    ],
    "FILE-17": [
        broken("cut to a thousand", document(200, FOLDER), "too_long_listing"),
        broken("nothing found", text(404), "too_long_listing"),
        broken("fails", text(500, "Internal Server Error"), "too_long_listing"),
        broken("unprocessable", document(422, {"detail": "limit"}), "too_long_listing", deployment=ECHO),
    ],
    "FILE-18": [
        broken("readable by all", in_turn(status(200), body(b"\x89PNG\r\n")), OTHER_KEY),
        broken("an empty file", text(200), OTHER_KEY),
        broken("an address that needs no key", in_turn(text(302), header("location", "https://a.org/x")), OTHER_KEY),
        broken("fails", text(500, "Internal Server Error"), OTHER_KEY),
        broken("the key unknown to the storage", text(401), f"{OTHER_KEY}.absent"),
    ],
}
