"""The upstream of the sample Claude: it knows more than the schema says, and refuses what it does not know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import uuid4

from aidial_sdk.exceptions import HTTPException

TEXT: Final = "Here is a small red cube on a white table."
"""What it says."""
THOUGHT: Final = {False: "hmm", True: "Let me think"}
"""What it thinks, by whether it is streamed."""
SIGNATURE: Final = "c2ln"
MOST_TOKENS: Final = 2048
"""How long an answer may be, if a request does not say so."""
BLOCKED: Final = "Output blocked by content filtering policy"

_LEAST_BUDGET: Final = 1024
_EFFORTS: Final = ("low", "medium", "high", "xhigh", "max")
_DISPLAYS: Final = ("summarized", "omitted")
_THINKING: Final = {
    "adaptive": frozenset({"type", "display"}),
    "disabled": frozenset({"type"}),
    "enabled": frozenset({"type", "display", "budget_tokens"}),
}


def check(asked: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse what the upstream refuses.

    Args:
        asked: `betas`, `thinking`, `effort`, `max_tokens` and `temperature` of the request; none is missing.
        known: The betas that there are.

    Raises:
        HTTPException: As the adapter passes it on.
    """
    every, betas = frozenset(known), list(asked["betas"])
    unknown = [one for one in betas if one not in every]
    if unknown and betas != [""]:  # an empty header is none
        raise refused(f"Unexpected value(s) `{', '.join(unknown)}` for the `anthropic-beta` header.")
    if asked["thinking"] is not None:
        _check_thinking(asked["thinking"], asked["max_tokens"])
    effort = asked["effort"]
    if effort and effort not in _EFFORTS:
        raise refused(f"output_config.effort: {_one_of(_EFFORTS)}")
    if asked["temperature"] > 1:
        raise refused("temperature: range: 0..1")


def _check_thinking(thinking: Mapping[str, Any], most_tokens: int) -> None:
    kind = thinking.get("type")
    if kind is None:
        raise refused("thinking: Unable to extract tag using discriminator 'type'")
    if kind not in _THINKING:
        tags = ", ".join(f"'{one}'" for one in _THINKING)
        found = f"Input tag '{kind}' found using 'type' does not match any of the expected tags: {tags}"
        raise refused(f"thinking: {found}")
    for name in thinking:
        if name not in _THINKING[kind]:
            raise refused(f"thinking.{kind}.{name}: Extra inputs are not permitted")
    if thinking.get("display") not in (None, *_DISPLAYS):
        raise refused(f"thinking.{kind}.display: {_one_of(_DISPLAYS)}")
    if kind != "enabled":
        return
    budget = thinking.get("budget_tokens")
    if not isinstance(budget, int) or budget < _LEAST_BUDGET:
        least = f"Input should be greater than or equal to {_LEAST_BUDGET}"
        raise refused(f"thinking.enabled.budget_tokens: {least}")
    if budget >= most_tokens:
        raise refused("`max_tokens` must be greater than `thinking.budget_tokens`.")


def refused(message: str) -> HTTPException:
    """Return a refusal as the adapter passes it on: the upstream's raw object as a text."""
    error = {**_error(message), "request_id": f"req_{uuid4().hex[:24]}"}
    return _passed_on(f"Error code: 400 - {error}")


def broken_off(message: str) -> HTTPException:
    """Return the error with which a stream of the upstream ends."""
    return _passed_on(str(_error(message)))


def _error(message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": "invalid_request_error", "message": message}}


def _passed_on(message: str) -> HTTPException:
    return HTTPException(message, status_code=400, type="invalid_request_error", code="400")


def _one_of(permitted: tuple[str, ...]) -> str:
    *others, last = (f"'{one}'" for one in permitted)
    return f"Input should be {', '.join(others)} or {last}"
