"""Reports that no run made: one with all verdicts, and what goes into others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from conformance.contract.exchange import API_KEY, Answer, Exchange, Request
from conformance.contract.result import Result
from conformance.contract.verdict import DECIDED, Verdict
from conformance.reports.document import Report, ReportedDeployment, ReportedPlan, ReportedRequirement, ReportedRun

RUN = ReportedRun(
    began="2026-11-22T12:00:00+00:00",
    seconds=12.5,
    mode="live",
    recorded=None,
    suite="0.2.0",
    core="0.25.0",
    dial="https://dial.example.com",
    exit_code=1,
    notes=("a note of the run",),
)

HOSTILE = (
    "<script>alert(1)</script>",
    "</code></details>",
    "```\n# heading\n```",
    "`````text",
    "a | b \\| c \\",
    "[link](https://evil.example) ![x](y)",
    "@everybody #1 www.evil.example :tada: $x^2$",
    "*a* _b_ ~~c~~ &lt; &#60;",
    "\n\n# a\n- b\n> c\n---",
    "::error title=x::y\r\n::stop-commands::z\n##[group]",
    "%0A%25 a,b:c",
    "\x1b[31m\x00\x07\u202e\u2028\ufeff",
    "' \" $HOME `id` $(id) \\ !",
    "é漢字😀",
)


def result(verdict: Verdict = Verdict.VIOLATED, **said: Any) -> Result:
    """A result of CHAT-05."""
    texts: dict[str, Any] = {}
    if verdict in (Verdict.VIOLATED, Verdict.ADVISORY):
        texts = {"expected": "400", "got": "200 application/json {}", "curl": "curl -sS", "exchanges": ("d/refused",)}
    elif verdict is not Verdict.PASSED:
        texts = {"reason": f"because it is {verdict}"}
    named = {"requirement": "CHAT-05", "level": "MUST", "sentence": "A forbidden value is refused.", "deployment": "d"}
    return Result(**{**named, "case": None, "verdict": verdict, **texts, **said})


ALL_VERDICTS = tuple(result(verdict, case=f"c={number}") for number, verdict in enumerate(Verdict))
"""A result of each verdict."""


def report(results: Sequence[Result] = ALL_VERDICTS, **run: Any) -> Report:
    """A report of results."""
    made = sum(one.verdict in DECIDED for one in results)
    requirements = {
        one.requirement: ReportedRequirement(one.requirement, one.level, one.sentence, "x") for one in results
    }
    deployments = dict.fromkeys(one.deployment for one in results if one.deployment)
    return Report(
        replace(RUN, **run),
        ReportedPlan(len(results), made, 10, 3, "$0.12"),
        tuple(requirements.values()),
        tuple(ReportedDeployment(one, "model") for one in deployments),
        tuple(results),
        {},
    )


def exchange(name: str = "d/refused", path: str = "/v1/x", body: bytes = b"{}", **request: Any) -> Exchange:
    """An exchange that shows a violation."""
    headers = request.get("headers", (("Api-Key", API_KEY), ("content-type", "application/json")))
    answer = Answer(200, "OK", (("content-type", "application/json"),), b'{"a": 1}', ((0.0, 8),))
    return Exchange(name, Request(request.get("method", "POST"), path, headers, body), answer)
