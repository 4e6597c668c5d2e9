"""A prompt that an answer repeats: it may be confidential, and what is refused gets into logs (dial-api 5.6)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from conformance.contract.exchange import Exchange
from conformance.dial.completion import deployment_asked

_LONG_ENOUGH: Final = 16
"""Characters of a prompt that nobody writes by chance."""
_MOST: Final = 100_000
"""Characters of an error that are looked at; a refusal has a few hundred."""


def asked_with(prompt: str, exchanges: Iterable[Exchange]) -> tuple[Exchange, ...]:
    """Return the exchanges that asked for a completion of a prompt."""
    sent = json.dumps(prompt)[1:-1].encode()
    return tuple(one for one in exchanges if deployment_asked(one.request) is not None and sent in one.request.body)


def first_repetition(prompt: str, exchanges: Iterable[Exchange]) -> tuple[Exchange, str] | None:
    """Return the first answer that repeats a prompt, or 16 characters of it, with these; or None."""
    parts = [prompt[start : start + _LONG_ENOUGH] for start in range(max(1, len(prompt) - _LONG_ENOUGH + 1))]
    for one in exchanges:
        told = [one.text[:_MOST], *(value for _, value in one.answer.headers)]
        texts = [" ".join(text.split()).casefold() for text in told]
        for part in parts:
            if any(part.casefold() in text for text in texts):
                return one, part
    return None
