"""`--wait`: a DIAL that is just being started is waited for, one that refuses is not."""

from __future__ import annotations

import socket
from itertools import count

import pytest

from conformance.contract.exchange import Answer, Exchange, Request
from conformance.run.settings import Settings
from conformance.run.waiting import wait_for_answer
from conformance.wire.clock import RecordedClock
from conformance.wire.transport import NoAnswerError, Trouble
from tests.conftest import Serve
from tests.running import Suite, credentials
from tests.served_set import KEY, Asked, as_html

URL = "https://dial.example.com"
OK, AWAY = 200, 503


def waited(
    outcomes: list[int | Trouble], seconds: float, credentials: dict[str, str] | None = None
) -> tuple[str | None, list[str], list[Request]]:
    """What waiting says, shows and asks, where the last outcome stays."""
    lines: list[str] = []
    asked: list[Request] = []

    def ask(request: Request) -> Exchange:
        asked.append(request)
        outcome = outcomes[min(len(asked), len(outcomes)) - 1]
        if isinstance(outcome, Trouble):
            raise NoAnswerError(outcome)
        return Exchange("until it answers", request, Answer(outcome, ""))

    settings = Settings(live=True, url=URL, wait=seconds, credentials=credentials or {})
    note = wait_for_answer(settings, ask, RecordedClock(), lines.append)
    return note, lines, asked


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 403])
def test_what_answers_is_not_waited_for(status: int) -> None:
    note, lines, asked = waited([status], 60)
    assert (note, lines) == (None, [])
    assert len(asked) == 1


@pytest.mark.parametrize(
    "outcome", [404, 429, 500, 502, 503, 504, Trouble.UNREACHABLE, Trouble.NAME, Trouble.UNTRUSTED]
)
def test_what_is_not_there_yet_is_waited_for(outcome: int | Trouble) -> None:
    note, lines, asked = waited([outcome, outcome, OK], 60)
    assert note == f"{URL} answered after 3 s and 3 requests"
    assert len(lines) == 1
    assert lines[0].startswith(f"waiting for {URL}, at most 60 s: ")
    assert len(asked) == 3


def test_it_ends_when_the_time_is_over() -> None:
    note, lines, asked = waited([AWAY], 10)
    assert note == f"waited 10 s (--wait): {URL} did not answer as a DIAL that runs"
    assert len(lines) == 1
    assert len(asked) == 5  # at 0, 1, 3, 7 and 10 seconds


def test_who_has_a_token_asks_with_it() -> None:
    _, _, asked = waited([OK], 10, credentials={"$DIAL_BEARER_TOKEN": "canary-token-1"})
    assert asked[0].headers == (("Authorization", "Bearer $DIAL_BEARER_TOKEN"),)


def test_run_goes_on_when_the_dial_answers(suite: Suite, serve: Serve) -> None:
    requests = count()

    def starting(_: Asked) -> Answer | None:
        return as_html("starting", AWAY) if next(requests) < 1 else None

    served = serve(instead=starting)
    run = suite.live(served, "--wait=60", "--requirement=LIST-01")
    assert run.exit_code == 0, run.output
    assert f"waiting for {served.url}, at most 60 s: 503 text/html" in run.out
    assert f"{served.url} answered after " in run.out
    assert KEY not in run.output


def test_dial_that_never_comes_is_one_line(suite: Suite) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    run = suite.run("--live", "--wait=0.01", "--requirement=LIST-01", **credentials(f"http://127.0.0.1:{port}"))
    assert run.exit_code == 4
    assert "nobody answers there" in run.complaint
    assert "waiting for http://127.0.0.1" in run.out


@pytest.mark.parametrize("value", ["", "soon", "-1", "inf", "nan"])
def test_bad_value_is_one_line(suite: Suite, value: str) -> None:
    run = suite.run(f"--wait={value}")
    assert run.exit_code == 4
    assert run.complaint == f"--wait={value}: give 0 or a number of seconds above it"


def test_it_does_nothing_in_a_replay(suite: Suite) -> None:
    run = suite.replay("--wait=60", "--requirement=LIST-01")
    assert run.exit_code == 0
    assert "--wait does nothing in a replay: nobody is asked" in run.out
