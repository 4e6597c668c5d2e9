"""Cost: told before it is spent, and never more than allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest

from conformance.contract.exchange import Answer
from tests.conftest import Serve
from tests.running import CORE_25, DALLE3, EVERYTHING, Suite, SuiteRun, deployments_of
from tests.served_set import OTHER_KEY, Asked, answering_ordinary, as_json, below

EXPECTED = 9
ORDINARY = answering_ordinary(CORE_25)
"""Completions of a default run of one DALL-E 3."""
ROW = r"^{} +(\d+) *(\d*) *(.*)$"


def told_of(run: SuiteRun, deployment: str) -> tuple[int, int, str]:
    """The row of a plan: requests, completions, money."""
    row = re.search(ROW.format(re.escape(deployment)), run.out, re.MULTILINE)
    assert row is not None, run.output
    return int(row[1]), int(row[2] or 0), row[3].strip()


def test_plan_asks_listings_and_schemas_alone(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, *deployments_of(CORE_25), "--plan")
    assert run.exit_code == 0, run.output
    assert {asked.method for asked in served.asked} == {"GET"}
    listings = [
        "/openai/applications",
        "/openai/deployments",
        "/openai/deployments/dall-e-3",
        "/openai/models",
        "/version",
    ]
    schemas = [f"/v1/deployments/{name}/configuration" for name in ("buttons", "dall-e-3", "search")]
    assert sorted(asked.path for asked in served.asked) == sorted(listings + schemas)
    assert f"{len(served.asked)} requests made for this plan" in run.out


@pytest.mark.parametrize("other_key", [OTHER_KEY, ""], ids=["two keys", "one key"])
def test_plan_tells_what_the_run_then_does(suite: Suite, serve: Serve, other_key: str) -> None:
    plan, served = suite.live(serve(), DALLE3, "--plan", DIAL_API_KEY_2=other_key), serve(instead=ORDINARY)
    run = suite.live(served, DALLE3, DIAL_API_KEY_2=other_key)
    of_the_dial, of_dalle3 = told_of(plan, "the DIAL"), told_of(plan, "dall-e-3")
    for_the_plan = int(re.findall(r"(\d+) requests made for this plan", plan.out)[0])
    assert of_dalle3[1:] == (EXPECTED, "$0.36")
    assert of_the_dial[0] + of_dalle3[0] + for_the_plan == run.requests == len(served.asked)
    assert run.completions == served.completions == EXPECTED
    assert "the completions cost $0.36, by the prices of the listing" in run.out


@pytest.mark.parametrize(
    ("options", "completions"),
    [(["--free"], 0), (["--requirement=CHAT-05"], 1), (["-kabsent and CHAT-01"], 1), (["--thorough"], 37)],
    ids=["free", "one requirement", "one case", "thorough"],
)
def test_plan_of_a_part(suite: Suite, serve: Serve, options: list[str], completions: int) -> None:
    run = suite.live(serve(), DALLE3, "--plan", *options)
    assert told_of(run, "dall-e-3")[1] == completions, run.output


@pytest.mark.parametrize(
    ("pricing", "money"),
    [
        ({"unit": "token", "prompt": "0", "completion": "0.04"}, "$0.36"),
        ({"unit": "token", "prompt": {"test": {}, "ifTrue": "1", "ifFalse": "2"}, "completion": "1"}, "depends: "),
        (None, "depends: no price in the listing"),
        ({"unit": 7}, "depends: "),
    ],
    ids=["strings", "decision tree", "none", "garbage"],
)
def test_money_is_told_where_the_listing_has_a_price(suite: Suite, serve: Serve, pricing: object, money: str) -> None:
    run = suite.live(serve(instead=priced(pricing)), DALLE3, "--plan")
    assert told_of(run, "dall-e-3")[2].startswith(money), run.output


@pytest.mark.shortened(4)
@pytest.mark.parametrize("jobs", ["1", "8", "32"])
@pytest.mark.parametrize("budget", [0, 1, 3, 5, 9, 20])
def test_budget_is_kept(suite: Suite, serve: Serve, budget: int, jobs: str) -> None:
    served = serve(instead=ORDINARY)
    run = suite.live(served, DALLE3, f"--budget={budget}", f"--jobs={jobs}", f"--jobs-per-deployment={jobs}")
    assert served.completions == run.completions <= budget
    assert "harness error" not in run.counts
    assert "violated" not in run.counts
    enough = budget >= EXPECTED
    assert run.exit_code == (0 if enough else 10), run.output
    assert ("over budget" in run.counts) is not enough
    if budget:
        assert run.completions == min(budget, EXPECTED)
        assert "CHAT-05" in run.requirements("passed"), "refusals cost nothing"


@pytest.mark.shortened(2)
@pytest.mark.parametrize("jobs", ["1", "32"])
@pytest.mark.parametrize("budget", [1, 4, 9])
def test_budget_is_kept_by_who_is_answered_whatever_they_ask(
    suite: Suite, serve: Serve, budget: int, jobs: str
) -> None:
    served = serve(instead=accepting)
    options = [f"--budget={budget}", f"--jobs={jobs}", f"--jobs-per-deployment={jobs}", "--keep-going", *EVERYTHING]
    run = suite.live(served, DALLE3, *options)
    assert served.completions <= budget
    assert run.exit_code in (1, 10), run.output
    assert "over budget" in run.counts


@pytest.mark.shortened(2)
@pytest.mark.parametrize(
    ("dollars", "completions"), [("0", 0), ("0.11", 2), ("0.12", 3), ("0.32", 8), ("0.36", 9), ("5", 9)]
)
def test_budget_in_dollars_is_kept(suite: Suite, serve: Serve, dollars: str, completions: int) -> None:
    served = serve(instead=ORDINARY)
    run = suite.live(served, DALLE3, f"--budget-usd={dollars}")
    assert served.completions == completions, run.output
    assert Decimal("0.04") * served.completions <= Decimal(dollars)


def test_what_has_no_price_is_not_asked_for_money(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, "--dial-deployment=echo", "--budget-usd=100")
    assert served.completions == 0
    assert "CHAT-01" in run.requirements("over budget")
    assert "no price in the listing" in run.junit
    assert run.exit_code == 10


def test_cheapest_comes_first(suite: Suite, serve: Serve) -> None:
    served = serve(instead=priced({"unit": "token", "prompt": "0", "completion": "0.04"}, echo="0"))
    run = suite.live(served, DALLE3, "--dial-deployment=echo", "--budget=4", "--jobs=1")
    completed = [asked.path.split("/")[3] for asked, status in served.answered if asked.is_chat and status == 200]
    assert completed == ["echo", "echo", "dall-e-3"], run.output


def test_over_budget_is_told(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), DALLE3, "--budget=2")
    assert "over" in run.out
    assert "budget" in run.out
    assert run.requirements("over budget") >= {"CHAT-01", "STRM-01"}
    assert "--budget=2 is used up by what is cheaper" in run.junit


@pytest.mark.parametrize("options", [[], ["-kCHAT"]], ids=["all", "a part"])
def test_plan_that_cannot_be_made_is_told_in_one_line(suite: Suite, options: list[str]) -> None:
    run = suite.run("--live", "--plan", DALLE3, *options, DIAL_URL="http://127.0.0.1:1", DIAL_API_KEY="conformance-key")
    assert run.exit_code == 4
    assert "nobody answers there" in run.complaint


@pytest.mark.parametrize(
    "given",
    ["--budget=-1", "--budget-usd=-1", "--budget-usd=much", "--budget-usd=1e3", "--deadline=-1", "--core-version=x"],
)
def test_what_is_no_amount_is_told(suite: Suite, serve: Serve, given: str) -> None:
    served = serve()
    for run in (suite.live(served, DALLE3, given), suite.replay(given)):
        assert run.exit_code == 4
        assert given in run.complaint
    assert served.asked == []


def accepting(asked: Asked) -> Answer | None:
    """Answer every completion alike, and well."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "yes"}}
    completion = {"id": "1", "object": "chat.completion", "created": 1, "choices": [choice]}
    return as_json(completion) if asked.is_chat else None


def priced(pricing: object, **others: str) -> Callable[[Asked], Answer | None]:
    """List the DALL-E 3 (and others, by the price of a completion) with a price."""
    elements = [model("dall-e-3", pricing)]
    elements += [model(name, {"unit": "token", "prompt": "0", "completion": price}) for name, price in others.items()]
    return below("/openai/models", as_json({"object": "list", "data": elements}))


def model(name: str, pricing: object) -> dict[str, object]:
    found: dict[str, object] = {"id": name, "object": "model", "features": {"configuration": name == "dall-e-3"}}
    return found if pricing is None else {**found, "pricing": pricing}
