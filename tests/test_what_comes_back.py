"""Nobody is accused of a fault that does not come back, and nothing that may be billed is asked again to find out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.run.recurrence import ROUNDS
from conformance.standin.core.http import Handler, IncomingRequest, Response, in_words
from conformance.standin.defect import all_defects
from conformance.standin.dial import KEYS, broken_by, stand_in
from conformance.standin.proof.in_process import accused, check
from conformance.standin.request_kinds import asks_completion, asks_stream, body_of, configuration_of, describes
from tests.chaos import bad_luck

DALLE3 = "dall-e-3"
UNKNOWN = "no-such-deployment-7f3a"
FEW = 3
"""Runs of each kind of bad luck; `python -m tests.chaos.bad_luck` makes more."""

Deviation = Callable[[IncomingRequest, Response], Response]


class Observed:
    """A stand-in whose answers are changed, and that remembers what it was asked."""

    def __init__(self, serve: Handler, deviation: Deviation) -> None:
        self.asked: list[IncomingRequest] = []
        self._serve = serve
        self._deviation = deviation

    async def __call__(self, request: IncomingRequest) -> Response:
        self.asked.append(request)
        return self._deviation(request, await (await self._serve(request)).whole())

    def times(self, wanted: Callable[[IncomingRequest], bool]) -> int:
        return sum(map(wanted, self.asked))


def ran(
    folder: Path, deviation: Deviation, core: str = "0.25", names: Sequence[str] = (DALLE3,)
) -> tuple[Observed, list[Result]]:
    observed = Observed(stand_in(core, folder), deviation)
    return observed, check(observed, KEYS, names, frozenset())


def beyond_healthy(found: list[Result]) -> set[str]:
    return {requirement for requirement, _, _ in accused(found)} - {one for one, _, _ in bad_luck.healthy()}


def undecided(found: list[Result]) -> set[str]:
    return {one.requirement for one in found if one.verdict is Verdict.COULD_NOT_RUN}


def reasons(found: list[Result], requirement: str) -> str:
    return "\n".join(one.reason for one in found if one.requirement == requirement)


def asks_unknown(request: IncomingRequest) -> bool:
    return describes(request) and request.path.endswith(UNKNOWN)


def has_wrong_type(request: IncomingRequest) -> bool:
    configuration = configuration_of(request)
    values = configuration.values() if isinstance(configuration, dict) else ()
    return any(isinstance(one, int | float) for one in values)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_free_request_is_asked_three_times_more(tmp_path: Path, status: int) -> None:
    """Each time after a neighbour that is well; and beside the retries of its deadline."""
    observed, found = ran(tmp_path, lambda asked, told: in_words(status) if asks_unknown(asked) else told)
    assert beyond_healthy(found) == {"LIST-05"}
    last = [place for place, asked in enumerate(observed.asked) if asks_unknown(asked)][-ROUNDS:]
    neighbours = [observed.asked[place - 1] for place in last]
    assert all(describes(one) and not asks_unknown(one) for one in neighbours)


def test_what_goes_away_in_the_last_round_was_an_outage(tmp_path: Path) -> None:
    times = 0

    def deviation(asked: IncomingRequest, told: Response) -> Response:
        nonlocal times
        if not asks_unknown(asked):
            return told
        times += 1
        return in_words(503) if times < last else told

    last = 1_000
    observed, _ = ran(tmp_path / "1", lambda asked, told: in_words(503) if asks_unknown(asked) else told)
    last = observed.times(asks_unknown)
    _, found = ran(tmp_path / "2", deviation)
    assert beyond_healthy(found) == set()
    assert "LIST-05" in undecided(found)


def test_bad_neighbour_makes_it_an_outage(tmp_path: Path) -> None:
    def deviation(asked: IncomingRequest, told: Response) -> Response:
        seen = observed.times(asks_unknown) if observed else 0
        return in_words(503) if asks_unknown(asked) or (describes(asked) and seen > FEW) else told

    observed: Observed | None = None
    observed = Observed(stand_in("0.25", tmp_path), deviation)
    found = check(observed, KEYS, (DALLE3,), frozenset())
    assert "LIST-05" not in beyond_healthy(found)


def test_refused_completion_is_never_asked_again(tmp_path: Path) -> None:
    observed, found = ran(
        tmp_path, lambda asked, told: in_words(502, "gone") if has_wrong_type(asked) and told.status != 200 else told
    )
    assert beyond_healthy(found) == {"CHAT-05"}
    bodies = [asked.target.encode() + asked.body for asked in observed.asked if has_wrong_type(asked)]
    assert len(bodies) == len(set(bodies))


@pytest.mark.parametrize(
    "answer", [in_words(429), in_words(503), in_words(502, "No route")], ids=["429", "503", "route"]
)
def test_limit_quota_and_suspension_are_no_answers(tmp_path: Path, answer: Response) -> None:
    _, found = ran(tmp_path, lambda asked, told: answer if has_wrong_type(asked) and told.status != 200 else told)
    assert beyond_healthy(found) <= {"LIM-03"}
    assert "CHAT-05" in undecided(found)


def test_old_core_suspends_after_three_5xx_so_none_is_judged(tmp_path: Path) -> None:
    _, found = ran(
        tmp_path,
        lambda asked, told: in_words(502, "gone") if has_wrong_type(asked) and told.status != 200 else told,
        core="0.18",
    )
    assert "CHAT-05" in undecided(found)
    assert "CHAT-05" not in beyond_healthy(found)


def test_one_refused_case_is_no_answer(tmp_path: Path) -> None:
    """It came once: a class of one is none, and nobody asks it again."""

    def deviation(asked: IncomingRequest, told: Response) -> Response:
        is_one = asks_completion(asked) and "messages" not in body_of(asked) and b'"model"' in asked.body
        return in_words(502, "gone") if is_one and not configuration_of(asked) else told

    _, found = ran(tmp_path, deviation)
    assert beyond_healthy(found) == set()
    assert "CHAT-19" in undecided(found)


def test_a_stray_bad_gateway_is_got_over(tmp_path: Path) -> None:
    """A healthy Core says it once in a run (dial-api 17.6)."""
    told_once: list[bytes] = []

    def deviation(asked: IncomingRequest, told: Response) -> Response:
        if told_once or not (asks_completion(asked) and told.status == 200):
            return told
        told_once.append(asked.body)
        return in_words(502, "No route")

    _, found = ran(tmp_path, deviation)
    assert told_once
    assert beyond_healthy(found) == set()
    assert undecided(found) == set()


def is_listing(request: IncomingRequest) -> bool:
    return request.method == "GET" and request.path == "/openai/deployments"


@pytest.mark.parametrize(
    ("deviation", "accused_of"),
    [
        pytest.param(
            lambda asked, told: in_words(502, "gone") if is_listing(asked) else told, "LIST-01", id="the listing"
        ),
        pytest.param(
            lambda asked, told: in_words(503) if asked.path == "/openai/deployments/dall-e-3" else told,
            "LIST-04",
            id="the first page",
        ),
        pytest.param(
            lambda asked, told: bad_luck.cut(told) if asks_completion(asked) and told.status == 422 else told,
            "HTTP-01",
            id="each refusal is cut",
        ),
        pytest.param(
            lambda asked, told: told.with_header("Content-Encoding", "gzip") if is_listing(asked) else told,
            "HTTP-02",
            id="the listing said to be gzip",
        ),
    ],
)
def test_the_right_one_is_accused(tmp_path: Path, deviation: Deviation, accused_of: str) -> None:
    """Who is asked with another key, or with none, at the same path is as bad, and says nothing more."""
    _, found = ran(tmp_path, deviation)
    assert beyond_healthy(found) == {accused_of}


def test_one_cut_stream_is_not_judged_and_what_it_said_is_shown(tmp_path: Path) -> None:
    gateway = broken_by([all_defects()["stream-ends-abruptly"]], stand_in("0.25", tmp_path))
    found = check(gateway, KEYS, (DALLE3,), frozenset())
    assert beyond_healthy(found) - {"STRM-05"} == set()
    assert {"HTTP-01", "STRM-02"} <= undecided(found)
    assert "The image cannot be stored" in reasons(found, "STRM-02")


def test_cut_streams_of_two_deployments_are_judged(tmp_path: Path) -> None:
    gateway = broken_by([all_defects()["stream-ends-abruptly"]], stand_in("0.25", tmp_path))
    found = check(gateway, KEYS, (DALLE3, "echo"), frozenset())
    violated = [one for one in found if one.verdict is Verdict.VIOLATED]
    assert [one.requirement for one in violated] == ["HTTP-01"]
    assert "The image cannot be stored" in violated[0].got


def test_5xx_while_health_is_bad_is_an_outage(tmp_path: Path) -> None:
    """A late Core whose storage is away answers 500 to unknown keys and at /health, and lists well."""

    def deviation(asked: IncomingRequest, told: Response) -> Response:
        is_stranger = (asked.header("api-key") or "").startswith("wrong-")
        return in_words(500) if is_stranger or asked.path == "/health" else told

    _, found = ran(tmp_path, deviation)
    assert beyond_healthy(found) == set()
    assert "GET /health now gives 500" in reasons(found, "AUTH-02")


def test_500_that_is_gone_is_an_outage(tmp_path: Path) -> None:
    told_once: list[str] = []

    def deviation(asked: IncomingRequest, told: Response) -> Response:
        if told_once or not asks_unknown(asked):
            return told
        told_once.append(asked.path)
        return in_words(500)

    _, found = ran(tmp_path, deviation)
    assert beyond_healthy(found) == set()
    assert "LIST-05" in undecided(found)


def test_stream_is_asked_a_second_time_only_without_an_answer(tmp_path: Path) -> None:
    observed, _ = ran(tmp_path, lambda _, told: told)
    refused = observed.times(lambda asked: asks_stream(asked) and configuration_of(asked) == "text")
    assert refused == 0


@pytest.mark.long
@pytest.mark.parametrize("name", bad_luck.LUCKS)
def test_bad_luck_accuses_nobody_and_what_is_always_bad_is_accused(name: str) -> None:
    assert [wrong for seed in range(FEW) if (wrong := bad_luck.wrong_of(name, seed)) is not None] == []
