"""Green cannot lie: who is no DIAL, or is no more, passes nothing, and the run says so in one line."""

from __future__ import annotations

import time

import pytest

from tests.conftest import Serve
from tests.dead_servers import WAYS, DeadServer, dead_servers
from tests.dead_servers.outcome import must_passed, told
from tests.dead_servers.server import serving
from tests.running import DALLE3, Suite, credentials
from tests.served_set import HANG_UP, KEY, OTHER_KEY, as_json

pytestmark = pytest.mark.long

SECONDS = 300
"""Far more than any run takes, also on a busy machine; without its bounds, many would take for ever."""
NO_DIAL = 4
INCOMPLETE = 10


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("server", dead_servers(), ids=lambda server: server.name)
def test_dead_server_passes_nothing(suite: Suite, server: DeadServer, way: str) -> None:
    start = time.monotonic()
    with serving(server.behaviour()) as url:
        run = suite.run("--live", *WAYS[way], *server.options, **credentials(url))
    assert time.monotonic() - start < SECONDS
    assert must_passed(run, died=server.died) == [], run.output
    assert run.exit_code in (NO_DIAL, INCOMPLETE), run.output
    assert server.says in told(run), run.output
    assert "Traceback" not in run.output
    assert "INTERNALERROR" not in run.output
    assert not any(key in run.output + run.junit for key in (KEY, OTHER_KEY))


def test_what_never_was_a_dial_is_told_before_anything_is_checked(suite: Suite) -> None:
    never = next(one for one in dead_servers() if one.name == "an empty list")
    with serving(never.behaviour()) as url:
        run = suite.run("--live", *never.options, **credentials(url))
    assert run.exit_code == NO_DIAL
    assert run.verdicts == {}
    assert run.complaint.endswith("and so did /openai/models, /openai/applications, /version")


def test_dial_with_nothing_in_it_is_a_dial(suite: Suite, serve: Serve) -> None:
    listings = {"/openai/deployments", "/openai/models", "/openai/applications"}
    nothing = as_json({"data": [], "object": "list"})
    served = serve(instead=lambda asked: nothing if asked.path in listings else None)
    for option in ("--requirement=LIST-01", "--core-version=0.25"):
        run = suite.live(served, "--requirement=LIST-01", option)
        assert run.requirements("passed") == {"LIST-01"}, run.output


def test_deployment_that_gives_no_answer_is_no_outage(suite: Suite, serve: Serve) -> None:
    served = serve(instead=lambda asked: HANG_UP if asked.is_chat else None)
    run = suite.live(served, DALLE3, "--requirement=LIST-05,CHAT-01", "--deadline=0")
    assert run.requirements("could not run") == {"CHAT-01"}, run.output
    assert run.requirements("passed") == {"LIST-05"}
    assert "went down" not in run.output
