"""Stack traces: those of many languages are seen, and no text makes looking for them slow."""

from __future__ import annotations

import pytest

from conformance.contract.exchange import Answer, Exchange, Request
from conformance.dial.error import stack_trace_in

TRACES = {
    "Python": 'Traceback (most recent call last)\n  File "a.py", line 1, in f',
    "Python, the end of it": 'boom\n  File "/app/adapter.py", line 42, in chat_completion',
    "Java": "java.lang.NullPointerException\n\tat com.epam.aidial.Proxy.handle(Proxy.java:41)",
    "Java, a module": "\tat java.base/java.util.HashMap.get(HashMap.java:1)",
    "Java, a named module": "\tat app//org.example.Main.run(Main.kt:7)",
    "JavaScript": "TypeError: x\n    at Object.<anonymous> (/app/index.js:10:5)",
    "JavaScript, a package": "    at @scope/name.handle (/app/node_modules/@scope/name/index.js:1:2)",
    "JavaScript, node": "    at async fetch (node:internal:14152:11)",
    "JavaScript, a file": "    at file:///app/index.mjs:3:7",
    "JavaScript, Windows": "    at handle (C:\\app\\index.js:3:7)",
    "Go": "goroutine 1 [running]:",
    ".NET": "   at Adapter.Chat.Run(String s) in /src/Chat.cs:line 12",
    "PHP": "#0 /var/www/index.php(12): handle()",
    "Ruby": "        from /app/main.rb:12:in `handle'",
    "Rust": "thread 'main' panicked at src/main.rs:2:5",
}
NONE = [
    "Invalid request. Path: 'custom_fields.configuration.size', error: unexpected value",
    "look at /docs/errors for more",
    "at 10:20:30 the model was busy",
    'File "report.pdf", page 3',
    "step #1 (2): wait",
]
REPEATED = [
    "\n",
    " ",
    "\t",
    "at a/",
    "at a.",
    "at /",
    "at (",
    "https://",
    "#1 (",
    "a.rb:",
    'File "',
    "thread '",
    "node:",
    "(a)",
]
"""Where looking from each place to the end would take minutes."""


def trace_in(text: str) -> str | None:
    return stack_trace_in(Exchange("one", Request("GET", "/", (), b""), Answer(500, "", body=text.encode())))


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in TRACES.items()])
def test_it_is_seen(text: str) -> None:
    assert trace_in(text) is not None
    assert trace_in(text.replace("\n", "\\n").replace("\t", "\\t")) is not None


@pytest.mark.parametrize("text", NONE)
def test_other_text_is_none(text: str) -> None:
    assert trace_in(text) is None


@pytest.mark.parametrize("piece", REPEATED)
@pytest.mark.parametrize("first", ["", "at ", "x"])
def test_no_text_makes_it_slow(first: str, piece: str) -> None:
    assert trace_in(f"{first}{piece * (200_000 // len(piece))}!") is None
