"""What the gateway does with completions before, while and after the deployment answers (dial-api 4.2 and 7)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from conformance.standin.core.deployment import ServedDeployment
from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json
from tests.standin.gateways import (
    CHAT,
    HELLO,
    KEY,
    ONE,
    OTHER,
    Recorder,
    ask,
    completion,
    gateway,
    model,
    request,
    upload,
    words,
)

JSON = (("Api-Key", KEY), ("content-type", "Application/JSON; charset=utf-8"))
LIMITS = "/v1/deployments/model/limits"


def attached(url: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": "x", "custom_content": {"attachments": [{"url": url}]}}]}


def test_deployment_gets_the_body_as_it_came_and_a_key_of_its_own(tmp_path: Path) -> None:
    answers, body = Recorder(), b'{"messages": [],  "x": 1.0}'
    headers = (*JSON, ("Authorization", f"Bearer {KEY}"), ("Accept-Encoding", "gzip"), ("X-Own", "1"), ("TE", "x"))
    response = ask(gateway(tmp_path, model(answers)), request("POST", f"{CHAT}?api-version=a%20b", headers, body))
    assert response.headers == (
        ("access-control-allow-origin", "*"),
        ("content-type", "application/json"),
        ("X-UPSTREAM-ATTEMPTS", "1"),
    )
    (asked,) = answers.asked
    assert (asked.method, asked.target, asked.body) == ("POST", f"{CHAT}?api-version=a%20b", body)
    assert [name for name, _ in asked.headers] == ["content-type", "X-Own", "Api-Key"]
    assert KEY not in repr(asked)


@pytest.mark.parametrize(
    ("body", "told_18", "told_25"),
    [
        (b"{not json", 400, 400),
        (b'{"messages": NaN}', 400, 400),
        (b"[" * 100_000, 400, 400),
        (b"\xff", 400, 400),
        (b"", 500, 400),
        (b"[]", 500, 400),
        (b"null", 500, 400),
        (b'{"messages": "x"}', 400, 400),
        (b'{"messages": [{"custom_content": {"attachments": 1}}]}', 400, 400),
    ],
)
def test_bodies_that_core_refuses(tmp_path: Path, body: bytes, told_18: int, told_25: int) -> None:
    for core, status in (("0.18", told_18), ("0.25", told_25), ("late", told_25)):
        answers = Recorder()
        assert words(ask(gateway(tmp_path, model(answers), core=core), request("POST", CHAT, JSON, body))) == (
            status,
            "",
        )
        assert answers.asked == []


@pytest.mark.parametrize("document", [{}, {"messages": []}, {"messages": [1, {"custom_content": None}]}])
def test_bodies_that_are_for_the_deployment_to_judge(tmp_path: Path, document: Any) -> None:
    assert ask(gateway(tmp_path, model()), completion(document=document)).status == 200


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"files/{ONE.bucket}/missing.png", 200),
        ("files/public/x.png", 200),
        ("https://example.org/x.png", 200),
        ("data:image/png;base64,AA==", 200),
        (None, 200),
        (f"files/{OTHER.bucket}/x.png", 403),
        (f"metadata/files/{OTHER.bucket}/", 403),
        ("files/abc/x.png", 400),
        (f"files/{ONE.bucket}/a%2Fb", 400),
        ("x.png", 400),
        ("files/\ud800/x", 400),
        (f"files/{ONE.bucket}/\ud800", 400),
    ],
)
def test_attached_files_must_be_the_callers(tmp_path: Path, url: Any, told: int) -> None:
    response = ask(gateway(tmp_path, model()), completion(document=attached(url)))
    assert response.status == told
    if told != 200:
        assert words(response)[1] == (f"Access denied to the file {url}" if told == 403 else "")


def test_deployment_may_read_what_it_was_handed_and_write_its_own(tmp_path: Path) -> None:
    folder = f"/v1/files/{ONE.bucket}"
    seen: dict[str, Any] = {}

    async def answers(asked: IncomingRequest) -> Response:
        key = asked.header("Api-Key") or ""
        seen["bucket"] = (await core(request("GET", "/v1/bucket", (("Api-Key", key),)))).json()
        for path in ("handed.txt", "own.txt", "handed/in/it.txt", "appdata/model-2/x", "appdata/model/x"):
            seen[f"GET {path}"] = (await core(request("GET", f"{folder}/{path}", (("Api-Key", key),)))).status
            seen[f"PUT {path}"] = (await core(upload(f"{folder}/{path}", b"new", key=key))).status
        own = f"/v1/metadata/files/{ONE.bucket}/appdata/model/"
        seen["its folder"] = (await core(request("GET", own, (("Api-Key", key),)))).status
        return in_json({})

    core = gateway(tmp_path, model(answers))
    for path in ("handed.txt", "own.txt", "handed/in/it.txt"):
        assert ask(core, upload(f"{folder}/{path}", b"old")).status == 200
    document = {
        "messages": [
            *attached(f"files/{ONE.bucket}/handed.txt")["messages"],
            *attached(f"files/{ONE.bucket}/handed/")["messages"],
        ]
    }
    assert ask(core, completion(document=document)).status == 200
    assert seen == {
        "bucket": {"bucket": ONE.bucket, "appdata": f"{ONE.bucket}/appdata/model"},
        "GET handed.txt": 200,
        "PUT handed.txt": 403,
        "GET own.txt": 403,
        "PUT own.txt": 403,
        "GET handed/in/it.txt": 200,
        "PUT handed/in/it.txt": 403,
        "GET appdata/model-2/x": 403,
        "PUT appdata/model-2/x": 403,
        "GET appdata/model/x": 404,
        "PUT appdata/model/x": 200,
        "its folder": 200,
    }


def test_stream_is_not_held_back_and_its_key_lives_as_long_as_it(tmp_path: Path) -> None:
    gate = asyncio.Event()
    keys: list[str] = []
    closed: list[bool] = []

    async def pieces() -> AsyncIterator[bytes]:
        try:
            yield b'data: {"choices":[]}\n\n'
            await gate.wait()
            yield b'data: {"usage":{"total_tokens":5}}\n\ndata: [DONE]\n\n'
        finally:
            closed.append(True)

    async def answers(asked: IncomingRequest) -> Response:
        keys.append(asked.header("api-key") or "")
        return Response(200, (("content-type", "text/event-stream; charset=utf-8"),), pieces=pieces())

    async def story() -> tuple[list[int], Any]:
        core = gateway(tmp_path, model(answers))
        response = await core(completion())
        assert response.pieces is not None
        assert await anext(response.pieces) == b'data: {"choices":[]}\n\n'
        bucket = request("GET", "/v1/bucket", (("Api-Key", keys[0]),))
        alive = (await core(bucket)).status
        gate.set()
        assert [piece async for piece in response.pieces][-1].endswith(b"[DONE]\n\n")
        return [alive, (await core(bucket)).status], (await core(request("GET", LIMITS))).json()

    statuses, limits = asyncio.run(asyncio.wait_for(story(), 10))
    assert statuses == [200, 401]
    assert closed == [True]
    assert limits["minuteTokenStats"]["used"] == limits["monthTokenStats"]["used"] == 5


def test_key_ends_when_nobody_listens_any_more(tmp_path: Path) -> None:
    keys: list[str] = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"data: {}\n\n"

    async def answers(asked: IncomingRequest) -> Response:
        keys.append(asked.header("api-key") or "")
        return Response(200, (), pieces=endless())

    async def story() -> int:
        core = gateway(tmp_path, model(answers))
        await core(completion())
        await asyncio.sleep(0)  # the loop ends what was dropped
        await asyncio.sleep(0)
        return (await core(request("GET", "/v1/bucket", (("Api-Key", keys[0]),)))).status

    assert asyncio.run(story()) == 401


@pytest.mark.parametrize(
    ("status", "newer"),
    [
        (429, (503, "Service is not available")),
        (502, (502, "No route")),
        (503, (502, "No route")),
        (504, (502, "No route")),
    ],
)
def test_what_is_tried_elsewhere_is_not_passed_on(tmp_path: Path, status: int, newer: tuple[int, str]) -> None:
    for core, told in (("0.18", (502, "No route")), ("0.25", newer), ("late", newer)):
        answers = Recorder(in_json({"error": {}}, status))
        assert words(ask(gateway(tmp_path, model(answers), core=core), completion())) == told


@pytest.mark.parametrize(("core", "until"), [("0.18", None), ("0.25", "2"), ("late", "2")])
def test_a_busy_upstream_says_until_when(tmp_path: Path, core: str, until: str | None) -> None:
    answers = Recorder(in_json({"error": {}}, 429).with_header("retry-after", "2"))
    assert ask(gateway(tmp_path, model(answers), core=core), completion()).header("retry-after") == until


@pytest.mark.parametrize("status", [400, 401, 404, 422, 500])
def test_other_errors_are_passed_on_and_use_no_tokens(tmp_path: Path, status: int) -> None:
    standin = gateway(tmp_path, model(Recorder(in_json({"usage": {"total_tokens": 9}}, status))))
    response = ask(standin, completion())
    assert (response.status, response.header("x-upstream-attempts")) == (status, "1")
    assert ask(standin, request("GET", LIMITS)).json()["dayTokenStats"]["used"] == 0


async def _breaks(_: IncomingRequest) -> Response:
    raise ConnectionResetError


@pytest.mark.parametrize("answers", [None, _breaks])
def test_nobody_listens(tmp_path: Path, answers: Any) -> None:
    dead = ServedDeployment("model", "model", answers)
    for core in ("0.18", "0.25"):
        told = words(ask(gateway(tmp_path, dead, core=core), completion()))
        assert told == (502, "Failed to connect to origin")
    error = ask(gateway(tmp_path, dead, core="late"), completion()).json()["error"]
    assert (error["code"], error["message"]) == ("BAD_GATEWAY", "Failed to connect to upstream server")


def test_headers_of_the_upstream_stay_behind(tmp_path: Path) -> None:
    told = (("X-UPSTREAM-KEY", "secret"), ("Access-Control-Allow-Origin", "x"), ("Content-Length", "2"), ("X-Own", "1"))
    response = ask(gateway(tmp_path, model(Recorder(Response(200, told, b"{}")))), completion(document=HELLO))
    assert response.headers == (
        ("access-control-allow-origin", "*"),
        ("Access-Control-Allow-Origin", "x"),
        ("X-Own", "1"),
        ("X-UPSTREAM-ATTEMPTS", "1"),
    )


def passing(inner: Handler) -> Handler:
    """An interceptor that makes a new answer of a good one, and passes all others on."""

    async def answer(asked: IncomingRequest) -> Response:
        response = await inner(asked)
        return in_json(response.json()) if response.status == 200 else response

    return answer


@pytest.mark.parametrize(
    ("status", "attempts", "origins"), [(200, None, 1), (422, "1", 2), (429, None, 2)], ids=["good", "refused", "busy"]
)
def test_behind_an_interceptor(tmp_path: Path, status: int, attempts: str | None, origins: int) -> None:
    standin = gateway(tmp_path, model(Recorder(in_json({}, status)), interceptor=passing))
    response = ask(standin, completion())
    assert response.status == (503 if status == 429 else status)
    assert response.header("x-upstream-attempts") == attempts
    assert [name for name, _ in response.headers].count("access-control-allow-origin") == origins
