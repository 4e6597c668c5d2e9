"""The history: many reports on one page, from files as runs write them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.verdict import Verdict
from conformance.reports.document import Report
from conformance.reports.history.__main__ import main
from conformance.reports.history.html import page
from conformance.reports.history.markdown import markdown
from conformance.reports.history.reading import read_history
from conformance.reports.history.sections import strip
from conformance.reports.history.timeline import changes_of, findings_of
from conformance.reports.writing import write_json
from tests.report.made_up import HOSTILE, report, result
from tests.running import CORE_18, CORE_25, Suite

FORMAT_1 = Path(__file__).parent / "report" / "format_1"
PASSED, VIOLATED, COULD_NOT_RUN = Verdict.PASSED, Verdict.VIOLATED, Verdict.COULD_NOT_RUN
ADVISORY = Verdict.ADVISORY


class Folder:
    """A folder of reports, which is the database."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._days = 0

    def add(self, *verdicts: Verdict, core: str = "0.25.0", name: str = "", **run: Any) -> Path:
        """Add the report of the next day: one verdict of CHAT-05 for each case."""
        self._days += 1
        began = f"2026-11-{self._days:02}T12:00:00+00:00"
        made = report(
            [result(one, case=f"c={case}") for case, one in enumerate(verdicts)], began=began, core=core, **run
        )
        return self.write(made, name or f"{self._days:02}.json")

    def write(self, made: Report, name: str) -> Path:
        """Add a report."""
        path = self.path / name
        write_json(made, path)
        return path

    def json(self, capsys: pytest.CaptureFixture[str], *others: Path) -> Any:
        """Return what the command writes of it as JSON."""
        capsys.readouterr()
        assert main([str(self.path), *map(str, others), "--format=json"]) == 0
        return json.loads(capsys.readouterr().out)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """An empty folder."""
    place = tmp_path / "reports"
    place.mkdir()
    return Folder(place)


def test_real_replays_of_two_dials_stand_beside_each_other(
    suite: Suite, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, cassettes in (("25", CORE_25), ("18", CORE_18)):
        suite.replay(f"--report-json={tmp_path / name}.json", cassettes=cassettes)
    capsys.readouterr()
    assert main([str(tmp_path), "--format=json"]) == 0
    found = json.loads(capsys.readouterr().out)
    old, new = found["dials"]
    assert [one["dial"] for one in (old, new)] == [str(CORE_18), str(CORE_25)]
    broken = {(one["requirement"], one["deployment"]) for one in old["findings"]}
    assert ("CONF-01", "buttons") in broken
    assert ("CONF-01", "buttons") not in {(one["requirement"], one["deployment"]) for one in new["findings"]}
    (run,) = old["runs"]
    assert run["core"] == "0.18.0-rc"
    assert run["when"].startswith("2026-")
    assert run["dollars"] == "$0.32"
    assert {"dall-e-3", "echo"} <= {*run["deployments"]}
    assert main([str(tmp_path / "25.json"), str(tmp_path / "18.json")]) == 0
    assert "| <code>CONF-01</code> | violated | passed |" in capsys.readouterr().out
    output = tmp_path / "history.html"
    assert main([str(tmp_path), f"--output={output}"]) == 0
    assert "2 runs of 2 DIALs" in output.read_text()


def test_output_of_an_unknown_kind_is_refused(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.add(PASSED)
    output = tmp_path / "history.pdf"
    assert main([str(folder.path), f"--output={output}"]) == 4
    said = capsys.readouterr().err
    assert f"--output={output}: its name ends in none of .htm, .html, .json, .md: add --format" in said
    assert not output.exists()
    assert main([str(folder.path), f"--output={output}", "--format=markdown"]) == 0
    assert output.read_text().startswith("## DIAL conformance over time")


def test_reports_of_an_older_release_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    found = Folder(FORMAT_1).json(capsys)
    (dial,) = found["dials"]
    assert [one["shard"] for one in dial["runs"]] == ["1/2", "2/2"]
    assert any("2 reports of shards" in one for one in found["notes"])


def test_what_came_and_went_with_which_core(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.add(PASSED, core="0.24.0")
    folder.add(VIOLATED, core="0.25.0")
    folder.add(VIOLATED, core="0.25.0")
    folder.add(PASSED, core="0.26.0")
    (dial,) = folder.json(capsys)["dials"]
    (finding,) = dial["findings"]
    assert (finding["first_seen"], finding["last_seen"], finding["broken"], finding["decided"]) == (1, 2, 2, 4)
    assert (finding["open"], finding["flaps"]) == (False, False)
    assert main([str(folder.path)]) == 0
    out = capsys.readouterr().out
    came = "* 2026-11-02 12:00, Core <code>0.25.0</code> (<code>Core 0.24.0 -&#62; 0.25.0</code>)\n  * came: "
    assert f"{came}<code>CHAT-05 of d</code>" in out
    assert "  * went: <code>CHAT-05 of d</code>" in out


def test_the_order_is_that_of_time_whatever_the_files_are_called(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.add(VIOLATED, name="z.json")
    folder.add(PASSED, name="a.json")
    (dial,) = folder.json(capsys)["dials"]
    (place,) = dial["places"]
    assert place["outcomes"] == "VP"
    assert [one["file"] for one in dial["runs"]] == ["z.json", "a.json"]


def test_a_replay_is_of_the_time_of_its_set(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.add(PASSED)
    folder.add(VIOLATED, mode="replayed", recorded="2020-01-01T00:00:00+00:00")
    (dial,) = folder.json(capsys)["dials"]
    assert dial["places"][0]["outcomes"] == "VP"
    assert dial["runs"][0]["when"] == "2020-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("verdicts", "flaps"),
    [
        ([PASSED, VIOLATED, PASSED], True),
        ([PASSED, COULD_NOT_RUN, VIOLATED], True),
        ([PASSED, VIOLATED, VIOLATED], False),
        ([PASSED, Verdict.NOT_ASKED, VIOLATED], False),
        ([VIOLATED, Verdict.OVER_BUDGET, VIOLATED], False),
    ],
)
def test_what_goes_there_and_back_again_flaps(
    folder: Folder,
    capsys: pytest.CaptureFixture[str],
    verdicts: Sequence[Verdict],
    flaps: bool,  # noqa: FBT001 - a parameter
) -> None:
    for one in verdicts:
        folder.add(one)
    (dial,) = folder.json(capsys)["dials"]
    assert [one["flaps"] for one in dial["findings"]] == [flaps]
    assert [one["flaps"] for one in dial["deployments"]] == [flaps]


def test_what_another_core_explains_is_no_flapping(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    for core, verdict in (("0.24.0", PASSED), ("0.25.0", VIOLATED), ("0.26.0", PASSED), ("0.27.0", VIOLATED)):
        folder.add(verdict, core=core)
    (dial,) = folder.json(capsys)["dials"]
    assert [one["flaps"] for one in dial["findings"]] == [False]


def test_what_waits_for_another_requirement_does_not_flap(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """One fault is told once: CHAT-05 comes and goes, and CHAT-13 could not run whenever it does not hold."""
    for day, verdict in enumerate((PASSED, VIOLATED, PASSED, VIOLATED), 1):
        waits = verdict is VIOLATED
        other = result(
            COULD_NOT_RUN if waits else ADVISORY,
            requirement="CHAT-13",
            reason="CHAT-05: it was not refused: 200 (empty)" if waits else "",
        )
        folder.write(report([result(verdict), other], began=f"2026-11-{day:02}T12:00:00+00:00"), f"{day}.json")
    (dial,) = folder.json(capsys)["dials"]
    assert {one["requirement"]: one["flaps"] for one in dial["findings"]} == {"CHAT-05": True, "CHAT-13": False}


@pytest.mark.parametrize("reason", ["no answer", "FILE-01: an outage"], ids=["an outage", "what is not in the report"])
def test_what_could_not_run_by_itself_flaps(folder: Folder, capsys: pytest.CaptureFixture[str], reason: str) -> None:
    for day, verdict in enumerate((VIOLATED, COULD_NOT_RUN, VIOLATED), 1):
        given = {"reason": reason} if verdict is COULD_NOT_RUN else {}
        folder.write(report([result(verdict, **given)], began=f"2026-11-{day:02}T12:00:00+00:00"), f"{day}.json")
    (dial,) = folder.json(capsys)["dials"]
    assert [one["flaps"] for one in dial["findings"]] == [True]


def test_the_worst_of_the_cases_counts_and_a_known_one_is_broken(folder: Folder) -> None:
    folder.add(PASSED, VIOLATED, COULD_NOT_RUN)
    folder.write(report([result(VIOLATED, known="a ticket")], began="2026-12-01T00:00:00"), "known.json")
    (dial,) = read_history([folder.path]).dials
    assert list(dial.places.values()) == ["VK"]
    assert [one.open for one in findings_of(dial)] == [True]
    assert list(changes_of(dial)) == []


def test_a_deployment_that_a_report_has_not_is_not_gone(folder: Folder) -> None:
    folder.write(report([result(VIOLATED)], began="2026-11-01T00:00:00"), "1.json")
    folder.write(report([result(PASSED, deployment="e")], began="2026-11-02T00:00:00"), "2.json")
    (dial,) = read_history([folder.path]).dials
    assert {place.deployment: letters for place, letters in dial.places.items()} == {"d": "V.", "e": ".P"}
    (finding,) = findings_of(dial)
    assert (finding.open, finding.last) == (True, 0)


def test_a_run_counts_once(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder.add(PASSED)
    found = folder.json(capsys, path)
    assert len(found["dials"][0]["runs"]) == 1
    assert found["notes"] == ["1 report of a run that another report is of too: each run counts once"]


@pytest.mark.parametrize("write", [page, markdown], ids=["html", "markdown"])
def test_texts_of_strangers_mean_nothing(folder: Folder, write: Callable[..., str]) -> None:
    for day, text in enumerate(HOSTILE, 1):
        said = {"requirement": text, "sentence": text, "deployment": text}
        for verdict, hour in ((PASSED, 1), (VIOLATED, 2)):
            began = f"2026-11-{day:02}T{hour:02}:00:00"
            made = report([result(verdict, **said)], began=began, core=text, dial=text, suite=text)
            folder.write(made, f"{day}-{hour}.json")
    text = write(read_history([folder.path]))
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "</code></details>" not in text
    if write is markdown:  # in the page these are no more than letters
        assert "](https" not in text
        assert "@everybody" not in text
        assert "\n# heading" not in text


def test_an_endless_name_is_cut(folder: Folder) -> None:
    folder.write(report([result(VIOLATED, requirement="R" * 100_000, deployment="d" * 100_000)]), "1.json")
    history = read_history([folder.path])
    assert len(page(history)) < 60_000
    assert len(markdown(history)) < 10_000


def test_many_findings_are_bounded_but_in_the_json(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.write(report([result(VIOLATED, deployment=f"d{number}") for number in range(800)]), "1.json")
    (dial,) = folder.json(capsys)["dials"]
    assert len(dial["findings"]) == 800
    assert "and 300 more places, in the JSON" in markdown(read_history([folder.path]))


def test_a_strip_has_so_many_columns_and_each_is_the_worst() -> None:
    assert strip("PPVP") == [(0, 2, "P"), (2, 1, "V"), (3, 1, "P")]
    drawn = strip("P" * 999 + "V", columns=10)
    assert drawn == [(0, 9, "P"), (9, 1, "V")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read: No such file or directory"),
        ("", "it is no JSON"),
        ("[]", "it is no report of this suite"),
        ("{}", "it is no report of this suite"),
        ('{"format": "9.0"}', "it is of format 9.0, and this suite reads 2.x and 1.x"),
        ('{"format": "2.0", "results": {}, "exchanges": {}}', "it has no results, or no exchanges"),
        ('{"format": "2.0", "results": [], "exchanges": {}}', "its deployments are none"),
        ("[" * 100_000, "it is nested too deep for a report"),
    ],
)
def test_bad_input_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, said: str
) -> None:
    path = tmp_path / "one.json"
    if text is not None:
        path.write_text(text)
    assert main([str(path)]) == 4
    assert_one_line(capsys, str(path), said)


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain["results"][0].update(verdict="perhaps"),
        lambda plain: plain["results"][0].update(verdict=[]),
        lambda plain: plain["results"][0].pop("requirement"),
        lambda plain: plain["results"][0].update(deployment=7),
        lambda plain: plain["results"].append("result"),
        lambda plain: plain["results"][0].update(exchanges=[[]]),
        lambda plain: plain["exchanges"].update({"d/refused": 7}),
        lambda plain: plain["run"].update(began="yesterday"),
        lambda plain: plain["run"].update(began="0001-01-01T00:00:00+23:00"),
        lambda plain: plain["run"].update(seconds="long"),
        lambda plain: plain["deployments"].append([]),
    ],
    ids=map(str, range(11)),
)
def test_a_report_that_is_changed_is_one_clear_line(
    folder: Folder, capsys: pytest.CaptureFixture[str], change: Callable[[Any], object]
) -> None:
    path = folder.add(VIOLATED)
    plain = json.loads(path.read_text())
    change(plain)
    path.write_text(json.dumps(plain))
    assert main([str(path)]) == 4
    assert_one_line(capsys, str(path), "it is no report of this suite")


def assert_one_line(capsys: pytest.CaptureFixture[str], path: str, said: str) -> None:
    """See that nothing but one line is written."""
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"ERROR: {path}")
    assert said in err
    assert err.count("\n") == 1


def test_what_is_no_report_in_a_folder_is_named(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.add(PASSED)
    (folder.path / "badge.json").write_text('{"schemaVersion": 1}')
    (folder.path / "newer.json").write_text('{"format": "9.0"}')
    found = folder.json(capsys)
    assert len(found["dials"][0]["runs"]) == 1
    assert [one.split(": ")[0] for one in found["notes"]] == ["left out", "left out"]
    assert "it is of format 9.0" in found["notes"][1]


def test_a_folder_without_reports_is_one_clear_line(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder.path)]) == 4
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"ERROR: there is no report in {folder.path}\n")


def test_a_place_that_cannot_be_written_is_one_clear_line(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.add(PASSED)
    assert main([str(folder.path), f"--output={folder.path}"]) == 4
    assert main([str(folder.path), f"--output={folder.path / 'none' / 'h.html'}"]) == 4
    assert capsys.readouterr().err.count("ERROR: ") == 2


def test_reports_are_only_read(folder: Folder) -> None:
    path = folder.add(PASSED)
    before = path.read_bytes()
    path.chmod(0o400)
    assert main([str(folder.path), "--format=html"]) == 0
    assert path.read_bytes() == before
    assert list(folder.path.iterdir()) == [path]
