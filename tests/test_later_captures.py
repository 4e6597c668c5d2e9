"""The sets with the deployments of the later captures: healthy systems that were new to the suite are not accused."""

from __future__ import annotations

from typing import Final

import pytest

from conformance.contract.verdict import Verdict
from tests.conftest import Replayed
from tests.report.test_outputs import report_of
from tests.running import CASSETTES, EVERYTHING

_TRUE_OF_BOTH: Final = frozenset(
    {
        "CHAT-10",
        "CHAT-12",
        "CHAT-13",
        "CHAT-19",
        "CHAT-26",
        "CHAT-28",
        "STRM-05",
        "STRM-18",
    }  # dial-api 11.3, 11.11, 12.1
)

pytestmark = pytest.mark.long
_OF_SCHEMAS: Final = frozenset({"CHAT-30", "CHAT-31"})
"""What only Core 0.25 shows: 0.18 gets no schema of an app of the SDK (dial-api 11.5)."""
TRUE_ADVICE: Final = {
    "dial-core-0.25-more": _TRUE_OF_BOTH | _OF_SCHEMAS,
    "dial-core-0.18-more": _TRUE_OF_BOTH | {"CHAT-18", "FEAT-01", "FEAT-02", "FEAT-03"},
}
VIOLATED: Final = {"dial-core-0.25-more": set(), "dial-core-0.18-more": {"CONF-01"}}


@pytest.mark.parametrize("name", TRUE_ADVICE)
def test_healthy_deployments_are_not_accused(replayed: Replayed, name: str) -> None:
    options = ("--report-json=r.json", *EVERYTHING)
    replayed(CASSETTES / name, *options)
    results = report_of(replayed.folder(CASSETTES / name, *options))["results"]
    violated = {one["requirement"] for one in results if one["verdict"] == Verdict.VIOLATED}
    advice = {one["requirement"] for one in results if one["verdict"] == Verdict.ADVISORY}
    wrong = [one for one in results if one["verdict"] == Verdict.HARNESS_ERROR]
    assert (violated, wrong) == (VIOLATED[name], [])
    assert advice <= TRUE_ADVICE[name]
