"""How a deployment breaks the requirements on completions."""

from __future__ import annotations

from typing import Any

from tests.broken_answers.change import (
    Table,
    body,
    broken,
    document,
    edited,
    field,
    header,
    html,
    in_turn,
    text,
    without_field,
    without_header,
)
from tests.replaying import Change

CONFIGURED = "accepted.quality*"
COMPLETIONS = ("accepted", "with_empty_configuration")

COMPLETION: dict[str, Any] = {
    "id": "chatcmpl-7f3a",
    "object": "chat.completion",
    "created": 1672534800,
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "a cube"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 0, "completion_tokens": 1, "total_tokens": 1},
}

PYTHON_TRACE = 'Traceback (most recent call last):\n  File "app.py", line 7, in chat\nKeyError: 0'
JVM_TRACE = "java.lang.NullPointerException\n\tat com.epam.aidial.core.Proxy.handle(Proxy.java:42)"
DOTNET_TRACE = "System.NullReferenceException: x\r\n   at Acme.Dial.Chat.Answer() in /src/Chat.cs:line 12"
MODULE_TRACE = "java.lang.Error: x\n\tat java.base/java.lang.Thread.run(Thread.java:829)"
PHP_TRACE = "PHP Fatal error:  x\n#0 /var/www/index.php(12): answer()"
RUBY_TRACE = "undefined method\n/app/answer.rb:12:in `answer'"
RUST_TRACE = "it failed\nthread 'main' panicked at src/main.rs:5:10"
NODE_TRACE = "TypeError: x is undefined\n    at handle (/app/server.js:10:5)"


PARAM = field("/error/param", "custom_fields.configuration.quality")
UNREADABLE = "with_attachment_in_no_bucket"


def completed() -> Change:
    """Answer with a completion."""
    return document(200, COMPLETION)


def error(code: int, message: str) -> Change:
    """Answer with an error object."""
    return document(code, {"error": {"message": message, "type": "invalid_request_error", "code": str(code)}})


def with_message(added: str) -> Change:
    """Answer with a longer message in the error object."""

    def edit(refusal: dict[str, Any]) -> None:
        refusal["error"]["message"] += added

    return edited(edit)


def choices(count: int) -> Change:
    """Answer with that many choices."""

    def edit(completion: dict[str, Any]) -> None:
        completion["choices"] = completion["choices"] * count

    return edited(edit)


CHAT: Table = {
    "CHAT-01": [
        broken("an adapter too old", error(400, "unknown field custom_fields"), CONFIGURED, "accepted_alone"),
        broken("none is refused", error(422, "a configuration is required"), "accepted.absent"),
        broken("everything is refused", error(422, "no"), *COMPLETIONS),
        broken("every configuration fails", text(500, "Internal Server Error"), CONFIGURED),
        broken("one configuration of three", text(500), "accepted.quality=%22hd%22*"),
        broken("a web page", html(200), *COMPLETIONS),
        broken("nothing", text(200), *COMPLETIONS),
        broken("no choice", choices(0), *COMPLETIONS),
        broken("two images", choices(2), *COMPLETIONS),
        broken("choices null", field("/choices", None), *COMPLETIONS),
        broken("a choice that is none", field("/choices", ["a cube"]), *COMPLETIONS),
        broken("a choice and another that is none", edited(lambda one: one["choices"].append(None)), *COMPLETIONS),
        broken("an array", document(200, [COMPLETION]), *COMPLETIONS),
        broken("a stream", text(200, "data: [DONE]\n\n", "text/event-stream"), *COMPLETIONS),
        broken("an error of echo", text(500), "accepted", deployment="echo"),
    ],
    "CHAT-30": [
        broken("two values not together", error(400, "no"), "accepted.quality=%22standard%22%2Csize=%221024x1024%22*"),
        broken("a name that it does not know", error(422, "no such name"), "accepted.sources*", deployment="search"),
        broken("no sources at all", error(400, "sources: not here"), "accepted.sources*", deployment="search"),
        broken("it fails", text(500), "accepted.sources*", deployment="search"),
    ],
    "CHAT-02": [
        broken("no time", without_field("/created"), *COMPLETIONS),
        broken("a time as text", field("/created", "1672534800"), *COMPLETIONS),
        broken("a time as float", field("/created", 1672534800.5), *COMPLETIONS),
        broken("another role", field("/choices/0/message/role", "user"), *COMPLETIONS),
        broken("no role", without_field("/choices/0/message/role"), *COMPLETIONS),
        broken("a chunk", field("/object", "chat.completion.chunk"), *COMPLETIONS),
        broken("another index", field("/choices/0/index", 1), *COMPLETIONS),
        broken("no message", without_field("/choices/0/message"), *COMPLETIONS),
        broken("an empty message", field("/choices/0/message", {}), *COMPLETIONS),
        broken("an empty choice", field("/choices/0", {}), *COMPLETIONS),
        broken("no id", without_field("/id"), *COMPLETIONS),
        broken("a number as id", field("/id", 7), *COMPLETIONS),
        broken("no time, of an application", without_field("/created"), "accepted", deployment="echo-application"),
        broken("a time that is true", field("/created", value=True), *COMPLETIONS),
        broken("no content", without_field("/choices/0/message/content"), *COMPLETIONS),
        broken("no content, of a text", without_field("/choices/0/message/content"), *COMPLETIONS, deployment="search"),
        broken("a number as content", field("/choices/0/message/content", 7), "accepted", deployment="echo"),
        broken(
            "a part of no type", field("/choices/0/message/content", [{"text": "a"}]), "accepted", deployment="echo"
        ),
        broken("texts as parts", field("/choices/0/message/content", ["a cube"]), "accepted", deployment="echo"),
        broken("an error beside choices", field("/error", {"message": "no storage"}), *COMPLETIONS),
        broken("an error that is text", field("/error", "no storage"), "accepted", deployment="echo-application"),
    ],
    "CHAT-03": [
        broken("another word", field("/choices/0/finish_reason", "eos"), *COMPLETIONS),
        broken("null", field("/choices/0/finish_reason", None), *COMPLETIONS),
        broken("left out", without_field("/choices/0/finish_reason"), *COMPLETIONS),
        broken("an array", field("/choices/0/finish_reason", ["stop"]), *COMPLETIONS),
    ],
    "CHAT-04": [
        broken("no total", field("/usage/total_tokens", 0), *COMPLETIONS),
        broken("left out", without_field("/usage"), *COMPLETIONS),
        broken("texts", field("/usage/prompt_tokens", "0"), *COMPLETIONS),
        broken("null", field("/usage", None), *COMPLETIONS),
        broken(
            "negative", field("/usage", {"prompt_tokens": -1, "completion_tokens": 1, "total_tokens": 0}), *COMPLETIONS
        ),
        broken("wrong in an application", field("/usage/total_tokens", 1), "accepted", deployment="echo-application"),
    ],
    "CHAT-05": [
        broken("accepted and billed", completed(), "refused"),
        broken("an error", text(500, "Internal Server Error"), "refused"),
        broken("numbers coerced", completed(), "refused.quality=42"),
        broken("forbidden", error(403, "quality, size, style"), "refused"),
        broken("arrays fail", text(500, "Internal Server Error"), "refused.*=%5B1%5D"),
        broken("an event of a stream", text(200, 'data: {"error": {}}\n\n', "text/event-stream"), "refused"),
        broken("an error without api-version too", text(500), "refused", "without_api_version"),
        broken("accepted by a searching model", completed(), "refused", deployment="search"),
    ],
    "CHAT-06": [
        broken("a web page", html(422), "refused"),
        broken("nothing", text(400), "refused"),
        broken("no message", without_field("/error/message"), "refused"),
        broken("an empty message", field("/error/message", " "), "refused"),
        broken("a message that is none", field("/error/message", ["no"]), "refused"),
        broken("an error that is text", document(422, {"error": "quality is wrong"}), "refused"),
        broken(
            "the words of a framework", document(422, {"detail": [{"loc": ["quality"], "msg": "wrong"}]}), "refused"
        ),
        broken("an array", document(400, ["quality"]), "refused"),
        broken("a text", document(400, "quality"), "refused"),
    ],
    "CHAT-07": [
        broken("a number as code", field("/error/code", 422), "refused"),
        broken("no type", without_field("/error/type"), "refused"),
        broken("another type", field("/error/type", "value_error"), "refused"),
        broken("null as code", field("/error/code", None), "refused"),
    ],
    "CHAT-08": [
        broken("any bad request", field("/error/message", "Bad Request"), "refused"),
        broken("the path without the name", field("/error/message", "custom_fields.configuration is wrong"), "refused"),
        broken("always another property", field("/error/message", "prompt: field required"), "refused"),
        broken("always the first property", field("/error/message", "quality is wrong"), "refused"),
        broken("named beside the message", in_turn(field("/error/message", "Bad Request"), PARAM), "refused"),
        broken("any bad request, of an application", field("/error/message", "no"), "refused", deployment="buttons"),
    ],
    "CHAT-09": [
        broken("an error", text(500, "Internal Server Error"), "wrong_root"),
        broken("accepted", completed(), "wrong_root"),
        broken("arrays accepted", completed(), "wrong_root.%5B1%5D"),
        broken("taken for another type of content", text(415), "wrong_root", "with_charset"),
        broken("texts accepted", completed(), "wrong_root.%22text%22", "with_charset"),
        broken("an error of an application", text(500), "wrong_root", deployment="buttons"),
    ],
    "CHAT-10": [
        broken("an error", text(500, "Internal Server Error"), "with_wrong_custom_fields", deployment="echo"),
        broken("ignored", completed(), "with_wrong_custom_fields", deployment="echo"),
        broken("ignored by an application", completed(), "with_wrong_custom_fields", deployment="buttons"),
    ],
    "CHAT-11": [
        broken("null refused", error(422, "none is not an allowed value"), "with_empty_configuration.null"),
        broken("nothing refused", error(400, "quality is missing"), "with_empty_configuration.%7B%7D"),
        broken("both fail", text(500), "with_empty_configuration"),
        broken("answered with nothing", document(200, {}), "with_empty_configuration"),
    ],
    "CHAT-14": [
        broken("not parsed", text(400, "Bad Request"), "text_plain_chat"),
        broken("fails", text(500), "text_plain_chat"),
        broken("accepted", completed(), "text_plain_chat"),
    ],
    "CHAT-15": [
        broken("the whole header compared", text(415, "Only application/json is supported"), "with_charset"),
        broken("compared for echo too", text(415), "with_charset", deployment="echo"),
    ],
    "CHAT-16": [
        broken("a bad request", text(400, "Bad Request"), "chat_with_unknown_deployment"),
        broken("fails", text(500), "chat_with_unknown_deployment"),
        broken("another answers", completed(), "chat_with_unknown_deployment"),
    ],
    "CHAT-17": [
        broken("fails", text(500, "Internal Server Error"), "chat_that_is_not_json"),
        broken("unprocessable", error(422, "not JSON"), "chat_that_is_not_json"),
        broken("accepted", completed(), "chat_that_is_not_json"),
    ],
    "CHAT-18": [
        broken("fails", text(500, "Internal Server Error"), "chat_that_is_an_array"),
        broken("accepted", completed(), "chat_that_is_an_array"),
    ],
    "CHAT-19": [
        broken("fails", text(500, "Internal Server Error"), "without_messages"),
        broken("accepted", completed(), "without_messages"),
        broken("fails in an application", text(500), "without_messages", deployment="echo-application"),
        broken("in words", text(400, "Bad Request"), "without_messages"),
        broken("without a word", text(422), "without_messages", deployment="echo"),
        broken("the words of a framework", document(422, {"detail": [{"msg": "x"}]}), "without_messages"),
        broken("an error without a message", without_field("/error/message"), "without_messages", deployment="search"),
    ],
    "CHAT-20": [
        broken("an image of nothing", completed(), "with_empty_messages"),
        broken("fails", text(500), "with_empty_messages"),
    ],
    "CHAT-22": [
        broken("fails", text(500, "Internal Server Error"), "without_api_version"),
        broken("not implemented", text(501), "without_api_version"),
    ],
    "CHAT-23": [
        broken("of Python, in a refusal", with_message(PYTHON_TRACE), "refused"),
        broken("of the JVM, in Core's answer", body(JVM_TRACE.encode()), "unknown_deployment"),
        broken("of Node", body(NODE_TRACE.encode()), "missing_file"),
        broken("of the JVM, in a refusal", with_message(JVM_TRACE), "refused"),
        broken("of a module of the JVM, in a refusal", with_message(MODULE_TRACE), "refused"),
        broken("of .NET, in a refusal", with_message(DOTNET_TRACE), "refused"),
        broken("of PHP", body(PHP_TRACE.encode()), "missing_file"),
        broken("of Ruby", with_message(RUBY_TRACE), "refused"),
        broken("of Rust", with_message(RUST_TRACE), "refused"),
        broken(
            "of Python, in a web page",
            text(404, f"<pre>{PYTHON_TRACE}</pre>", "text/html"),
            "chat_with_unknown_deployment",
        ),
    ],
    "CHAT-24": [
        broken("left out", without_header("x-upstream-attempts"), *COMPLETIONS),
        broken("none", header("x-upstream-attempts", "0"), *COMPLETIONS),
        broken("a word", header("x-upstream-attempts", "one"), *COMPLETIONS),
        broken("empty", header("x-upstream-attempts", ""), *COMPLETIONS),
    ],
    "CHAT-25": [
        broken("the endpoint, with a completion", header("X-UPSTREAM-ENDPOINT", "https://a.example.org"), "accepted"),
        broken("the key, with a refusal", header("x-upstream-key", "3f2a"), "refused"),
        broken("the key, with the schema", header("X-Upstream-Key", "3f2a"), "configuration"),
    ],
    "CHAT-26": [
        broken("the region, with a refusal", header("x-ms-region", "Sweden Central"), "refused.quality=42"),
        broken("the request's id, with a completion", header("apim-request-id", "6711d2d8"), "accepted"),
        broken("the organization, with a stream", header("openai-organization", "acme"), "streamed"),
        broken("the upstream's own error", with_message(" (https://a.openai.azure.com/openai)"), "refused"),
        broken("a private address", body(b"404 from 10.0.0.5:5000"), "unknown_deployment"),
        broken("a host of the cluster", text(403, "core.dial.svc.cluster.local"), UNREADABLE),
    ],
    "CHAT-27": [
        broken("for thirty seconds", text(502, "No route"), "second_refusal"),
        broken("for thirty seconds, seen with echo", text(502, "No route\n"), "second_refusal", deployment="echo"),
        broken("after a 400 too", text(502, "No route"), "second_refusal", deployment="search").also(
            error(400, "no object"), "first_refusal"
        ),
    ],
    "CHAT-29": [
        broken("passed on to the model", completed(), UNREADABLE),
        broken("passed on to echo", completed(), UNREADABLE, deployment="echo"),
        broken("a file that is missing", text(404), UNREADABLE),
        broken("fails", text(500, "Internal Server Error"), UNREADABLE, deployment="buttons"),
        broken("refused by the model", error(422, "cannot read files/abc/x.png"), UNREADABLE, deployment="search"),
    ],
}
