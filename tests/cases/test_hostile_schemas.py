"""Schemas come from strangers: each gets its cases or a reason, soon, in little memory, and without a request."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from typing import Any

import pytest

from conformance.cases.engine import cases_of
from tests.cases.computed_under_watch import MOST_CALLS, calls_of
from tests.cases.hostile_schemas import HARMLESS, HOSTILE, LOOPS, REFERENCES, TOO_MUCH
from tests.cases.hostile_texts import PATTERNS, VALUES
from tests.running import ROOT

pytestmark = pytest.mark.long

ALL_SECONDS = 600
MEGABYTES = 300
MOST_LINES = 200

Outcomes = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def outcomes() -> Outcomes:
    """What became of each schema, in a process of its own, which is stopped if it takes too long."""
    command = [sys.executable, "-m", "tests.cases.computed_under_watch"]
    done = subprocess.run(  # noqa: S603 - it is this interpreter
        command, cwd=ROOT, capture_output=True, text=True, timeout=ALL_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line.get("schema", "memory"): line for line in lines}


@pytest.mark.parametrize("name", REFERENCES)
def test_a_reference_out_of_the_document_is_not_followed(outcomes: Outcomes, name: str) -> None:
    reason = outcomes[f"reference: {name}"]["reason"]
    assert reason.startswith(("a reference does not resolve: ", "its meta-schema does not allow it"))


@pytest.mark.parametrize("name", LOOPS)
def test_what_has_no_end_is_left(outcomes: Outcomes, name: str) -> None:
    reason = "it is nested too deeply, or refers to itself without end"
    assert outcomes[f"loop: {name}"] == {"schema": f"loop: {name}", "reason": reason}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_is_too_much_has_its_first_cases_or_one_line(outcomes: Outcomes, name: str) -> None:
    outcome = outcomes[f"too much: {name}"]
    if "reason" in outcome:
        assert 0 < len(outcome["reason"]) < 120
        assert "\n" not in outcome["reason"]
        return
    assert outcome["missing"][0] == "no case for the configuration: what takes more than 50000 steps"
    assert len(outcome["missing"]) <= MOST_LINES + 1
    assert all(line.startswith("no case for ") and len(line) < 250 for line in outcome["missing"])


def test_what_is_too_much_has_a_wrong_type_at_each_property(outcomes: Outcomes) -> None:
    for name in ("n! references", "many patterns"):
        assert outcomes[f"too much: {name}"]["refused"] > 0


@pytest.mark.parametrize("name", [f"pattern: {name}" for name in PATTERNS] + [f"value: {name}" for name in VALUES])
def test_the_whole_way_of_an_answer_ends_in_cases_or_one_line(outcomes: Outcomes, name: str) -> None:
    outcome = outcomes[name]
    assert "failure" not in outcome, outcome["failure"]
    lines = [outcome["reason"]] if "reason" in outcome else outcome["missing"]
    assert all("\n" not in line and len(line) < 250 for line in lines)
    assert "reason" in outcome or outcome["refused"] or lines


def test_a_hundred_are_hostile() -> None:
    assert len(HOSTILE) >= 100


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_looks_dangerous_has_cases(outcomes: Outcomes, name: str) -> None:
    outcome = outcomes[f"harmless: {name}"]
    assert outcome.keys() - {"calls"} == {"schema", "accepted", "refused", "missing"}
    assert outcome["refused"] or outcome["missing"]
    assert all(line.startswith("no case for ") and len(line) < 250 for line in outcome["missing"])


def test_each_takes_two_seconds_or_as_few_calls(outcomes: Outcomes) -> None:
    assert {name: one["calls"] for name, one in outcomes.items() if one.get("calls", 0) > MOST_CALLS} == {}
    assert {name: one["failure"] for name, one in outcomes.items() if "failure" in one} == {}


def test_calls_are_counted_the_same_each_time() -> None:
    document = {"type": "object", "properties": {"x": {"type": "string", "pattern": "^[a-z]{3}$", "maxLength": 2}}}
    cases_of(document)  # what is known of a pattern is not looked up again
    first, second = (calls_of(lambda: cases_of(document)) for _ in range(2))
    assert first == second > 1_000


def test_no_garbage_is_collected_while_calls_are_counted() -> None:
    collected: list[object] = []

    def collecting(phase: str, _: object) -> None:
        collected.append(phase)

    gc.callbacks.append(collecting)
    try:
        calls_of(lambda: [[] for _ in range(200_000)])
        assert collected == []
        gc.collect()
        assert collected == ["start", "stop"]
    finally:
        gc.callbacks.remove(collecting)


def test_memory_is_bounded(outcomes: Outcomes) -> None:
    assert outcomes["memory"]["megabytes"] <= MEGABYTES
