"""Admission: what harms a live DIAL is noticed, told once, and not repeated."""

from __future__ import annotations

import html
import threading
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from conformance.contract.exchange import Answer
from tests.conftest import Serve
from tests.running import CORE_18, CORE_25, DALLE3, Suite, credentials, deployments_of
from tests.served_set import KEY, Asked, ServedSet, as_json

NO_ROUTE = Answer(502, "Bad Gateway", (("content-length", "8"),), b"No route", ((0.0, 8),))
UNDER_SUSPENSION = {"CHAT-27"}
OF_DALLE3 = {"CHAT-10", "CHAT-13", "STRM-05"}
"""What the recorded DALL-E 3 does against a SHOULD."""


class PassingTime:
    """A clock of its own: who sleeps on it lets its time pass."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = 0.0
        self.slept: list[float] = []
        self.stopped = False

    def now(self) -> float:
        with self._lock:
            return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._now += seconds
            self.slept.append(seconds)

    def stop(self) -> None:
        self.stopped = True


class Suspending:
    """Answers as recorded, but takes a deployment away for some seconds after what it does not like."""

    def __init__(self, clock: PassingTime, seconds: float, disliked: Callable[[list[int]], bool]) -> None:
        self.served: ServedSet | None = None
        self._clock = clock
        self._seconds = seconds
        self._disliked = disliked
        self._until: dict[str, float] = {}
        self._statuses: dict[str, list[int]] = {}
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Answer | None:
        place = asked.path.partition("/chat/")[0]
        if self.served is None or not asked.is_chat or not reaches_the_deployment(asked):
            return None
        with self._lock:
            if self._clock.now() < self._until.get(place, 0.0):
                return NO_ROUTE
            self._statuses.setdefault(place, []).append(self.served.recorded_status(asked))
            if self._disliked(self._statuses[place]):
                self._until[place] = self._clock.now() + self._seconds
                self._statuses[place] = []
        return None


def reaches_the_deployment(asked: Asked) -> bool:
    """Core refuses the others by itself."""
    well_formed = asked.header("content-type") != "text/plain" and b'"model"' in asked.body
    return asked.header("api-key") == KEY and well_formed and b"files/" not in asked.body


def after_a_refusal(statuses: list[int]) -> bool:
    return 400 <= statuses[-1] < 500


def after_three_failures(statuses: list[int]) -> bool:
    known = [status for status in statuses if status != 501]  # what the set has no answer to
    return len(known) >= 3 and all(status >= 500 for status in known[-3:])


def refused_requests(served: ServedSet) -> list[Asked]:
    """The requests that deployments refused, or could not get any more."""
    chats = [(asked, status) for asked, status in served.answered if asked.is_chat and reaches_the_deployment(asked)]
    refused = (400, 422, 500, 502)
    return [asked for asked, status in chats if status in refused and "no-such-deployment" not in asked.path]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> PassingTime:
    clock = PassingTime()
    monkeypatch.setattr("conformance.run.run.SystemClock", lambda: clock)
    return clock


@pytest.mark.parametrize("deployments", [[DALLE3], deployments_of(CORE_25)], ids=["one", "all"])
def test_core_that_suspends_after_each_refusal(
    suite: Suite, serve: Serve, clock: PassingTime, deployments: list[str]
) -> None:
    suspending = Suspending(clock, 30, after_a_refusal)
    suspending.served = served = serve(instead=suspending)
    run = suite.live(served, *deployments)
    assert run.exit_code == 1, run.output
    assert run.requirements("violated") == UNDER_SUSPENSION
    assert list(run.verdicts.values()).count("violated") == 1
    assert run.requirements("advisory") <= OF_DALLE3
    assert len(refused_requests(served)) == 3, "the probe, and one more that Core forwards to nobody: no stray answer"
    assert "harness error" not in run.counts
    assert {"CHAT-05", "CHAT-09", "CHAT-10", "CHAT-19"} <= run.requirements("could not run")
    assert {"CHAT-01", "CHAT-17", "CHAT-18", "STRM-01", "ATT-01"} <= run.requirements("passed")
    assert "could not run: " in run.out
    assert "--allow-suspension goes on and waits before each" in run.out


def test_going_on_under_suspension(suite: Suite, serve: Serve, clock: PassingTime) -> None:
    suspending = Suspending(clock, 30, after_a_refusal)
    suspending.served = served = serve(instead=suspending)
    run = suite.live(served, DALLE3, "--allow-suspension")
    assert run.requirements("violated") == UNDER_SUSPENSION, run.output
    assert run.requirements("advisory") == OF_DALLE3
    assert "could not run" not in run.counts
    assert min(seconds for seconds in clock.slept if seconds > 1) >= 30


@pytest.mark.shortened(1)
@pytest.mark.parametrize("mode", ["none", "once", "new_episodes"])
def test_replay_of_a_suspension_does_not_wait(
    suite: Suite, serve: Serve, clock: PassingTime, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """Who recorded it has waited; a replay gives the same verdicts, and looks at no clock of this machine."""
    suspending = Suspending(clock, 30, after_a_refusal)
    suspending.served = served = serve(instead=suspending)
    folder = suite.folder / "set"
    recorded = suite.record(served, folder, DALLE3, "--allow-suspension")
    assert clock.slept
    machine = PassingTime()
    monkeypatch.setattr("conformance.run.run.SystemClock", lambda: machine)
    live = () if mode == "none" else ("--live", f"--record-mode={mode}", DALLE3)
    run = suite.run(*live, f"--cassettes={folder}", "--allow-suspension", **credentials(served.url))
    assert run.recordable == recorded.recordable
    assert run.requirements("violated") == UNDER_SUSPENSION
    assert machine.slept == []


@pytest.mark.parametrize("folder", [CORE_25, CORE_18], ids=["core-0.25", "core-0.18"])
def test_core_that_suspends_after_three_failures(
    suite: Suite, serve: Serve, clock: PassingTime, folder: object
) -> None:
    suspending = Suspending(clock, 8, after_three_failures)
    suspending.served = served = serve(folder, instead=suspending)
    run = suite.live(served, DALLE3, "--thorough")
    assert "violated" not in run.counts, run.output
    assert 502 not in {status for asked, status in served.answered if asked.is_chat}


def test_what_fails_is_asked_once(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, DALLE3, "--thorough", "--requirement=CHAT-10")
    failed = [asked for asked, status in served.answered if status == 500]
    assert len(failed) == 1
    assert run.counts == {"advisory": 1, "not asked": 2}
    assert "a request like it was answered with 5xx" in run.junit


def test_no_more_than_three_are_wrongly_accepted(suite: Suite, serve: Serve) -> None:
    careless = Careless()
    careless.served = served = serve(instead=careless)
    run = suite.live(served, DALLE3)
    assert run.exit_code == 1
    assert run.requirements("violated") >= {"CHAT-05"}
    assert careless.accepted == 3
    assert "--keep-going goes on" in run.out
    rule = '/quality 42: type "string" (schema: #/properties/quality)'
    assert f"    fault:    {rule}" in run.out
    assert f"fault:    {rule}" in html.unescape(run.junit)


def test_refused_requests_go_out_wider_the_more_were_refused(suite: Suite, serve: Serve) -> None:
    together = Together(after=12, at_once=6)
    together.served = served = serve(instead=together)
    run = suite.live(served, DALLE3)
    assert "violated" not in run.counts, run.output
    assert together.passed
    assert together.most <= 8


@pytest.mark.parametrize("option", ["--jobs-per-deployment=3", "--jobs=3"])
def test_who_allows_three_at_once_gets_three(suite: Suite, serve: Serve, option: str) -> None:
    together = Together()
    together.served = served = serve(instead=together)
    run = suite.live(served, DALLE3, option)
    assert "violated" not in run.counts, run.output
    assert together.most <= 3


def test_a_limit_ends_the_widening(suite: Suite, serve: Serve, clock: PassingTime) -> None:
    """Who said 429 once is not asked as many at once again; the request is answered after a retry."""
    together = Together(limited=1)
    together.served = served = serve(instead=together)
    run = suite.live(served, DALLE3)
    assert "violated" not in run.counts, run.output
    assert clock.slept
    assert 429 in {status for _, status in served.answered}
    assert together.most <= 3


@pytest.mark.shortened(1)
@pytest.mark.parametrize("accepted", [{2, 5, 9}, {1, 2, 20}, {4, 30, 31}, {0, 3, 7, 8, 11, 13, 19, 29}], ids=str)
def test_the_same_requests_are_sent_whichever_thread_is_the_faster(
    suite: Suite, serve: Serve, accepted: set[int]
) -> None:
    found = []
    for jobs in ("1", "3", "16"):
        careless = Careless(accepted)
        careless.served = served = serve(instead=careless)
        run = suite.live(served, DALLE3, f"--jobs={jobs}", "--jobs-per-deployment=16")
        found.append((run.verdicts, sorted(asked.body for asked in served.asked)))
    assert found[0] == found[1] == found[2]


@pytest.mark.shortened(1)
@pytest.mark.parametrize("accepted", [{2, 5, 9}, {0, 3, 7, 8, 11, 13, 19, 29}], ids=str)
def test_a_replay_comes_to_what_the_threads_came_to(suite: Suite, serve: Serve, accepted: set[int]) -> None:
    careless = Careless(accepted)
    careless.served = served = serve(instead=careless)
    folder = suite.folder / "set"
    recorded = suite.record(served, folder, DALLE3, "--jobs=16", "--jobs-per-deployment=16")
    assert suite.run(f"--cassettes={folder}").recordable == recorded.recordable


def test_going_on_costs_more(suite: Suite, serve: Serve) -> None:
    careless = Careless()
    careless.served = served = serve(instead=careless)
    run = suite.live(served, DALLE3, "--keep-going")
    assert run.requirements("violated") == {"CHAT-05"}, "one fault, one requirement, however often it is asked"
    assert careless.accepted > 15
    assert "--keep-going" not in run.out.partition("DIAL conformance")[2]


class Together:
    """Answers as recorded, and counts how many requests that DALL-E 3 refuses are there at once."""

    def __init__(self, *, after: int = 1000, at_once: int = 1, limited: int = 0) -> None:
        """Get ready.

        Args:
            after: After so many refused requests, answers wait once,
            at_once: until so many of them are there.
            limited: So many of the first completions are answered with 429 once.
        """
        self.served: ServedSet | None = None
        self.most = 0
        self.passed = False
        self._left = after
        self._limited = limited
        self._there = 0
        self._barrier = threading.Barrier(at_once, timeout=100)
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Answer | None:
        if self.served is None or not asked.is_chat or not reaches_the_deployment(asked):
            return None
        if self._limited:
            self._limited -= 1
            limit = as_json({"error": {"message": "Hit request rate limit.", "code": "429"}}, 429)
            return replace(limit, headers=(*limit.headers, ("retry-after", "0")))
        if self.served.recorded_status(asked) not in (400, 422):
            return None
        with self._lock:
            self._there += 1
            self.most = max(self.most, self._there)
            self._left -= 1
            waits = self._left < 0 and not self.passed
        try:
            if waits:
                self._barrier.wait()
                self.passed = True
        finally:
            with self._lock:
                self._there -= 1
        return None


class Careless:
    """Accepts what the recorded deployment refuses, all of it or some: by the place of a body among all of them."""

    def __init__(self, places: set[int] | None = None) -> None:
        self._places = places
        self.served: ServedSet | None = None
        self.accepted = 0
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Answer | None:
        if self.served is None or not asked.is_chat or not reaches_the_deployment(asked):
            return None
        if self.served.recorded_status(asked) not in (400, 422) or "dall-e-3" not in asked.path:
            return None
        if self._places is not None and zlib.crc32(asked.body) % 32 not in self._places:
            return None
        with self._lock:
            self.accepted += 1
        return self.served.recorded("dall-e-3/accepted.absent")
