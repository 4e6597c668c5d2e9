from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.reports.requirements import requirements_page
from conformance.run.registry import all_requirements, recipe_book

PROJECT = Path(__file__).parent.parent.parent
PAGE = PROJECT / "docs" / "requirements.md"


def test_committed_page_is_what_the_checks_say() -> None:
    written = requirements_page(all_requirements().values(), recipe_book())
    assert PAGE.read_text(encoding="utf-8") == written, "run `make docs` and look at the difference"


def test_every_requirement_stands_on_the_page_once() -> None:
    ids = re.findall(r"^\| ([A-Z]+-\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert ids == sorted(all_requirements())


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("INFO-01", ""),
        ("CONF-01", "claim: configuration"),
        ("STRM-06", "STRM-04, STRM-12, claim: chat completions"),
        ("CHAT-15", "(CHAT-09), claim: chat completions"),
        ("ATT-07", "ATT-01, ATT-05, ATT-08, claim: chat completions, profile: DALL-E 3, profile: GPT-Image-1"),
    ],
)
def test_what_comes_first_is_on_the_page(name: str, after: str) -> None:
    (row,) = re.findall(rf"^\| {name} \|.*", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert row.split(" | ")[4].strip() == after
