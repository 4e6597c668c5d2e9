"""Whether a key of the configuration got into the request as one of its fields (dial-api 11.3)."""

from __future__ import annotations

from typing import Any

from conformance.contract.exchange import Exchange
from conformance.contract.json_text import json_text
from conformance.dial.attachment import read_attachments
from conformance.dial.completion import Completion, choices_of


def effect_of(name: str, value: Any, answer: Exchange, plain: Completion) -> str | None:
    """Tell what a key changed in an answer, or None if nothing of it can be seen.

    Args:
        name: The key, which names a field of the request.
        value: Its value: a text that nobody else says, or how many choices are wanted.
        answer: The answer to the configuration with the key, a completion.
        plain: The completion without a configuration.
    """
    if isinstance(value, str):
        is_new = value in answer.text and value not in plain.exchange.text
        return f"{name}: the answer says {json_text(value)}" if is_new else None
    found, usual = _amounts(answer), _amounts(plain.exchange)
    return f"{name}: {found[0]} choices with {found[1]} attachments" if found > usual else None


def _amounts(answer: Exchange) -> tuple[int, int]:
    choices = choices_of(answer)
    completions = [Completion(answer, answer.json_object or {}, choice) for choice in choices]
    return len(choices), sum(len(read_attachments(one) or ()) for one in completions)
