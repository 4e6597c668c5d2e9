"""Answers that mean harm, or come from a strange machine: the run ends with a summary that a terminal can show."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.contract.exchange import Answer
from conformance.wire.live.arriving import LARGEST_BODY
from tests.conftest import Serve
from tests.running import (
    DALLE3,
    Suite,
    SuiteRun,
    arguments_of,
    credentials,
    finish_elsewhere,
    start_elsewhere,
    write_project,
)
from tests.served_set import Misbehaviour, as_json, below

FEW = "--requirement=CHAT-0*,CONF-*,LIST-0*"
SCHEMA = "/v1/deployments/dall-e-3/configuration"
CHAT = "/openai/deployments/dall-e-3/chat/completions"
BLANK = b" " * (LARGEST_BODY + 1)
UNTOLD = {"harness error", "none"}

BODIES: dict[str, bytes] = {
    "100,000 arrays": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects": b'{"a":' * 100_000,
    "half a surrogate": b'{"error": {"message": "\\ud83d", "type": "\\udc00"}, "\\ud83d": "\\ud83d"}',
    "terminal sequences": b'{"error": {"message": "\\u001b[2J\\u001b]0;gone\\u0007"}}',
    "raw terminal sequences": b"\x1b[2J\x1b]0;gone\x07",
    "commands of a CI": b"\n::error::gone\n::set-output name=x::y\n##[error]gone\n",
    "NUL": b"\0" * 100,
    "no UTF-8": b'\xff\xfe{"a": "\xc3\x28"}',
    "numbers without end": b'{"a": ' + b"9" * 5_000 + b', "b": 1e999, "c": -1e999}',
    "a text": b'"configuration"',
    "null": b"null",
    "lines": json.dumps(
        {"error": {"message": "\n".join(["expected: gone", "got: gone", "exchange: gone"] * 20)}}
    ).encode(),
    "markup": b"]]></system-out></testcase><testcase name='gone'>&gone;",
}

REPEATED = "^((a{1000}){1000}){1000}$"

SCHEMAS: dict[str, object] = {
    "an endless reference": {"type": "object", "properties": {"a": {"$ref": "#/properties/a"}}},
    "references in a circle": {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
    "a reference elsewhere": {"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:1/schema.json"}}},
    "a schema elsewhere": {"$schema": "http://127.0.0.1:1/schema.json", "type": "object", "properties": {"a": {}}},
    "a file": {"type": "object", "properties": {"a": {"$ref": "file:///etc/passwd"}}},
    "half a surrogate as a name": {"type": "object", "properties": {"\ud83d": {"type": "string", "enum": ["\ud83d"]}}},
    "names that are paths": {"type": "object", "properties": {"../../x": {"enum": ["../../y", "a\nb", "", "\x00"]}}},
    "a long name": {"type": "object", "properties": {"p" * 5000: {"type": "boolean", "enum": ["q" * 5000, True]}}},
    "repeated repetitions": {"type": "object", "properties": {"p": {"type": "string", "pattern": REPEATED}}},
    "repeated repetitions as names": {"type": "object", "properties": {"p": {"patternProperties": {REPEATED: {}}}}},
    "unknown types": {"type": "object", "properties": {"a": {"type": ["string", 7]}, "b": True, "c": []}},
}


def assert_told(run: SuiteRun) -> None:
    """The run came to its end, and what it printed can be shown."""
    assert run.exit_code in (0, 1, 10), run.output
    assert not UNTOLD & set(run.counts), run.output
    assert run.planned == len(run.verdicts)
    assert "INTERNALERROR" not in run.output
    assert "Traceback" not in run.output
    unshowable = {letter for letter in run.output if not letter.isprintable() and letter != "\n"}
    assert unshowable == set()
    assert not any(line.startswith("::") for line in run.out.splitlines())
    assert "##[" not in run.output


def raw(body: bytes, status: int = 200) -> Answer:
    headers = (("content-type", "application/json"), ("content-length", str(len(body))))
    return Answer(status, "", headers, body, ((0.0, len(body)),))


@pytest.mark.long
@pytest.mark.parametrize("path", [SCHEMA, CHAT, "/openai/models"], ids=["schema", "chat", "models"])
@pytest.mark.parametrize("case", BODIES)
def test_body(suite: Suite, serve: Serve, path: str, case: str) -> None:
    status = 422 if path is CHAT else 200
    assert_told(suite.live(serve(instead=below(path, raw(BODIES[case], status))), DALLE3, FEW))


@pytest.mark.long
@pytest.mark.parametrize("case", SCHEMAS)
def test_schema(suite: Suite, serve: Serve, case: str) -> None:
    assert_told(suite.live(serve(instead=below(SCHEMA, as_json(SCHEMAS[case]))), DALLE3, FEW))


def test_other_deployments_are_checked_beside_a_schema_that_expands(suite: Suite, serve: Serve) -> None:
    required = {"type": "object", "properties": {"p": {"type": "string", "pattern": REPEATED}}, "required": ["p"]}
    served = serve(instead=below(SCHEMA, as_json(required)))
    run = suite.live(served, DALLE3, "--dial-deployment=search", "--requirement=CHAT-05,CONF-04")
    assert_told(run)
    reason = f"the pattern '{REPEATED}' stands for more than 5000 characters"
    assert f"CHAT-05 of dall-e-3: no case for the configuration: {reason}" in run.out
    assert any("search" in name for name, verdict in run.verdicts.items() if verdict == "passed"), run.output


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_body_without_measure(suite: Suite, serve: Serve, *, packed: bool) -> None:
    answer = raw(gzip.compress(BLANK, 1) if packed else BLANK)
    headers = (*answer.headers, ("content-encoding", "gzip")) if packed else answer.headers
    run = suite.live(serve(instead=below(SCHEMA, replace(answer, headers=headers))), DALLE3, "--requirement=CONF-01")
    assert run.exit_code == 10, run.output
    assert 'could not run: CONF-01 of dall-e-3: exchange "configuration": the answer is too large' in run.out


def test_expression_without_end(serve: Serve, tmp_path: Path) -> None:
    endless = {"type": "string", "pattern": "^(a+)+$", "default": "a" * 40 + "!"}
    served = serve(instead=below(SCHEMA, as_json({"type": "object", "properties": {"a": endless}})))
    write_project(tmp_path)
    options = ["--live", DALLE3, "--requirement=CONF-*"]
    process = start_elsewhere(tmp_path, *arguments_of(tmp_path, *options), **credentials(served.url))
    assert_told(finish_elsewhere(process, tmp_path / "junit.xml"))


@pytest.mark.parametrize("name", ["a\x1b[2Jb", "\ud83d", "a\nb", "../x", "", "a" * 500, "é😀", "[x]", "*"], ids=ascii)
def test_listed_name(suite: Suite, serve: Serve, name: str) -> None:
    listing = {"object": "list", "data": [{"id": name, "object": "model"}, {"id": 7}, None, [], {"id": "dall-e-3"}]}
    served = serve(instead=_listing(as_json(listing)))
    assert_told(suite.live(served, DALLE3, "--requirement=LIST-*"))
    run = suite.live(served, "--dial-deployment=*", "--requirement=LIST-0[3-7]")
    assert_told(run)


def test_documented_value_that_an_expression_does_not_end_with(suite: Suite, serve: Serve) -> None:
    slow = {"type": "string", "pattern": "^(a|aa)+$", "enum": ["a" * 60 + "!"]}
    served = serve(instead=below(SCHEMA, as_json({"type": "object", "properties": {"a": slow}})))
    run = suite.live(served, "--dial-deployment=dall-e-3", "--requirement=CHAT-*")
    assert_told(run)
    assert "dall-e-3: no case for /a: an allowed value" in run.out


def test_message_of_many_lines_keeps_expected_and_curl(suite: Suite, serve: Serve) -> None:
    message = "first\nsecond\n" + "x" * 2000
    refusal = as_json({"error": {"message": message, "type": "invalid_request_error", "code": "400"}}, 400)
    run = suite.live(serve(instead=_refusing(refusal)), DALLE3, "--requirement=CHAT-08", "-kquality and 42")
    assert run.requirements("advisory") == {"CHAT-08"}, run.output
    shown = run.out.partition("Advisory:")[2]
    assert "    expected: a message with quality" in shown
    assert "    got:      first second xxx" in shown
    assert '    curl -sS --path-as-is -X POST "$DIAL_URL/openai/' in shown
    assert max(map(len, shown.splitlines())) < 800


@pytest.mark.parametrize("version", ["0.25.0\x1b[2J", "x" * 5000, "a\nb", ""], ids=["colour", "long", "lines", "empty"])
def test_version(suite: Suite, serve: Serve, version: str) -> None:
    run = suite.live(serve(instead=below("/version", raw(version.encode()))), DALLE3, "--requirement=LIST-01")
    assert_told(run)
    assert "DIAL Core 0.19 to 0.25 by its listing, live at" in run.out


def _listing(listing: Answer) -> Misbehaviour:
    return lambda asked: listing if asked.path in {"/openai/models", "/openai/deployments"} else None


def _refusing(refusal: Answer) -> Misbehaviour:
    return lambda asked: refusal if asked.is_chat and b'"quality":42' in asked.body else None
