"""How a DIAL breaks the requirements on who may ask."""

from __future__ import annotations

from tests.broken_answers.change import Table, body, broken, document, header, html, in_turn, text, without_header

AUTH: Table = {
    "AUTH-01": [
        broken("sends to a login page", in_turn(html(302), header("location", "/login")), "no_credentials"),
        broken("forbidden instead", text(403, "Forbidden"), "no_credentials"),
        broken("lists for everybody", document(200, {"object": "list", "data": []}), "no_credentials"),
    ],
    "AUTH-02": [
        broken("forbidden instead", text(403, "Forbidden"), "unknown_key"),
        broken("an empty list", document(200, {"object": "list", "data": []}), "unknown_key"),
    ],
    "AUTH-03": [
        broken("schema from a cache", document(200, {"type": "object"}), "unknown_key_for.configuration"),
        broken("a bucket for everybody", document(200, {"bucket": "abc"}), "unknown_key_for.bucket"),
        broken("completions for everybody", document(200, {"choices": []}), "unknown_key_for.completion"),
        broken("messages looked at first", document(422, {"error": {"message": "no"}}), "unknown_key_for.completion"),
        broken("limits forbidden", text(403), "unknown_key_for.limits"),
        broken("the page looked for first", text(404), "unknown_key_for.deployment", deployment="search"),
        broken("models for everybody", document(200, {"object": "list", "data": []}), "unknown_key_for.models"),
        broken("who is a stranger", document(200, {"roles": [], "project": ""}), "unknown_key_for.user-info"),
    ],
    "AUTH-04": [
        broken("a web page for every path", html(200), "no_credentials_for_unknown_path"),
        broken("routed first", text(404, "No route"), "no_credentials_for_unknown_path"),
    ],
    "AUTH-05": [
        broken(f"only another spelling than {spelling}", text(401, "Unauthorized"), f"spelled_header.{spelling}")
        for spelling in ("lower-case", "mixed-case", "upper-case")
    ]
    + [broken("a login page for another spelling", html(200), "spelled_header.upper-case")],
    "AUTH-06": [
        broken("one header ignored", document(200, {"object": "list", "data": []}), "key_and_other_authorization"),
        broken("not understood", text(500), "key_and_other_authorization"),
    ],
    "AUTH-07": [
        broken("Authorization taken for a token", text(401, "Bad Authorization header"), "key_in_both_headers"),
        broken("a login page", html(200), "key_in_both_headers"),
        broken("two headers are too many", text(400, "Either api-key or token"), "key_in_both_headers"),
    ],
    "AUTH-08": [
        broken("the key in the message", body(b"Unknown api key wrong-key-000"), "unknown_key"),
        broken("the key in a header", header("x-debug", "api-key=wrong-key-000"), "unknown_key_for.completion"),
        broken("the key in a debug page", body(b"<pre>Api-Key: wrong-key-000</pre>"), "image_with_unknown_key"),
    ],
    "AUTH-09": [
        broken("not allowed by the ingress", text(405), "preflight"),
        broken("asks for credentials", text(401), "preflight"),
        broken("no word of origins", without_header("access-control-allow-origin"), "preflight"),
    ],
}
