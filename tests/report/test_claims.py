"""What the report says of the claims of a listing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.contract.verdict import Verdict
from conformance.reports.claims import MOST_CLAIMS, claims_in, with_outcomes
from conformance.reports.document import Report, ReportedClaim, ReportedDeployment
from conformance.reports.html import page
from conformance.reports.markdown import step_summary
from conformance.standin.core.release import CORE_RELEASES
from tests.report.made_up import HOSTILE, report, result

DESCRIPTION: dict[str, Any] = {
    "features": {"tools": True, "seed": False, "telepathy": True, "reasoning_efforts": ["low"], "rate": "yes"},
    "capabilities": {"chat_completion": True, "embeddings": False, "scale_types": ["standard"]},
    "input_attachment_types": ["image/png"],
    "limits": {},
}


def outcome(name: str, *results: Any) -> ReportedClaim:
    """What comes of a claim, by results of a run."""
    deployment = ReportedDeployment("d", "model", claims=(ReportedClaim(name, "true"),))
    return with_outcomes([deployment], results)[0].claims[0]


def test_claims_are_what_is_true_or_listed() -> None:
    found = [(one.name, one.value) for one in claims_in(DESCRIPTION)]
    assert found == [
        ("capabilities.chat_completion", "true"),
        ("features.tools", "true"),
        ("features.telepathy", "true"),
        ("features.reasoning_efforts", '["low"]'),
        ("input_attachment_types", '["image/png"]'),
    ]


def test_any_description_is_read() -> None:
    assert claims_in({"features": None, "capabilities": [1], "interfaces": 7}) == (ReportedClaim("interfaces", "7"),)
    assert len(claims_in({"features": dict.fromkeys(map(str, range(1_000)), True)})) == MOST_CLAIMS


def test_worst_of_the_cases_that_were_decided_is_told() -> None:
    block = result(Verdict.PASSED, requirement="FEAT-04", case="block")
    stream = result(Verdict.ADVISORY, requirement="FEAT-04", case="stream", got="an error in the stream")
    other = result(Verdict.ADVISORY, requirement="FEAT-04", deployment="e", got="500")
    found = outcome("features.tools", block, stream, other)
    assert (found.verdict, found.reason, found.requirements) == (
        Verdict.ADVISORY,
        "an error in the stream",
        ("FEAT-04",),
    )
    assert outcome("features.tools", block, other).verdict is Verdict.PASSED


def test_claim_that_was_not_tried_says_why() -> None:
    not_asked = result(Verdict.NOT_ASKED, requirement="FEAT-05", reason="--thorough was not given")
    assert outcome("features.seed", not_asked).reason == "--thorough was not given"
    assert outcome("features.seed").reason == "FEAT-05 not selected"
    assert outcome("features.telepathy").reason == "the suite does not know this flag"
    assert outcome("features.allow_resume").verdict is None


def test_only_the_case_of_a_claim_counts() -> None:
    new = result(Verdict.ADVISORY, requirement="FEAT-09", case="max_completion_tokens", got="400")
    old = result(Verdict.PASSED, requirement="FEAT-09", case="max_tokens")
    assert outcome("features.max_tokens_supported", new, old).verdict is Verdict.PASSED
    assert outcome("features.max_completion_tokens_supported", new, old).reason == "400"


@pytest.mark.parametrize("core", CORE_RELEASES)
def test_every_flag_of_a_core_is_tried_or_the_report_says_why_not(core: str) -> None:
    flags = dict.fromkeys(CORE_RELEASES[core].listing.flags, True)
    deployment = ReportedDeployment("d", "model", claims=claims_in({"features": flags}))
    found = with_outcomes([deployment], ())[0].claims
    assert len(found) == len(flags)
    assert [one.name for one in found if one.reason == "the suite does not know this flag" or not one.reason] == []


def claiming(*claims: ReportedClaim) -> Report:
    return replace(report(), deployments=(ReportedDeployment("d", "model", claims=claims),))


def test_page_and_summary_show_claims() -> None:
    kept = ReportedClaim("features.seed", "true", ("FEAT-05",), Verdict.PASSED)
    broken = ReportedClaim("features.tools", "true", ("FEAT-04",), Verdict.ADVISORY, "400 application/json")
    untried = ReportedClaim("features.mcp", "true", reason="another API")
    found = claiming(kept, broken, untried)
    html, markdown = page(found), step_summary(found)
    assert 'id="claims"' in html
    assert "400 application/json" in html
    assert "not tried: another API" in html
    assert "| <code>d</code> | 3 | 1 | <code>features&#46;tools</code> | 1 |".replace("&#46;", ".") in markdown
    assert Report.from_plain(found.to_plain()) == found


def test_strange_claims_are_only_text() -> None:
    found = claiming(*(ReportedClaim(text, text, reason=text) for text in HOSTILE))
    assert page(found).count("<script>") == 1, "that of the page"
    assert "<script>" not in step_summary(found)
