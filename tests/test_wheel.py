"""The wheel is all that is needed to check a DIAL from anywhere."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from conformance.contract.verdict import ExitCode
from tests.conftest import Serve
from tests.running import CORE_25, ROOT, SECONDS, SuiteRun, credentials
from tests.served_set import answering_ordinary

BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pip would put into an environment; built from a copy, because the build leaves files beside its sources."""
    sources, built, place = (tmp_path_factory.mktemp(name) for name in ("sources", "built", "site-packages"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, sources)
    for name in ("conformance", "tests", "docs", "cassettes/dial-core-0.25/_instance"):
        shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
    ended = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-c", BUILD, built], cwd=sources, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert ended.returncode == 0, ended.stderr
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


def run_from(unpacked: Path, folder: Path, *arguments: str, **environment: str) -> SuiteRun:
    """Run what `dial-conformance` runs, from the wheel."""
    ended = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-m", "conformance", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(unpacked), "COLUMNS": "100", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return SuiteRun(ended.returncode, ended.stdout, ended.stderr)


def files_of(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and ".dist-info" not in str(path)
    }


def assert_only_the_cache_of_pytest(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} <= {".pytest_cache"}


def test_wheel_has_the_whole_package_and_no_cassettes(unpacked: Path) -> None:
    found = {name for name in files_of(unpacked) if ".data/" not in name}
    assert found == {f"conformance/{name}" for name in files_of(ROOT / "conformance")}


def test_wheel_has_the_documents(unpacked: Path) -> None:
    (share,) = unpacked.glob("*.data/data/share/doc/dial-conformance")
    assert files_of(share) == {
        path.name for path in (ROOT / "docs").iterdir() if path.suffix in (".md", ".json", ".ipynb")
    }


def test_wheel_has_the_command(unpacked: Path) -> None:
    (told,) = unpacked.glob("*.dist-info/entry_points.txt")
    parser = configparser.ConfigParser()
    parser.read_string(told.read_text())
    assert dict(parser["console_scripts"]) == {"dial-conformance": "conformance.__main__:main"}


def test_without_a_set_it_says_in_one_line_what_to_give(unpacked: Path, tmp_path: Path) -> None:
    run = run_from(unpacked, tmp_path)
    assert run.exit_code == ExitCode.USAGE_ERROR
    assert "--live" in run.complaint
    assert_only_the_cache_of_pytest(tmp_path)


def test_checks_a_dial_from_an_empty_folder(unpacked: Path, tmp_path: Path, serve: Serve) -> None:
    served = serve(instead=answering_ordinary(CORE_25))
    run = run_from(unpacked, tmp_path, "--live", "--dial-deployment=dall-e-3", **credentials(served.url))
    assert run.exit_code == 0, run.output
    assert served.completions == 9
    assert_only_the_cache_of_pytest(tmp_path)


def test_replays_a_set_from_an_empty_folder(unpacked: Path, tmp_path: Path) -> None:
    run = run_from(unpacked, tmp_path, f"--cassettes={CORE_25}")
    assert run.exit_code == 0, run.output
    assert_only_the_cache_of_pytest(tmp_path)
