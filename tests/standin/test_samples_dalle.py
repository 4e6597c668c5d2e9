"""The sample image adapter: what it refuses itself, what its upstream refuses, and where its images go."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from hashlib import sha256
from typing import Any

import pytest
from PIL import Image

from conformance.standin.core.http import IncomingRequest, Response, in_json, in_words, to_json
from conformance.standin.samples import sample_deployments
from conformance.standin.samples.picture import SIZES, picture

PROMPT = "a cube"
VERSION = "?api-version=2023-12-01-preview"
KEY = "per-request"
UPSTREAM = {"x-ms-region", "apim-request-id"}


class Core:
    """A gateway that takes uploads."""

    def __init__(self, *, takes: bool = True) -> None:
        self.asked: list[IncomingRequest] = []
        self._takes = takes

    async def __call__(self, request: IncomingRequest) -> Response:
        self.asked.append(request)
        if not self._takes:
            return in_words(403, "not yours")
        if request.method == "GET":
            return in_json({"bucket": "own", "appdata": "own/appdata/dall-e-3"})
        return in_json({"url": request.target.removeprefix("/v1/")})


def told(method: str, path: str, body: bytes = b"", core: Core | None = None, key: str | None = KEY) -> Response:
    headers = (("Content-Type", "application/json"), *([("Api-Key", key)] if key else []))

    async def ask() -> Response:
        answers = sample_deployments(core or Core())[0].answers
        assert answers is not None
        return await (
            await answers(IncomingRequest(method, f"/openai/deployments/dall-e-3/{path}", headers, body))
        ).whole()

    return asyncio.run(ask())


def completed(body: Any, core: Core | None = None, query: str = VERSION) -> Response:
    return told("POST", f"chat/completions{query}", to_json(body), core)


def said(*, core: Core | None = None, query: str = VERSION, **further: Any) -> Response:
    return completed({"messages": [{"role": "user", "content": PROMPT}], **further}, core, query)


def configured(configuration: Any, **further: Any) -> Response:
    return said(custom_fields={"configuration": configuration}, **further)


def attachments(prompt: str = PROMPT, size: str = "1024x1024") -> list[dict[str, str]]:
    url = f"files/own/appdata/dall-e-3/images/{picture(size).name}"
    return [
        {"title": "Revised prompt", "data": f"A detailed picture of: {prompt}"},
        {"title": "Image", "type": "image/png", "url": url},
    ]


def made(response: Response) -> Any:
    assert response.status == 200, response
    return response.json()["choices"][0]["message"]["custom_content"]["attachments"]


def test_it_answers_as_a_whole() -> None:
    document = said(stream=False).json()
    assert document.pop("id").startswith("chatcmpl-")
    assert isinstance(document.pop("created"), int)
    message = {"role": "assistant", "content": "", "custom_content": {"attachments": attachments()}}
    assert document == {
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 1, "total_tokens": 1},
    }


def test_it_streams_all_attachments_at_once_without_index() -> None:
    response = said(stream=True)
    assert response.header("content-type") == "text/event-stream; charset=utf-8"
    *lines, done, end = response.body.decode().split("\n\n")
    assert (done, end) == ("data: [DONE]", "")
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines]
    assert len({(one.pop("id"), one.pop("created"), one.pop("object")) for one in chunks}) == 1
    second = {"content": "", "custom_content": {"attachments": attachments()}}
    assert chunks == [
        {"choices": [{"index": 0, "delta": {"role": "assistant"}, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": second, "finish_reason": None}]},
        {
            "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 0, "completion_tokens": 1, "total_tokens": 1},
        },
    ]


@pytest.mark.parametrize("size", SIZES)
def test_a_picture_has_the_asked_size_and_is_stored_under_its_hash(size: str) -> None:
    core = Core()
    assert made(configured({"size": size}, core=core)) == attachments(size=size)
    bucket, upload = core.asked
    drawn = picture(size)
    assert (bucket.method, bucket.target) == ("GET", "/v1/bucket")
    assert (upload.method, upload.target) == ("PUT", f"/v1/files/own/appdata/dall-e-3/images/{drawn.name}")
    assert {bucket.header("api-key"), upload.header("api-key")} == {KEY}
    assert (upload.header("content-type") or "").startswith("multipart/form-data; boundary=")
    assert drawn.name == f"{sha256(base64.b64encode(drawn.content)).hexdigest()}.png"
    assert drawn.content in upload.body
    with Image.open(io.BytesIO(drawn.content)) as image:
        assert (image.format, image.size) == ("PNG", SIZES[size])
    assert len(drawn.content) < 10_000


def test_without_a_key_the_picture_is_in_the_answer() -> None:
    core = Core()
    body = to_json({"messages": [{"role": "user", "content": PROMPT}]})
    image = made(told("POST", f"chat/completions{VERSION}", body, core, key=None))[1]
    assert image == {
        "title": "Image",
        "type": "image/png",
        "data": base64.b64encode(picture("1024x1024").content).decode(),
    }
    assert core.asked == []


def test_the_configuration_may_replace_the_prompt() -> None:
    assert made(configured({"prompt": "something else"})) == attachments("something else")


@pytest.mark.parametrize(
    "custom_fields",
    [
        None,
        {},
        {"zzz": 1},
        {"configuration": None},
        {"configuration": {}},
        {"configuration": []},
        {"configuration": {"quality": None, "size": None, "style": None, "n": 1, "model": 1}},
    ],
    ids=json.dumps,
)
def test_what_the_adapter_lets_pass(custom_fields: Any) -> None:
    assert made(said(custom_fields=custom_fields, n=1, zzz=1)) == attachments()


@pytest.mark.parametrize(
    ("further", "status", "text"),
    [
        ({"n": 2}, 422, "The deployment doesn't support n > 1"),
        ({"messages": []}, 422, "Invalid request. Expected a string at path 'messages[-1].content'."),
        ({"messages": [{"role": "user"}]}, 422, "Invalid request. Expected a string at path 'messages[-1].content'."),
        ({"messages": ["x"]}, 422, "Invalid request. Expected a string at path 'messages[-1].content'."),
        ({"query": ""}, 400, "api-version is a required query parameter"),
        ({"query": "?api-version="}, 400, "api-version is a required query parameter"),
    ],
)
def test_what_the_adapter_refuses(further: dict[str, Any], status: int, text: str) -> None:
    for stream in (False, True):
        core = Core()
        response = said(core=core, stream=stream, **further)
        error = {"message": text, "type": "invalid_request_error", "code": str(status)}
        assert (response.status, response.json()) == (status, {"error": error})
        assert core.asked == []


@pytest.mark.parametrize(
    ("configuration", "where", "text"),
    [
        ({"quality": 42}, "quality", "unexpected value; permitted: 'standard', 'hd'"),
        ({"size": 42, "quality": 42}, "quality", "unexpected value; permitted: 'standard', 'hd'"),
        ({"style": {}}, "style", "unexpected value; permitted: 'vivid', 'natural'"),
        ("hd", "__root__", "Dalle3Config expected dict not str"),
        ([1], "__root__", "Dalle3Config expected dict not list"),
    ],
)
def test_the_adapter_refuses_a_configuration(configuration: Any, where: str, text: str) -> None:
    response = configured(configuration)
    assert response.status == 422
    message = f"Invalid request. Path: 'custom_field.configuration.{where}', error: {text}"
    assert response.json()["error"]["message"] == message


@pytest.mark.parametrize(
    ("configuration", "error"),
    [
        (
            {"quality": "ultra"},
            {"message": "\"ultra\" is not one of ['standard', 'hd'] - 'quality'", "param": "quality"},
        ),
        ({"foo": 1}, {"message": "Additional properties are not allowed ('foo' was unexpected)"}),
        ({"prompt": 1}, {"message": "Invalid value for 'prompt': expected a non-empty string.", "param": "prompt"}),
        ({"n": 2}, {"message": "Invalid value for 'n': only n=1 is supported for dall-e-3.", "param": "n"}),
        (
            {"prompt": "forbidden-content"},
            {"message": "Your request was rejected as a result of our safety system.", "code": "content_filter"},
        ),
    ],
)
def test_the_upstream_refuses(configuration: Any, error: dict[str, str]) -> None:
    response = configured(configuration)
    expected = {"type": "invalid_request_error", "code": "invalidPayload", **error}
    assert (response.status, response.json()["error"]) == (400, expected)
    assert {name for name, _ in response.headers} >= UPSTREAM


@pytest.mark.parametrize("custom_fields", ["x", [], [1], 5, True], ids=json.dumps)
def test_the_adapter_fails_at_custom_fields_that_are_no_object(custom_fields: Any) -> None:
    response = said(custom_fields=custom_fields)
    assert (response.status, response.body) == (500, b"Internal Server Error")
    assert response.header("content-type") == "text/plain; charset=utf-8"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b'"x"'])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    response = told("POST", f"chat/completions{VERSION}", body)
    assert response.status == 400
    assert response.json()["error"]["message"].startswith("Your request contained invalid")


def test_a_gateway_that_takes_no_upload_is_a_server_error(caplog: pytest.LogCaptureFixture) -> None:
    assert said(core=Core(takes=False)).status == 500
    assert "GET /v1/bucket: 403 b'not yours'" in caplog.text


def test_the_schema_is_told_without_a_key() -> None:
    schema = told("GET", "configuration", key=None).json()
    assert schema["title"] == "Dalle3Config"
    assert schema["properties"]["style"] == {
        "title": "Style",
        "description": "The style of the generated images.",
        "anyOf": [{"enum": ["vivid", "natural"], "type": "string"}, {"type": "string"}],
    }
    assert set(schema) == {"title", "type", "properties"}
