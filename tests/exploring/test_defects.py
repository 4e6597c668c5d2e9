"""Ten defects that the fixed cases do not see: each is found as its smallest contradiction, within 300 requests."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.cases.engine import cases_of
from conformance.run.wrongly_accepted import MOST_WRONGLY_ACCEPTED
from conformance.standin.samples.search import SCHEMA
from tests.cases.independent import validator_of
from tests.exploring.explored import Lets, explore, lets_pass

pytestmark = pytest.mark.long

Configuration = dict[str, Any]


def sources(configuration: Configuration) -> list[Any]:
    found = configuration.get("sources")
    return found if isinstance(found, list) else []


def text_of(configuration: Configuration, name: str) -> str:
    found = configuration.get(name)
    return found if isinstance(found, str) else ""


def number_of(configuration: Configuration, name: str) -> float:
    found = configuration.get(name)
    return found if isinstance(found, (int, float)) and not isinstance(found, bool) else 0


def depth_of(value: Any) -> int:
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


DEFECTS: dict[str, tuple[Lets, Callable[[Configuration], bool]]] = {
    "two fields together": (
        lambda one: {"mode", "language"} <= one.keys(),
        lambda one: one.keys() == {"mode", "language"} and len(json.dumps(one)) <= 30,
    ),
    "a long text": (
        lambda one: len(text_of(one, "language")) > 300,
        lambda one: one.keys() == {"language"} and len(one["language"]) == 301,
    ),
    "a rare character": (
        lambda one: "\u0130" in text_of(one, "language"),
        lambda one: one == {"language": "\u0130"},
    ),
    "a number above 2^53": (
        lambda one: number_of(one, "max_pages") > 2**53,
        lambda one: one == {"max_pages": 2**53 + 1},
    ),
    "a number below -2^31": (
        lambda one: number_of(one, "max_pages") < -(2**31),
        lambda one: one == {"max_pages": -(2**31) - 1},
    ),
    "a deep list": (
        lambda one: depth_of(sources(one)) > 4,
        lambda one: one == {"sources": [[[[[]]]]]},
    ),
    "a long list": (
        lambda one: len(sources(one)) > 20,
        lambda one: one.keys() == {"sources"} and len(one["sources"]) == 21,
    ),
    "a character beyond 16 bits": (
        lambda one: any(letter > "\uffff" for letter in text_of(one, "language")),
        lambda one: one.keys() == {"language"} and len(one["language"]) == 1,
    ),
    "a control character inside a list": (
        lambda one: any("\0" in str(source.get("name")) for source in sources(one) if isinstance(source, dict)),
        lambda one: one == {"sources": [{"name": "\0"}]},
    ),
    "a wrong item behind five good ones": (
        lambda one: len(sources(one)) > 5 and all(isinstance(source, dict) for source in sources(one)[:5]),
        lambda one: one.keys() == {"sources"} and len(one["sources"]) == 6,
    ),
}
"""What a defect lets pass, and what its smallest contradiction looks like."""


@pytest.mark.parametrize(("lets", "is_smallest"), DEFECTS.values(), ids=DEFECTS)
def test_it_is_found_as_its_smallest_contradiction(
    lets: Lets, is_smallest: Callable[[Configuration], bool], tmp_path: Path
) -> None:
    outcome = explore(tmp_path, lets_pass(lets))
    assert outcome.found, outcome.notes
    first = outcome.found[0]
    assert lets(first)
    assert not validator_of(SCHEMA).is_valid(first)
    assert is_smallest(first), first
    assert set(outcome.violated.values()) == {"CHAT-05"}
    accepted = [configuration for configuration, status in outcome.sent if status == 200]
    wrongly = [one for one in accepted if not validator_of(SCHEMA).is_valid(json.loads(one) or {})]
    assert len(wrongly) <= MOST_WRONGLY_ACCEPTED
    assert sum(outcome.sent.values()) - len(cases_of(SCHEMA).refused) <= 300


@pytest.mark.parametrize("lets", [lets for lets, _ in DEFECTS.values()], ids=DEFECTS)
def test_no_fixed_case_sees_it(lets: Lets) -> None:
    assert not any(lets(case.value) for case in cases_of(SCHEMA).refused)
