"""How a DIAL breaks the requirements on what its listing claims, and on what ordinary clients send."""

from __future__ import annotations

from typing import Any

from tests.broken_answers.change import (
    DESCRIPTIONS,
    SCHEMAS,
    Broken,
    Table,
    broken,
    described,
    document,
    edited,
    field,
    header,
    html,
    in_turn,
    text,
    without_field,
)
from tests.broken_answers.chat import COMPLETION, choices, error
from tests.broken_answers.limits import HIT
from tests.broken_answers.stream_change import stream_edited
from tests.replaying import EVERYTHING, Change

ALL = "ordinary.all*"
ECHO, SEARCH = "echo", "search"
FAILED = text(500, "Internal Server Error")
LATE_ERROR = stream_edited(lambda events: events.__setitem__(-2, {"error": {"message": "late", "code": "500"}}))
NAME = "/$defs/Source/properties/name/pattern"
HIT_WITHOUT_END = in_turn(document(429, HIT), header("x-ratelimit-reset", "30"))


def tried(how: str, change: Change, recipe: str, deployment: str = "dall-e-3", **claimed: Any) -> Broken:
    """Make a row of a thorough run: how a request is answered that uses what is claimed."""
    row = broken(how, change, recipe, deployment=deployment, opt_ins=EVERYTHING)
    for name, value in claimed.items():
        row = row.also(described(f"features/{name}", value), *DESCRIPTIONS)
    return row


def unsupported(what: str, code: int = 400) -> Change:
    """Refuse a field of the request as OpenAI does."""
    return error(code, f"Unsupported parameter: '{what}'")


def listed(*elements: dict[str, Any]) -> Change:
    """List these deployments."""
    return document(200, [{"object": "model", **one} for one in elements])


ALL_KINDS = listed(
    {"id": "dall-e-3", "interfaces": ["chat"]},
    {"id": "echo", "interfaces": ["openaiChatCompletions"]},
    {"id": "embedding", "interfaces": ["embedding"]},
)
REFUSED_TYPE = text(400, "Unsupported deployment interface is provided: zzz")


def of_interfaces(how: str, change: Change, interface: str = "chat") -> Broken:
    """Make a row of a late Core: how the deployments of an interface are listed."""
    good = listed({"id": "embedding", "interfaces": ["embedding"]})
    if interface == "embedding":
        good = listed({"id": "dall-e-3", "interfaces": ["chat"]}, {"id": "echo", "interfaces": ["chat"]})
    other = "chat" if interface == "embedding" else "embedding"
    row = broken(how, ALL_KINDS, "all_deployments").also(REFUSED_TYPE, "deployments_of_unknown_type")
    row = row.also(good, f"deployments_of_interface.{other}")
    return row.also(change, f"deployments_of_interface.{interface}")


def interfaces(flag: object, named: list[str]) -> Change:
    """Tell the interfaces and the flag of chat completions, for everything that is listed the same."""

    def edit(page: dict[str, Any]) -> None:
        for one in page.get("data", [page]):
            one["interfaces"] = named if one.get("id") == "dall-e-3" else ["chat"]
            one["features"]["chat_completion"] = flag if one.get("id") == "dall-e-3" else True

    return edited(edit)


CLAIMED: Table = {
    "CHAT-36": [
        broken("model missed", error(422, "model: field required"), ALL),
        broken("not found without a model", text(404, "Unknown deployment: null"), ALL),
        broken("fails", FAILED, ALL, deployment=ECHO),
        broken("a web page", html(200), ALL, deployment=SEARCH),
        broken("nothing", text(200), ALL, deployment="buttons"),
        broken("no choice", choices(0), ALL, deployment=ECHO),
        broken("a choice for each message", choices(3), ALL, deployment=SEARCH),
        broken("forbidden", text(403, "Forbidden"), ALL, deployment="echo-application"),
        broken("an error that is 200", document(200, {"error": {"message": "role assistant"}}), ALL),
    ],
    "FEAT-03": [
        broken("told though not claimed", document(200, {"outputs": [{"status": "success"}]}), "truncated"),
        broken("fails though not claimed", FAILED, "truncated", deployment=SEARCH),
        broken("claimed, but forbidden", text(403, "Forbidden deployment"), "truncated", deployment=ECHO),
        broken("claimed, but empty", text(200), "truncated", deployment=ECHO),
        broken("no outputs", without_field("/outputs"), "truncated", deployment=ECHO),
        broken("no status", without_field("/outputs/*/status"), "truncated", deployment=ECHO),
        broken("an error in it", field("/outputs/*/status", "error"), "truncated", deployment=ECHO),
        broken("a count", field("/outputs/*/discarded_messages", 0), "truncated", deployment=ECHO),
        broken("texts", field("/outputs/*/discarded_messages", ["0"]), "truncated", deployment=ECHO),
    ],
    "FEAT-04": [
        tried("refused", unsupported("tools"), "with_tools.block", ECHO, tools=True),
        tried("fails in a stream", FAILED, "with_tools.stream", ECHO, tools=True),
        tried("an error in the stream", LATE_ERROR, "with_tools.stream", SEARCH, tools=True),
        tried("a stream that is a block", document(200, COMPLETION), "with_tools.stream", tools=True),
        tried("no choice", choices(0), "with_tools.block", SEARCH, tools=True),
    ],
    "FEAT-05": [
        tried("refused", unsupported("seed", 422), "with_seed", ECHO, seed=True),
        tried("fails", FAILED, "with_seed", seed=True),
    ],
    "FEAT-06": [
        tried("refused", unsupported("messages[0].role"), "with_system_message", ECHO),
        tried("fails", FAILED, "with_system_message", SEARCH),
        tried("claimed by an image deployment", unsupported("system", 422), "with_system_message", system_prompt=True),
    ],
    "FEAT-07": [
        tried("refused", unsupported("temperature"), "with_temperature"),
        tried("fails", FAILED, "with_temperature", ECHO),
        tried("two choices", choices(2), "with_temperature", SEARCH),
    ],
    "FEAT-08": [
        tried("refused", unsupported("content", 422), "with_content_parts", content_parts=True),
        tried("fails", FAILED, "with_content_parts", ECHO, content_parts=True),
    ],
    "FEAT-09": [
        tried("refused", unsupported("max_tokens"), "with_token_limit.max_tokens", max_tokens_supported=True),
        tried(
            "the newer one fails",
            FAILED,
            "with_token_limit.max_completion_tokens",
            ECHO,
            max_completion_tokens_supported=True,
        ),
    ],
    "FEAT-10": [
        tried("refused", unsupported("attachments", 422), "with_sample_attached", ECHO),
        tried("fails", FAILED, "with_sample_attached", "echo-application"),
        tried("nothing", text(200), "with_sample_attached", ECHO),
    ],
    "FEAT-12": [
        tried("refused", unsupported("stream_options"), "with_usage_in_stream"),
        tried("fails", FAILED, "with_usage_in_stream", ECHO),
        tried("an error in the stream", LATE_ERROR, "with_usage_in_stream", SEARCH),
        tried("a block", document(200, COMPLETION), "with_usage_in_stream", ECHO),
    ],
    "FEAT-13": [
        tried("fails", FAILED, "with_small_prompt"),
        tried("fails with an error object", error(500, "division by zero"), "with_small_prompt", ECHO),
        tried("refused without a word", text(400), "with_small_prompt", SEARCH),
        tried("a web page", html(200), "with_small_prompt", ECHO),
    ],
    "LIST-26": [
        broken("forbidden", text(403), "listed_page.model%20search", deployment=ECHO),
        broken("not found", text(404), "listed_page.application%20buttons"),
        broken("another one", field("/id", "echo-2"), "listed_page.model%20echo"),
        broken("a web page", html(200), "listed_page.model%20echo"),
        broken("fails", FAILED, "listed_page.application%20*", deployment=ECHO),
    ],
    "LIST-27": [
        broken("denied by the flag", interfaces(flag=False, named=["chat"]), *DESCRIPTIONS),
        broken("denied by the interfaces", interfaces(flag=True, named=["openaiResponses", "mcp"]), *DESCRIPTIONS),
    ],
    "LIST-28": [
        of_interfaces("one left out", listed({"id": "dall-e-3", "interfaces": ["chat"]})),
        of_interfaces("everything", ALL_KINDS),
        of_interfaces("everything that embeds", ALL_KINDS, "embedding"),
        of_interfaces("nothing", document(200, [])),
        of_interfaces("an envelope", document(200, {"object": "list", "data": []})),
        of_interfaces("a known type refused", text(400, "Unsupported"), "embedding"),
        of_interfaces(
            "an endpoint in it",
            listed({"id": "dall-e-3"}, {"id": "echo", "upstreams": [{"endpoint": "http://adapter:5000"}]}),
        ),
    ],
    "LIM-04": [
        broken("nothing said", document(429, HIT), "user_info"),
        broken("another header", HIT_WITHOUT_END, "limits", deployment=ECHO),
        broken("nothing said by a model", document(429, HIT), "streamed", deployment=ECHO),
    ],
    "CONF-17": [
        broken("anchors of Python", field(NAME, r"\A[a-z]+\Z"), *SCHEMAS, deployment=SEARCH),
        broken("a possessive quantifier", field(NAME, "^[a-z]++$"), *SCHEMAS, deployment=SEARCH),
        broken("a named group of Python", field(NAME, "^(?P<x>[a-z])$"), *SCHEMAS, deployment=SEARCH),
        broken("flags at its beginning", field(NAME, "(?i)^[a-z]$"), *SCHEMAS, deployment=SEARCH),
        broken("a comment", field(NAME, "^[a-z](?#letters)$"), *SCHEMAS, deployment=SEARCH),
        broken("at most three", field(NAME, "^[a-z]{,3}$"), *SCHEMAS, deployment=SEARCH),
    ],
}

HARMLESS_CLAIMS = [
    broken("another model named", field("/model", "gpt-4o-2024-08-06"), ALL),
    broken("a long answer to a history", field("/choices/0/finish_reason", "length"), ALL, deployment=ECHO),
    tried("a refusal with a code", error(400, "Too few tokens"), "with_small_prompt", ECHO),
    tried("a call of a tool", field("/choices/0/finish_reason", "tool_calls"), "with_tools.block", ECHO, tools=True),
    broken("no truncation by an application", text(404), "truncated", deployment="buttons"),
    broken("a flag that is false everywhere", described("features/chat_completion", value=False), *DESCRIPTIONS),
    broken("flag and interfaces", interfaces(flag=True, named=["chat", "mcp"]), *DESCRIPTIONS),
    of_interfaces(
        "more than the interface",
        listed({"id": "dall-e-3", "interfaces": ["chat", "mcp"]}, {"id": "echo"}, {"id": "new", "interfaces": []}),
    ),
    broken("a pattern of browsers", field(NAME, r"^[\w\-.]+(?<!x)\/?[^]$"), *SCHEMAS, deployment=SEARCH),
    broken("a pattern with Unicode", field(NAME, r"^(?<first>\p{L})[\u{61}-z]{2,}?$"), *SCHEMAS, deployment=SEARCH),
]
