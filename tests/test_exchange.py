"""Exchanges as plain data: bodies as JSON, and requests as a command that a shell understands."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.contract.exchange import (
    API_KEY,
    BEARER_TOKEN,
    InvalidJsonError,
    Request,
    excerpt,
    parse_json,
    violation,
)

KEY = "canary-key-0001"
URL = "https://dial.example.com/base"
SHELL = shutil.which("sh")
NASTY = [
    "'",
    '"',
    "$HOME",
    "`id`",
    "$(id)",
    "\\",
    "\\\\'",
    "!x",
    "a b",
    "\n",
    "é😀",
    "%s",
    "-H",
    "@file",
    "{a,b}",
    "~",
    "*",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


NO_JSON = {
    "nothing": b"",
    "white space": b" ",
    "open": b"{",
    "closed twice": b"{}}",
    "single quotes": b"{'a': 1}",
    "NaN": b"NaN",
    "Infinity": b"[Infinity]",
    "-Infinity": b'{"a": -Infinity}',
    "no UTF-8": b'"\xff"',
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": "{}".encode("utf-16"),
    "100,000 open arrays": b"[" * 100_000,
    "100,000 arrays": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a level too many": b"[" * 201 + b"]" * 201,
    "too many digits": b"1" * 5_000,
}


@pytest.mark.parametrize("case", NO_JSON)
def test_what_is_no_json_is_told(case: str) -> None:
    body = NO_JSON[case]
    with pytest.raises(InvalidJsonError) as caught:
        parse_json(body)
    assert str(caught.value).splitlines() == [str(caught.value)]


@pytest.mark.parametrize("depth", [1, 150])
def test_json_of_a_usual_depth_is_read(depth: int) -> None:
    body = b"[" * depth + b"1" + b"]" * depth
    assert parse_json(body) == json.loads(body)


@given(st.binary(max_size=40))
def test_any_body_is_json_or_told(body: bytes) -> None:
    try:
        document = parse_json(body)
    except InvalidJsonError:
        return
    assert json.loads(body) == document


def words(request: Request) -> list[str]:
    """What a shell makes of the command of a request: its words, without the curl and what is always the same."""
    assert SHELL is not None
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}\n{request.curl}"
    environment = {"DIAL_URL": URL, "DIAL_API_KEY": KEY, "DIAL_BEARER_TOKEN": KEY, "HOME": "/home"}
    done = subprocess.run([SHELL, "-c", script], env=environment, capture_output=True, timeout=100, check=True)  # noqa: S603 - a shell is what is tested
    assert done.stderr == b""
    *found, last = done.stdout.decode().split("\0")
    assert last == ""
    assert found[:2] == ["-sS", "--path-as-is"]
    return found[3:] if found[2:3] == ["--globoff"] else found[2:]


@pytest.mark.skipif(SHELL is None, reason="there is no shell")
@pytest.mark.parametrize("text", NASTY)
def test_shell_gives_curl_what_was_asked(text: str) -> None:
    path = f"/v1/{text}?q={text}".replace("\n", "").replace(" ", "%20")
    headers = (("Api-Key", API_KEY), ("Authorization", f"Bearer {BEARER_TOKEN}"), ("X-Note", text.strip()))
    request = Request("POST", path, headers, text.encode())
    assert words(request) == [
        *("-X", "POST", f"{URL}{path}"),
        *("-H", f"Api-Key: {KEY}", "-H", f"Authorization: Bearer {KEY}", "-H", f"X-Note: {text.strip()}"),
        *("--data-raw", text),
    ]


@pytest.mark.skipif(SHELL is None, reason="there is no shell")
@settings(max_examples=50)
@given(TEXTS, TEXTS)
def test_shell_gives_curl_any_path_and_body(path: str, body: str) -> None:
    request = Request("PUT", f"/{path}", (), body.encode())
    assert words(request) == ["-X", "PUT", f"{URL}/{path}", *(["--data-raw", body] if body else [])]


@pytest.mark.parametrize("text", NASTY)
def test_command_is_quoted_as_python_reads_it_too(text: str) -> None:
    command = shlex.split(Request("POST", "/v1/x", (("Api-Key", API_KEY),), text.encode()).curl)
    assert command[-2:] == ["--data-raw", text]
    assert "Api-Key: $DIAL_API_KEY" in command


def test_get_needs_neither_method_nor_body() -> None:
    assert words(Request("GET", "/v1/bucket")) == [f"{URL}/v1/bucket"]


GOT = {
    "two lines": "a\nb",
    "a quote": 'x"y',
    "a separator of lines": "\u2028",
    "much": "a" * 10_000,
    "a colour": "\x1b[31mred",
    "NUL": "\0",
    "half a surrogate": "\ud83d",
}


@pytest.mark.parametrize("wrapped", [False, True], ids=["text", "document"])
@pytest.mark.parametrize("case", GOT)
def test_violation_is_three_short_lines_that_can_be_shown(case: str, *, wrapped: bool) -> None:
    got = {"error": GOT[case]} if wrapped else GOT[case]
    lines = violation("400", got, "dall-e-3/refused.quality=42").splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["expected", "got", "exchange"]
    assert all(len(line) < 500 for line in lines)
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(
    ("got", "shown"),
    [
        (b"GIF89a\0", r"b'GIF89a\x00'"),
        (bytearray(b"\xff"), r"b'\xff'"),
        ({"begins": b"GIF"}, """{"begins": "b'GIF'"}"""),
        (["a"], '["a"]'),
    ],
)
def test_violation_shows_what_was_read_of_an_image_as_python_writes_it(got: object, shown: str) -> None:
    """Own checks compare the bytes of a body; in JSON they would be a text of a text."""
    assert violation("PNG", got, "d/image").splitlines()[1] == f"got: {shown}"


def test_violation_takes_what_is_no_text_for_expected() -> None:
    """An own check may say `because(200)`: a traceback of ours would hide what it found."""
    expected: Any = 200
    assert violation(expected, 404, "d/image").splitlines()[:2] == ["expected: 200", "got: 404"]


@given(st.text())
def test_excerpt_is_one_short_line_that_can_be_shown(text: str) -> None:
    line = excerpt(text)
    assert len(line) <= 240
    assert len(line.splitlines()) <= 1
    assert line.isprintable()
