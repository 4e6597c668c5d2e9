"""The badge: it says the worst, and is what a browser and shields.io take."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.reports.badge import badge
from tests.report.made_up import report, result

PASSED = result(Verdict.PASSED)
SHIELDS = {"schemaVersion", "label", "message", "color", "isError"}


def endpoint(results: Sequence[Result], exit_code: int, **run: Any) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(badge(report(results, exit_code=exit_code, **run), as_json=True))
    return shown


@pytest.mark.parametrize(
    ("results", "exit_code", "message"),
    [
        ([PASSED], 0, "1 passed"),
        ([PASSED, result(Verdict.ADVISORY)], 0, "1 passed, 1 advisory"),
        ([PASSED, result(known="T-1")], 0, "1 passed, 1 known"),
        ([PASSED, result()], 1, "1 violated"),
        ([PASSED, result(), result(Verdict.HARNESS_ERROR)], 1, "1 violated"),
        ([PASSED, result(Verdict.HARNESS_ERROR)], 3, "1 harness error"),
        ([PASSED, result(Verdict.COULD_NOT_RUN)], 10, "1 could not run"),
        ([PASSED, result(Verdict.NOT_PROVEN)], 10, "1 not proven"),
        ([PASSED, result(Verdict.NOT_PROVEN)], 0, "1 passed"),  # --free
        ([PASSED, result(Verdict.OVER_BUDGET)], 10, "1 over budget"),
        ([result(Verdict.NOT_CLAIMED)], 0, "0 passed, 1 not claimed"),
        ([result(Verdict.NOT_ASKED)], 0, "0 passed, 1 not asked"),
        ([result(Verdict.NOT_RECORDED)], 0, "0 passed, 1 not recorded"),
        ([PASSED, result(Verdict.ADVISORY)], 1, "failed, 1 advisory"),  # --fail-on=should
        ([PASSED], 1, "failed"),  # an entry of the baseline that is wrong
        ([PASSED], 10, "incomplete"),
        ([], 10, "incomplete"),
    ],
)
def test_it_says_the_worst(results: Sequence[Result], exit_code: int, message: str) -> None:
    shown = endpoint(results, exit_code)
    assert shown["message"] == message
    assert shown["schemaVersion"] == 1
    assert shown.keys() == SHIELDS
    assert shown["isError"] == (exit_code in (1, 3))


def test_an_interrupted_run_is_not_green() -> None:
    shown, good = endpoint([PASSED], 2, interrupted=True), endpoint([PASSED], 0)
    assert shown["message"] == "interrupted"
    assert shown["color"] != good["color"]


def test_the_picture_counts_all_verdicts() -> None:
    picture = ET.fromstring(badge(report(), as_json=False))  # noqa: S314 - we wrote it
    title = picture.findtext("{http://www.w3.org/2000/svg}title") or ""
    assert [verdict for verdict in Verdict if f"1 {verdict}" not in title] == []
    assert picture.get("aria-label") == title
    assert picture.get("role") == "img"


def test_the_picture_needs_nothing_else() -> None:
    drawn = badge(report(), as_json=False)
    assert drawn.count("http") == 1, "the name of the format"
    assert "<script" not in drawn
    widths = [int(one.get("width", 0)) for one in ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}rect")]  # noqa: S314 - we wrote it
    assert widths[0] == widths[1] + widths[2]
