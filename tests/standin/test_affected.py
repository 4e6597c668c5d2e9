"""What a defect may affect: what is left out of a row of the kill matrix is what it cannot have changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from conformance.run.registry import recipe_book
from conformance.standin.core.http import Handler, IncomingRequest, Response, in_words
from conformance.standin.core.waiting import wait
from conformance.standin.defect import DALLE3, Defect, defect
from conformance.standin.dial import stand_in
from conformance.standin.proof.affected import Affected, HealthyAnswer, affected
from conformance.standin.request_kinds import asks_completion

DEPLOYMENTS = (DALLE3, "echo", "search")


def answer(name: str, target: str, method: str = "GET", status: int = 200, body: bytes = b"") -> HealthyAnswer:
    return HealthyAnswer(name, IncomingRequest(method, target, body=body), Response(status, (), b"{}"), None)


HEALTHY = (
    answer("_instance/listing", "/openai/deployments"),
    answer("search/configuration", "/v1/deployments/search/configuration"),
    answer("_instance/bucket", "/v1/bucket"),
    answer("dall-e-3/accepted.absent", "/openai/deployments/dall-e-3/chat/completions", "POST", body=b"{}"),
    answer("echo/accepted.absent", "/openai/deployments/echo/chat/completions", "POST", body=b"{}"),
    answer("echo/tokenized", "/v1/deployments/echo/tokenize", "POST", body=b"{}"),
)


@pytest.fixture
def other(tmp_path: Path) -> Handler:
    return stand_in("0.25", tmp_path)


def of(one: Defect, other: Handler, healthy: Sequence[HealthyAnswer] = HEALTHY) -> Affected | None:
    return affected(one, healthy, other, DEPLOYMENTS, recipe_book())


@defect("INFO-01")
async def changes_nothing(request: IncomingRequest, serve: Handler) -> Response:
    """Nothing is wrong."""
    return await serve(request)


@defect("CHAT-01")
async def refuses_echo(request: IncomingRequest, serve: Handler) -> Response:
    """One deployment refuses completions."""
    return in_words(400) if asks_completion(request) and "/echo/" in request.path else await serve(request)


@defect("FILE-13")
async def loses_the_bucket(request: IncomingRequest, serve: Handler) -> Response:
    """The bucket is not told."""
    return in_words(404) if request.path == "/v1/bucket" else await serve(request)


@defect("CONF-01")
async def tells_no_schema(request: IncomingRequest, serve: Handler) -> Response:
    """A schema is missing."""
    return in_words(404) if request.path.endswith("/configuration") else await serve(request)


@defect("LIST-01")
async def lists_nothing(request: IncomingRequest, serve: Handler) -> Response:
    """A listing is missing."""
    return in_words(404) if request.path == "/openai/deployments" else await serve(request)


@defect("LIM-02")
async def is_away(request: IncomingRequest, serve: Handler) -> Response:
    """One deployment has an outage."""
    return in_words(503) if "/echo/" in request.path else await serve(request)


@defect("CHAT-01")
async def breaks_off(request: IncomingRequest, serve: Handler) -> Response:
    """One deployment hangs up."""
    if "/echo/" in request.path:
        raise ConnectionResetError
    return await serve(request)


@defect("STRM-01")
async def is_slow(request: IncomingRequest, serve: Handler) -> Response:
    """It takes its time."""
    await wait(1)
    return await serve(request)


@defect("CHAT-01")
async def remembers(request: IncomingRequest, serve: Handler, kept: dict[str, Any]) -> Response:
    """It counts."""
    kept["times"] = kept.get("times", 0) + 1
    return await serve(request)


@defect("CHAT-01")
async def asks_otherwise(request: IncomingRequest, serve: Handler) -> Response:
    """What a deployment gets is not what was sent."""
    return await serve(request.with_json({"messages": 1}) if "/echo/chat" in request.path else request)


@defect("CHAT-01")
async def asks_twice(request: IncomingRequest, serve: Handler) -> Response:
    """A deployment is asked twice, and so it is paid twice."""
    if "/echo/chat" in request.path:
        await serve(request)
    return await serve(request)


@pytest.mark.parametrize("one", [refuses_echo, asks_otherwise, asks_twice], ids=lambda one: one.name)
def test_one_deployment_and_what_looks_at_its_completions(one: Defect, other: Handler) -> None:
    found = of(one, other)
    assert found is not None
    assert found.deployments == (DALLE3, "echo")  # all that is asked of the DIAL is asked of DALL-E 3
    assert {"CHAT-01", "CHAT-05", "FILE-19"} <= set(found.requirements)  # itself, by its proof, of every answer
    assert {"LIST-01", "FEAT-01", "CONF-01"}.isdisjoint(found.requirements)


def test_what_is_of_the_dial_is_seen_at_all_deployments(other: Handler) -> None:
    found = of(loses_the_bucket, other)
    assert found is not None
    assert found.deployments == DEPLOYMENTS
    assert "FILE-13" in found.requirements
    assert "LIST-01" not in found.requirements


def test_a_schema_affects_all_requirements_of_its_deployment(other: Handler) -> None:
    assert of(tells_no_schema, other) == Affected((DALLE3, "search"), ())


@pytest.mark.parametrize(
    "one", [changes_nothing, lists_nothing, is_away, breaks_off, is_slow, remembers], ids=lambda one: one.name
)
def test_what_cannot_be_told_is_asked_anew_as_a_whole(one: Defect, other: Handler) -> None:
    assert of(one, other) is None
