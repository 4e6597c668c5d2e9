"""The stand-in as a program."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from conformance.standin.defect import all_defects
from conformance.standin.dial import KEYS
from tests.running import ROOT, SECONDS, Suite

DEPLOYMENTS = ("echo", "echo-application", "buttons", "search")
OWN_APP = """
import uvicorn
from aidial_sdk import DIALApp
from aidial_sdk.chat_completion import ChatCompletion, Request, Response

class Own(ChatCompletion):
    async def configuration(self, request):
        return {"type": "object", "properties": {"loud": {"type": "boolean"}}, "additionalProperties": False}

    async def chat_completion(self, request: Request, response: Response) -> None:
        with response.create_single_choice() as choice:
            choice.append_content("own words")
        response.set_usage(1, 2)

app = DIALApp()
app.add_chat_completion("own", Own())
config = uvicorn.Config(app, port=0, log_level="critical")
server = uvicorn.Server(config)
startup = server.startup

async def told(sockets=None):
    await startup(sockets)
    print("http://127.0.0.1:%d" % server.servers[0].sockets[0].getsockname()[1], flush=True)

server.startup = told
server.run()
"""


@dataclass(frozen=True)
class Started:
    """A program that serves."""

    process: subprocess.Popen[str]
    url: str
    said: str


@contextmanager
def started(*command: str) -> Iterator[Started]:
    """Start a program, and wait until it says where it answers."""
    process = subprocess.Popen(  # noqa: S603 - our own tests
        [sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        first = process.stdout.readline()
        found = re.search(r"http://[^\s,]*[^\s,.]", first)
        assert found, first + process.communicate(timeout=SECONDS)[1]
        yield Started(process, found[0], first)
    finally:
        process.kill()
        process.communicate(timeout=SECONDS)


@contextmanager
def stand_in(*options: str) -> Iterator[Started]:
    with started("-m", "conformance.standin", "--port=0", *options) as found:
        yield found


def run_of(suite: Suite, found: Started, *arguments: str) -> int:
    environment = {"DIAL_URL": found.url, "DIAL_API_KEY": KEYS[0], "DIAL_API_KEY_2": KEYS[1]}
    return suite.run("--live", "--deadline=1", *arguments, **environment).exit_code


def fails(*options: str) -> str:
    """Start a stand-in that cannot begin, and return the last line of what it says."""
    command = [sys.executable, "-m", "conformance.standin", *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 - our own tests
    assert ended.returncode in (1, 2)
    assert "Traceback" not in ended.stderr
    return ended.stderr.splitlines()[-1]


def test_a_healthy_one_passes_and_a_defect_fails(suite: Suite) -> None:
    named = ["--dalle3-deployment=dall-e-3", *(f"--dial-deployment={one}" for one in DEPLOYMENTS)]
    with stand_in() as healthy:
        assert run_of(suite, healthy, *named) == 0
    with stand_in("--defect=header-in-one-spelling") as broken:
        assert "broken by header-in-one-spelling" in broken.said
        assert run_of(suite, broken, *named) == 1


def test_an_own_app_is_checked_behind_it(suite: Suite, tmp_path: Path) -> None:
    program = tmp_path / "own.py"
    program.write_text(OWN_APP)
    with started(str(program)) as own, stand_in(f"--deployment=own={own.url}", "--configuration-endpoint") as found:
        headers = {"api-key": KEYS[0]}
        schema = httpx.get(f"{found.url}/v1/deployments/own/configuration", headers=headers, timeout=SECONDS)
        assert schema.json()["properties"] == {"loud": {"type": "boolean"}}
        # the app does not look at its configuration: exactly what the suite is for
        assert run_of(suite, found, "--dial-deployment=own", "--requirement=CHAT-05") == 1
        assert run_of(suite, found, "--dial-deployment=own", "--requirement=CHAT-01,CONF-*,LIST-*") == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_it_ends_cleanly(how: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    with stand_in() as found:
        assert [one.name for one in tmp_path.iterdir() if one.name.startswith("dial-standin-")]
        found.process.send_signal(how)
        _, err = found.process.communicate(timeout=SECONDS)
    assert (found.process.returncode, err) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_was_given_is_not_repeated() -> None:
    with stand_in("--key=a-key-of-my-own") as found:
        answer = httpx.get(f"{found.url}/v1/bucket", headers={"api-key": "a-key-of-my-own"}, timeout=SECONDS)
        assert answer.status_code == 200
        found.process.send_signal(signal.SIGINT)
        out, _ = found.process.communicate(timeout=SECONDS)
    assert "a-key-of-my-own" not in found.said + out
    assert "DIAL_API_KEY=" in out


def test_every_defect_is_listed() -> None:
    command = [sys.executable, "-m", "conformance.standin", "--list-defects"]
    out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=True).stdout  # noqa: S603 - ours
    listed = {tuple(line.split()[:2]) for line in out.splitlines()}
    assert listed == {(one.requirement, one.name) for one in all_defects().values()}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--defect=nothing-of-the-kind"], "is no defect: --list-defects prints them"),
        (["--port=eighty"], "is no port"),
        (["--port=70000"], "is no port"),
        (["--deployment=own"], "is not NAME=URL"),
        (["--deployment=own=ftp://127.0.0.1"], "is not NAME=URL"),
        (["--key=short"], "at least 8 printable characters"),
        (["--latency=never"], "is no number of seconds"),
        (["--profile=1.0"], "invalid choice"),
    ],
    ids=lambda one: "".join(one) if isinstance(one, list) else "",
)
def test_bad_options_get_one_line(options: list[str], said: str) -> None:
    assert said in fails(*options)


def test_a_port_in_use_gets_one_line() -> None:
    with stand_in() as found:
        port = found.url.rpartition(":")[2]
        assert "give another one, or 0 for any" in fails(f"--port={port}")


def test_without_its_libraries_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "aidial_sdk.py").write_text("raise ModuleNotFoundError('no', name='aidial_sdk')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "conformance.standin"]
    ended = subprocess.run(  # noqa: S603 - our own tests
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr == "ERROR: aidial_sdk is missing: the stand-in needs pip install 'dial-conformance[standin]'\n"
