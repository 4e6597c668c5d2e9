"""With which options a run asked: its report tells, and shards and reports that were asked otherwise are told apart."""

from __future__ import annotations

import json
from argparse import Namespace
from decimal import Decimal
from pathlib import Path

import pytest

from conformance.contract.exchange import API_KEY, BEARER_TOKEN, OTHER_API_KEY
from conformance.merge.__main__ import main as merge
from conformance.reports.reading import read_report
from conformance.run.asked_with import asked_with
from conformance.run.options import OPTIONS, Group, Option
from conformance.run.reading_settings import read_settings
from conformance.run.settings import Settings
from conformance.run.shard import Shard
from tests.conftest import Serve
from tests.running import CORE_25, EVERYTHING, Suite, deployments_of
from tests.served_set import KEY, OTHER_KEY

ELSEWHERE = {
    "--settings": "a file of options, each of which is told",
    "--dial-environment": "the same",
    "--shard": "a field of its own",
    "--contract": "a field of its own",
    "--core-version": "the Core is a field of its own",
    "--fail-on": "it decides the exit code, and asks nothing",
    "--plan": "it writes no report",
}
"""Options of these groups that a report does not name, and why."""

VALUES = {"--dalle3-deployment": "dall-e-3", "--requirement": "CHAT-05", "--origin": "https://chat.example.com"}


def given(option: Option) -> Namespace:
    """The option alone, with a value that it may have."""
    if option.switch:
        return Namespace(**{option.name: True})
    value = VALUES.get(option.flag, "7")
    return Namespace(**{option.name: [value] if option.repeatable else value})


def test_every_option_that_asks_is_told() -> None:
    of_the_groups = {one.flag for one in OPTIONS if one.group in (Group.CHECKED, Group.COST)}
    assert of_the_groups - ELSEWHERE.keys() <= {one.flag for one in OPTIONS if one.asks}


def test_nothing_given_is_nothing_told() -> None:
    assert asked_with(Settings()) == ()


@pytest.mark.parametrize("option", [one for one in OPTIONS if one.asks], ids=lambda one: one.flag)
def test_each_is_told_as_it_is_written(option: Option, tmp_path: Path) -> None:
    options = given(option)
    if option.flag == "--checks":
        (tmp_path / "acme").mkdir()
        options = Namespace(checks=[str(tmp_path / "acme")])
    (told,) = asked_with(read_settings(options, {}, tmp_path))
    assert told.partition("=")[0] == option.flag
    assert (told == option.flag) is (option.switch or option.flag == "--origin")


def test_a_path_is_told_by_its_last_name(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    settings = Settings(checks=(str(tmp_path / "acme"),), keep_cases=tmp_path / "cases.json")
    assert asked_with(settings) == ("--checks=acme", "--keep-cases=cases.json")


def test_no_credential_is_told_and_no_origin() -> None:
    secrets = {API_KEY: "the-first-key-1", OTHER_API_KEY: "the-other-key-1"}
    settings = Settings(live=True, url="https://dial", credentials=secrets, origin="https://inner.example.com")
    assert asked_with(settings) == ("--origin", "DIAL_API_KEY_2")
    assert asked_with(Settings(credentials={BEARER_TOKEN: "a-token-of-1"})) == ("DIAL_BEARER_TOKEN",)


def test_the_budget_is_that_of_all_shards() -> None:
    settings = Settings(budget=7, budget_usd=Decimal("0.5"), shard=Shard(3, 3))
    assert asked_with(settings) == ("--budget-usd=0.5", "--budget=7")
    assert (settings.own_budget, settings.own_budget_usd) == (2, Decimal("0.166666"))


def test_the_order_in_which_they_are_given_says_nothing() -> None:
    one, other = (Settings(deployments=names, requirements=names) for names in (("a", "b"), ("b", "a")))
    assert asked_with(one) == asked_with(other)


def test_a_report_has_them(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), "--report-json=r.json", *EVERYTHING, "--requirement=CHAT-0*,AUTH-*", "-kAUTH", "-mmust")
    told = read_report(suite.folder / "r.json").run.options
    assert told is not None, run.output
    switches = {one.partition("=")[0] for one in EVERYTHING}
    assert {*switches, "--requirement=CHAT-0*", "--requirement=AUTH-*", "-k AUTH", "-m must"} <= {*told}
    assert not any(key in (suite.folder / "r.json").read_text() for key in (KEY, OTHER_KEY))


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--thorough", "--thorough"),
        ("--allow-writes", "--allow-writes"),
        ("--budget=9", "--budget=9"),
        ("--keep-going", "--keep-going"),
        ("-kCHAT", "-k CHAT"),
    ],
)
def test_shards_that_were_asked_otherwise_are_not_merged(
    suite: Suite, capsys: pytest.CaptureFixture[str], option: str, told: str
) -> None:
    few = "--requirement=CHAT-0*"
    names = [str(suite.folder / f"{number}.json") for number in (1, 2)]
    suite.replay(few, "--shard=1/2", f"--report-json={names[0]}", option)
    suite.replay(few, "--shard=2/2", f"--report-json={names[1]}")
    capsys.readouterr()
    assert merge(names) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        f"ERROR: {names[0]} and {names[1]} are not of one run: only the first was given {told}:"
        " give all shards the same options\n"
    )


def test_shards_of_one_budget_are_merged(suite: Suite, serve: Serve) -> None:
    """Each has its share, and all were given the whole."""
    names = [str(suite.folder / f"{number}.json") for number in (1, 2)]
    served = serve()
    for number, name in enumerate(names, 1):
        suite.live(served, *deployments_of(CORE_25), "--requirement=CHAT-0*", "--budget=7", f"--shard={number}/2",
                   f"--report-json={name}")  # fmt: skip
    merged = suite.folder / "merged.json"
    merge([*names, f"--output={merged}"])
    assert "--budget=7" in json.loads(merged.read_text())["run"]["options"]
