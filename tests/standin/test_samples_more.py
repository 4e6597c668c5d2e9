"""The further sample deployments, through the gateway: what a suite has to expect of healthy ones."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from PIL import Image

from conformance.standin.core.gateway import Gateway
from conformance.standin.core.http import Response
from conformance.standin.dial import KEYS, UNWELL, sample_names, stand_in
from conformance.standin.samples.all_samples import ORDER
from tests.standin.gateways import ask, completion, request

PROMPT = "A small red cube on a white table"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Gateway:
    return stand_in("0.25", tmp_path_factory.mktemp("storage"), KEYS, all_samples=True)


def got(gateway: Gateway, path: str, key: str = KEYS[0]) -> Response:
    return ask(gateway, request("GET", path, (("Api-Key", key),)))


def said(gateway: Gateway, name: str, configuration: Any = None, prompt: str = PROMPT, **further: Any) -> Response:
    body: dict[str, Any] = {"messages": [{"role": "user", "content": prompt}], **further}
    if configuration is not None:
        body["custom_fields"] = {"configuration": configuration}
    target = f"/openai/deployments/{name}/chat/completions?api-version=2024-10-21"
    return ask(gateway, completion(target, body, KEYS[0]))


def schema(gateway: Gateway, name: str) -> Any:
    return got(gateway, f"/v1/deployments/{name}/configuration").json()


def message(response: Response) -> Any:
    assert response.status == 200, response
    return response.json()["choices"][0]["message"]


def error(response: Response) -> str:
    return str(response.json()["error"]["message"])


def chunks(response: Response) -> list[Any]:
    assert response.status == 200
    lines = [line for line in response.body.decode().split("\n\n") if line]
    assert lines.pop() == "data: [DONE]"
    return [json.loads(line.removeprefix("data: ")) for line in lines if not line.startswith(":")]


def test_they_are_listed_in_the_captured_order(gateway: Gateway) -> None:
    models = [one["id"] for one in got(gateway, "/openai/models").json()["data"]]
    applications = [one["id"] for one in got(gateway, "/openai/applications").json()["data"]]
    assert [*models, *applications] == [one for one in ORDER if one != "forbidden"]


def test_the_first_ones_are_alone_by_default(tmp_path_factory: pytest.TempPathFactory) -> None:
    few = stand_in("0.25", tmp_path_factory.mktemp("storage"))
    listed = [one["id"] for one in got(few, "/openai/models").json()["data"]]
    assert listed == ["dall-e-3", "echo", "search", "dead", "limited", "embedding"]


def test_those_that_are_to_be_checked_are_well() -> None:
    every = sample_names(all_samples=True)
    assert every[: len(sample_names())] == sample_names()
    assert set(every[:-1]) == set(ORDER) - set(UNWELL)
    assert every[-1].endswith("/folder/my%20app__1.0")


@pytest.mark.parametrize("name", ["search", "claude", "gpt-image-1", "pipe", "buttons", "search-noop"])
def test_published_schemas_are_schemas(gateway: Gateway, name: str) -> None:
    Draft202012Validator.check_schema(schema(gateway, name))


def test_a_gpt_sends_the_chunks_of_azure(gateway: Gateway) -> None:
    first, *others, last = chunks(said(gateway, "gpt-4o", stream=True, stream_options={"include_usage": True}))
    assert (first["id"], first["object"], first["created"], first["choices"]) == ("", "", 0, [])
    assert (last["choices"], last["usage"]["completion_tokens"]) == ([], 4)
    text = "".join(choice["delta"].get("content") or "" for one in others for choice in one["choices"])
    assert text == "A red cube."


def test_a_gpt_has_no_configuration(gateway: Gateway) -> None:
    assert got(gateway, "/v1/deployments/gpt-4o/configuration").body == b""
    refused = said(gateway, "gpt-4o", {"quality": "hd"})
    assert (refused.status, error(refused)) == (400, "Unrecognized request argument supplied: custom_fields")


@pytest.mark.parametrize(("core", "told"), [("0.25", (503, "2")), ("0.18", (502, None)), ("late", (503, "2"))])
def test_a_busy_gpt(tmp_path_factory: pytest.TempPathFactory, core: str, told: tuple[int, str | None]) -> None:
    standin = stand_in(core, tmp_path_factory.mktemp("storage"), all_samples=True)
    response = said(standin, "gpt-4o", prompt="rate-limit-please")
    assert (response.status, response.header("retry-after")) == told


@pytest.mark.parametrize(
    ("configuration", "status"),
    [
        ({}, 200),
        ({"enable_citations": "yes"}, 200),
        ({"enable_citations": 42}, 422),
        ({"thinking": {"type": "enabled", "budget_tokens": 1}}, 400),
        ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, 200),
        ({"effort": "ultra"}, 400),
        ({"betas": ["pdfs-2024-09-25"]}, 200),
        ({"betas": ["no-such-beta"]}, 400),
        ({"foo": 1}, 422),
    ],
)
def test_claude_knows_more_than_its_schema(gateway: Gateway, configuration: Any, status: int) -> None:
    assert said(gateway, "claude", configuration).status == status


@pytest.mark.parametrize(
    ("configuration", "name"),
    [
        ({"thinking": {"type": "enabled", "budget_tokens": 1}}, "budget_tokens"),
        ({"effort": "ultra"}, "effort"),
        ({"betas": ["no-such-beta"]}, "beta"),
    ],
)
def test_claude_allows_by_its_schema_what_it_refuses_by_name(gateway: Gateway, configuration: Any, name: str) -> None:
    Draft202012Validator(schema(gateway, "claude")).validate(configuration)
    assert name in error(said(gateway, "claude", configuration))


def test_claude_thinks_aloud(gateway: Gateway) -> None:
    thought = message(said(gateway, "claude", {"thinking": {"type": "adaptive"}}))
    assert thought["custom_content"]["stages"] == [{"name": "Thinking", "status": "completed", "content": "hmm"}]
    assert thought["reasoning_content"] == "hmm"


def test_claude_calls_what_it_must(gateway: Gateway) -> None:
    tools = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}]
    (call,) = message(said(gateway, "claude", tools=tools, tool_choice="required"))["tool_calls"]
    assert (call["function"]["name"], json.loads(call["function"]["arguments"])) == ("get_weather", {"city": "Paris"})
    assert "tool_calls" not in message(said(gateway, "claude", tools=tools))


@pytest.mark.parametrize(
    ("configuration", "kind", "size"),
    [
        ({}, "PNG", (1024, 1024)),
        ({"size": "auto", "quality": "low"}, "PNG", (1024, 1024)),
        ({"size": "1536x1024", "output_format": "jpeg"}, "JPEG", (1536, 1024)),
        ({"size": "1024x1536", "output_format": "webp", "output_compression": 50}, "WEBP", (1024, 1536)),
    ],
)
def test_an_image_is_what_was_asked_for(gateway: Gateway, configuration: Any, kind: str, size: tuple[int, int]) -> None:
    (attachment,) = message(said(gateway, "gpt-image-1", configuration))["custom_content"]["attachments"]
    assert attachment["type"] == f"image/{kind.lower()}"
    response = got(gateway, f"/v1/{attachment['url']}")
    assert response.header("content-type") == attachment["type"]
    with Image.open(io.BytesIO(response.body)) as image:
        assert (image.format, image.size) == (kind, size)


@pytest.mark.parametrize(
    ("configuration", "status", "name"),
    [
        ({"background": "transparent", "output_format": "jpeg"}, 400, "background"),
        ({"output_compression": 50}, 400, "compression"),
        ({"output_compression": 1.0}, 422, "output_compression"),
        ({"quality": "ultra"}, 400, "quality"),
        ({"foo": 1}, 400, "foo"),
    ],
)
def test_an_image_upstream_has_rules_between_fields(
    gateway: Gateway, configuration: Any, status: int, name: str
) -> None:
    response = said(gateway, "gpt-image-1", configuration)
    assert response.status == status
    assert name in error(response).lower()


def test_a_transcriber_needs_an_attachment(gateway: Gateway) -> None:
    assert got(gateway, "/openai/models/transcriber").json()["input_attachment_types"] == ["audio/*"]
    assert said(gateway, "transcriber").status == 422
    sound = {"type": "audio/mpeg", "title": "a", "data": "SUQz"}
    heard = [{"role": "user", "content": "", "custom_content": {"attachments": [sound]}}]
    assert message(said(gateway, "transcriber", messages=heard))["content"] == "hello"


def test_citations_point_elsewhere(gateway: Gateway) -> None:
    wiki = message(said(gateway, "rag"))["custom_content"]["attachments"][1]["reference_url"]
    links = [one["url"] for one in message(said(gateway, "rag2"))["custom_content"]["attachments"]]
    assert [wiki, *links] == ["https://wiki.corp.local/display/X"] * 2 + ["http://sharepoint/sites/x/doc.aspx"]


def test_a_schema_may_begin_with_a_reference(gateway: Gateway) -> None:
    assert set(schema(gateway, "pipe")) == {"$defs", "$ref"}
    web = {"source": {"kind": "web", "urls": ["a"]}}
    assert message(said(gateway, "pipe", {**web, "fallback": web}))["content"] == "ran"
    for wrong in ({"source": {"kind": "ftp"}}, {**web, "budget": 0.3}, {**web, "budget": "1"}, {**web, "tags": [""]}):
        assert said(gateway, "pipe", wrong).status == 422


def test_comments_between_chunks(gateway: Gateway) -> None:
    response = said(gateway, "heartbeat", stream=True)
    assert response.body.startswith(b": heartbeat\n\n")
    assert len(chunks(response)) == 4


def test_behind_an_interceptor(gateway: Gateway) -> None:
    plain, intercepted = said(gateway, "search"), said(gateway, "search-noop")
    assert message(plain) == message(intercepted)
    assert (plain.header("x-upstream-attempts"), intercepted.header("x-upstream-attempts")) == ("1", None)
    refused = said(gateway, "search-noop", {"mode": 42})
    assert (refused.status, refused.header("x-upstream-attempts")) == (422, "1")
    streams = [chunks(said(gateway, name, stream=True)) for name in ("search", "search-noop")]
    deltas = [[one["choices"][0]["delta"] for one in stream] for stream in streams]
    assert deltas[0] == deltas[1]


def test_an_embedding_model(gateway: Gateway) -> None:
    asked = completion("/openai/deployments/embedding/embeddings", {"input": ["a", "b"]}, KEYS[0])
    assert [one["index"] for one in ask(gateway, asked).json()["data"]] == [0, 1]
    assert said(gateway, "embedding").status == 400


def test_a_custom_application_is_the_first_project_s(gateway: Gateway) -> None:
    path = f"/openai/applications/{sample_names(all_samples=True)[-1]}"
    assert got(gateway, path).json()["display_name"] == "My app"
    assert got(gateway, path, KEYS[1]).status == 403
    assert message(said(gateway, path.removeprefix("/openai/applications/")))["content"] == "Found 3 pages in fast mode"


@pytest.mark.parametrize("name", ["gpt-4o", "gpt-image-1", "claude", "search-noop", "pipe"])
@pytest.mark.parametrize("messages", [["x"], [1], [{}], [None], [{"role": "user", "content": 5}]])
def test_no_messages_break_the_gateway(gateway: Gateway, name: str, messages: Any) -> None:
    assert said(gateway, name, messages=messages).status in (400, 422, 500)


@pytest.mark.parametrize("name", ["transcriber", "rag", "heartbeat", "pipe", "claude"])
def test_the_sdk_with_pydantic_2(gateway: Gateway, name: str) -> None:
    refused = said(gateway, name, no_such_field=1)
    assert (refused.status, error(refused)) == (
        400,
        "Your request contained invalid structure on path no_such_field. Extra inputs are not permitted",
    )
