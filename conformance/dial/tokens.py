"""The count of tokens that a deployment gives, and which messages it leaves out of a prompt (dial-api 7)."""

from __future__ import annotations

from conformance.contract.exchange import Exchange
from conformance.dial.integer import is_count, is_integer


def counts_tokens(exchange: Exchange) -> bool:
    """Tell whether an answer has a count for each input: `{"outputs": [{"status": "success", "token_count": 8}]}`."""
    outputs = (exchange.json_object or {}).get("outputs")
    return isinstance(outputs, list) and bool(outputs) and all(_has_count(one) for one in outputs)


def truncates_prompt(exchange: Exchange) -> bool:
    """Tell whether an answer says of each input which messages are left out: `{"outputs": [{"status": "success", ...}]}`."""  # noqa: E501 - an example
    outputs = (exchange.json_object or {}).get("outputs")
    return isinstance(outputs, list) and bool(outputs) and all(_is_truncation(one) for one in outputs)


def _is_truncation(output: object) -> bool:
    if not isinstance(output, dict) or output.get("status") != "success":
        return False
    discarded = output.get("discarded_messages")
    return isinstance(discarded, list) and all(map(is_integer, discarded))


def _has_count(output: object) -> bool:
    if not isinstance(output, dict) or output.get("status") != "success":
        return False
    return is_count(output.get("token_count"))
