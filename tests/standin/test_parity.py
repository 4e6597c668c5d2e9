"""The stand-in answers every captured request as the real Core did."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.standin.agreement import differences
from tests.standin.captures import MORE, SETS, captures

COUNTS = {"0.25": 3072, "0.18": 3072, "0.25-more": 4182, "0.18-more": 3918}
LEAST = 0.99
"""The part of the captured requests that must be answered alike."""

NO_KEY = "the real Core sends no key to feature endpoints, and the SDK refuses them: CONF-01 violated. See `stand_in`"
NO_FEATURES = "the real Core fails at the feature endpoints of custom applications: CONF-01 violated"
TOKENS = "the adapter counts the tokens of a streamed answer with the model's own tokenizer, the stand-in counts words"
CACHE = "the real Core kept in its cache what its disk had just refused, and serves it for a while"
MISTAKEN = "the request that the capture has is not that of its answer: asked twice more, it is answered otherwise"

OF_BOTH = {
    "file-name-get-long": CACHE,
    "file-name-metadata-long": CACHE,
    "chat-gpt-4o-non-ascii-stream": TOKENS,
    "chat-gpt-4o-tools-stream": TOKENS,
    "chat-gpt-4o-tool-choice-stream": TOKENS,
    "chat-gpt-4o-tool-choice-required-stream": TOKENS,
    "upstream-gpt-4o-content-filter-output-please-stream": TOKENS,
    "product-post-openai-deployments-dall-e-3-chat-completions-33": MISTAKEN,
}

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
    "0.25-more": OF_BOTH,
    "0.18-more": {
        **OF_BOTH,
        "again-configuration-buttons-0": NO_KEY,
        "again-configuration-claude-0": NO_KEY,
        "again-configuration-pipe-0": NO_KEY,
        "again-configuration-search-0": NO_KEY,
        "listing-configuration-search-noop": NO_KEY,
        "feature-tokenize-string-echo": NO_KEY,
        "feature-tokenize-request-echo": NO_KEY,
        "feature-tokenize-empty-echo": NO_KEY,
        "feature-tokenize-bad-echo": NO_KEY,
        "feature-truncate-echo": NO_KEY,
        "feature-truncate-bad-echo": NO_KEY,
        "product-post-v1-deployments-echo-tokenize": NO_KEY,
        "listing-custom-configuration": NO_FEATURES,
        "product-post-v1-deployments-applications-own-folder-my%20app-1.0-tokenize": NO_FEATURES,
        "product-post-v1-applications-own-folder-my%20app-1.0-rate": NO_FEATURES,
    },
}
"""What is answered in another way than captured, and why."""


@pytest.mark.shortened(2)
@pytest.mark.parametrize("name", SETS)
def test_the_stand_in_answers_as_captured(name: str, tmp_path: Path) -> None:
    found = asyncio.run(differences(name, tmp_path))
    assert {one: told for one, told in found.items() if one not in DIFFERENT[name]} == {}
    assert len(found) <= (1 - LEAST) * len(captures(name))
    assert found.keys() == DIFFERENT[name].keys()


@pytest.mark.parametrize("name", SETS)
def test_no_capture_is_missing(name: str) -> None:
    assert len(captures(name)) == COUNTS[name]
    assert len({one.name for one in captures(name)}) == COUNTS[name]


@pytest.mark.parametrize("name", [one for one in SETS if one.endswith(MORE)])
@pytest.mark.parametrize("group", ["auth", "near", "upstream"])
def test_a_group_can_be_asked_alone(name: str, group: str, tmp_path: Path) -> None:
    asked = [one for one in captures(name) if one.group == group and one.deployment == "claude"]
    assert {one for one in asyncio.run(differences(name, tmp_path, asked)) if one not in DIFFERENT[name]} == set()
