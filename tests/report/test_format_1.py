"""Reports of format 1.0, written by the suite before it had the verdict "not recorded", are still read.

`format_1/` has the two shards of a replay of the recorded set of Core 0.25, as that suite wrote them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.compare.__main__ import main as compare
from conformance.contract.verdict import Verdict
from conformance.merge.__main__ import main as merge
from conformance.reports.document import FORMAT
from conformance.reports.html import page
from conformance.reports.reading import read_report
from tests.running import CORE_25, Suite

FOLDER = Path(__file__).parent / "format_1"
SHARDS = [str(FOLDER / f"shard-{number}.json") for number in (1, 2)]
SELECTED = "--requirement=CONF-01,CONF-02,FILE-16,INFO-01,CHAT-03,CHAT-15,LIM-02,CLI-01"


def old_results(path: str) -> list[dict[str, Any]]:
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    assert document["format"] == "1.0"
    found: list[dict[str, Any]] = document["results"]
    return found


@pytest.mark.parametrize("path", SHARDS, ids=["first", "second"])
def test_each_result_keeps_its_verdict_but_what_was_never_recorded(path: str) -> None:
    for old, new in zip(old_results(path), read_report(Path(path)).results, strict=True):
        never_recorded = old["verdict"] == "not asked" and old["reason"].startswith("never recorded: ")
        assert new.verdict == ("not recorded" if never_recorded else old["verdict"])
        assert (new.requirement, new.reason) == (old["requirement"], old.get("reason", ""))


def test_the_old_reports_have_both_meanings_of_not_asked() -> None:
    found = [one.verdict for path in SHARDS for one in read_report(Path(path)).results]
    assert found.count(Verdict.NOT_RECORDED) == 3
    assert found.count(Verdict.NOT_ASKED) == 7


def test_they_are_merged_into_a_report_of_today(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    merged = tmp_path / "merged.json"
    assert merge([*SHARDS, f"--output={merged}"]) == 0
    assert "recorded" in capsys.readouterr().out
    assert json.loads(merged.read_text())["format"] == FORMAT
    assert page(read_report(merged)).count("not recorded") > 0


def test_an_old_run_compares_with_a_new_one(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    """The same set gives the same verdicts, so that only the two runs themselves differ."""
    merged, new = suite.folder / "old.json", suite.folder / "new.json"
    merge([*SHARDS, f"--output={merged}"])
    suite.replay(SELECTED, "--dial-deployment=*", f"--report-json={new}", cassettes=CORE_25)
    capsys.readouterr()
    assert compare([str(merged), str(new), "--format=json"]) == 0
    assert json.loads(capsys.readouterr().out)["checks"] == []
