"""How a DIAL breaks the requirements on limits, on features beside completions, and on what it tells of the caller."""

from __future__ import annotations

from typing import Any

from tests.broken_answers.change import (
    Table,
    broken,
    document,
    edited,
    field,
    header,
    html,
    in_turn,
    status,
    text,
    without_field,
)
from tests.replaying import EVERYTHING, Change

ECHO = "echo"
LIMITS = ("limits", "limits_after")
HIT = {"error": {"message": "Hit request rate limit. Hour limit: 2 / 2 requests.", "code": "429"}}


def used_requests(count: int) -> Change:
    """Tell how many requests were used, in all windows."""

    def edit(told: dict[str, Any]) -> None:
        for name in ("hourRequestStats", "dayRequestStats"):
            told[name]["used"] = count

    return edited(edit)


def hit(retry_after: str) -> Change:
    """Answer that a limit was hit, and when to come again."""
    return in_turn(document(429, HIT), header("retry-after", retry_after))


LIMITED: Table = {
    "LIM-01": [
        broken("fails", text(500, "Internal Server Error"), *LIMITS),
        broken("forbidden", text(403, "Forbidden"), *LIMITS),
        broken("a web page", html(200), *LIMITS, deployment=ECHO),
        broken("nothing", text(200), *LIMITS),
        broken("an array", document(200, []), *LIMITS, deployment="buttons"),
        broken("no statistics", document(200, {}), *LIMITS, deployment="echo-application"),
        broken("those of costs only", document(200, {"dayCostStats": {"total": 1.5, "used": 0}}), *LIMITS),
        broken("texts", field("/dayTokenStats/total", "9223372036854775807"), *LIMITS),
        broken("nothing said of what is used", without_field("/hourRequestStats/used"), *LIMITS, deployment=ECHO),
        broken("null without a limit", field("/minuteTokenStats/total", None), *LIMITS),
        broken("-1 without a limit", field("/minuteTokenStats/total", -1), *LIMITS, deployment="search"),
        broken("a fraction", field("/dayRequestStats/total", 10.5), *LIMITS),
        broken("numbers", field("/dayRequestStats", 10), *LIMITS),
    ],
    "LIM-02": [
        broken("limits disabled", used_requests(0), "limits_after"),
        broken("limits disabled for echo", used_requests(0), "limits_after", deployment=ECHO),
        broken("as many as before", used_requests(7), *LIMITS),
        broken("counted back", used_requests(2000), "limits", deployment="search"),
        broken("only tokens counted, requests from a cache", used_requests(550), "limits"),
    ],
    "LIM-03": [
        broken("no word", text(429), "user_info"),
        broken("a text", text(429, "Too Many Requests"), "limits"),
        broken("a web page of the ingress", html(429), "listing_again"),
        broken("an error that is text", document(429, {"error": "Too Many Requests"}), "limits", deployment=ECHO),
        broken("an empty message", document(429, {"error": {"message": " "}}), "user_info", deployment=ECHO),
        broken("a date", hit("Wed, 21 Oct 2026 07:28:00 GMT"), "user_info"),
        broken("in the past", hit("-1"), "user_info", deployment="search"),
        broken("a fraction", hit("1.5"), "limits", deployment="buttons"),
        broken("with a unit", hit("60s"), "limits_after"),
        broken("empty", hit(""), "user_info", deployment="buttons"),
        broken("a text, for a completion", text(429, "Too Many Requests"), "accepted.absent", deployment=ECHO),
    ],
    "FEAT-01": [
        broken("counted though not claimed", document(200, {"outputs": [{"token_count": 8}]}), "tokenized"),
        broken("nothing, though not claimed", text(200), "tokenized", deployment="buttons"),
        broken("fails though not claimed", text(500, "Internal Server Error"), "tokenized", deployment="search"),
        broken("claimed, but forbidden", text(403, "Forbidden deployment"), "tokenized", deployment=ECHO),
        broken("claimed, but not found", text(404), "tokenized", deployment=ECHO),
        broken("claimed, but empty", text(200), "tokenized", deployment=ECHO),
        broken("no outputs", document(200, {"token_count": 8}), "tokenized", deployment=ECHO),
        broken("outputs as a number", field("/outputs", 8), "tokenized", deployment=ECHO),
        broken("no output for the input", field("/outputs", []), "tokenized", deployment=ECHO),
    ],
    "FEAT-02": [
        broken("forbidden", text(403, "Forbidden deployment"), "rated", opt_ins=EVERYTHING),
        broken("not found", text(404), "rated", deployment=ECHO, opt_ins=EVERYTHING),
        broken("fails", text(500, "Internal Server Error"), "rated", deployment=ECHO, opt_ins=EVERYTHING),
        broken("no content", status(204), "rated", deployment="buttons", opt_ins=EVERYTHING),
        broken("a word of thanks", document(200, {"success": True}), "rated", deployment=ECHO, opt_ins=EVERYTHING),
        broken("a page for every path", html(200), "rated", deployment=ECHO, opt_ins=EVERYTHING),
    ],
    "INFO-01": [
        broken("not found", text(404), "user_info"),
        broken("a web page", html(200), "user_info", deployment=ECHO),
        broken("no roles", without_field("/roles"), "user_info"),
        broken("one role as text", field("/roles", "default"), "user_info"),
        broken("roles as objects", field("/roles", [{"name": "default"}]), "user_info"),
        broken("no project", without_field("/project"), "user_info"),
        broken("null", field("/project", None), "user_info", deployment="buttons"),
        broken("a project that is an object", field("/project", {"id": 7}), "user_info"),
        broken("told as to the holder of a token", document(200, {"roles": [], "userClaims": {}}), "user_info"),
    ],
}
