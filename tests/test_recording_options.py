"""pytest-recording's own options, and what they mean for a run of the suite."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import Serve
from tests.running import CORE_25, DALLE3, ROOT, SECONDS, Suite, SuiteRun, content_of, credentials, small_set

FEW = "--requirement=AUTH-01,CONF-01"
INSTALLED_VCR = {
    "pytest_vcr_of_others.py": "import pytest\n\n\n@pytest.fixture\ndef vcr():\n    return None\n",
    "pytest_vcr_of_others-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: pytest-vcr-of-others\nVersion: 1.0\n",
    "pytest_vcr_of_others-1.0.dist-info/entry_points.txt": "[pytest11]\nvcr = pytest_vcr_of_others\n",
}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--disable-recording"], "--disable-recording disables the replay too: give --live"),
        (["--record-mode=all", "--cassettes=new"], "--record-mode=all asks a DIAL: give --live too"),
        (["--live", "--block-network"], "blocks the DIAL too: name its host with --allowed-hosts"),
        (["--live", "--block-network", "--allowed-hosts="], "blocks the DIAL too"),
        (["--live", "--block-network", "--allowed-hosts=("], "--allowed-hosts=( is not a regular expression"),
        (["--live", "--block-network", "--allowed-hosts=dial.invalid,10.1"], "does not allow 127.0.0.1"),
        (["--live", "--cassettes=new"], "--live --cassettes=new neither replays nor records: give --record-mode"),
        (["--live", "--plan", "--cassettes=new"], "neither replays nor records"),
        (["--cassettes=README.md"], "README.md is a file, no cassette set"),
        (["--cassettes=" + "n" * 300], "cannot be read: File name too long"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_one_line(suite: Suite, serve: Serve, options: Sequence[str], said: str) -> None:
    (suite.folder / "README.md").write_text("# Read me\n")
    served = serve()
    run = suite.run(FEW, *options, **credentials(served.url))
    assert run.exit_code == 4
    assert said in run.complaint
    assert served.asked == []
    assert not (suite.folder / "new").exists()


def test_disabled_recording_keeps_nothing(suite: Suite, serve: Serve, tmp_path: Path) -> None:
    served = serve()
    run = suite.record(served, tmp_path / "set", FEW, DALLE3, "--disable-recording")
    assert run.exit_code == 0, run.output
    assert served.asked
    assert not (tmp_path / "set").exists()


def test_disabled_recording_leaves_a_set_alone(suite: Suite, serve: Serve, tmp_path: Path) -> None:
    place = small_set(tmp_path / "set")
    before, served = content_of(place), serve()
    run = suite.record(served, place, FEW, DALLE3, "--disable-recording", mode="once")
    assert run.exit_code == 0, run.output
    assert served.asked, "it is live, and not replayed as with `once`"
    assert content_of(place) == before


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("127.0.0.1", r"127\.0\.0\.1"),
        ("localhost", "localhost"),
        ("localhost", "example.com,local"),
        ("localhost", "127"),
    ],
)
def test_allowed_host_is_a_name_or_an_address(suite: Suite, serve: Serve, host: str, allowed: str) -> None:
    served = serve()
    options = ["--block-network", f"--allowed-hosts={allowed}", FEW, DALLE3]
    run = suite.live(served, *options, DIAL_URL=f"http://{host}:{served.port}")
    assert run.exit_code == 0, run.output
    assert served.asked


def test_replay_takes_a_blocked_network_as_it_is(suite: Suite) -> None:
    run = suite.replay(FEW, "--block-network")
    assert run.exit_code == 0, run.output


def test_without_pytest_recording_there_are_replays_and_live_runs(suite: Suite, serve: Serve) -> None:
    without = ["-oaddopts=--import-mode=importlib", "-pno:recording"]
    replay = suite.replay(FEW, *without)
    assert replay.exit_code == 0, replay.output
    live = suite.live(serve(), FEW, DALLE3, *without)
    assert live.exit_code == 0, live.output


@pytest.mark.shortened(1)
@pytest.mark.parametrize("command", ["pytest", "conformance"])
@pytest.mark.parametrize("autoload", [True, False], ids=["autoload", "no autoload"])
def test_options_are_pytest_recordings(tmp_path: Path, command: str, autoload: bool) -> None:  # noqa: FBT001 - pytest's parameter
    """By the installed command too, which ended with 3 where pytest-recording was installed."""
    folder = ROOT if command == "pytest" else tmp_path
    without = {} if autoload else {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    help_of_a_run = ("--help",) if command == "pytest" else ("run", "--help")
    ended = run_as(folder, tmp_path, command, *help_of_a_run, **without)
    assert ended.exit_code == 0, ended.output
    assert ended.out.count("--record-mode={once,new_episodes,none,all,rewrite}") == 1
    assert ended.out.count("--block-network ") == 1
    options = ["-q", FEW, f"--cassettes={CORE_25}", "-pno:cacheprovider"]
    replay = run_as(folder, tmp_path, command, *options, **without)
    assert replay.exit_code == 0, replay.output
    assert "passed" in replay.out


@pytest.mark.parametrize("command", ["pytest", "conformance"])
def test_pytest_vcr_beside_it_is_one_line(tmp_path: Path, command: str) -> None:
    for name, content in INSTALLED_VCR.items():
        path = tmp_path / "installed" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    folder = ROOT if command == "pytest" else tmp_path
    options = ["-q", FEW, f"--cassettes={CORE_25}", "-pno:cacheprovider"]
    ended = run_as(folder, tmp_path, command, *options)
    assert ended.exit_code == 4
    assert ended.complaint == "pytest-recording cannot work beside pytest-vcr: uninstall that, or give -p no:vcr"
    assert run_as(folder, tmp_path, command, *options, "-pno:vcr").exit_code == 0


def run_as(folder: Path, home: Path, command: str, *arguments: str, **environment: str) -> SuiteRun:
    """Run pytest or the installed command in a folder, with what is installed in `installed` of the other one."""
    ended = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-m", command, *arguments],
        cwd=folder,
        env={"PYTHONPATH": f"{ROOT}:{home / 'installed'}", "HOME": str(home), "COLUMNS": "200", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return SuiteRun(ended.returncode, ended.stdout, ended.stderr)
