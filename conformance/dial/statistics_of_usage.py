"""`statistics` of a completion: the usage of each model that was called, and what was left out (dial-api 5.4)."""

from __future__ import annotations

from typing import Any, Final

from conformance.contract.json_text import json_text
from conformance.dial.integer import is_count

_TOKENS: Final = ("prompt_tokens", "completion_tokens", "total_tokens")


def statistics_fault(statistics: Any) -> str | None:
    """Tell what is wrong with the statistics of a completion, or None; what nobody knows may stand beside.

    Args:
        statistics: As they came; None if there are none.
    """
    if statistics is None:
        return None
    if not isinstance(statistics, dict):
        return f"statistics are {json_text(statistics)}"
    discarded = statistics.get("discarded_messages")
    if discarded is not None and not (isinstance(discarded, list) and all(map(is_count, discarded))):
        return f"statistics.discarded_messages are {json_text(discarded)}"
    usages = statistics.get("usage_per_model")
    if usages is None:
        return None
    if not isinstance(usages, list):
        return f"statistics.usage_per_model is {json_text(usages)}"
    return next((fault for one in usages if (fault := _usage_fault(one)) is not None), None)


def _usage_fault(usage: Any) -> str | None:
    if not isinstance(usage, dict):
        return f"statistics.usage_per_model has {json_text(usage)}"
    wrong = next((name for name in _TOKENS if name in usage and not is_count(usage[name])), None)
    if wrong is None and not isinstance(usage.get("model", ""), str):
        wrong = "model"
    return None if wrong is None else f"statistics.usage_per_model has {wrong} {json_text(usage[wrong])}"
