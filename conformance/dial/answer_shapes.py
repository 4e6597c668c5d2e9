"""Which of several answers is the first without the shape that all of them should have, block or stream."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from conformance.contract.exchange import Exchange
from conformance.dial.completion import Completion
from conformance.dial.statistics_of_usage import statistics_fault

_JSON: Final = "application/json"


def first_not_json(exchanges: Iterable[Exchange]) -> Exchange | None:
    """Return the first answer that is not sent as JSON (RFC 8259 section 11), or None."""
    return next((one for one in exchanges if one.media_type != _JSON), None)


def first_silent(completions: Iterable[Completion]) -> Completion | None:
    """Return the first completion that ended by itself and says nothing, or None.

    A stream is not looked at if its block answer has a text or attachments: STRM-14 and STRM-06 compare these.
    """
    block, *streams = completions
    compared = block.text.strip() != "" or bool(block.attachments)
    looked_at = [block] if compared else [block, *streams]
    return next((one for one in looked_at if one.finish_reason == "stop" and not one.says_something), None)


def tells_statistics(completions: Iterable[Completion]) -> bool:
    """Tell whether any of the completions has statistics."""
    return any(one.statistics is not None for one in completions)


def first_wrong_statistics(completions: Iterable[Completion]) -> tuple[Completion, str] | None:
    """Return the first completion whose statistics have not their shape, with what is wrong; or None."""
    found = ((one, statistics_fault(one.statistics)) for one in completions)
    return next(((one, fault) for one, fault in found if fault is not None), None)
