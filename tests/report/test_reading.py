"""Reading a report: whatever is in the file, there is a report or one clear line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.reports import reading
from conformance.reports.document import Report, UnreadableReportError
from conformance.reports.reading import read_report
from tests.report.generated import reports
from tests.report.made_up import report

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def told(path: Path) -> str:
    """The line that says why it is no report."""
    with pytest.raises(UnreadableReportError) as caught:
        read_report(path)
    line = str(caught.value)
    assert line.startswith(str(path))
    assert line.isprintable()
    assert len(line) < 600
    return line.removeprefix(str(path))


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "r.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@given(reports())
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, one: Report) -> None:
    path = written(tmp_path_factory.getbasetemp(), json.dumps(one.to_plain()))
    assert read_report(path) == one


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", ": it is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ("{", ": it is no JSON: "),
        (b"\xff\xfe", ": it is no JSON: "),
        ("[]", ": it is no report of this suite"),
        ("{}", ": it is no report of this suite: it has no format"),
        ('{"format": "3.0"}', ": it is of format 3.0, and this suite reads 2.x and 1.x"),
        ('{"format": "2.0"}', ": it is no report of this suite: it has no run"),
        ("[" * 100_000, ": it is nested too deep for a report"),
    ],
)
def test_what_is_no_report_is_told(tmp_path: Path, content: str | bytes, why: str) -> None:
    assert told(written(tmp_path, content)).startswith(why)


def test_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert told(tmp_path / "none") == " cannot be read: No such file or directory"
    assert told(tmp_path) == " cannot be read: Is a directory"


def test_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST", 1_000_000)
    assert told(written(tmp_path, " " * 1_000_001)) == ": it has more than 1 MB, and no report has"


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("run", "seconds"), "soon"),
        (("run", "seconds"), float("nan")),
        (("run", "exit_code"), True),
        (("run", "exit_code"), 10**300),
        (("run", "notes"), "a note"),
        (("run", "notes"), [1]),
        (("run", "recorded"), 3),
        (("plan", "checks"), "1"),
        (("deployments", 0, "features"), []),
        (("deployments", 0, "dalle3"), 0),
        (("results", 0, "verdict"), "perhaps"),
        (("results", 0, "exchanges"), None),
        (("requirements", 0, "id"), None),
        (("requirements",), 5),
        (("exchanges",), []),
        (("exchanges", "x"), {}),
    ],
)  # fmt: skip
def test_value_of_another_type_is_told(tmp_path: Path, where: tuple[Any, ...], value: Any) -> None:
    plain = report().to_plain()
    place = plain = json.loads(json.dumps(plain))
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = value
    assert "it is no report of this suite" in told(written(tmp_path, json.dumps(plain)))


def test_schema_without_end_is_told(tmp_path: Path) -> None:
    plain = report().to_plain()
    schema: Any = {}
    for _ in range(300):
        schema = {"not": schema}
    plain["deployments"][0]["schema"] = schema
    assert told(written(tmp_path, json.dumps(plain))).endswith("schema is nested too deep")


def test_half_a_surrogate_can_be_written_again(tmp_path: Path) -> None:
    plain = {**report().to_plain(), "run": {**report(dial="\ud800").to_plain()["run"]}}
    assert read_report(written(tmp_path, json.dumps(plain))).run.dial == "?"


@given(st.data(), ANYTHING)
def test_any_value_anywhere_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, value: Any
) -> None:
    plain = json.loads(json.dumps(report().to_plain()))
    place: Any = plain
    while True:
        step = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        inner = place[step]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            place[step] = value
            break
        place = inner
    path = written(tmp_path_factory.getbasetemp(), json.dumps(plain))
    try:
        read = read_report(path)
    except UnreadableReportError as error:
        line = str(error)
    else:
        assert Report.from_plain(json.loads(json.dumps(read.to_plain()))).run == read.run
        return
    assert line.startswith(str(path))
    assert line.isprintable()
