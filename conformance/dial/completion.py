"""A chat completion (dial-api 5.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from conformance.contract.exchange import Exchange, Request
from conformance.contract.json_text import json_text
from conformance.dial.integer import is_count

FINISH_REASONS: Final = frozenset({"stop", "length", "function_call", "tool_calls", "content_filter"})
_COMPLETIONS = re.compile(r"/openai/deployments/(?P<deployment>.+?)/chat/completions(?:\?|$)")
_USAGE = ("prompt_tokens", "completion_tokens", "total_tokens")
_CALLS = ("tool_calls", "function_call", "audio")
_CUSTOM_CONTENT = ("attachments", "stages", "state", "form_schema", "form_value")


def deployment_asked(request: Request) -> str | None:
    """Return the path of the deployment that is asked for a completion (dial-api 4), or None if none is."""
    found = _COMPLETIONS.match(request.path)
    return found["deployment"] if found and request.method == "POST" else None


def attempts_in(exchange: Exchange) -> str | None:
    """Return X-UPSTREAM-ATTEMPTS of an answer, a number of at least 1, or None (dial-api 7)."""
    told = exchange.header("x-upstream-attempts") or ""
    return told if told.isascii() and told.isdigit() and told.strip("0") != "" else None


def is_completed(exchange: Exchange) -> bool:
    """Tell whether an answer is a completion: 200 with one choice."""
    return exchange.status == HTTPStatus.OK and len(choices_of(exchange)) == 1


def choices_of(exchange: Exchange) -> list[dict[str, Any]]:
    """Return the choices of an answer; empty if it is no completion at all."""
    choices = (exchange.json_object or {}).get("choices")
    return choices if isinstance(choices, list) and all(isinstance(one, dict) for one in choices) else []


def usage_of(exchange: Exchange) -> Any:
    """Return what an answer tells of the tokens used, or None."""
    return (exchange.json_object or {}).get("usage")


@dataclass(frozen=True)
class Completion:
    """A completion that was answered with 200 and one choice."""

    exchange: Exchange
    document: dict[str, Any]
    choice: dict[str, Any]

    def because(self, expected: str, got: object = None) -> str:
        """Explain a violation that this answer shows."""
        return self.exchange.because(expected, got)

    @property
    def attempts(self) -> str | None:
        """How often the Core tried to get it, or None if that is not told."""
        return attempts_in(self.exchange)

    @property
    def message(self) -> dict[str, Any]:
        """The message of the choice; empty if it is no object."""
        message = self.choice.get("message")
        return message if isinstance(message, dict) else {}

    @property
    def shape_fault(self) -> str | None:
        """Which of the fixed fields is not as it must be, or None."""
        created = self.document.get("created")
        found = (
            ("object", self.document.get("object"), self.document.get("object") == "chat.completion"),
            ("id", self.document.get("id"), _is_text(self.document.get("id"))),
            ("created", created, is_count(created)),
            ("choices[0].index", self.choice.get("index"), _is_zero(self.choice.get("index"))),
            ("choices[0].message.role", self.message.get("role"), self.message.get("role") == "assistant"),
            ("choices[0].message.content", self.message.get("content", "missing"), _has_content(self.message)),
            ("error", self.document.get("error"), self.document.get("error") is None),
        )
        return next((f"{name} is {json_text(value)}" for name, value, good in found if not good), None)

    @property
    def finish_reason(self) -> Any:
        """The finish_reason of the choice."""
        return self.choice.get("finish_reason")

    @property
    def finish_reason_is_known(self) -> bool:
        """The finish_reason is one of the five."""
        return isinstance(self.finish_reason, str) and self.finish_reason in FINISH_REASONS

    @property
    def usage(self) -> Any:
        """The usage, or None."""
        return self.document.get("usage")

    @property
    def statistics(self) -> Any:
        """The statistics, or None."""
        return self.document.get("statistics")

    @property
    def usage_fault(self) -> str | None:
        """What is wrong with the usage, or None."""
        usage = self.usage
        if not isinstance(usage, dict):
            return f"usage is {json_text(usage)}"
        wrong = next((name for name in _USAGE if not is_count(usage.get(name))), None)
        if wrong is not None:
            return f"usage.{wrong} is {json_text(usage.get(wrong))}"
        total = usage["prompt_tokens"] + usage["completion_tokens"]
        return (
            None if usage["total_tokens"] == total else f"total_tokens is {usage['total_tokens']}, the sum is {total}"
        )

    @property
    def text(self) -> str:
        """The text of the message, of all its parts; empty if there is none."""
        content = self.message.get("content")
        parts = content if isinstance(content, list) else [{"text": content}]
        return "".join(one["text"] for one in parts if isinstance(one, dict) and isinstance(one.get("text"), str))

    @property
    def says_something(self) -> bool:
        """There is a text that is not blank, or anything else that an answer can consist of."""
        content = self.message.get("custom_content")
        others = content if isinstance(content, dict) else {}
        refusal = self.message.get("refusal")
        return (
            self.text.strip() != ""
            or (isinstance(refusal, str) and refusal.strip() != "")
            or any(self.message.get(name) for name in _CALLS)
            or any(others.get(name) for name in _CUSTOM_CONTENT)
        )

    @property
    def attachments(self) -> Any:
        """`custom_content.attachments` of the message, or None."""
        content = self.message.get("custom_content")
        return content.get("attachments") if isinstance(content, dict) else None


def _has_content(message: dict[str, Any]) -> bool:
    """Tell whether there is a content: a text, null, or parts, each of a type."""
    if "content" not in message:
        return False
    content = message["content"]
    parts = content if isinstance(content, list) else []
    return isinstance(content, str | list | None) and all(
        isinstance(one, dict) and isinstance(one.get("type"), str) for one in parts
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_zero(value: object) -> bool:
    return value == 0 and is_count(value)
