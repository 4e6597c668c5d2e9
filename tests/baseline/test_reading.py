"""A baseline is read whole or not at all, and what is wrong with it is told with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from conformance.reports.baseline.entry import Entry
from conformance.reports.baseline.reading import LARGEST_FILE, BaselineError, entries_of, read_baseline
from tests.baseline.results import FILE, TODAY

WHOLE = """\
# What we know of.

- requirement: chat-05
  deployment: dall-e-*
  case: quality=42
  reason: >
    The adapter takes
    any quality.
  ticket: 1234
  expires: 2026-12-31
- requirement: AUTH-04   # of the DIAL
  reason: 'an old Core'
"""


def test_every_field_is_read() -> None:
    assert entries_of(WHOLE, FILE) == (
        Entry(
            "CHAT-05",
            "The adapter takes any quality.",
            "dall-e-*",
            "quality=42",
            "1234",
            date(2026, 12, 31),
            3,
        ),
        Entry("AUTH-04", "an old Core", line=11),
    )


def test_reason_is_told_with_ticket_and_last_day() -> None:
    first, second = entries_of(WHOLE, FILE)
    assert first.note == "The adapter takes any quality. (1234, until 2026-12-31)"
    assert second.note == "an old Core"
    assert (first.name, second.name) == ("CHAT-05 of dall-e-*, case quality=42", "AUTH-04")


@pytest.mark.parametrize("text", ["", "# nothing is known\n", "[]\n"])
def test_baseline_may_be_empty(text: str) -> None:
    assert entries_of(text, FILE) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("requirement: CHAT-05\n", "1: a baseline is a list of entries, each beginning with `- requirement: ...`"),
        ("\n- CHAT-05\n", "2: an entry has fields, such as `requirement: CHAT-05` and `reason: ...`"),
        ("- requirement: CHAT-05\n", "1: the entry has no `reason`"),
        ("- reason: a\n- reason: b\n", "1: the entry has no `requirement`"),
        ("- requirement: CHAT-05\n  reason:\n", "2: `reason` is empty"),
        ("- requirement: CHAT-05\n  reason: '  '\n", "2: `reason` is empty"),
        ("- requirement: CHAT-05\n  reason: a\n  deployment: ~\n", "3: `deployment` is empty"),
        ("- requirement: CHAT-05\n  reason: a\n  reason: b\n", "3: `reason` is there twice"),
        ("- requirement: CHAT-05\n  reason: [a]\n", "2: `reason` is no text"),
        ("- requirement: A-1\n  why: a\n", "2: `why` is no field of an entry: there are requirement, deployment,"),
        ("- {[a]: b}\n", "1: this is no field of an entry"),
        ("- requirement: A-1\n  reason: a\n  expires: soon\n", "3: `expires: soon` is no day: give one such as"),
        ("- requirement: A-1\n  reason: a\n  expires: 20261231\n", "3: `expires: 20261231` is no day"),
        ("- requirement: A-1\n  reason: a\n  expires: 2026-02-30\n", "3: `expires: 2026-02-30` is no day"),
        ("- requirement: A-1\n   reason: a\n", "2: this is not YAML: "),
        ("- requirement: *a\n  reason: a\n", "1: this is not YAML: "),
        ("- requirement: A-1\n  reason: \x07\n", "2: this is not YAML: a character that YAML does not have"),
        ("\n- a\n---\n- b\n", "3: this is not YAML: "),
        ("[" * 50, "1: this is not YAML: nested deeper than 32 levels"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(BaselineError) as error:
        entries_of(text, FILE)
    assert str(error.value).startswith(f"{FILE}:{told}")
    assert str(error.value).isprintable()


def test_nothing_in_it_is_executed() -> None:
    (one,) = entries_of('- requirement: A-1\n  reason: !!python/name:os.system "ok"\n', FILE)
    assert one.reason == "ok"


def test_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    with pytest.raises(BaselineError, match="there is no such file; --write-baseline makes it"):
        read_baseline(path, TODAY)
    assert read_baseline(path, TODAY, may_be_missing=True).entries == ()
    with pytest.raises(BaselineError, match="cannot be read"):
        read_baseline(tmp_path, TODAY)
    path.write_bytes(b"- requirement: \xff\n")
    with pytest.raises(BaselineError, match="is no text in UTF-8"):
        read_baseline(path, TODAY)
    path.write_bytes(b"#" * (LARGEST_FILE + 1))
    with pytest.raises(BaselineError, match="is larger than"):
        read_baseline(path, TODAY)
