"""A replay has no way to the network: what would ask is not even loaded, and every connection is refused."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import CORE_18, CORE_25, ROOT, SECONDS, Suite, SuiteRun, arguments_of, write_project

FORBIDDEN = """
import sys

def forbid(event, arguments):
    if event.split(".")[0] in {"socket", "urllib", "http", "ftplib", "smtplib"}:
        raise RuntimeError(f"the network is forbidden: {event} {arguments}")

sys.addaudithook(forbid)
import pytest
code = pytest.main(sys.argv[1:])
print("loaded:", *sorted(sys.modules))
sys.exit(code)
"""
CONNECT = socket.socket.connect
CLIENTS = {
    "conformance.wire.live.http",
    "conformance.wire.live.retrying",
    "httpcore",
    "h11",
    "anyio",
    "aiohttp",
    "respx",
}
"""What asks. httpx, requests and urllib3 are imported by vcr wherever they are installed; nobody uses them."""
HEAVY = {"hypothesis", "openai", "aidial_sdk", "starlette", "uvicorn"}


@pytest.fixture(scope="module")
def forbidden(tmp_path_factory: pytest.TempPathFactory) -> SuiteRun:
    """A whole replay in an interpreter that refuses every use of a socket."""
    folder = tmp_path_factory.mktemp("offline")
    write_project(folder)
    ended = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-c", FORBIDDEN, *arguments_of(folder, f"--cassettes={CORE_25}")],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return SuiteRun(ended.returncode, ended.stdout, ended.stderr, Path(folder / "junit.xml").read_text())


def test_replay_with_every_socket_refused(forbidden: SuiteRun, replay_25: SuiteRun) -> None:
    assert forbidden.exit_code == 0, forbidden.output
    assert forbidden.verdicts == replay_25.verdicts


def test_no_client_is_loaded(forbidden: SuiteRun) -> None:
    assert loaded(forbidden) & CLIENTS == set()


def test_nothing_heavy_is_loaded(forbidden: SuiteRun) -> None:
    assert loaded(forbidden) & HEAVY == set()


def test_replay_with_the_network_broken_in_this_process(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network is forbidden")

    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    run = suite.replay("--dial-deployment=dall-e-3", cassettes=CORE_18)
    assert run.exit_code == 0, run.output
    assert set(run.counts) <= {"passed", "advisory", "not claimed", "not asked", "not recorded"}


CONNECTING = """
import socket
import pytest
from conformance.contract.exchange import Exchange
from conformance.contract.requirement import MUST, requirement

@requirement("LIST-90", MUST, source="test")
def test_nobody_connects(listing: Exchange) -> None:
    \"\"\"No check of a replay connects.\"\"\"
    try:
        with socket.socket() as one:
            one.connect(("127.0.0.1", 9))
    except Exception as error:
        assert "Network is disabled for host '127.0.0.1'" in str(error), error
    else:
        raise AssertionError("it connected")
"""
OTHERS = """
import socket

def test_others_have_the_network():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
"""


def test_replay_refuses_every_connection(suite: Suite) -> None:
    (suite.folder / "test_connecting.py").write_text(CONNECTING)
    run = suite.run(f"--cassettes={CORE_25}", "-knobody_connects", str(suite.folder / "test_connecting.py"))
    assert run.exit_code == 0, run.output
    assert "1 passed" in run.out
    assert socket.socket.connect is CONNECT, "the network is open again when the run is over"


def test_others_have_the_network_beside_a_replay(suite: Suite) -> None:
    (suite.folder / "test_others.py").write_text(OTHERS)
    run = suite.replay("--requirement=AUTH-01", str(suite.folder / "test_others.py"))
    assert "2 passed" in run.out, run.output


def loaded(run: SuiteRun) -> set[str]:
    """The packages that were imported in a run."""
    line = next(line for line in run.out.splitlines() if line.startswith("loaded:"))
    return set(line.split()[1:])
