"""The stand-in answers every captured request as the real Core did."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from conformance.standin.dial import stand_in
from tests.standin.captures import KEYS, captures
from tests.standin.parity import Parity

LEAST = 0.97
"""The part of the captured requests that must be answered alike."""

NO_KEY = "the real Core sends no key to feature endpoints, and the SDK refuses them: CONF-01 violated. See `stand_in`"

DIFFERENT: Mapping[str, Mapping[str, str]] = {
    "0.25": {},
    "0.18": {
        "configuration-buttons": NO_KEY,
        "configuration-again-buttons": NO_KEY,
        "configuration-again-search": NO_KEY,
        "hex-id-configuration-buttons": NO_KEY,
        "hex-id-configuration-search": NO_KEY,
        "hyphen-id-configuration-buttons": NO_KEY,
        "hyphen-id-configuration-search": NO_KEY,
        "tokenize-echo": NO_KEY,
        "tokenize-echo-a": NO_KEY,
        "truncate-echo": NO_KEY,
        "truncate-echo-a": NO_KEY,
    },
}
"""What is answered in another way than captured, and why."""


async def differences(core: str, folder: Path) -> dict[str, str]:
    asked = list(captures(core))
    parity = Parity(stand_in(core, folder, KEYS))
    await parity.learn_buckets(asked)
    found = {one.name: await parity.difference(one) for one in asked}
    return {name: difference for name, difference in found.items() if difference is not None}


@pytest.mark.parametrize("core", DIFFERENT)
def test_the_stand_in_answers_as_captured(core: str, tmp_path: Path) -> None:
    found = asyncio.run(differences(core, tmp_path))
    assert {name: told for name, told in found.items() if name not in DIFFERENT[core]} == {}
    assert len(found) <= (1 - LEAST) * len(captures(core))
    assert found.keys() == DIFFERENT[core].keys()


@pytest.mark.parametrize("core", DIFFERENT)
def test_there_are_3072_captures_of_each_core(core: str) -> None:
    assert len(captures(core)) == 3072
    assert len({one.name for one in captures(core)}) == 3072
