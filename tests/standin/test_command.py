"""The stand-in as a program."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx
import pytest

from conformance.standin import command
from conformance.standin.defect import all_defects
from conformance.standin.dial import KEYS
from tests.running import ROOT, SECONDS, Suite
from tests.standin.programs import Started, stand_in, started

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


def run_of(suite: Suite, found: Started, *arguments: str) -> int:
    environment = {"DIAL_URL": found.url, "DIAL_API_KEY": KEYS[0], "DIAL_API_KEY_2": KEYS[1]}
    return suite.run("--live", "--deadline=1", *arguments, **environment).exit_code


@pytest.fixture
def serves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command line that is taken, though it should be refused, ends with 0, and not never."""
    monkeypatch.setattr(command, "serve", lambda *_: None)


def says_why_not(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """Give the program a command line with which it cannot begin, and return the last line of what it says."""
    try:
        code: object = command.run(options)
    except SystemExit as ended:  # the way of argparse
        code = ended.code
    err = capsys.readouterr().err
    assert code in (1, 4)
    *_, last = lines = err.splitlines()
    assert len(lines) == 1 or "now called" in lines[0], err
    assert last.startswith("ERROR: ")
    return last


def fails(*options: str) -> str:
    """Start a stand-in that cannot begin, and return the last line of what it says."""
    program = [sys.executable, "-m", "conformance.standin", *options]
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 - our own tests
    assert ended.returncode in (1, 4)
    assert "Traceback" not in ended.stderr
    return ended.stderr.splitlines()[-1]


def test_all_samples_are_named_and_there() -> None:
    with stand_in("--all-samples") as found:
        ids = [
            one["id"] for one in httpx.get(f"{found.url}/openai/models", headers={"Api-Key": KEYS[0]}).json()["data"]
        ]
    assert {"gpt-4o", "claude", "gpt-image-1"} <= set(ids)
    assert "--dial-deployment claude" in found.said
    assert "--dial-deployment applications/" in found.said


def test_a_healthy_one_passes_and_a_defect_fails(suite: Suite) -> None:
    named = ["--dalle3-deployment=dall-e-3", *(f"--dial-deployment={one}" for one in DEPLOYMENTS)]
    with stand_in() as healthy:
        assert run_of(suite, healthy, *named) == 0
    with stand_in("--defect=header-in-one-spelling") as broken:
        assert "broken by header-in-one-spelling" in broken.said
        assert run_of(suite, broken, *named) == 1


def test_the_printed_command_works_where_the_environment_is_not_activated(tmp_path: Path) -> None:
    with stand_in("--deployment=own=http://127.0.0.1:9") as found:
        command = shlex.split(found.said.splitlines()[-1])
        assert command[1:] == ["--live", "--dial-deployment", "own"]
        environment = {"PATH": os.defpath, "HOME": str(tmp_path)}
        program = [*command[:1], "--version"]
        ended = subprocess.run(  # noqa: S603 - our own tests
            program, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert ended.returncode == 0, ended.stderr
        assert ended.stdout.startswith("dial-conformance ")


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


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_it_ends_cleanly(how: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    with stand_in() as found:
        assert [one.name for one in tmp_path.iterdir() if one.name.startswith("dial-standin-")]
        found.process.send_signal(how)
        _, err = found.process.communicate(timeout=SECONDS)
    assert (found.process.returncode, err) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_an_app_that_does_not_answer_is_told_at_the_terminal() -> None:
    with stand_in("--deployment=own=http://127.0.0.1:9") as found:
        body = {"messages": [{"role": "user", "content": "Is anybody there?"}]}
        path = "/openai/deployments/own/chat/completions"
        answer = httpx.post(f"{found.url}{path}", headers={"api-key": KEYS[0]}, json=body, timeout=SECONDS)
        found.process.send_signal(signal.SIGINT)
        _, err = found.process.communicate(timeout=SECONDS)
    assert answer.status_code == 502
    assert err.startswith("own: nothing answers at http://127.0.0.1:9: ")


def test_the_place_of_completions_may_be_given(tmp_path: Path) -> None:
    program = tmp_path / "own.py"
    program.write_text(OWN_APP)
    with started(str(program)) as own:
        place = f"{own.url}/openai/deployments/own/chat/completions/"
        with stand_in(f"--deployment=mine={place}", "--configuration-endpoint") as found:
            headers = {"api-key": KEYS[0]}
            schema = httpx.get(f"{found.url}/v1/deployments/mine/configuration", headers=headers, timeout=SECONDS)
    assert schema.json()["properties"] == {"loud": {"type": "boolean"}}


def test_a_defect_is_shown_with_the_deployment_at_which_it_is_seen() -> None:
    with stand_in("--deployment=own=http://127.0.0.1:9", "--defect=bounds-ignored") as found:
        assert "--dial-deployment own --dial-deployment search" in found.said


def test_a_key_that_was_given_is_not_repeated() -> None:
    with stand_in("--key=a-key-of-my-own") as found:
        answer = httpx.get(f"{found.url}/v1/bucket", headers={"api-key": "a-key-of-my-own"}, timeout=SECONDS)
        assert answer.status_code == 200
    assert "a-key-of-my-own" not in found.said
    assert "DIAL_API_KEY=" in found.said


def test_every_defect_is_listed() -> None:
    program = [sys.executable, "-m", "conformance.standin", "--list-defects"]
    out = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=True).stdout  # noqa: S603 - ours
    listed = {tuple(line.split()[:2]) for line in out.splitlines()}
    assert listed == {(one.requirement, one.name) for one in all_defects().values()}


@pytest.mark.usefixtures("serves_nothing")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--defect=nothing-of-the-kind"], "is no defect: --list-defects prints them"),
        (["--defct=size-ignored"], "unrecognized arguments: --defct=size-ignored; did you mean --defect?"),
        (["--port=eighty"], "is no port"),
        (["--port=70000"], "is no port"),
        (["--deployment=own"], "is not NAME=URL"),
        (["--deployment=own=ftp://127.0.0.1"], "is not NAME=URL"),
        (["--deployment=own=http://127.0.0.1:port"], "is not NAME=URL"),
        (["--deployment=own=http://127.0.0.1:99999"], "is not NAME=URL"),
        (["--deployment=own=http://[::1"], "is not NAME=URL"),
        (["--deployment=own=http://127.0.0.1/chat/completions?api-version=1"], "a query or a fragment"),
        (["--deployment=a b=http://127.0.0.1"], "no name"),
        (["--deployment=o=http://127.0.0.1", "--deployment=o=http://127.0.0.2"], "is given twice"),
        (["--configuration-endpoint"], "are about a --deployment"),
        (["--kind=model"], "are about a --deployment"),
        (["--deployment=o=http://127.0.0.1", "--configuration-endpoint=http://else.where/x"], "give a path at"),
        (["--key=one-of-three", "--key=two-of-three", "--key=three-of-three"], "two projects at most"),
        (["--key=the-same-key", "--key=the-same-key"], "another for each"),
        (["--host=nowhere.invalid"], "--host=nowhere.invalid"),
        (["--key=short"], "at least 8 printable characters"),
        (["--latency=never"], "is no number of seconds"),
        (["--core=1.0"], "invalid choice"),
        (["--profile=1.0"], "invalid choice"),
    ],
    ids=lambda one: "".join(one) if isinstance(one, list) else "",
)
def test_bad_options_get_one_line(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said in says_why_not(capsys, *options)


@pytest.mark.parametrize(("option", "said"), [("--core=0.18", ""), ("--profile=0.18", "now called --core")])
def test_which_core_it_is_may_be_said_by_the_former_name(
    option: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served: list[argparse.Namespace] = []
    monkeypatch.setattr(command, "_serve", lambda options, *_: served.append(options))
    assert command.run(["--port=0", option]) == 0
    assert [one.core for one in served] == ["0.18"]
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == bool(said)


def test_the_help_has_the_new_name_only(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.run(["--help"])
    shown = capsys.readouterr().out
    assert "--core" in shown
    assert "--profile" not in shown


def test_a_bad_option_of_the_program_gets_one_line() -> None:
    assert "is no port" in fails("--port=eighty")


def test_a_port_in_use_gets_one_line() -> None:
    with stand_in() as found:
        port = found.url.rpartition(":")[2]
        assert "give another port, or 0 for any" in fails(f"--port={port}")


def test_without_its_libraries_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "aidial_sdk.py").write_text("raise ModuleNotFoundError('no', name='aidial_sdk')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    program = [sys.executable, "-m", "conformance.standin"]
    ended = subprocess.run(  # noqa: S603 - our own tests
        program, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr == (
        "ERROR: aidial_sdk is missing: the stand-in needs more libraries:"
        f" {shlex.quote(sys.executable)} -m pip install 'dial-conformance[standin]'\n"
    )
