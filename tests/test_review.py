"""Faults that a review of the suite found, each of which accused somebody who had done nothing, or took too long."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Answer, Exchange, Request
from conformance.dial.schema import Schema
from conformance.recipes.configuration import MOST_BYTES
from tests.conftest import Serve
from tests.running import DALLE3, Suite
from tests.served_set import Asked, as_json, below

SCHEMA = "/v1/deployments/dall-e-3/configuration"


@pytest.mark.parametrize("name", ["buttons", "echo-application"])
def test_application_alone_is_no_model(suite: Suite, serve: Serve, name: str) -> None:
    def models_only(asked: Asked) -> Answer | None:
        return as_json({}, 404) if asked.path == f"/openai/deployments/{name}" else None

    run = suite.live(serve(instead=models_only), f"--dial-deployment={name}", "--requirement=LIST-*")
    assert run.exit_code == 0, run.output
    assert "LIST-04" in run.requirements("not claimed")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("dall-e-3", "%64all-e-3"),
        ("модель-a", "%D0%BC%D0%BE%D0%B4%D0%B5%D0%BB%D1%8C-%61"),
        ("%D0%BCx", "%D0%BC%78"),
        ("applications/b/my%20app", "%61pplications/b/my%20app"),
        ("-_", None),
        ("м", None),
    ],
)
def test_plain_letter_is_encoded(name: str, path: str | None) -> None:
    assert Deployment(name).encoded_path == path


@pytest.mark.parametrize(
    "body",
    [
        b'{"properties":' * 300 + b"{}" + b"}" * 300,
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"title": "' + b"x" * MOST_BYTES + b'"}',
    ],
    ids=["deep", "long number", "large"],
)
def test_schema_that_the_suite_cannot_read_is_not_thereby_wrong(suite: Suite, serve: Serve, body: bytes) -> None:
    headers = (("content-type", "application/json"), ("content-length", str(len(body))))
    answer = Answer(200, "", headers, body, ((0.0, len(body)),))
    run = suite.live(serve(instead=below(SCHEMA, answer)), DALLE3, "--requirement=CONF-0*,CHAT-05")
    assert "violated" not in run.counts, run.output
    assert {"CONF-01", "CONF-04"} <= run.requirements("could not run")


def test_schema_with_very_many_schemas_is_not_looked_at(suite: Suite, serve: Serve) -> None:
    many = {"type": "object", "properties": {f"p{number}": {"type": "string"} for number in range(20_000)}}
    run = suite.live(serve(instead=below(SCHEMA, as_json(many))), DALLE3, "--requirement=CONF-04,CONF-09,CHAT-05")
    assert run.requirements("could not run") >= {"CONF-04", "CONF-09", "CHAT-05"}, run.output


@pytest.mark.parametrize(
    ("items", "valid"),
    [([1, True], True), ([1, 1.0], False), ([{"a": 1}, {"a": 1.0}], False), ([[1], [True]], True), (["1", 1], True)],
)
def test_unique_items(items: list[Any], valid: bool) -> None:  # noqa: FBT001 - a column of the table
    schema = {"type": "object", "properties": {"a": {"uniqueItems": True}}}
    exchange = Exchange("one", Request("GET", "/"), Answer(200, "", (), json.dumps(schema).encode()))
    assert Schema(exchange, schema).accepts({"a": items}) is valid


def test_many_unique_items_are_looked_at_once() -> None:
    schema = {"type": "array", "uniqueItems": True}
    exchange = Exchange("one", Request("GET", "/"), Answer(200, "", (), b"{}"))
    assert Schema(exchange, schema).accepts([{"a": number} for number in range(100_000)])


def test_stream_of_very_many_lines_is_not_looked_at(suite: Suite, serve: Serve) -> None:
    body = b"data:\n" * 100_000
    headers = (("content-type", "text/event-stream"), ("content-length", str(len(body))))

    def streaming(asked: Asked) -> Answer | None:
        return Answer(200, "", headers, body, ((0.0, len(body)),)) if b'"stream":true' in asked.body else None

    run = suite.live(serve(instead=streaming), DALLE3, "--requirement=STRM-02,STRM-03")
    assert run.requirements("could not run") == {"STRM-02", "STRM-03"}, run.output


def test_refusal_of_core_proves_nothing_about_suspension(suite: Suite, serve: Serve) -> None:
    def forbidding(asked: Asked) -> Answer | None:
        return as_json({}, 403) if asked.is_chat and b'"configuration":"text"' in asked.body else None

    run = suite.live(serve(instead=forbidding), DALLE3, "--requirement=CHAT-27")
    assert run.requirements("could not run") == {"CHAT-27"}, run.output


def test_more_jobs_than_tasks_are_no_more_threads(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(), DALLE3, "--requirement=LIST-*", "--jobs=100000")
    assert run.exit_code == 0, run.output


def test_plan_of_what_is_free_costs_nothing(suite: Suite, serve: Serve) -> None:
    plan = suite.live(serve(), DALLE3, "--plan", "-mfree")
    assert ", 0 completions of them expected" in plan.out, plan.output
