"""What the gateway counts, and when it is enough (dial-api 7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.standin.core.deployment import RequestLimits, ServedDeployment
from tests.standin.gateways import CHAT, KEY, OTHER_KEY, Clock, Recorder, ask, completion, gateway, model, request

JSON = (("Api-Key", KEY), ("content-type", "application/json"))
LIMITS = "/v1/deployments/model/limits"


def test_usage_is_counted_for_each_project_and_for_models_alone(tmp_path: Path) -> None:
    application = ServedDeployment("application", "application", Recorder())
    core = gateway(tmp_path, model(), application)
    for key in (KEY, KEY, OTHER_KEY):
        ask(core, completion(key=key))
        ask(core, completion("/openai/deployments/application/chat/completions", key=key))
    ask(core, request("POST", CHAT, JSON, b"{not json"))

    def used(path: str, key: str) -> list[int]:
        told = ask(core, request("GET", path, (("Api-Key", key),))).json()
        return [told[name]["used"] for name in ("hourRequestStats", "dayRequestStats", "minuteTokenStats")]

    assert used(LIMITS, KEY) == [3, 3, 14]
    assert used(LIMITS, OTHER_KEY) == [1, 1, 7]
    assert used("/v1/deployments/application/limits", KEY) == [0, 0, 0]


@pytest.mark.parametrize(("core", "statistics"), [("0.18", 4), ("0.25", 6), ("late", 10)])
def test_limits_are_told(tmp_path: Path, core: str, statistics: int) -> None:
    limited = model(limits=RequestLimits(1, 2, 3, 4))
    told = ask(gateway(tmp_path, limited, core=core), request("GET", LIMITS)).json()
    assert len(told) == statistics
    assert [told[f"{name}Stats"]["total"] for name in ("hourRequest", "dayRequest", "minuteToken", "dayToken")] == [
        1,
        2,
        3,
        4,
    ]
    assert told["dayRequestStats" if core == "0.18" else "monthTokenStats"]["total"] == (
        2 if core == "0.18" else 2**63 - 1
    )


@pytest.mark.parametrize("core", ["0.18", "0.25", "late"])
def test_limit_hit(tmp_path: Path, core: str) -> None:
    answers = Recorder()
    standin = gateway(tmp_path, model(answers, limits=RequestLimits(2, 2, 10**6, 10**6)), core=core)
    assert [ask(standin, completion()).status for _ in range(3)] == [200, 200, 429]
    response = ask(standin, completion())
    assert response.header("content-type") == ("application/json" if core == "0.18" else None)
    assert response.header("retry-after") == (None if core == "0.18" else "86400")
    error = response.json()["error"]
    assert error["message"] == "Hit request rate limit. Hour limit: 2 / 2 requests. Day limit: 2 / 2 requests."
    assert error.get("display_message") == (
        "You've exceeded your daily and hourly request limits" if core == "late" else None
    )
    assert len(answers.asked) == 2
    assert ask(standin, completion(key=OTHER_KEY)).status == 200


def test_limits_move_with_the_clock(tmp_path: Path) -> None:
    clock = Clock()
    standin = gateway(tmp_path, model(limits=RequestLimits(1, 10, 8, 10**6)), now=clock)
    assert ask(standin, completion()).status == 200
    clock.seconds += 600
    hit = ask(standin, completion())
    assert (hit.status, hit.header("retry-after")) == (429, "3000")
    clock.seconds += 3000
    assert ask(standin, completion()).status == 200
    clock.seconds += 3600
    assert ask(standin, completion()).status == 200
    assert ask(standin, request("GET", LIMITS)).json()["dayTokenStats"]["used"] == 21


def test_token_limit_hit(tmp_path: Path) -> None:
    clock = Clock()
    standin = gateway(tmp_path, model(limits=RequestLimits(9, 9, 7, 100)), now=clock)
    assert ask(standin, completion()).status == 200
    clock.seconds += 20
    hit = ask(standin, completion())
    assert hit.header("retry-after") == "40"
    assert hit.json()["error"]["message"].startswith(
        "Hit token rate limit. Minute limit: 7 / 7 tokens. Day limit: 7 / 100 tokens. Week limit: 7 / 92233"
    )
