"""A chat completion (dial-api 5.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from conformance.contract.exchange import Exchange, Request
from conformance.contract.json_text import json_text

FINISH_REASONS: Final = frozenset({"stop", "length", "function_call", "tool_calls", "content_filter"})
_COMPLETIONS = re.compile(r"/openai/deployments/(?P<deployment>.+?)/chat/completions(?:\?|$)")
_USAGE = ("prompt_tokens", "completion_tokens", "total_tokens")


def deployment_asked(request: Request) -> str | None:
    """Return the path of the deployment that is asked for a completion (dial-api 4), or None if none is."""
    found = _COMPLETIONS.match(request.path)
    return found["deployment"] if found and request.method == "POST" else None


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
            ("created", created, _is_count(created)),
            ("choices[0].index", self.choice.get("index"), _is_zero(self.choice.get("index"))),
            ("choices[0].message.role", self.message.get("role"), self.message.get("role") == "assistant"),
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
    def usage_fault(self) -> str | None:
        """What is wrong with the usage, or None."""
        usage = self.usage
        if not isinstance(usage, dict):
            return f"usage is {json_text(usage)}"
        wrong = next((name for name in _USAGE if not _is_count(usage.get(name))), None)
        if wrong is not None:
            return f"usage.{wrong} is {json_text(usage.get(wrong))}"
        total = usage["prompt_tokens"] + usage["completion_tokens"]
        return (
            None if usage["total_tokens"] == total else f"total_tokens is {usage['total_tokens']}, the sum is {total}"
        )

    @property
    def attachments(self) -> Any:
        """`custom_content.attachments` of the message, or None."""
        content = self.message.get("custom_content")
        return content.get("attachments") if isinstance(content, dict) else None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_zero(value: object) -> bool:
    return value == 0 and _is_count(value)
