"""A gateway with deployments of a few lines behind it, for the tests of the gateway."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.standin.core.callers import Project
from conformance.standin.core.deployment import ServedDeployment
from conformance.standin.core.gateway import Gateway
from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json
from conformance.standin.core.release import CORE_RELEASES

KEY, OTHER_KEY = "key-of-one", "key-of-other"
ONE, OTHER = Project("One", KEY), Project("Other", OTHER_KEY)
CHAT = "/openai/deployments/model/chat/completions"
HELLO = {"messages": [{"role": "user", "content": "hello"}]}


@dataclass
class Clock:
    seconds: float = 1_800_000_000

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Recorder:
    """A deployment that remembers what it was asked, and gives the same answer each time."""

    answer: Response = field(default_factory=lambda: in_json({"usage": {"total_tokens": 7}}))
    asked: list[IncomingRequest] = field(default_factory=list)

    async def __call__(self, request: IncomingRequest) -> Response:
        self.asked.append(request)
        return self.answer


def gateway(
    folder: Path,
    *deployments: ServedDeployment,
    core: str = "0.25",
    now: Clock | None = None,
) -> Gateway:
    made = Gateway(CORE_RELEASES[core], [ONE, OTHER], folder / "storage", now or Clock())
    for one in deployments:
        made.add(one)
    return made


def model(answers: Handler | None = None, **more: Any) -> ServedDeployment:
    return ServedDeployment("model", "model", answers or Recorder(), **more)


def request(
    method: str, target: str, headers: Sequence[tuple[str, str]] = (("Api-Key", KEY),), body: bytes = b""
) -> IncomingRequest:
    return IncomingRequest(method, target, tuple(headers), body)


def completion(target: str = CHAT, document: Any = HELLO, key: str = KEY) -> IncomingRequest:
    headers = (("Api-Key", key), ("content-type", "application/json"))
    return IncomingRequest("POST", target, headers, json.dumps(document).encode())


def upload(
    target: str, content: bytes, *headers: tuple[str, str], key: str = KEY, kind: str = "image/png"
) -> IncomingRequest:
    head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="f"\r\nContent-Type: {kind}\r\n\r\n'
    sent = (("Api-Key", key), ("Content-Type", "multipart/form-data; boundary=edge"), *headers)
    return IncomingRequest("PUT", target, sent, head.encode() + content + b"\r\n--edge--\r\n")


def ask(standin: Handler, asked: IncomingRequest) -> Response:
    """Ask in an event loop of its own, and wait for all of the answer."""

    async def whole() -> Response:
        return await (await standin(asked)).whole()

    return asyncio.run(whole())


def words(response: Response) -> tuple[int, str]:
    """The status and text of an answer of Core's own, which has no Content-Type."""
    assert response.header("content-type") is None
    return response.status, response.body.decode()
