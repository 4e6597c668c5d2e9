"""Shards: every deployment is in exactly one, and each is a run of its own."""

from __future__ import annotations

from argparse import Namespace
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
from tests.served_set import as_json, below

NAMES = ["buttons", "dall-e-3", "echo", "echo-application", "search"]
NOWHERE = Path("/no/such/folder")


@given(st.lists(st.text(), unique=True), st.integers(1, 8), st.randoms(use_true_random=False))
def test_every_deployment_is_in_one_shard(names: list[str], count: int, chance: Random) -> None:
    parts = []
    for number in range(1, count + 1):
        chance.shuffle(names)
        parts.append(Shard(count, number).part_of(names, str))
    assert sorted(one for part in parts for one in part) == sorted(names)
    sizes = [len(part) for part in parts]
    assert max(sizes) - min(sizes) <= 1
    assert all(list(part) == sorted(part) for part in parts)


@given(st.integers(1, 999_999), st.integers(1, 999_999))
def test_shard_reads_what_it_writes(one: int, other: int) -> None:
    shard = Shard(max(one, other), min(one, other))
    assert Shard.read(str(shard)) == shard


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
        assert f"shard {number}/3: {len(NAMES[number - 1 :: 3])} of 5 deployments were checked" in run.out
        found |= run.verdicts
    assert found == whole


def test_shard_asks_for_its_own_deployments_alone(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, *deployments_of(CORE_25), "--shard=2/3", "--requirement=CONF-01,AUTH-02")
    assert run.exit_code == 0, run.output
    schemas = {one.path for one in served.asked if one.path.endswith("/configuration")}
    assert schemas == {f"/v1/deployments/{name}/configuration" for name in ("dall-e-3", "search")}
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


def test_shard_without_a_deployment_checks_the_dial(suite: Suite, tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    run = suite.replay("--shard=7/7", f"--report-json={report}")
    assert run.exit_code == 0, run.output
    assert "shard 7/7 has none of 5 deployments, so only the DIAL itself was checked" in run.out
    assert {told.get("deployment") for told in run.properties.values()} == {None}
    assert read_report(report).run.shard == "7/7"


@pytest.mark.parametrize("narrowed", [["--requirement=CHAT-05"], ["-kCHAT-05"], ["--requirement=CHAT-05", "-n1"]])
def test_shard_with_nothing_to_do_says_so(suite: Suite, tmp_path: Path, narrowed: list[str]) -> None:
    report = tmp_path / "r.json"
    run = suite.replay("--shard=7/7", f"--report-json={report}", *narrowed)
    assert run.exit_code == 0, run.output
    assert "0 of 0 planned checks were decided" in run.out
    assert read_report(report).results == ()


def test_nothing_that_fits_is_still_told(suite: Suite) -> None:
    assert suite.replay("--shard=1/7", "-knothing_is_called_so").exit_code == 5


def test_shard_can_be_planned(suite: Suite, serve: Serve) -> None:
    served = serve()
    run = suite.live(served, "--plan", *deployments_of(CORE_25), "--shard=2/5")
    assert run.exit_code == 0, run.output
    assert "dall-e-3" in run.out
    assert "search" not in run.out
    assert served.completions == 0


def test_only_the_dial_says_what_to_name(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), "--shard=1/2", "--requirement=AUTH-02")
    assert run.exit_code == 0, run.output
    assert "no deployment was named, so only the DIAL itself was checked: give --dial-deployment" in run.out
