"""What a model decides, such as which pages it cites, differs each time: a stream is not accused of that."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.dial import KEYS, stand_in
from conformance.standin.proof.in_process import check
from conformance.standin.request_kinds import asks_completion
from conformance.standin.response_edits import edited_attachments, is_stream


def citing(healthy: Handler, first: int, then: int) -> Handler:
    """Let an application cite so many pages in its first answer, and so many in all others."""
    answers = itertools.count()

    async def handler(request: IncomingRequest) -> Response:
        response = await healthy(request)
        if not asks_completion(request):
            return response
        pages: list[dict[str, Any]] = [
            {"title": f"[{place}]", "data": "x"} for place in range(first if next(answers) == 0 else then)
        ]
        if is_stream(response):
            pages = [{"index": place, **page} for place, page in enumerate(pages)]
        return await edited_attachments(response, lambda attached: attached.__setitem__(slice(None), pages))

    return handler


def silent_in_streams(healthy: Handler) -> Handler:
    """Let an application cite nothing in a stream."""

    async def handler(request: IncomingRequest) -> Response:
        response = await healthy(request)
        return await edited_attachments(response, lambda cited: cited.clear()) if is_stream(response) else response

    return handler


def results(dial: Handler) -> list[Result]:
    """Ask by default of the application that cites."""
    return check(dial, (KEYS[0], KEYS[1]), ["rag"], frozenset())


def ids(found: list[Result], *verdicts: Verdict) -> set[str]:
    """Return the requirements with one of these verdicts."""
    return {one.requirement for one in found if one.verdict in verdicts}


def test_other_pages_each_time(tmp_path: Path) -> None:
    found = results(citing(stand_in("0.25", tmp_path, all_samples=True), first=3, then=1))
    assert ids(found, Verdict.VIOLATED, Verdict.ADVISORY, Verdict.COULD_NOT_RUN) == set()
    assert "STRM-06" in ids(found, Verdict.NOT_CLAIMED)


def test_nothing_in_a_stream(tmp_path: Path) -> None:
    found = results(silent_in_streams(stand_in("0.25", tmp_path, all_samples=True)))
    assert ids(found, Verdict.VIOLATED) == {"STRM-06"}
