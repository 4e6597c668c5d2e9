"""What tests/compatibility compares and reads; .ci/run makes its environments."""

from __future__ import annotations

import copy
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.compatibility.environments import InstallationError, lowest
from tests.compatibility.plugins import PLUGINS
from tests.compatibility.pythons import found
from tests.compatibility.rows import difference
from tests.running import ROOT

REPORT: dict[str, Any] = {
    "run": {"began": "2026-11-22T15:14:57+00:00", "seconds": 1.5, "exit_code": 0, "dial": "cassettes/a-set"},
    "results": [{"requirement": "INFO-01", "verdict": "passed", "exchanges": []}],
    "exchanges": {
        "_instance/control": {
            "status": 200,
            "request_headers": [["Origin", "a"], ["Accept", "b"]],
            "curl": "curl -H 'Origin: a' -H 'Accept: b'",
        }
    },
}


def changed(path: str, value: object) -> dict[str, Any]:
    report = copy.deepcopy(REPORT)
    place: Any = report
    *parents, last = [int(one) if one.isdigit() else one.replace("~", "/") for one in path.split("/")]
    for one in parents:
        place = place[one]
    place[last] = value
    return report


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("run/began", "now"),
        ("run/seconds", 99),
        ("run/dial", "/a/a-set"),
        ("exchanges/_instance~control/request_headers", [["Accept", "b"], ["Origin", "a"]]),
    ],
)
def test_times_folder_and_order_of_headers_are_no_difference(path: str, value: object) -> None:
    assert difference(REPORT, REPORT) == ""
    assert difference(REPORT, changed(path, value)) == ""


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("run/exit_code", 1),
        ("run/dial", "cassettes/another"),
        ("results/0/verdict", "violated"),
        ("results", []),
        ("results/0/exchanges", ["_instance/control"]),
        ("results/0/more", "unknown"),
        ("exchanges", {}),
        ("exchanges/_instance~control/status", 204),
        ("exchanges/_instance~control/request_headers/0/1", "another"),
        ("exchanges/_instance~control/curl", "curl"),
        ("notes", ["one"]),
    ],
)
def test_everything_else_is_a_difference(path: str, value: object) -> None:
    other = changed(path, value)
    assert difference(REPORT, other)
    assert difference(other, REPORT)


def test_each_dependency_has_a_lowest_version() -> None:
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", one) for one in lowest(ROOT))
    assert "pytest==9" in lowest(ROOT)


def test_dependency_without_a_lowest_version_is_said(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["httpx<1"]\n')
    with pytest.raises(InstallationError, match="no lowest version in 'httpx<1'"):
        lowest(tmp_path)


def test_program_without_a_python_behind_it_is_no_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As those that pyenv puts on the path, of versions that are not chosen."""
    for name in ("python3.13", "python3.14"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'command not found' >&2\nexit 127\n")
        (tmp_path / name).chmod(0o755)
    behind = tmp_path / "pyenv" / "versions" / "3.13.0" / "bin"
    behind.mkdir(parents=True)
    (behind / "python3.13").write_text("#!/bin/sh\necho 3.13.0\necho /of/pyenv/python3.13\n")
    (behind / "python3.13").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    pythons = found()
    assert pythons[13].program == "/of/pyenv/python3.13"
    assert 14 not in pythons


def test_this_python_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    minor = sys.version_info.minor
    (tmp_path / f"python3.{minor}").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert found()[minor].version == ".".join(map(str, sys.version_info[:3]))


def test_every_plugin_is_named_once() -> None:
    assert len({one.package for one in PLUGINS}) == len(PLUGINS) == 11
