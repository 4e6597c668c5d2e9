"""A baseline is changed like by a careful person: what was there before stays as it was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.reports.baseline.entry import Baseline, Entry
from conformance.reports.baseline.judging import EntryProblem
from conformance.reports.baseline.reading import BaselineError, entries_of, read_baseline
from conformance.reports.baseline.writing import REASON, Change, change_of, changed, refuse_to_write, write_baseline
from tests.baseline.results import ADVISORY, FILE, PASSED, TODAY, VIOLATED, baseline, baseline_of, entry, result

KEPT = """\
# What we know of. Ask the platform team.

# The adapter takes any quality.
- requirement: CHAT-05  # since March
  deployment: 'dall-e-*'
  reason: >
    The adapter takes
    any quality.
  ticket: DIAL-7

# Gone soon.
- reason: an old Core
  requirement: CONF-01
  deployment: search
  expires: 2026-12-31
# The end.
"""
NEW = [Entry("CHAT-05", REASON, "buttons"), Entry("CHAT-06", REASON, "echo"), Entry("LIST-01", REASON)]


def added(requirement: str, deployment: str = "") -> str:
    told = f"  deployment: {deployment}\n" if deployment else ""
    return f"- requirement: {requirement}\n{told}  reason: 'TODO: say why'\n"


def test_new_baseline_is_sorted(tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    write_baseline(Baseline(path, (), TODAY), Change(NEW[::-1], ()))
    expected = added("CHAT-05", "buttons") + added("CHAT-06", "echo") + added("LIST-01")
    assert path.read_text() == f"# Violations that are known, and why: docs/baseline.md\n{expected}"
    assert [one.name for one in tmp_path.iterdir()] == ["known.yaml"]


def test_what_is_added_comes_to_its_place_and_nothing_else_changes() -> None:
    text = changed(KEPT, FILE, Change(NEW, ()))
    first, second = KEPT.index("# The adapter"), KEPT.index("# Gone soon")
    assert text == (
        KEPT[:first]
        + added("CHAT-05", "buttons")
        + KEPT[first:second]
        + added("CHAT-06", "echo")
        + KEPT[second:]
        + added("LIST-01")
    )


def test_what_is_removed_takes_its_comments_with_it_and_no_others() -> None:
    first, second = entries_of(KEPT, FILE)
    start, end = KEPT.index("# The adapter"), KEPT.index("\n# Gone soon")
    assert changed(KEPT, FILE, Change((), [first])) == KEPT[:start] + KEPT[end:]
    start = KEPT.index("# Gone soon")
    assert changed(KEPT, FILE, Change((), [second])) == KEPT[:start] + "# The end.\n"


def test_comments_at_the_top_are_about_the_file() -> None:
    text = "# Ask the platform team.\n- requirement: CHAT-05\n  deployment: a\n  reason: b\n"
    gone = changed(text, FILE, Change((), entries_of(text, FILE)))
    assert gone == "# Ask the platform team.\n[]\n"
    assert changed(gone, FILE, Change(NEW[:1], ())) == "# Ask the platform team.\n" + added("CHAT-05", "buttons")


@pytest.mark.parametrize("text", ["", "[]\n", "[]", "[\n]\n"])
def test_empty_baseline_is_filled(text: str) -> None:
    assert changed(text, FILE, Change(NEW[:1], ())) == added("CHAT-05", "buttons")


def test_indent_and_line_ends_are_those_of_the_file() -> None:
    text = "  - requirement: A-01\r\n    reason: b"
    assert changed(text, FILE, Change(NEW[2:], ())) == (
        "  - requirement: A-01\r\n    reason: b\n  - requirement: LIST-01\r\n    reason: 'TODO: say why'\r\n"
    )


def test_dash_may_have_a_line_of_its_own() -> None:
    text = "-\n  # why\n  requirement: A-01\n  reason: |\n    b\n\n    - c\n\n-\n  requirement: B-01\n  reason: b\n"
    first, second = entries_of(text, FILE)
    assert changed(text, FILE, Change((), [second])) == text[: text.index("-\n  requirement: B")]
    assert changed(text, FILE, Change((), [first])) == text[text.index("\n-\n  requirement: B") :]


@pytest.mark.parametrize(
    "text", ["- {requirement: A-01, reason: b}\n", '- "requirement": A-01\n  reason: "b\n    c"\n']
)
def test_other_spellings_are_kept(text: str) -> None:
    assert changed(text, FILE, Change(NEW[2:], ())) == text + added("LIST-01")
    assert changed(text, FILE, Change((), entries_of(text, FILE))) == "[]\n"


def test_list_on_one_line_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    path.write_text("\n[{requirement: A-01, reason: b}]\n")
    with pytest.raises(BaselineError, match=r"known\.yaml:2: write the list with a line `- ` for each entry"):
        refuse_to_write(path)
    with pytest.raises(BaselineError, match="is a folder"):
        refuse_to_write(tmp_path)
    with pytest.raises(BaselineError, match="there is no folder"):
        refuse_to_write(tmp_path / "no" / "known.yaml")
    refuse_to_write(tmp_path / "new.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "- requirement: A-01\n  reason: b\n...\n",
        "- requirement: A-01\n  reason: &x b\n- requirement: B-01\n  reason: *x\n",
    ],
    ids=["end of the document", "anchor"],
)
def test_file_that_cannot_be_changed_safely_is_left_as_it_is(text: str, tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    path.write_text(text)
    old = read_baseline(path, TODAY)
    with pytest.raises(BaselineError):
        write_baseline(old, Change(NEW, old.entries[:1]))
    assert path.read_text() == text
    assert [one.name for one in tmp_path.iterdir()] == ["known.yaml"]


def test_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "known.yaml"
    real.write_text("[]\n")
    link.symlink_to(real)
    write_baseline(Baseline(link, (), TODAY), Change(NEW, ()))
    assert link.is_symlink()
    assert len(entries_of(real.read_text(), real)) == 3


def test_each_violated_requirement_of_a_deployment_is_added_once() -> None:
    results = [
        result("CHAT-05", "dall-e-3", case="a"),
        result("CHAT-05", "dall-e-3", case="b"),
        result("AUTH-01"),
        result("CHAT-06", "odd*[1]"),
        result("CHAT-07", "dall-e-3", ADVISORY),
        result("CHAT-08", "dall-e-3", PASSED),
    ]
    change = change_of(baseline(), (), results, {VIOLATED})
    assert [one.name for one in change.new] == ["AUTH-01", "CHAT-05 of dall-e-3", "CHAT-06 of odd[*][[]1]"]
    assert all(any(one.fits_deployment(result.deployment) for one in change.new) for result in results[:4])
    change = change_of(baseline(), (), results, {VIOLATED, ADVISORY})
    assert "CHAT-07 of dall-e-3" in [one.name for one in change.new]


def test_what_is_known_is_not_added_again_and_an_expired_entry_gets_no_more_time() -> None:
    known = baseline(entry("CHAT-05", "*"), entry("CHAT-06", "*", expires="2026-01-01"))
    results = [result("CHAT-05", "echo"), result("CHAT-06", "echo")]
    problems = [
        EntryProblem(known.entries[0], "gone", superfluous=True),
        EntryProblem(known.entries[1], "over", superfluous=False),
    ]
    assert change_of(known, (), results, {VIOLATED}) == Change([], [])
    assert change_of(known, problems, results, {VIOLATED}).gone == [known.entries[0]]


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
entries = st.builds(Entry, st.sampled_from(["CHAT-05", "CONF-01", "LIST-01"]), st.just(REASON), names)


@given(st.lists(entries, max_size=6), st.lists(entries, max_size=6), st.sets(st.integers(0, 5)))
def test_what_is_written_is_read_back(first: list[Entry], second: list[Entry], gone: set[int]) -> None:
    text = changed("# ours\n", FILE, Change(first, ()))
    old = baseline_of(text).entries
    removed = [one for number, one in enumerate(old) if number in gone]
    text = changed(text, FILE, Change(second, removed))
    expected = [one for one in old if one not in removed] + second
    read = baseline_of(text).entries
    assert sorted((one.requirement, one.deployment or "") for one in read) == sorted(
        (one.requirement, one.deployment or "") for one in expected
    )
    assert text.startswith("# ours\n")
