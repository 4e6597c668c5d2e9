"""The count of tokens that a deployment gives (dial-api 7)."""

from __future__ import annotations

from conformance.contract.exchange import Exchange


def counts_tokens(exchange: Exchange) -> bool:
    """Tell whether an answer has a count for each input: `{"outputs": [{"status": "success", "token_count": 8}]}`."""
    outputs = (exchange.json_object or {}).get("outputs")
    return isinstance(outputs, list) and bool(outputs) and all(_is_count(one) for one in outputs)


def _is_count(output: object) -> bool:
    if not isinstance(output, dict) or output.get("status") != "success":
        return False
    count = output.get("token_count")
    return isinstance(count, int) and not isinstance(count, bool) and count >= 0
