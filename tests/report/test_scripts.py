"""What a shell and Python make of a script: they send what was asked, byte by byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import types
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.contract.exchange import API_KEY, BEARER_TOKEN, OTHER_API_KEY, Request
from conformance.reports.reproduction import PYTHON, SHELL
from conformance.reports.scripts import python_script, shell_script
from tests.report.made_up import HOSTILE, exchange
from tests.served_set import KEY, OTHER_KEY

SH = shutil.which("sh")
URL = "http://127.0.0.1:1/a/prefix"
FAKE_CURL = """#!/bin/sh
printf '%s\\0' "$@" > "$RECEIVED/words"
cat > "$RECEIVED/body"
"""
ENVIRONMENT = {
    "DIAL_URL": f"{URL}/",
    "DIAL_API_KEY": KEY,
    "DIAL_API_KEY_2": OTHER_KEY,
    "DIAL_BEARER_TOKEN": "a$b`c\"d'e\\f",
}

PATHS = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30).map(lambda text: f"/{text}")
NAMES = st.text("abcXYZ0189-_", min_size=1, max_size=8)
VALUES = st.lists(
    st.sampled_from([API_KEY, OTHER_API_KEY, BEARER_TOKEN])
    | st.text(st.characters(min_codepoint=32, max_codepoint=126)),
    max_size=3,
).map(lambda pieces: "".join(pieces).strip())
BODIES = st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace"))
REQUESTS = st.builds(
    Request,
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS"]),
    PATHS,
    st.lists(st.tuples(NAMES, VALUES), max_size=3).map(tuple),
    BODIES | st.sampled_from([text.encode() for text in HOSTILE]),
)

pytestmark = pytest.mark.skipif(SH is None, reason="there is no shell")


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[list[str], bytes]]:
    """Runs a script with a curl that sends nothing: its words, and what it reads."""
    place = tmp_path_factory.mktemp("shell")
    (place / "curl").write_text(FAKE_CURL)
    (place / "curl").chmod(0o755)

    def run(script: str) -> tuple[list[str], bytes]:
        (place / SHELL).write_text(script, encoding="utf-8")
        environment = {**ENVIRONMENT, "PATH": f"{place}:{os.environ['PATH']}", "RECEIVED": str(place)}
        done = run_quietly([str(SH), str(place / SHELL)], environment)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        *words, last = (place / "words").read_bytes().decode().split("\0")
        assert last == ""
        return words, (place / "body").read_bytes()

    return run


def run_quietly(command: Sequence[str], environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - what we wrote is tested
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=100, check=False
    )


def filled(value: str) -> str:
    for name in ("DIAL_API_KEY_2", "DIAL_API_KEY", "DIAL_BEARER_TOKEN"):
        value = value.replace(f"${name}", ENVIRONMENT[name])
    return value


def assert_curl_is_given(request: Request, words: list[str], body: bytes) -> None:
    assert words[:7] == ["-sS", "-i", "--globoff", "--path-as-is", "--http1.1", "--max-time", "180"]
    assert words[7:10] == ["-X", request.method, f"{URL}{request.path}"]
    headers = [word for flag, word in pairwise(words) if flag == "-H"]
    asked = [f"{name}: {filled(value)}" if value else f"{name};" for name, value in request.headers]
    assert headers[: len(asked)] == asked
    assert set(headers[len(asked) :]) <= {"Accept-Encoding: identity", "Content-Type:", "Expect:"}
    assert body == request.body
    assert (words[-2:] == ["--data-binary", "@-"]) == bool(body)


def sent_by_python(script: str) -> tuple[str, bytes, list[tuple[bytes, bytes]], bytes]:
    """What a script would send, with an httpx that sends nothing."""
    sent: list[Any] = []

    class Client:
        def __init__(self, **_: Any) -> None:
            pass

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def build_request(self, method: str, _: str, **how: Any) -> None:
            sent.extend((method, how["extensions"]["target"], how["headers"], how["content"] or b""))

        def send(self, _: object) -> None:
            raise SystemExit

    fake = types.ModuleType("httpx")
    fake.__dict__.update(Client=Client, HTTPError=OSError)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "httpx", fake)
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit):
            exec(compile(script, PYTHON, "exec"), {"__name__": "__main__"})  # noqa: S102 - what we wrote is tested
    return sent[0], sent[1], sent[2], sent[3]


@settings(max_examples=40)
@given(request=REQUESTS)
def test_curl_is_given_what_was_asked(shell: Callable[[str], tuple[list[str], bytes]], request: Request) -> None:
    assert_curl_is_given(request, *shell(shell_script(request, HOSTILE)))


@settings(max_examples=100)
@given(request=REQUESTS)
def test_python_sends_what_was_asked(request: Request) -> None:
    method, target, headers, body = sent_by_python(python_script(request, HOSTILE))
    assert (method, target, body) == (request.method, f"/a/prefix{request.path}".encode(), request.body)
    assert headers == [(name.encode(), filled(value).encode()) for name, value in request.headers]


@pytest.mark.parametrize("text", HOSTILE)
def test_every_told_line_stays_a_comment(text: str) -> None:
    plain, told = (shell_script(exchange().request, one) for one in ([], [f"x{text}"]))
    assert [line for line in told.split("\n") if line not in plain.split("\n")] != []
    assert all(line.startswith("# x") for line in told.split("\n") if line not in plain.split("\n"))


def test_a_large_body_fits(shell: Callable[[str], tuple[list[str], bytes]]) -> None:
    for body in (b"a" * 500_000, b"\0\xff" * 100_000):
        request = exchange(body=body).request
        assert_curl_is_given(request, *shell(shell_script(request, [])))
        assert sent_by_python(python_script(request, []))[3] == body


@pytest.mark.parametrize("missing", ["DIAL_URL", "DIAL_API_KEY"])
@pytest.mark.parametrize("write", [shell_script, python_script])
def test_what_is_missing_is_said_in_one_line(
    tmp_path: Path, missing: str, write: Callable[[Request, Sequence[str]], str]
) -> None:
    (tmp_path / "script").write_text(write(exchange().request, []))
    given_all = {**os.environ, **ENVIRONMENT}
    command = str(SH) if write is shell_script else sys.executable
    done = run_quietly([command, str(tmp_path / "script")], {k: v for k, v in given_all.items() if k != missing})
    assert done.returncode != 0
    assert done.stdout == b""
    assert len(done.stderr.splitlines()) == 1
    assert f"{missing}" in done.stderr.decode()
    assert "is missing: give" in done.stderr.decode()


def test_no_more_is_needed_than_the_request_takes() -> None:
    scripts = [write(exchange(headers=()).request, []) for write in (shell_script, python_script)]
    assert [script for script in scripts if "DIAL_API_KEY" in script] == []
