"""The state of a run as a badge: an SVG, or JSON for the endpoint badge of shields.io."""

from __future__ import annotations

import json
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from conformance.contract.verdict import ExitCode, Verdict
from conformance.reports.document import Report
from conformance.reports.findings import KNOWN, counts, counts_line

LABEL: Final = "DIAL conformance"
RED: Final = "#c0392b"
ORANGE: Final = "#b45309"
GREEN: Final = "#1a7f37"
GREY: Final = "#57606a"
_FAILED = (Verdict.VIOLATED, Verdict.HARNESS_ERROR)
_MISSING = (Verdict.COULD_NOT_RUN, Verdict.NOT_PROVEN, Verdict.OVER_BUDGET)
_BESIDE = (KNOWN, Verdict.ADVISORY, Verdict.NOT_CLAIMED, Verdict.NOT_ASKED, Verdict.NOT_RECORDED)
_WIDE, _NARROW = 7.1, 4.2
_NARROW_ONES = frozenset("fijlrtI ,")
_AROUND = 12


def badge(report: Report, *, as_json: bool) -> str:
    """Draw the badge.

    Args:
        report: The report.
        as_json: As the endpoint of shields.io wants it, instead of SVG.
    """
    message, color = _state(report)
    if as_json:
        plain = {"schemaVersion": 1, "label": LABEL, "message": message, "color": color.removeprefix("#")}
        return json.dumps({**plain, "isError": color == RED}) + "\n"
    return _svg(message, color, f"{LABEL}: {message} ({counts_line(report.results)})")


def _state(report: Report) -> tuple[str, str]:
    """Say the worst that was found, and what color that has."""
    found, ended = counts(report.results), report.run.exit_code
    for verdict in _FAILED:
        if found.get(verdict):
            return f"{found[verdict]} {verdict}", RED
    if report.run.interrupted:
        return "interrupted", ORANGE
    if ended == ExitCode.VIOLATED:
        return f"failed, {found[Verdict.ADVISORY]} advisory" if Verdict.ADVISORY in found else "failed", RED
    missing = ", ".join(f"{found[verdict]} {verdict}" for verdict in _MISSING if verdict in found)
    if ended:
        return missing or "incomplete", ORANGE
    passed = found.get(Verdict.PASSED, 0)
    beside = next((f", {found[word]} {word}" for word in _BESIDE if word in found), "")
    return f"{passed} passed{beside}", GREEN if passed else GREY


def _svg(message: str, color: str, title: str) -> str:
    left, right = (_width(text) + _AROUND for text in (LABEL, message))
    texts = "\n".join(
        f'  <text x="{middle}" y="14" textLength="{width - _AROUND}">{escape(text)}</text>'
        for text, middle, width in ((LABEL, left / 2, left), (message, left + right / 2, right))
    )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label={quoteattr(title)}>
 <title>{escape(title)}</title>
 <clipPath id="round"><rect width="{left + right}" height="20" rx="3"/></clipPath>
 <g clip-path="url(#round)">
  <rect width="{left}" height="20" fill="#3b434b"/>
  <rect x="{left}" width="{right}" height="20" fill="{color}"/>
 </g>
 <g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">
{texts}
 </g>
</svg>
"""


def _width(text: str) -> int:
    """Estimate how wide a text is in Verdana of 11 pixels; `textLength` makes it so in any font."""
    return round(sum(_NARROW if one in _NARROW_ONES else _WIDE for one in text))
