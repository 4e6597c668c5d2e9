"""Retries of a live run: a short outage is waited for, a long one is not, and nothing is paid twice."""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import replace

import pytest

from conformance.contract.exchange import Answer
from tests.conftest import Serve
from tests.running import DALLE3, Suite
from tests.served_set import HANG_UP, Asked, as_json

BUSY = as_json({"error": {"message": "busy", "code": "503"}}, 503)


class Stumbling:
    """Answers the first requests of each kind otherwise, and then as recorded."""

    def __init__(self, answer: Answer, times: int, part: str) -> None:
        self.counts: Counter[tuple[str, str, bytes]] = Counter()
        self._answer = answer
        self._times = times
        self._part = part
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Answer | None:
        if self._part not in asked.path:
            return None
        with self._lock:
            key = (asked.method, asked.path, asked.body)
            self.counts[key] += 1
            return self._answer if self.counts[key] <= self._times else None


def after(seconds: str, answer: Answer = BUSY) -> Answer:
    return replace(answer, headers=(*answer.headers, ("retry-after", seconds)))


def test_short_outage_is_waited_for(suite: Suite, serve: Serve) -> None:
    stumbling = Stumbling(after("0"), 2, "/chat/completions")
    run = suite.live(serve(instead=stumbling), DALLE3, "--requirement=CHAT-01,CHAT-05")
    assert run.exit_code == 0, run.output
    assert set(run.counts) == {"passed"}
    assert set(stumbling.counts.values()) == {3, 4}, "one refused request is asked twice by itself"
    assert run.completions == 4


@pytest.mark.parametrize("times", [0, 1, 2])
def test_retries_are_told_beside_the_requests(suite: Suite, serve: Serve, times: int) -> None:
    served = serve(instead=Stumbling(after("0"), times, "/chat/completions"))
    run = suite.live(served, DALLE3, "--requirement=CHAT-01,CHAT-05", f"--report-json={suite.folder / 'report.json'}")
    told = f", {run.retries} retries" if times else ""
    assert f"{run.requests} requests{told}, 4 completions among them" in run.out
    assert (run.retries == 0) is (times == 0)
    assert run.requests + run.retries == len(served.asked)
    plan = json.loads((suite.folder / "report.json").read_text())["plan"]
    assert (plan["requests"], plan["retries"]) == (run.requests, run.retries)


def test_long_outage_is_not_waited_for(suite: Suite, serve: Serve) -> None:
    stumbling = Stumbling(after("3600"), 1, "/chat/completions")
    run = suite.live(serve(instead=stumbling), DALLE3, "--requirement=CHAT-01,CHAT-05")
    assert run.exit_code == 10, run.output
    assert run.requirements("could not run") == {"CHAT-01", "CHAT-05"}
    assert set(stumbling.counts.values()) == {1}


def test_deadline_of_nothing_is_no_retry(suite: Suite, serve: Serve) -> None:
    stumbling = Stumbling(after("0"), 1, "/v1/user/info")
    run = suite.live(serve(instead=stumbling), "--requirement=INFO-01", "--deadline=0")
    assert run.requirements("could not run") == {"INFO-01"}
    assert set(stumbling.counts.values()) == {1}


@pytest.mark.parametrize("answer", [as_json({}, 504), HANG_UP], ids=["504", "hang up"])
def test_completion_that_may_have_been_answered_is_not_asked_again(suite: Suite, serve: Serve, answer: Answer) -> None:
    stumbling = Stumbling(answer, 9, "/chat/completions")
    run = suite.live(serve(instead=stumbling), DALLE3, "--requirement=CHAT-01", "--budget=4")
    assert run.requirements("could not run") == {"CHAT-01"}, run.output
    assert set(stumbling.counts.values()) == {1}


def test_limit_that_was_hit_on_the_way_is_looked_at(suite: Suite, serve: Serve) -> None:
    silent = Stumbling(after("0", Answer(429, "", (("content-length", "0"),))), 1, "/v1/user/info")
    run = suite.live(serve(instead=silent), "--requirement=LIM-03,INFO-01")
    assert run.requirements("passed") == {"INFO-01"}, run.output
    assert run.requirements("violated") == {"LIM-03"}
    told = Stumbling(after("0", as_json({"error": {"message": "Hit request rate limit"}}, 429)), 1, "/v1/user/info")
    run = suite.live(serve(instead=told), "--requirement=LIM-03,INFO-01")
    assert run.requirements("passed") == {"INFO-01", "LIM-03"}, run.output


@pytest.mark.parametrize("answer", [BUSY, as_json({}, 502), HANG_UP], ids=["503", "502", "hang up"])
def test_run_begins_where_the_page_of_the_first_deployment_is_bad(suite: Suite, serve: Serve, answer: Answer) -> None:
    served = serve(instead=lambda asked: answer if asked.path == "/openai/deployments/dall-e-3" else None)
    run = suite.live(served, DALLE3, "--deadline=0")
    assert run.exit_code == 10, run.output
    assert "LIST-04" in run.requirements("could not run")
    assert "CHAT-01" in run.requirements("passed")


@pytest.mark.parametrize("answer", [BUSY, HANG_UP], ids=["503", "hang up"])
def test_who_never_answered_is_not_waited_for(suite: Suite, serve: Serve, answer: Answer) -> None:
    served = serve(instead=lambda _: answer)
    run = suite.live(served, DALLE3)
    assert run.exit_code == 4
    assert run.complaint
    assert len(served.asked) == 2, "the page of a deployment, and the listing"
