"""Every requirement can fail: each defect of the stand-in is seen, and called by the right requirement."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from conformance.contract.verdict import Verdict
from conformance.run.registry import all_requirements
from conformance.standin.core.release import CORE_RELEASES
from conformance.standin.defect import BrokenDefectError, all_defects
from conformance.standin.proof import kill_matrix
from conformance.standin.proof.kill_matrix import main, written
from conformance.standin.proof.row import MOST_VIOLATED, Row, Target, healthy, results, row
from tests.mistakes import without_defect
from tests.running import ROOT

DOCUMENT = ROOT / "docs" / "kill-matrix.md"

_ROW = re.compile(r"^\| ([a-z0-9-]+) \| ([A-Z]+-\d+) \| [a-z0-9-]+ \|([^|]*)\|", re.MULTILINE)
_ID = re.compile(r"[A-Z]+-\d+")

ADVICE = frozenset({"CHAT-10", "CHAT-12", "CHAT-13", "CHAT-26", "CHAT-28", "STRM-05"})
"""What the suite advises the real Cores of the captures, and so the healthy stand-in."""
ADVICE_OF = {"0.18": ADVICE | {"CHAT-18"}}


@cache
def documented() -> tuple[Row, ...]:
    """Read the rows of the document."""
    rows = _ROW.findall(DOCUMENT.read_text())
    return tuple(Row(name, made_for, frozenset({made_for, *_ID.findall(others)})) for name, made_for, others in rows)


@pytest.mark.long
@pytest.mark.parametrize("name", [*all_defects()][::24])
def test_a_row_is_that_of_the_whole_suite(name: str) -> None:
    """What is not asked and decided anew for a defect comes out as without it."""
    defect = all_defects()[name]
    assert row(defect) == row(defect, whole=True)


@pytest.mark.shortened(1)
@pytest.mark.parametrize("core", CORE_RELEASES)
def test_the_healthy_stand_in_violates_nothing(core: str) -> None:
    found = results((), Target(core))
    assert {one.requirement for one in found if one.verdict is Verdict.VIOLATED} == set()
    assert {one.requirement for one in found if one.verdict is Verdict.ADVISORY} <= ADVICE_OF.get(core, ADVICE)
    unchecked = (Verdict.COULD_NOT_RUN, Verdict.NOT_PROVEN, Verdict.OVER_BUDGET)
    assert [one for one in found if one.verdict in unchecked] == []


def test_every_requirement_has_a_defect() -> None:
    missing = without_defect(all_requirements().values(), {one.requirement for one in all_defects().values()})
    if missing:
        pytest.fail("\n".join(missing), pytrace=False)


def test_every_requirement_is_violated_by_a_defect() -> None:
    assert all_requirements().keys() - {one.requirement for one in documented()} == set()


def test_the_document_has_every_defect() -> None:
    assert [one.defect for one in documented()] == list(all_defects())
    assert written(documented()) == DOCUMENT.read_text()


def test_there_are_at_least_120_defects() -> None:
    assert len(all_defects()) >= 120


def test_every_defect_is_of_a_requirement() -> None:
    assert {one.requirement for one in all_defects().values()} <= all_requirements().keys()


def test_every_defect_says_what_is_wrong() -> None:
    assert [one.name for one in all_defects().values() if not re.fullmatch(r"[^\n]+\.", one.sentence)] == []


def test_a_run_without_all_options_sees_less_advice() -> None:
    assert {requirement for requirement, _, _ in healthy(Target(thorough=False)).accused} == {
        "CHAT-10",
        "CHAT-13",
        "STRM-05",
    }


def test_a_document_that_is_not_current_fails_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(kill_matrix, "matrix", lambda: list(documented()))
    document = tmp_path / "kill-matrix.md"
    document.write_text("old")
    assert main([str(document)]) == 1
    assert f"{document} was not current: it is written anew" in capsys.readouterr().out
    assert document.read_text() == DOCUMENT.read_text()
    assert main([str(document)]) == 0


@pytest.mark.parametrize("more", [1, MOST_VIOLATED])
def test_a_defect_that_violates_too_many_fails(
    more: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *others = documented()
    besides = sorted(all_requirements().keys() - first.violated)[:more]
    changed = replace(first, violated=first.violated.union(besides))
    monkeypatch.setattr(kill_matrix, "matrix", lambda: [changed, *others])
    assert main([]) == (1 if more == MOST_VIOLATED else 0)
    assert ("and does not say why" in capsys.readouterr().out) == (more == MOST_VIOLATED)


def test_a_defect_that_fails_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fails(_: object) -> Row:
        raise BrokenDefectError("unlisted fails: TypeError: too many arguments (defects/listing.py:7)")

    monkeypatch.setattr(kill_matrix, "row", fails)
    assert main(["--defect", "unlisted"]) == 4
    out, err = capsys.readouterr()
    assert (out, err) == ("", "ERROR: unlisted fails: TypeError: too many arguments (defects/listing.py:7)\n")
