"""How a DIAL lets in whom it should not, and what it lets browsers and caches do."""

from __future__ import annotations

from tests.broken_answers.change import (
    Table,
    broken,
    document,
    edited,
    field,
    header,
    html,
    in_turn,
    text,
    without_header,
)
from tests.replaying import EVERYTHING

EMPTY = document(200, {"object": "list", "data": []})
PREFLIGHT = "preflight_of_origin"
NOBODY = "asked_from_origin.no-key"
ALLOWED = "access-control-allow-headers"
ORIGIN = "access-control-allow-origin"
CACHE = "cache-control"

ACCESS: Table = {
    "AUTH-10": [
        broken("models for everybody", EMPTY, "no_credentials_for.models"),
        broken("applications forbidden", text(403), "no_credentials_for.applications"),
        broken("a schema for everybody", document(200, {"type": "object"}), "no_credentials_for.configuration"),
        broken("a login page for one deployment", html(200), "no_credentials_for.deployment"),
        broken("sent to a login page", in_turn(html(302), header("location", "/login")), "no_credentials_for.own-page"),
        broken("a bucket for everybody", document(200, {"bucket": "abc"}), "no_credentials_for.bucket"),
        broken("limits looked for first", text(404), "no_credentials_for.limits", deployment="echo"),
        broken("everybody is a guest", document(200, {"roles": []}), "no_credentials_for.user-info"),
    ],
    "AUTH-11": [
        broken("a token that nobody looks at", EMPTY, "made_up_token_for.deployments"),
        broken("fails", text(500), "made_up_token_for.bucket"),
        broken("forbidden", text(403), "made_up_token_for.configuration"),
        broken("a login page", html(200), "made_up_token_for.user-info", deployment="echo"),
    ],
    "AUTH-12": [
        broken("a key in the query", EMPTY, "key_in_query_for.deployments", opt_ins=EVERYTHING),
        broken(
            "its bucket",
            document(200, {"bucket": "abc"}),
            "key_in_query_for.bucket",
            deployment="echo",
            opt_ins=EVERYTHING,
        ),
        broken(
            "understood", text(400, "in a header"), "key_in_query_for.limits", deployment="echo", opt_ins=EVERYTHING
        ),
    ],
    "AUTH-13": [
        broken(f"a key that is {how}", EMPTY, f"altered_key.{case}", deployment="echo", opt_ins=EVERYTHING)
        for how, case in {
            "nearly the same": "one-character",
            "in capitals": "other-case",
            "cut": "cut",
            "empty": "empty",
        }.items()
    ]
    + [broken("forbidden", text(403), "altered_key.empty", deployment="echo", opt_ins=EVERYTHING)],
    "AUTH-15": [
        broken(how, change, PREFLIGHT, deployment="echo", opt_ins=EVERYTHING)
        for how, change in {
            "api-key not allowed": header(ALLOWED, "authorization, content-type"),
            "content-type not allowed": header(ALLOWED, "api-key"),
            "no header allowed": without_header(ALLOWED),
            "another origin": header(ORIGIN, "https://chat.example.com"),
            "no origin": without_header(ORIGIN),
            "not found": text(404),
            "sent elsewhere": in_turn(text(302), header("location", "/login")),
        }.items()
    ],
    "AUTH-16": [
        broken("no word of origins", without_header(ORIGIN), NOBODY, deployment="echo", opt_ins=EVERYTHING),
        broken("another origin", header(ORIGIN, "null"), NOBODY, deployment="echo", opt_ins=EVERYTHING),
        broken(
            "two origins",
            header(ORIGIN, "https://example.org, *"),
            "asked_from_origin.unknown-key",
            deployment="echo",
            opt_ins=EVERYTHING,
        ),
    ],
    "AUTH-17": [
        broken("the listing is public", header(CACHE, "public"), "models"),
        broken("public, and short", header(CACHE, 'max-age=1, Public, ext="a, b"'), "bucket", deployment="echo"),
        broken("a day in shared caches", header(CACHE, "max-age=0, s-maxage=86400"), "image"),
        broken("a lifetime in quotes", header(CACHE, 's-maxage="60"'), "home", deployment="search"),
        broken("a schema by its language", in_turn(header(CACHE, "public"), header("vary", "Accept")), "configuration"),
        broken("a refusal for everybody", header(CACHE, "public, max-age=60"), "unknown_key_for.bucket"),
    ],
    "FILE-21": [
        broken("fails", text(500), "own_files"),
        broken("not found", text(404), "own_files", deployment="echo"),
        broken("forbidden", text(403), "own_files", deployment="echo"),
        broken("no items", field("/items", None), "own_files", deployment="echo"),
        broken("a file", field("/nodeType", "ITEM"), "own_files", deployment="echo"),
        broken("names only", field("/items", ["a.txt"]), "own_files", deployment="echo"),
        broken("an array", document(200, []), "own_files", deployment="echo"),
        broken("a page", html(200), "own_files", deployment="echo"),
    ],
}

HARMLESS = [
    broken("kept by the caller alone", header(CACHE, "private, max-age=60"), "*"),
    broken("not kept", header(CACHE, "no-store, public"), "*"),
    broken("no lifetime in shared caches", header(CACHE, "s-maxage=0, must-revalidate"), "*"),
    broken("for each key apart", in_turn(header(CACHE, "public"), header("vary", "Origin, Api-Key")), "listing"),
    broken("the version is public", header(CACHE, "public, max-age=60"), "version"),
    broken("the preflight is public", header(CACHE, "public, max-age=60"), "preflight"),
    broken("a page of an old listing", edited(lambda told: told.update(nextToken="a")), "own_files"),
    broken("no files", field("/items", []), "own_files", deployment="echo"),
    broken(
        "this origin alone",
        header(ORIGIN, "$DIAL_ORIGIN"),
        "asked_from_origin.*",
        PREFLIGHT,
        deployment="echo",
        opt_ins=EVERYTHING,
    ),
    broken("any header", header(ALLOWED, "*"), PREFLIGHT, deployment="echo", opt_ins=EVERYTHING),
    broken("no content", text(204), PREFLIGHT, deployment="echo", opt_ins=EVERYTHING),
    broken(
        "headers in any order and case",
        header(ALLOWED, "X-A,Content-Type , API-KEY"),
        PREFLIGHT,
        deployment="echo",
        opt_ins=EVERYTHING,
    ),
    broken(
        "methods that are safe anyway",
        in_turn(without_header("access-control-allow-methods"), header("access-control-max-age", "0")),
        PREFLIGHT,
        deployment="echo",
        opt_ins=EVERYTHING,
    ),
]
"""What a healthy DIAL may do there too."""
