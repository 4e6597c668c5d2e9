"""A DIAL that goes down in the middle of a run is not accused of it."""

from __future__ import annotations

import threading

import pytest

from conformance.contract.exchange import Answer
from tests.conftest import Serve
from tests.running import DALLE3, Suite
from tests.served_set import HANG_UP, Asked, as_html, as_json

AFTER = (10, 30, 60, 90)
OF_DALLE3 = {"CHAT-10", "CHAT-13", "STRM-05"}
"""What the recorded DALL-E 3 does against a SHOULD."""


class GoingDown:
    """Answers as recorded so many times, and then everything alike."""

    def __init__(self, times: int, then: Answer) -> None:
        self._left = times
        self._then = then
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Answer | None:  # noqa: ARG002 - whatever is asked
        with self._lock:
            self._left -= 1
            return self._then if self._left < 0 else None


@pytest.mark.long
@pytest.mark.parametrize("times", AFTER)
@pytest.mark.parametrize(
    "then",
    [
        pytest.param(as_json({"detail": "down"}, 500), id="500"),
        pytest.param(as_html("<h1>Bad Gateway</h1>", 404), id="404"),
        pytest.param(as_html("<h1>Welcome</h1>", 200), id="a web page"),
        pytest.param(as_json({"message": "no credentials"}, 401), id="401"),
        pytest.param(
            Answer(302, "Found", (("location", "https://example.org/login"), ("content-length", "0"))), id="302"
        ),
        pytest.param(HANG_UP, id="hang up"),
        pytest.param(as_json({}, 503), id="503"),
    ],
)
def test_outage_is_no_violation(suite: Suite, serve: Serve, times: int, then: Answer) -> None:
    run = suite.live(serve(instead=GoingDown(times, then)), DALLE3, "--jobs=1", "--deadline=0")
    assert "violated" not in run.counts, run.output
    assert run.requirements("advisory") <= OF_DALLE3, run.output
    assert "harness error" not in run.counts
    assert run.exit_code == 10, run.output


def test_outage_is_told(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(instead=GoingDown(30, as_json({}, 500))), DALLE3, "--deadline=0")
    assert "the DIAL went down during the run: GET /openai/deployments/dall-e-3 now gives 500" in run.out


def test_control_request_is_not_repeated_without_a_violation(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, DALLE3)
    assert run.exit_code == 0, run.output
    assert served.asked_too_often == {}


def test_violation_of_a_dial_that_is_up_stays_one(suite: Suite, serve: Serve) -> None:
    def crashing(asked: Asked) -> Answer | None:
        return as_json({}, 500) if b'"quality":42}' in asked.body else None

    run = suite.live(serve(instead=crashing), DALLE3)
    assert run.exit_code == 1, run.output
    assert run.requirements("violated") == {"CHAT-05"}
