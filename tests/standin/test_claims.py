"""What a listing claims, tried at the stand-in: what it costs, what is asked only if wanted, what is left behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.recipe import THOROUGH, WRITES
from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.standin.core.http import Handler, IncomingRequest, Response, in_words
from conformance.standin.core.release import CORE_RELEASES
from conformance.standin.dial import KEYS, stand_in
from conformance.standin.proof.in_process import check
from conformance.standin.request_kinds import asks_completion, body_of

NOT_ASKED, NOT_CLAIMED = Verdict.NOT_ASKED, Verdict.NOT_CLAIMED
EVERYTHING = frozenset({str(THOROUGH), str(WRITES)})


class Counted:
    """A stand-in that keeps what it was asked, and may answer some of it in another way."""

    def __init__(self, healthy: Handler, instead: Callable[[IncomingRequest], Response | None]) -> None:
        self.asked: list[tuple[IncomingRequest, int]] = []
        self._healthy = healthy
        self._instead = instead

    async def __call__(self, request: IncomingRequest) -> Response:
        response = self._instead(request) or await self._healthy(request)
        self.asked.append((request, response.status))
        return response

    def of(self, method: str, part: str) -> list[str]:
        return [one.path for one, _ in self.asked if one.method == method and part in one.path]


def run(
    folder: Path,
    *names: str,
    opt_ins: frozenset[str] = EVERYTHING,
    core: str = "0.25",
    instead: Callable[[IncomingRequest], Response | None] = lambda _: None,
) -> tuple[list[Result], Counted]:
    served = Counted(stand_in(core, folder, KEYS, all_samples=True), instead)
    return check(served, (KEYS[0], KEYS[1]), names, opt_ins), served


def of(found: list[Result], requirement: str) -> list[Result]:
    return [one for one in found if one.requirement == requirement]


def refusing(
    wrong: Callable[[dict[str, Any]], bool], status: int = 400
) -> Callable[[IncomingRequest], Response | None]:
    """Refuse some completions."""
    return lambda request: in_words(status, "no") if asks_completion(request) and wrong(body_of(request)) else None


def test_default_run_of_a_dalle_costs_nine_completions(tmp_path: Path) -> None:
    _, served = run(tmp_path, "dall-e-3", opt_ins=frozenset())
    assert sum(asks_completion(one) and status == 200 for one, status in served.asked) == 9


def test_parts_are_asked_only_where_all_of_it_is_refused(tmp_path: Path) -> None:
    found, _ = run(tmp_path, "echo", instead=refusing(lambda body: len(body.get("messages", ())) > 2, 422))
    verdicts = {one.case: one.verdict for one in of(found, "CHAT-36")}
    assert verdicts == {
        "all of it": Verdict.VIOLATED,
        "no model": Verdict.PASSED,
        "stream is false": Verdict.PASSED,
        "a history": Verdict.VIOLATED,
        "no ASCII": Verdict.PASSED,
    }
    assert "of its parts alone, not accepted: a history" in of(found, "CHAT-36")[0].expected


def test_parts_are_not_asked_by_default(tmp_path: Path) -> None:
    found, served = run(
        tmp_path, "echo", opt_ins=frozenset(), instead=refusing(lambda body: "messages" in body and "model" not in body)
    )
    assert {one.verdict for one in of(found, "CHAT-36")} == {Verdict.VIOLATED, NOT_ASKED}
    assert sum("кубик" in one.body.decode("utf-8", "replace") for one, _ in served.asked) == 1


def test_who_refuses_everything_is_not_accused_for_ordinary_requests(tmp_path: Path) -> None:
    found, _ = run(tmp_path, "echo", instead=refusing(lambda body: "messages" in body))
    assert Verdict.VIOLATED in {one.verdict for one in of(found, "CHAT-01")}
    for name in ("CHAT-36", "FEAT-06", "FEAT-07", "FEAT-10", "FEAT-12"):
        assert {one.verdict for one in of(found, name)} <= {Verdict.COULD_NOT_RUN, NOT_CLAIMED}, name


@pytest.mark.parametrize("core", CORE_RELEASES)
def test_embeddings_are_tried(tmp_path: Path, core: str) -> None:
    found, _ = run(tmp_path, "embedding", core=core)
    assert [one.verdict for one in of(found, "FEAT-11")] == [Verdict.PASSED]
    assert {one.requirement for one in found if one.verdict is Verdict.VIOLATED} == set()


def test_attachment_is_deleted_when_it_was_tried(tmp_path: Path) -> None:
    found, served = run(tmp_path, "transcriber")
    assert [one.verdict for one in of(found, "FEAT-10")] == [Verdict.PASSED]
    written, deleted = served.of("PUT", "/sample."), served.of("DELETE", "/sample.")
    assert written == deleted
    assert len(written) == 1
    assert written[0].endswith(".wav")


@pytest.mark.parametrize("option", sorted(EVERYTHING))
def test_nothing_is_written_where_only_one_option_is_given(tmp_path: Path, option: str) -> None:
    found, served = run(tmp_path, "transcriber", opt_ins=frozenset({option}))
    assert [one.verdict for one in of(found, "FEAT-10")] == [NOT_ASKED]
    assert served.of("PUT", "/sample.") == []


def test_sample_of_many_pages_is_the_same_each_time(tmp_path: Path) -> None:
    many = [{"id": f"m{number}", "object": "model", "features": {}} for number in range(200)]

    def listing(request: IncomingRequest) -> Response | None:
        if request.path != "/openai/models" or request.header("api-key") != KEYS[0]:
            return None
        body = json.dumps({"object": "list", "data": many}).encode()
        return Response(200, (("content-type", "application/json"),), body)

    asked = []
    for turn in ("one", "two"):
        _, served = run(tmp_path / turn, "echo-application", opt_ins=frozenset(), instead=listing)
        asked.append(served.of("GET", "/openai/models/m"))
    assert asked[0] == asked[1]
    assert 40 <= len(asked[0]) <= 50


@pytest.mark.parametrize(
    ("version_is_hidden", "verdict"), [(False, Verdict.ADVISORY), (True, NOT_CLAIMED)], ids=["known", "hidden"]
)
def test_limit_of_a_core_that_may_be_an_old_one(tmp_path: Path, version_is_hidden: bool, verdict: Verdict) -> None:  # noqa: FBT001 - a table
    hit = json.dumps({"error": {"message": "Hit request rate limit.", "code": "429"}}).encode()

    def limited(request: IncomingRequest) -> Response | None:
        if request.path == "/version" and version_is_hidden:
            return in_words(404)
        is_asked = request.path == "/v1/user/info" and request.header("api-key") == KEYS[0]
        return Response(429, (("content-type", "application/json"),), hit) if is_asked else None

    found, _ = run(tmp_path, "echo", opt_ins=frozenset(), instead=limited)
    assert [one.verdict for one in of(found, "LIM-04")] == [verdict]
    if version_is_hidden:
        assert "by its listing" in of(found, "LIM-04")[0].reason
