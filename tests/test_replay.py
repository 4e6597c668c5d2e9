"""Replay of the committed sets: what a fresh clone says, with no DIAL and no key."""

from __future__ import annotations

import re
import shutil

import pytest
import yaml

from tests.conftest import Replayed
from tests.running import CORE_18, CORE_25, EVERYTHING, ROOT, Suite, SuiteRun, finish_elsewhere, start_elsewhere


def test_core_25_passes(replay_25: SuiteRun) -> None:
    assert replay_25.exit_code == 0, replay_25.output
    assert set(replay_25.counts) == {"passed", "advisory", "not claimed", "not asked", "not recorded"}
    assert replay_25.err == ""


def test_advisories_of_core_25(replay_25: SuiteRun) -> None:
    assert replay_25.requirements("advisory") == {"CHAT-10", "CHAT-13", "STRM-05"}
    assert "CHAT-10 (SHOULD) custom_fields that are a text, an array or a number are refused with 4xx." in replay_25.out
    assert "    got:      500 text/plain Internal Server Error" in replay_25.out


def test_summary_counts_per_deployment_and_chapters_that_are_not_well(replay_25: SuiteRun) -> None:
    lines = replay_25.out.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("deployment "))
    assert lines[start - 1].split() == ["not", "not", "not"]
    assert lines[start].split() == ["deployment", "passed", "advisory", "claimed", "asked", "recorded"]
    table = lines[start + 2 : lines.index("", start)]
    rows = [line.split() for line in table if not line.startswith(" ")]
    deployments = [line.split("  ")[0] for line in table if not line.startswith(" ")]
    assert deployments == ["the DIAL", "dall-e-3", "echo", "buttons", "echo-application", "search"]
    assert [line.split()[0] for line in table if line.startswith("  ")] == ["CHAT", "STRM"]
    assert sum(int(number) for row in rows for number in row if number.isdigit()) == len(replay_25.verdicts)


def test_summary_tells_k_of_n_planned(replay_25: SuiteRun) -> None:
    assert replay_25.planned == len(replay_25.verdicts)
    assert replay_25.made == replay_25.counts["passed"] + replay_25.counts["advisory"]
    assert "were not reached" not in replay_25.out


def test_every_cassette_is_read_once(replay_25: SuiteRun, replayed: Replayed) -> None:
    everything = replayed(CORE_25, *EVERYTHING)
    never_recorded = yaml.safe_load((CORE_25 / "meta.yaml").read_text())["never_recorded"]
    assert everything.requests == len(list(CORE_25.glob("*/*.yaml"))) + len(never_recorded)
    assert replay_25.requests < everything.requests
    assert "not used" not in replay_25.out + everything.out


def test_advisories_of_core_25_in_a_thorough_run(replayed: Replayed) -> None:
    everything = replayed(CORE_25, *EVERYTHING)
    expected = {"CHAT-10", "CHAT-12", "CHAT-13", "CHAT-26", "CHAT-28", "STRM-05"}
    assert everything.exit_code == 0, everything.output
    assert everything.requirements("advisory") == expected


NEVER_CAPTURED = {"CHAT-36", "FILE-19", "FILE-20"}
"""Requirements of a DALL-E 3 whose requests nobody has captured: of ordinary clients, of files with other keys."""


def test_what_was_never_recorded_has_its_own_verdict(replay_25: SuiteRun) -> None:
    """The captures have nearly all that is asked by default of a DALL-E 3."""
    unrecorded = {name: told for name, told in replay_25.properties.items() if told["verdict"] == "not recorded"}
    assert unrecorded
    for name, told in unrecorded.items():
        assert told["reason"].startswith(("never recorded: ", "a recorded set has ")), name
        assert told.get("deployment") != "dall-e-3" or told["requirement"] in NEVER_CAPTURED, name


def test_violation_is_shown_with_its_sentence_and_curl(replay_18: SuiteRun) -> None:
    shown = replay_18.out[replay_18.out.index("Violated:\nCONF-01 (MUST) ") :]
    assert "Advisory:" not in shown, "advice comes before"
    assert "  usually: " in shown
    assert "expected: " in shown
    assert re.search(r"^    got:      4\d\d \S+ .+$", shown, re.MULTILINE)
    assert 'curl -sS --path-as-is "$DIAL_URL/v1/deployments/buttons/configuration" -H "Api-Key: $DIAL_API_KEY"' in shown


def test_core_18_violates_conf_01_of_buttons_and_search_alone(replay_18: SuiteRun) -> None:
    assert replay_18.exit_code == 1, replay_18.output
    violated = [name for name, verdict in replay_18.verdicts.items() if verdict == "violated"]
    assert replay_18.requirements("violated") == {"CONF-01"}
    assert sorted(name.partition("[")[2] for name in violated) == ["buttons]", "search]"]


def test_dalle3_of_core_18_passes(suite: Suite) -> None:
    run = suite.replay("--dial-deployment=dall-e-3", cassettes=CORE_18)
    assert run.exit_code == 0, run.output
    assert "violated" not in run.counts
    assert "could not run" not in run.counts


def test_checkout_replays_without_any_option() -> None:
    run = finish_elsewhere(start_elsewhere(ROOT, "-pno:cacheprovider", "--requirement=LIST-*"), ROOT / "junit.xml")
    assert run.exit_code == 0, run.output
    assert re.search(rf"replayed from \S*cassettes/{CORE_25.name} ", run.out)
    assert run.table_row("search") == [18, 3]


def test_test_ids_name_deployment_and_case(replay_25: SuiteRun) -> None:
    assert "test_chat::test_invalid_value_is_refused[dall-e-3-quality=42]" in replay_25.verdicts


@pytest.mark.parametrize("name", ["search", "s*", "sear[c]h"], ids=["name", "glob", "bracket"])
def test_one_deployment_of_the_set(suite: Suite, name: str) -> None:
    run = suite.replay(f"--dial-deployment={name}", "--requirement=CONF-0*")
    assert run.exit_code == 0, run.output
    assert {test.partition("[")[2] for test in run.verdicts} == {"search]"}


def test_what_could_not_run_says_what_the_other_requirement_expected(suite: Suite) -> None:
    """`CHAT-06 could not run: CHAT-05: 200 ...` did not say what was wrong with a 200."""
    cassettes = suite.folder / "accepting"
    shutil.copytree(CORE_25, cassettes)
    refused = cassettes / "dall-e-3" / "refused.quality=42.yaml"
    accepted = yaml.safe_load(refused.with_name("accepted.absent.yaml").read_text())
    changed = yaml.safe_load(refused.read_text())
    changed["interactions"][0]["response"] = accepted["interactions"][0]["response"]
    refused.write_text(yaml.safe_dump(changed))
    run = suite.replay("--requirement=CHAT-06", cassettes=cassettes)
    assert "could not run: CHAT-06 of dall-e-3: CHAT-05: expected 400 or 422, got 200 application/json" in run.out
