"""Official clients in live runs: what they send, what is told of them, and that the run stays in charge."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

# pytester takes back what a run in this process imports, and these cannot be imported twice
import aidial_client  # noqa: F401 - see above
import openai.resources.chat.completions  # noqa: F401 - see above
import pytest

from conformance.contract.exchange import Answer
from conformance.recipes.official_clients.conversation import NOT_INSTALLED
from tests.broken_answers import BROKEN
from tests.broken_answers.change import Broken, body, field, html, text, without_field
from tests.broken_answers.clients import WITH_CLIENTS
from tests.conftest import Serve
from tests.replaying import (
    Change,
    ChangedDial,
    Place,
    accused,
    harness_errors,
    read_set,
    results,
    results_of_change,
    unbroken,
)
from tests.running import DALLE3, ROOT, Suite
from tests.served_set import KEY, TOKEN, Asked, Misbehaviour, as_html, as_json
from tests.test_harmless_answers import HARMLESS

ALL = "--requirement=CLI-*"
OF_OPENAI = {"CLI-01", "CLI-02", "CLI-03", "CLI-04"}
OF_CLIENTS = OF_OPENAI | {"CLI-05"}
ANSWER = read_set()["dall-e-3/accepted.quality=%22standard%22%2Csize=%221024x1024%22%2Cstyle=%22natural%22"].answer
CONFIGURATION = {"quality": "standard", "size": "1024x1024", "style": "natural"}
NEIGHBOURS = re.compile(r"ATT-0[1236]|CHAT-0[1-6]|FILE-0[12]|STRM-0[12349]")
"""Requirements on the plain exchanges of what clients ask too."""


def is_of_a_client(asked: Asked) -> bool:
    return "OpenAI/Python" in (asked.header("user-agent") or "")


def also(answer: Answer | None = None) -> Misbehaviour:
    """Answer clients so; without, answer what aidial-client asks, whose `"stream": false` the set does not have."""

    def instead(asked: Asked) -> Answer | None:
        if is_of_a_client(asked) and answer is not None:
            return answer
        return ANSWER if b'"stream":false' in asked.body else None

    return instead


def test_notebook_runs_through_the_clients(suite: Suite, serve: Serve) -> None:
    served = serve(instead=also())
    run = suite.live(served, DALLE3, "--clients", ALL)
    assert run.exit_code == 0, run.output
    assert run.requirements("passed") == OF_CLIENTS | {"CLI-06"}
    assert set(run.counts) == {"passed"}
    assert served.not_in_the_set == []


def test_clients_ask_what_the_notebook_asks(suite: Suite, serve: Serve) -> None:
    served = serve(instead=also())
    suite.live(served, DALLE3, "--clients", ALL)
    found = [asked for asked in served.asked if is_of_a_client(asked)]
    assert {asked.path for asked in found} == {
        "/openai/deployments/dall-e-3/chat/completions?api-version=2023-12-01-preview"
    }
    configured = {"model": "dall-e-3", "custom_fields": {"configuration": CONFIGURATION}}
    expected: list[dict[str, Any]] = [
        configured,
        {**configured, "stream": False},
        {"model": "dall-e-3", "stream": True},
        {"model": "dall-e-3", "custom_fields": {"configuration": {"quality": 42}}},
    ]
    told = [json.loads(asked.body) for asked in found]
    assert {one.pop("messages")[0]["content"] for one in told} == {"A small red cube on a white table"}
    assert len(told) == len(expected)
    assert [one for one in expected if one not in told] == []


def test_nothing_of_the_machine_is_sent(suite: Suite, serve: Serve) -> None:
    served = serve(instead=also())
    environment = {"OPENAI_ORG_ID": "org-7f3a", "OPENAI_PROJECT_ID": "project-7f3a", "OPENAI_API_KEY": "sk-7f3a"}
    run = suite.live(served, DALLE3, "--clients", ALL, OPENAI_CUSTOM_HEADERS="X-Secret: 7f3a", **environment)
    assert run.requirements("passed") >= OF_CLIENTS
    sent = {name for asked in served.asked if is_of_a_client(asked) for name, _ in asked.headers}
    assert sent == {"Host", "Accept", "Accept-Encoding", "Api-Key", "Connection", "content-type", "Content-Length",
                    "User-Agent"}  # fmt: skip


def test_key_never_shows(suite: Suite, serve: Serve) -> None:
    served = serve(instead=also(as_html("<html></html>", 403)))
    run = suite.live(served, DALLE3, "--clients", ALL)
    assert run.exit_code == 1
    assert '-H "Api-Key: $DIAL_API_KEY"' in run.out
    assert KEY not in run.output + run.junit
    assert {asked.header("api-key") for asked in served.asked if is_of_a_client(asked)} == {KEY}


def test_who_serves_only_others_is_accused(suite: Suite, serve: Serve) -> None:
    refusal = as_json({"error": {"message": "use curl"}}, 400)
    run = suite.live(serve(instead=also(refusal)), DALLE3, "--clients", f"{ALL},CHAT-01,STRM-01")
    assert run.requirements("violated") == {"CLI-01", "CLI-03", "CLI-05"}
    assert run.requirements("could not run") == {"CLI-02"}
    assert run.requirements("not proven") == {"CLI-04"}
    assert {"CHAT-01", "STRM-01"} <= run.requirements("passed")
    assert "got:      BadRequestError: Error code: 400 - {'error': {'message': 'use curl'}}" in run.out


def test_bearer_token_is_sent_in_place_of_the_key(suite: Suite, serve: Serve) -> None:
    served = serve(instead=also())
    run = suite.run("--live", DALLE3, "--clients", ALL, DIAL_URL=served.url, DIAL_BEARER_TOKEN=TOKEN)
    assert run.requirements("passed") >= OF_CLIENTS
    clients = [asked for asked in served.asked if is_of_a_client(asked)]
    assert {asked.header("authorization") for asked in clients} == {f"Bearer {TOKEN}"}
    assert {asked.header("api-key") for asked in clients} == {None}
    assert TOKEN not in run.output


def test_other_credentials_of_the_environment_are_told(suite: Suite, serve: Serve) -> None:
    served = serve(instead=also())
    run = suite.live(served, DALLE3, "--clients", ALL, AZURE_OPENAI_AD_TOKEN="azure-token-7f3a")
    assert run.requirements("could not run") == OF_OPENAI
    assert "unset AZURE_OPENAI_AD_TOKEN" in run.out
    assert not any("azure-token-7f3a" in value for asked in served.asked for _, value in asked.headers)


def test_outage_is_asked_once_and_accuses_nobody(suite: Suite, serve: Serve) -> None:
    served = serve(instead=also(as_json({}, 503)))
    run = suite.live(served, DALLE3, "--clients", ALL, "--deadline=0")
    assert run.requirements("could not run") == OF_CLIENTS
    assert 'exchange "openai_completion": an outage, not an answer: 503' in run.out
    assert len([asked for asked in served.asked if is_of_a_client(asked)]) == len(OF_CLIENTS) - 1


def test_extra_that_is_missing_is_one_line(suite: Suite, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    monkeypatch.setitem(sys.modules, "aidial_client", None)
    served = serve()
    run = suite.live(served, DALLE3, "--clients", ALL)
    assert run.exit_code == 10, run.output
    assert run.requirements("could not run") == OF_CLIENTS
    assert run.requirements("passed") == {"CLI-06"}
    assert [line for line in run.out.splitlines() if "the extra" in line] == [
        f"could not run: CLI-01 of dall-e-3, CLI-02 of dall-e-3, CLI-03 of dall-e-3 and 2 more: {NOT_INSTALLED}"
    ]
    assert not any(map(is_of_a_client, served.asked))


def test_clients_are_not_asked_without_the_option(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, DALLE3, ALL)
    assert run.exit_code == 0, run.output
    assert set(run.counts) == {"not asked"}
    assert not any(asked.is_chat for asked in served.asked)


def test_clients_are_for_live_runs(suite: Suite) -> None:
    run = suite.replay("--clients", ALL)
    assert run.exit_code == 0, run.output
    assert set(run.counts) == {"not asked", "not claimed"}
    assert run.requirements("not claimed") == {"CLI-02"}, "of what is no DALL-E 3"
    assert run.completions == 0


def test_free_run_holds_no_conversation_that_costs(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, DALLE3, "--clients", "--free", ALL)
    assert set(run.counts) == {"not asked"}
    assert served.completions == 0


def test_plan_counts_the_clients(suite: Suite, serve: Serve) -> None:
    def planned(*arguments: str) -> tuple[int, ...]:
        out = suite.live(serve(), DALLE3, "--plan", *arguments).out
        found = re.search(r"^dall-e-3 +(\d+) +(\d+) ", out, re.MULTILINE)
        assert found is not None, out
        return tuple(map(int, found.groups()))

    requests, completions = planned()
    assert planned("--clients") == (requests + 4, completions + 3)


def test_budget_holds_for_clients(suite: Suite, serve: Serve) -> None:
    served = serve(instead=also())
    run = suite.live(served, DALLE3, "--clients", "--requirement=CLI-01,CLI-03,CLI-05", "--budget=2")
    assert served.completions == run.completions == 2
    assert run.counts == {"passed": 2, "over budget": 1}


ROWS = [
    pytest.param({requirement}, row, id=f"{requirement}-{row.how}")
    for requirement, rows in BROKEN.items()
    for row in rows
    if NEIGHBOURS.match(requirement)
] + [
    pytest.param(set(), row, id=row.how)
    for row in HARMLESS
    if any(place.has(f"x/{name}") for place in row.places for name in ("accepted.absent", "streamed", "image.absent"))
]


@pytest.mark.shortened(20)
@pytest.mark.parametrize(("broken", "row"), ROWS)
def test_nobody_is_accused_twice(broken: set[str], row: Broken) -> None:
    found = results_of_change(ChangedDial(read_set(), row.places), row.deployment, row.opt_ins | WITH_CLIENTS)
    assert harness_errors(found) == []
    assert accused(found) - (unbroken(row.deployment, row.opt_ins) - broken) == broken


@pytest.mark.parametrize(
    ("first", "change", "recipe", "kept_from"),
    [
        ("CHAT-01", text(500), "accepted", {"CLI-01", "CLI-02", "CLI-05", "CLI-06"}),
        ("CHAT-02", field("/object", "completion"), "accepted", {"CLI-01", "CLI-02", "CLI-05"}),
        ("CHAT-03", field("/choices/0/finish_reason", 3), "accepted", {"CLI-01", "CLI-02", "CLI-05"}),
        ("CHAT-04", field("/usage", {"total_tokens": 1}), "accepted", {"CLI-01", "CLI-02", "CLI-05"}),
        (
            "ATT-01",
            without_field("/choices/0/message/custom_content"),
            "accepted",
            {"CLI-01", "CLI-02", "CLI-05", "CLI-06"},
        ),
        ("STRM-01", html(200), "streamed", {"CLI-03"}),
        ("STRM-02", body(b"data: ping\n\ndata: [DONE]\n\n"), "streamed", {"CLI-03"}),
        ("CHAT-05", text(500), "refused", {"CLI-04"}),
        ("CHAT-06", html(422), "refused", {"CLI-04"}),
        ("FILE-02", html(200), "image", {"CLI-06"}),
    ],
)
def test_requirement_that_speaks_first_is_named(first: str, change: Change, recipe: str, kept_from: set[str]) -> None:
    dial = ChangedDial(read_set(), [Place(change, (recipe,))])
    found = results(dial, "dall-e-3", ["CLI-*", first], opt_ins=WITH_CLIENTS)
    named = {one.requirement for one in found if one.reason.startswith(f"{first}: ")}
    assert named == kept_from
    assert accused(found) == {first}


def test_no_client_is_loaded_before_it_is_used() -> None:
    code = (
        "import sys; from conformance.run.registry import all_requirements, recipe_book;"
        "import conformance.plugin, conformance.run.run; recipe_book(); all_requirements();"
        "print({'openai', 'aidial_client', 'pydantic', 'httpx'} & sys.modules.keys())"
    )
    ended = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=100, check=True
    )
    assert ended.stdout.strip() == "set()"
