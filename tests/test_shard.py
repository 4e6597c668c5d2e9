"""Shards: every deployment is in exactly one, and each is a run of its own."""

from __future__ import annotations

from argparse import Namespace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.reports.reading import read_report
from conformance.run.reading_settings import read_settings
from conformance.run.settings import SettingsError
from conformance.run.shard import Shard
from conformance.wire.cassettes.file import read_cassette
from tests.conftest import Serve
from tests.running import CORE_25, DALLE3, Suite, content_of, deployments_of, small_set
from tests.served_set import Asked, as_json, below

NAMES = ["buttons", "dall-e-3", "echo", "echo-application", "search"]
PARTS_OF_3 = {1: ["dall-e-3", "search"], 2: ["echo"], 3: ["buttons", "echo-application"]}
"""Every third; the first part has the deployment that stands for all."""
NOWHERE = Path("/no/such/folder")


@given(st.lists(st.text(), unique=True), st.integers(1, 8), st.randoms(use_true_random=False))
def test_every_deployment_is_in_one_shard(names: list[str], count: int, chance: Random) -> None:
    first = chance.choice([None, *names])
    parts = []
    for number in range(1, count + 1):
        chance.shuffle(names)
        parts.append(Shard(count, number).part_of(names, str, first))
    assert sorted(one for part in parts for one in part) == sorted(names)
    sizes = [len(part) for part in parts]
    assert max(sizes) - min(sizes) <= 1
    assert all(list(part) == sorted(part) for part in parts)
    assert first is None or first in parts[0]


@given(st.integers(1, 999_999), st.integers(1, 999_999))
def test_shard_reads_what_it_writes(one: int, other: int) -> None:
    shard = Shard(max(one, other), min(one, other))
    assert Shard.read(str(shard)) == shard


@given(st.integers(0, 10_000), st.integers(1, 99))
def test_shares_are_the_whole(whole: int, count: int) -> None:
    shares = [Shard(count, number).share_of(whole) for number in range(1, count + 1)]
    assert sum(shares) == whole
    assert max(shares) - min(shares) <= 1


@given(st.decimals(0, 10_000, places=9), st.integers(1, 99))
def test_shares_of_an_amount_are_the_whole(whole: Decimal, count: int) -> None:
    shares = [Shard(count, number).share_of_dollars(whole) for number in range(1, count + 1)]
    assert sum(shares) == whole
    assert max(shares) - min(shares) <= Decimal("0.000001")
    assert all("E" not in str(one) for one in shares if one >= Decimal("0.000001"))


@pytest.mark.parametrize("given", ["0/3", "4/3", "x/y", "3", "", "1/0", "-1/3", "1/3/3", "1 / 3", "1/1000000", "१/३"])
def test_what_is_no_shard_is_told(given: str) -> None:
    with pytest.raises(SettingsError, match=r"give which part of how many|the parts count from 1"):
        read_settings(Namespace(shard=given), {}, NOWHERE)


@given(st.text(max_size=8))
def test_any_text_is_a_shard_or_one_line(text: str) -> None:
    try:
        shard = Shard.read(text)
    except ValueError as error:
        line = str(error)
    else:
        assert 1 <= shard.number <= shard.count
        return
    assert line.splitlines() == [line]


@pytest.mark.parametrize("given", ["0/3", "4/3", "3"])
def test_bad_shard_ends_before_anything_is_asked(suite: Suite, serve: Serve, given: str) -> None:
    served = serve()
    for run in (suite.live(served, f"--shard={given}"), suite.replay(f"--shard={given}")):
        assert run.exit_code == 4
        assert run.complaint.startswith(f"--shard={given}: ")
    assert served.asked == []


@pytest.mark.parametrize("mode", ["once", "new_episodes", "rewrite"])
def test_shard_is_not_recorded(suite: Suite, serve: Serve, tmp_path: Path, mode: str) -> None:
    served, folder = serve(), small_set(tmp_path / "set")
    before = content_of(folder)
    run = suite.record(served, folder, "--shard=1/2", DALLE3, mode=mode)
    assert run.exit_code == 4
    assert run.complaint == "--shard asks too little for a cassette set: leave out --record-mode"
    assert served.asked == []
    assert content_of(folder) == before


def test_shards_check_what_the_whole_checks(suite: Suite) -> None:
    whole = suite.replay().verdicts
    found: dict[str, str] = {}
    for number in (1, 2, 3):
        run = suite.replay(f"--shard={number}/3")
        assert run.exit_code == 0, run.output
        assert f"shard {number}/3: {len(PARTS_OF_3[number])} of 5 deployments were checked" in run.out
        assert ("; what is the DIAL's is decided in shard 1/3" in run.out) is (number > 1)
        of_the_dial = {name for name, told in run.properties.items() if told.get("deployment") is None}
        assert number == 1 or of_the_dial <= found.keys()
        found = {**run.verdicts, **found}
    assert found == whole


ABOUT_EVERY_ANSWER = {
    *("AUTH-08", "AUTH-17", "CHAT-23", "CHAT-25", "CHAT-26"),
    *("HTTP-01", "HTTP-02", "HTTP-03", "LIM-03", "LIM-04"),
}
"""What is about whatever was asked is decided in each shard: nobody else sees the answers there."""


def test_only_the_first_shard_decides_what_is_the_dials(suite: Suite, serve: Serve) -> None:
    """The others ask for the listings, the version and their deployments, and send the probe that comes first."""
    first, second = serve(), serve()
    everything = deployments_of(CORE_25)
    suite.live(first, *everything, "--shard=1/2")
    run = suite.live(second, *everything, "--shard=2/2")
    of_the_dial = {told["requirement"] for told in run.properties.values() if told.get("deployment") is None}
    assert of_the_dial == ABOUT_EVERY_ANSWER
    of_no_deployment = {one.path for one in second.asked if not _names_a_deployment(one)}
    assert len(of_no_deployment) < len({one.path for one in first.asked if not _names_a_deployment(one)}) / 2
    assert not any("%2F" in path.upper() or "page-token" in path for path in of_no_deployment)
    others = {name for name in NAMES[1::2] if any(f"/deployments/{name}/" in one.path for one in second.asked)}
    assert others == set()


def _names_a_deployment(asked: Asked) -> bool:
    return any(f"/{name}" in asked.path for name in NAMES)


@pytest.mark.parametrize("option", ["--requirement=AUTH-02", "-kAUTH_02", "--requirement=CHAT-27"])
def test_what_only_the_first_shard_decides_is_no_mistake_elsewhere(suite: Suite, option: str) -> None:
    run = suite.replay("--shard=2/2", option)
    assert run.exit_code == 0, run.output
    assert "0 of 0 planned checks were decided" in run.out


def test_shards_keep_one_budget_together(suite: Suite, serve: Serve) -> None:
    spent = []
    for number in (1, 2, 3):
        served = serve()
        run = suite.live(served, *deployments_of(CORE_25), f"--shard={number}/3", "--budget=7")
        share = (3, 2, 2)[number - 1]
        assert (
            f"shard {number}/3 may spend {share} of the 7 completions of --budget: each shard has its share" in run.out
        )
        assert served.completions <= share
        assert f"--budget={share} (the share of shard {number}/3) is used up by what is cheaper" in run.junit
        spent.append(served.completions)
    assert 0 < sum(spent) <= 7


def test_a_plan_tells_the_share(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), *deployments_of(CORE_25), "--shard=2/4", "--budget=7", "--budget-usd=0.5", "--plan")
    assert run.exit_code == 0, run.output
    both = "2 of the 7 completions of --budget and 0.125 of the 0.5 USD of --budget-usd"
    assert f"shard 2/4 may spend {both}: each shard has its share" in run.out


def test_shard_asks_for_its_own_deployments_alone(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, *deployments_of(CORE_25), "--shard=1/3", "--requirement=CONF-01,AUTH-02")
    assert run.exit_code == 0, run.output
    schemas = {one.path for one in served.asked if one.path.endswith("/configuration")}
    assert schemas == {f"/v1/deployments/{name}/configuration" for name in PARTS_OF_3[1]}
    assert {told.get("deployment") for told in run.properties.values()} == {None, "dall-e-3", "search"}


def test_shard_is_the_same_however_the_dial_lists(suite: Suite, serve: Serve) -> None:
    models = read_cassette(CORE_25 / "_instance" / "models.yaml", "_instance/models").json_object
    assert models is not None
    as_ever, backwards = (
        serve(),
        serve(instead=below("/openai/models", as_json({**models, "data": models["data"][::-1]}))),
    )
    narrowed = ["--dial-deployment=*", "--requirement=LIST-06,CONF-01", "--shard=2/4"]
    checked = [suite.live(served, *narrowed).verdicts.keys() for served in (as_ever, backwards)]
    assert checked[0] == checked[1]
    assert len(checked[0]) > 1


def test_shard_without_a_deployment_checks_nothing(suite: Suite, tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    run = suite.replay("--shard=5/7", f"--report-json={report}")
    assert run.exit_code == 0, run.output
    assert "shard 5/7 has none of 5 deployments, so nothing was checked" in run.out
    assert run.properties == {}
    assert read_report(report).run.shard == "5/7"


@pytest.mark.parametrize("narrowed", [["--requirement=CHAT-05"], ["-kCHAT-05"], ["--requirement=CHAT-05", "-n1"]])
def test_shard_with_nothing_to_do_says_so(suite: Suite, tmp_path: Path, narrowed: list[str]) -> None:
    report = tmp_path / "r.json"
    run = suite.replay("--shard=5/7", f"--report-json={report}", *narrowed)
    assert run.exit_code == 0, run.output
    assert "0 of 0 planned checks were decided" in run.out
    assert read_report(report).results == ()


def test_nothing_that_fits_is_still_told(suite: Suite) -> None:
    assert suite.replay("--shard=1/7", "-knothing_is_called_so").exit_code == 5


def test_shard_can_be_planned(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, "--plan", *deployments_of(CORE_25), "--shard=1/5")
    assert run.exit_code == 0, run.output
    assert "dall-e-3" in run.out
    assert "search" not in run.out
    assert served.completions == 0


def test_only_the_dial_says_what_to_name(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), "--shard=1/2", "--requirement=AUTH-02")
    assert run.exit_code == 0, run.output
    assert "no deployment was named, so only the DIAL itself was checked: give --dial-deployment" in run.out
