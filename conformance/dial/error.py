"""Error answers: JSON from a deployment, plain text or nothing from Core (dial-api 0)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from conformance.contract.exchange import Exchange

_STACK_TRACES: Final = re.compile(
    r"Traceback \(most recent call last\)"  # Python
    r"|^[ \t]*+at (?:[\w.@-]*+/)*+[\w$.<>]++\([\w$.]+\.(?:java|kt|scala):\d+\)"  # the JVM, also a module of it
    r"|^[ \t]*+at [^\n(]++\([^\n)]*+\) in [^\n]+:line \d+"  # .NET
    r"|^#\d+ [^\n(]++\(\d+\): "  # PHP
    r"|^[ \t]*+(?:from )?[^\s:]+\.rb:\d+:in [`']"  # Ruby
    r"|^stack backtrace:|^thread '[^'\n]*+' panicked at "  # Rust
    r"|^[ \t]*+at (?:async )?(?:[^\n/\\]*+[/\\]|[^\n(]{0,200}\(?node:)[^\n()]*(?:\([^\n()]*)?:\d+:\d+\)?"  # JavaScript
    r"|^goroutine \d+ \["  # Go
    r'|^[ \t]*+File "[^"\n]++", line \d+, in '
    r"|\bException in thread \"",
    re.MULTILINE,
)
"""The time grows with the length of the text alone, whatever stands in it: nothing looks beyond the end of a line, and
what was taken is mostly not given back (`++`)."""


def error_object(exchange: Exchange) -> dict[str, Any] | None:
    """Return the `error` object of a deployment's answer, or None."""
    document = exchange.json_object
    error = None if document is None else document.get("error")
    return error if isinstance(error, dict) else None


def has_message(exchange: Exchange) -> bool:
    """Tell whether an answer is `{"error": {"message": "..."}}` with something in it."""
    message = (error_object(exchange) or {}).get("message")
    return isinstance(message, str) and message.strip() != ""


def message_of(exchange: Exchange) -> str:
    """Return the error's message, empty if it has none."""
    message = (error_object(exchange) or {}).get("message")
    return message if isinstance(message, str) else ""


def stack_trace_in(exchange: Exchange) -> str | None:
    """Return the first line of a stack trace in an answer's body, or None. JSON escapes are undone first."""
    unescaped = exchange.text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t")
    found = _STACK_TRACES.search(exchange.text) or _STACK_TRACES.search(unescaped)
    return None if found is None else found[0].strip()


def first_stack_trace(exchanges: Iterable[Exchange]) -> tuple[Exchange, str] | None:
    """Return the first exchange whose answer shows a stack trace, with its first line, or None."""
    found = ((one, stack_trace_in(one)) for one in exchanges)
    return next(((one, trace) for one, trace in found if trace is not None), None)
