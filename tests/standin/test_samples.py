"""The sample deployments that are built on the SDK: what they answer when they are asked as the gateway asks them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from conformance.standin.core.deployment import RequestLimits, ServedDeployment
from conformance.standin.core.http import IncomingRequest, Response, in_words, to_json
from conformance.standin.samples import sample_deployments

PROMPT = "hello there general"


async def no_core(_request: IncomingRequest) -> Response:
    return in_words(500, "none of these asks the gateway")


def sample(name: str) -> ServedDeployment:
    return next(one for one in sample_deployments(no_core) if one.id == name)


def told(name: str, method: str, path: str, body: Any = None, key: str | None = "per-request") -> Response:
    deployment = sample(name)
    assert deployment.answers is not None
    headers = (("content-type", "application/json"), *([("api-key", key)] if key else []))
    request = IncomingRequest(method, path, headers, b"" if body is None else to_json(body))

    async def ask() -> Response:
        return await (await deployment.answers(request)).whole() if deployment.answers else in_words(500)

    return asyncio.run(ask())


def said(name: str, content: Any = PROMPT, **further: Any) -> Response:
    body = {"messages": [{"role": "user", "content": content}], **further}
    return told(name, "POST", sample(name).chat_path, body)


def configured(name: str, configuration: Any, **further: Any) -> Response:
    return said(name, custom_fields={"configuration": configuration}, **further)


def message(response: Response) -> Mapping[str, Any]:
    assert response.status == 200, response
    (choice,) = response.json()["choices"]
    assert choice["finish_reason"] == "stop"
    found: Mapping[str, Any] = choice["message"]
    return found


def refusal(response: Response) -> tuple[int, str]:
    error = response.json()["error"]
    return response.status, error["message"]


def events(response: Response) -> list[Any]:
    assert (response.status, response.header("content-type")) == (200, "text/event-stream; charset=utf-8")
    lines = [line.removeprefix("data: ") for line in response.body.decode().split("\n\n") if line]
    assert lines.pop() == "[DONE]"
    return [json.loads(line) for line in lines]


def deltas(response: Response) -> list[Any]:
    return [event["choices"][0]["delta"] for event in events(response)]


def test_they_are_those_behind_the_captured_cores() -> None:
    models = ["dall-e-3", "echo", "search", "dead", "limited", "embedding", "forbidden"]
    applications = ["echo-application", "buttons"]
    found = sample_deployments(no_core)
    assert [one.id for one in found if one.kind == "model"] == models
    assert [one.id for one in found] == [*models, *applications]
    assert [one.id for one in found if not one.allowed] == ["forbidden"]
    assert [one.id for one in found if one.answers is None] == ["dead"]
    assert [one.id for one in found if one.interface == "embeddings"] == ["embedding"]
    assert {one.id: one.limits for one in found if one.limits} == {
        "limited": RequestLimits(2, 10, 1_000_000, 1_000_000)
    }
    assert {one.id: dict(one.features) for one in found if one.features} == {"dall-e-3": {"system_prompt": False}}
    assert {one.id: set(one.endpoints) for one in found if one.endpoints} == {
        "dall-e-3": {"configuration"},
        "echo": {"tokenize", "truncate_prompt"},
        "search": {"configuration"},
        "dead": {"configuration"},
        "buttons": {"configuration"},
    }


@pytest.mark.parametrize("name", ["echo", "echo-application", "limited"])
def test_echo_repeats_the_last_message(name: str) -> None:
    response = said(name)
    assert message(response) == {"role": "assistant", "content": "hello there general "}
    assert response.json()["usage"] == {"prompt_tokens": 3, "completion_tokens": 3, "total_tokens": 6}


def test_echo_streams_word_by_word() -> None:
    response = said("echo", stream=True)
    words = [{"content": "hello "}, {"content": "there "}, {"content": "general "}]
    assert deltas(response) == [{"role": "assistant"}, *words, {}]


def test_echo_repeats_attachments() -> None:
    attachment = {"type": "text/plain", "title": "T", "data": "abc"}
    messages = [{"role": "user", "content": "x", "custom_content": {"attachments": [attachment]}}]
    assert message(said("echo", messages=messages))["custom_content"] == {"attachments": [attachment]}
    streamed = deltas(said("echo", messages=messages, stream=True))
    assert {"custom_content": {"attachments": [{"index": 0, **attachment}]}} in streamed


def test_echo_makes_a_stage_and_a_state() -> None:
    stage = {"name": "Thinking", "status": "completed", "content": "step one"}
    assert message(said("echo", "stage please")) == {
        "role": "assistant",
        "custom_content": {
            "stages": [{**stage, "attachments": [{"title": "Note", "data": "hello"}]}],
            "state": {"turn": 1},
        },
        "content": "stage please ",
    }


def test_echo_fails_late() -> None:
    assert refusal(said("echo", "late-error")) == (500, "late failure")
    *chunks, error = events(said("echo", "late-error", stream=True))
    assert [chunk["choices"][0]["delta"] for chunk in chunks] == [{"role": "assistant"}, {"content": "partial "}]
    assert error == {"error": {"message": "late failure", "type": "internal_server_error", "code": "500"}}


@pytest.mark.parametrize(
    ("further", "status", "text"),
    [
        ({"messages": []}, 422, "messages must not be empty"),
        ({"n": 2}, 422, "gpt-echo deployment doesn't support n > 1"),
        ({"zzz": 1}, 400, "Your request contained invalid structure on path zzz. extra fields not permitted"),
        (
            {"custom_fields": "x"},
            400,
            "Your request contained invalid structure on path custom_fields. value is not a valid dict",
        ),
        (
            {"content": [{"type": "text", "text": "x"}]},
            400,
            "Unable to retrieve text content of the message: the actual content is a list of content parts.",
        ),
    ],
    ids=["no message", "two choices", "unknown key", "custom_fields", "parts"],
)
def test_what_echo_and_the_sdk_refuse(further: dict[str, Any], status: int, text: str) -> None:
    for stream in (False, True):
        assert refusal(said("echo", **further, stream=stream)) == (status, text)


def test_echo_counts_words_as_tokens() -> None:
    request = {"messages": [{"role": "user", "content": "a b"}, {"role": "assistant", "content": "c"}]}
    inputs = [{"type": "string", "value": PROMPT}, {"type": "request", "value": request}]
    response = told("echo", "POST", sample("echo").endpoints["tokenize"], {"inputs": inputs})
    assert response.json() == {"outputs": [{"status": "success", "token_count": count} for count in (3, 3)]}


def test_echo_discards_nothing() -> None:
    request = {"messages": [{"role": "user", "content": "a b"}]}
    response = told("echo", "POST", sample("echo").endpoints["truncate_prompt"], {"inputs": [request, request]})
    assert response.json() == {"outputs": [{"status": "success", "discarded_messages": []}] * 2}


@pytest.mark.parametrize(("name", "title"), [("search", "SearchConfiguration"), ("buttons", "Choice")])
def test_configurations_are_told_with_a_key(name: str, title: str) -> None:
    path = sample(name).endpoints["configuration"]
    schema = told(name, "GET", path).json()
    assert schema["title"] == title
    Draft202012Validator.check_schema(schema)
    assert refusal(told(name, "GET", path, key=None)) == (400, "Api-Key header is required")
    assert told(name, "POST", path, {}).json() == {"detail": "Method Not Allowed"}


@pytest.mark.parametrize(("answer", "text"), [(1, "You chose 1"), (2, "You chose 2"), (1.0, "You chose 1.0")])
def test_a_button_is_pressed(answer: float, text: str) -> None:
    assert message(configured("buttons", {"answer": answer}))["content"] == text


@pytest.mark.parametrize(
    ("configuration", "text"),
    [
        (None, "The configuration at path 'custom_fields.configuration' is missing."),
        ({}, "Invalid request. Path: 'custom_fields.configuration.answer', error: field required"),
        ([], "Invalid request. Path: 'custom_fields.configuration.answer', error: field required"),
        ({"answer": 3}, "Invalid request. Path: 'custom_fields.configuration.answer', error: not one of the buttons"),
        (
            {"answer": True},
            "Invalid request. Path: 'custom_fields.configuration.answer', error: not one of the buttons",
        ),
        ({"answer": [1]}, "Invalid request. Path: 'custom_fields.configuration.answer', error: not one of the buttons"),
        (
            {"answer": 1, "foo": 1},
            "Invalid request. Path: 'custom_fields.configuration.foo', error: extra fields not permitted",
        ),
    ],
)
def test_another_button_is_refused(configuration: Any, text: str) -> None:
    assert refusal(configured("buttons", configuration)) == (422, text)


@pytest.mark.parametrize(
    ("configuration", "mode"),
    [(None, "fast"), ({}, "fast"), ([], "fast"), ({"mode": "exact", "sources": [{"name": "web"}]}, "exact")],
)
def test_search_finds_pages(configuration: Any, mode: str) -> None:
    assert message(configured("search", configuration))["content"] == f"Found 3 pages in {mode} mode"


@pytest.mark.parametrize(
    ("configuration", "path", "text"),
    [
        ({"mode": 42}, ".mode", "42 is not of type 'string'"),
        ({"sources": [{"name": "a", "weight": 2}]}, ".sources.0.weight", "2 is greater than the maximum of 1"),
        ({"sources": [{}]}, ".sources.0", "'name' is a required property"),
        ({"foo": 1}, "", "Additional properties are not allowed ('foo' was unexpected)"),
        ({"language": 42}, ".language", "42 is not valid under any of the given schemas"),
        ({"language": "e"}, ".language", "'e' is too short"),
    ],
)
def test_search_holds_to_its_schema(configuration: Any, path: str, text: str) -> None:
    expected = f"Invalid request. Path: 'custom_fields.configuration{path}', error: {text}"
    assert refusal(configured("search", configuration)) == (422, expected)


def test_search_needs_a_message() -> None:
    assert refusal(said("search", messages=[])) == (
        422,
        "Invalid request. Path: 'messages', error: at least one message is required",
    )


def test_an_embedding_model_has_no_chat() -> None:
    response = said("embedding")
    assert (response.status, response.json()) == (404, {"detail": "Not Found"})
