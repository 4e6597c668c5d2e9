"""Signals: each ends a run as Ctrl-C does, at any moment, and never with a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from conformance.plugin.signal_hooks import without_unknown_lines
from conformance.run.signals import Interrupted, Signals
from tests.conftest import Serve
from tests.running import (
    DALLE3,
    ROOT,
    SECONDS,
    SuiteRun,
    arguments_of,
    credentials,
    finish_elsewhere,
    send_when_held,
    start_module,
    write_project,
)
from tests.served_set import Asked, Held, ServedSet

WRITING = ("--live", DALLE3, "--allow-writes", "--requirement=FILE-16", "--report-json=r.json")
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
COMMANDS = ["pytest", "conformance"]


def start(
    folder: Path, module: str, arguments: Sequence[str], url: str, ignored: Sequence[int] = ()
) -> subprocess.Popen[str]:
    """Start one of the two commands."""
    write_project(folder)
    own = arguments_of(folder, *arguments) if module == "pytest" else [f"--junitxml={folder / 'junit.xml'}", *arguments]
    return start_module(module, folder, own, credentials(url), ignored)


def holding(method: str, part: str) -> tuple[Held, Callable[[Asked], object]]:
    held = Held(part)
    return held, lambda asked: held(asked) if asked.method == method else None


def methods(served: ServedSet) -> list[str]:
    """The requests about the one file that is written."""
    return [asked.method for asked in served.asked if asked.path.endswith("/conformance/a%20b.txt")]


def interrupted(process: subprocess.Popen[str], folder: Path, held: Held, number: int, *more: int) -> SuiteRun:
    try:
        send_when_held(process, held, folder / "junit.xml", number)
        for one in more:
            process.send_signal(one)
        held.released.set()
        return finish_elsewhere(process, folder / "junit.xml", seconds=40)
    finally:
        held.released.set()
        process.kill()


@pytest.mark.shortened(2)
@pytest.mark.parametrize("module", COMMANDS)
@pytest.mark.parametrize("number", SIGNALS, ids=lambda one: one.name)
def test_what_was_written_is_deleted_and_reported(serve: Serve, tmp_path: Path, module: str, number: int) -> None:
    held, instead = holding("GET", "/conformance/a%20b.txt")
    served = serve(instead=instead)
    run = interrupted(start(tmp_path, module, WRITING, served.url), tmp_path, held, number)
    assert run.exit_code == 2, run.output
    assert "DELETE" in methods(served)
    assert "interrupted: what was not asked by then could not run" in run.out
    assert "Traceback" not in run.output
    assert json.loads((tmp_path / "r.json").read_text())["run"]["interrupted"] is True


def test_a_second_signal_does_not_break_the_end(serve: Serve, tmp_path: Path) -> None:
    """As systemd sends SIGTERM and SIGHUP at once, and a terminal that closes SIGHUP and SIGTERM."""
    held, instead = holding("GET", "/conformance/a%20b.txt")
    served = serve(instead=instead)
    process = start(tmp_path, "pytest", WRITING, served.url)
    run = interrupted(process, tmp_path, held, signal.SIGTERM, signal.SIGHUP, signal.SIGTERM)
    assert run.exit_code == 2, run.output
    assert "DELETE" in methods(served)
    assert (tmp_path / "r.json").is_file()


@pytest.mark.parametrize("number", SIGNALS, ids=lambda one: one.name)
def test_during_collection_it_is_said_without_a_frame(serve: Serve, tmp_path: Path, number: int) -> None:
    held, instead = holding("GET", "/openai/models")
    served = serve(instead=instead)
    process = start(tmp_path, "pytest", ["--live", DALLE3], served.url)
    run = interrupted(process, tmp_path, held, number)
    assert run.exit_code == 2, run.output
    assert "nothing was checked or recorded" in run.out
    assert f"Interrupted: {signal.Signals(number).name}" in run.out
    assert ".py:" not in run.output
    assert "Traceback" not in run.output


def test_full_trace_shows_where_it_was(serve: Serve, tmp_path: Path) -> None:
    held, instead = holding("GET", "/openai/models")
    served = serve(instead=instead)
    process = start(tmp_path, "pytest", ["--live", DALLE3, "--full-trace"], served.url)
    run = interrupted(process, tmp_path, held, signal.SIGINT)
    assert run.exit_code == 2
    assert "schedule.py" in run.out


def test_a_hangup_that_is_ignored_stays_so(serve: Serve, tmp_path: Path) -> None:
    """As `nohup` does."""
    held, instead = holding("GET", "/conformance/a%20b.txt")
    served = serve(instead=instead)
    process = start(tmp_path, "pytest", WRITING, served.url, [signal.SIGHUP])
    run = interrupted(process, tmp_path, held, signal.SIGHUP)
    assert run.exit_code == 0, run.output
    assert run.counts == {"passed": 1}


def test_ctrl_c_that_is_ignored_stays_so_and_a_hangup_is_heard(serve: Serve, tmp_path: Path) -> None:
    """As a shell does for what runs in the background."""
    held, instead = holding("GET", "/conformance/a%20b.txt")
    served = serve(instead=instead)
    process = start(tmp_path, "conformance", WRITING, served.url, [signal.SIGINT])
    run = interrupted(process, tmp_path, held, signal.SIGINT, signal.SIGHUP)
    assert run.exit_code == 2, run.output
    assert "DELETE" in methods(served)


def test_a_terminal_that_closes_costs_no_report(serve: Serve, tmp_path: Path) -> None:
    held, instead = holding("GET", "/conformance/a%20b.txt")
    served = serve(instead=instead)
    ours, theirs = os.openpty()
    write_project(tmp_path)
    process = subprocess.Popen(  # noqa: S603 - our own tests
        [sys.executable, "-m", "pytest", *arguments_of(tmp_path, *WRITING)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), **credentials(served.url)},
        preexec_fn=lambda: os.login_tty(theirs),  # noqa: PLW1509 - it becomes the terminal of a new session
    )
    os.close(theirs)
    try:
        assert held.arrived.wait(SECONDS)
        os.close(ours)
        held.released.set()
        assert process.wait(timeout=40) == 2
    finally:
        held.released.set()
        process.kill()
        process.wait()
    assert "DELETE" in methods(served)
    assert json.loads((tmp_path / "r.json").read_text())["run"]["interrupted"] is True


@pytest.mark.parametrize("number", SIGNALS, ids=lambda one: one.name)
@pytest.mark.parametrize("module", COMMANDS)
def test_a_conftest_that_is_being_imported_is_no_place_for_a_traceback(
    tmp_path: Path, module: str, number: int
) -> None:
    """The signal comes while pytest is in the midst of an import."""
    (tmp_path / "conftest.py").write_text(f"import os\nos.kill(os.getpid(), {int(number)})\n")
    write_project(tmp_path)
    own = ["-pconformance.plugin", f"--config-file={tmp_path / 'pyproject.toml'}"] if module == "pytest" else []
    process = start_module(module, tmp_path, [*own, str(tmp_path)], {})
    run = finish_elsewhere(process, tmp_path / "junit.xml", seconds=40)
    assert run.exit_code == 2, run.output
    assert run.err == f"{signal.Signals(number).name}: interrupted before anything was asked\n"


@pytest.mark.parametrize("number", SIGNALS, ids=lambda one: one.name)
@pytest.mark.parametrize("module", COMMANDS)
@pytest.mark.parametrize("when", ["tryfirst", "trylast"])
def test_while_plugins_are_configured_it_is_one_line(tmp_path: Path, module: str, number: int, when: str) -> None:
    hook = f"@pytest.hookimpl({when}=True)\ndef pytest_configure():"
    (tmp_path / "conftest.py").write_text(f"import os, pytest\n{hook}\n    os.kill(os.getpid(), {int(number)})\n")
    write_project(tmp_path)
    own = ["-pconformance.plugin", f"--config-file={tmp_path / 'pyproject.toml'}"] if module == "pytest" else []
    run = finish_elsewhere(start_module(module, tmp_path, [*own, str(tmp_path)], {}), tmp_path / "junit.xml")
    assert run.exit_code == 2, run.output
    assert len(run.output.strip().splitlines()) == 1, run.output
    assert signal.Signals(number).name in run.output


def test_signals_are_given_back() -> None:
    before = [signal.getsignal(one) for one in SIGNALS]
    signals = Signals()
    signals.listen()
    signals.restore()
    assert [signal.getsignal(one) for one in SIGNALS] == before


def test_only_ctrl_c_interrupts_what_takes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    signals = Signals()
    signals.begin(lambda: True)
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    signals(signal.SIGHUP, None)
    signals(signal.SIGTERM, None)
    now[0] += 5
    with pytest.raises(Interrupted, match="SIGINT"):
        signals(signal.SIGINT, None)
    signals(signal.SIGINT, None)  # a key that bounces


def test_a_signal_at_the_end_lets_the_report_be_written(capfd: pytest.CaptureFixture[str]) -> None:
    signals = Signals()
    signals.finish()
    signals(signal.SIGTERM, None)
    assert signals.late
    assert capfd.readouterr().err == "SIGTERM: interrupted while the run finished\n"
    signals.close()
    signals(signal.SIGINT, None)
    assert capfd.readouterr().err == ""


def test_what_has_no_line_is_taken_out_of_a_traceback() -> None:
    # Python 3.11 has none for some instructions, and pytest computes with it when it shows where a run was interrupted
    last = SimpleNamespace(tb_lineno=3, tb_next=None)
    first = SimpleNamespace(tb_lineno=1, tb_next=SimpleNamespace(tb_lineno=None, tb_next=last))
    without_unknown_lines(first)
    assert first.tb_next is last
    without_unknown_lines(None)
