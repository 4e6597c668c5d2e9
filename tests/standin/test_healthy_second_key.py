"""A healthy DIAL, and a second key that is none or of the same project: a mistake of the run, and nobody's fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.standin.core.http import IncomingRequest, Response
from conformance.standin.dial import KEYS, stand_in
from conformance.standin.proof.in_process import check

OF_OTHER_PROJECT = ("FILE-18", "FILE-19", "FILE-20")


def results(folder: Path, second_key: str) -> list[Result]:
    """Check a healthy DALL-E 3 with that second key."""
    healthy = stand_in("0.25", folder)

    async def dial(request: IncomingRequest) -> Response:
        is_alias = request.header("api-key") == "another-key-1"
        return await healthy(request.with_header("api-key", KEYS[0]) if is_alias else request)

    return check(dial, (KEYS[0], second_key), ["dall-e-3"])


@pytest.mark.parametrize("second_key", ["no-such-key-1", "another-key-1"], ids=["unknown", "of the same project"])
def test_useless_second_key_accuses_nobody(tmp_path: Path, second_key: str) -> None:
    found = [one for one in results(tmp_path, second_key) if one.requirement in OF_OTHER_PROJECT]
    assert [one.reason for one in found if one.verdict in (Verdict.VIOLATED, Verdict.ADVISORY)] == []
    undecided = {one.requirement for one in found if one.verdict is Verdict.COULD_NOT_RUN}
    assert undecided == set(OF_OTHER_PROJECT)
    assert all("DIAL_API_KEY_2" in one.reason for one in found if one.verdict is Verdict.COULD_NOT_RUN)
