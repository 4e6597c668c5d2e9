"""What real DIALs answered has the shapes that are required of completions, refusals and streams."""

from __future__ import annotations

import pytest

from conformance.contract.verdict import Verdict
from conformance.standin.proof.in_process import check
from tests.standin.captures import KEYS, SETS, captures
from tests.standin.recorded_sets import deployments
from tests.standin.served_captures import ServedCaptures

SHAPES = {"CHAT-02", "CHAT-03", "CHAT-04", "CHAT-19", "CHAT-32", "CHAT-33", "CHAT-34", "CHAT-35", "CHAT-37"}
ADVICE = {
    ("CHAT-19", "gpt-4o"),  # both adapters fail where there are no messages
    ("CHAT-19", "gpt-image-1"),
    ("STRM-05", "dall-e-3"),
    ("STRM-18", "gpt-4o"),  # Azure's first chunk
}


@pytest.mark.parametrize("name", SETS)
def test_captures_have_the_required_shapes(name: str) -> None:
    found = check(ServedCaptures(captures(name)), KEYS, deployments(name), frozenset())
    of_shapes = [one for one in found if one.requirement in SHAPES or one.requirement.startswith("STRM-")]
    assert [one for one in of_shapes if one.verdict in (Verdict.VIOLATED, Verdict.HARNESS_ERROR)] == []
    advice = {(one.requirement, one.deployment) for one in of_shapes if one.verdict is Verdict.ADVISORY}
    assert advice <= ADVICE
    passed = {one.requirement for one in of_shapes if one.verdict is Verdict.PASSED}
    assert passed >= SHAPES - {"CHAT-37"} | {f"STRM-{number}" for number in (10, 11, 12, 13, 14, 16)}
