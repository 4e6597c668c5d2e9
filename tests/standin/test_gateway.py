"""The gateway's order of checks, its routes and its callers (dial-api 0 to 2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.standin.core.callers import Project
from conformance.standin.core.release import CORE_RELEASES
from tests.standin.gateways import KEY, ONE, OTHER, OTHER_KEY, ask, completion, gateway, model, request, words

NO_CREDENTIAL = (401, "At least API-KEY or Authorization header must be provided")
UNKNOWN_KEY = (401, "Unknown api key")
BAD_TOKEN = (401, "Bad Authorization header")
NOT_BOTH = (400, "Either API-KEY or Authorization header must be provided but not both")
NO_REQUEST_KEY = (400, "Provided API key is not per request key")
LISTED = 200
EACH_CORE = pytest.mark.parametrize("core", CORE_RELEASES)


@EACH_CORE
def test_everything_is_open_to_other_origins(tmp_path: Path, core: str) -> None:
    standin = gateway(tmp_path, core=core)
    for asked in (request("GET", "/health"), request("TRACE", "/"), request("GET", "/nowhere"), completion()):
        assert ask(standin, asked).headers[0] == ("access-control-allow-origin", "*")


@EACH_CORE
def test_preflight_needs_no_key_and_repeats_what_is_asked(tmp_path: Path, core: str) -> None:
    asked = (("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "api-key"))
    response = ask(gateway(tmp_path, core=core), request("OPTIONS", "/anything", asked))
    assert response.status == 200
    assert response.headers[1:] == (
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-headers", "api-key"),
        ("access-control-max-age", "86400"),
    )


@EACH_CORE
@pytest.mark.parametrize("path", ["/health", "/version", "/%76ersion"])
def test_health_and_version_need_no_key(tmp_path: Path, core: str, path: str) -> None:
    told = words(ask(gateway(tmp_path, core=core), request("GET", path, ())))
    assert told == (200, "" if path == "/health" else CORE_RELEASES[core].version)


@pytest.mark.parametrize(
    ("core", "method", "told"),
    [
        ("0.18", "PATCH", (405, "")),
        ("0.25", "PATCH", (405, "")),
        ("late", "PATCH", (404, "Route is not found")),
        ("late", "TRACE", (405, "")),
        ("0.25", "HEAD", (502, "")),
        ("0.25", "PUT", (502, "No route")),
    ],
)
def test_methods_on_a_listing(tmp_path: Path, core: str, method: str, told: tuple[int, str]) -> None:
    assert words(ask(gateway(tmp_path, core=core), request(method, "/openai/deployments"))) == told


def test_order_of_refusals(tmp_path: Path) -> None:
    standin, large = gateway(tmp_path), bytes(CORE_RELEASES["0.25"].largest_body + 1)
    unknown = "/openai/deployments/nobody/chat/completions"
    json_type, text_type = ("content-type", "application/json"), ("content-type", "text/plain")
    asked = {
        "a wrong method before a large body": (request("TRACE", unknown, (), large), (405, "")),
        "a large body before no key": (request("POST", unknown, (), large), (413, "Request body is too large")),
        "no key before no route": (request("GET", "/nowhere", ()), NO_CREDENTIAL),
        "a content type before an unknown deployment": (
            request("POST", unknown, (("Api-Key", KEY), text_type)),
            (415, "Only application/json is supported"),
        ),
        "an unknown deployment before a broken body": (
            request("POST", unknown, (("Api-Key", KEY), json_type), b"{"),
            (404, "Unknown application: nobody"),
        ),
    }
    assert {name: words(ask(standin, one)) for name, (one, _) in asked.items()} == {
        name: told for name, (_, told) in asked.items()
    }


def test_upload_may_be_larger_than_other_bodies(tmp_path: Path) -> None:
    form = (("Api-Key", KEY), ("Content-Type", "multipart/form-data; boundary=x"))
    body = bytes(CORE_RELEASES["0.25"].largest_body + 1)
    assert ask(gateway(tmp_path), request("PUT", f"/v1/files/{ONE.bucket}/a", form, body)).status == 400


@pytest.mark.parametrize(
    ("credentials", "seen", "late"),
    [
        ({}, NO_CREDENTIAL, NO_CREDENTIAL),
        ({"API-kEY": KEY}, LISTED, LISTED),
        ({"Api-Key": "other"}, UNKNOWN_KEY, UNKNOWN_KEY),
        ({"Authorization": "Bearer not.a.jwt"}, BAD_TOKEN, UNKNOWN_KEY),
        ({"Authorization": f"Bearer {KEY}"}, BAD_TOKEN, LISTED),
        ({"Authorization": f"Basic {KEY}"}, BAD_TOKEN, BAD_TOKEN),
        ({"Authorization": "Bearer"}, BAD_TOKEN, BAD_TOKEN),
        ({"Api-Key": KEY, "Authorization": f"bearer {KEY}"}, LISTED, LISTED),
        ({"Api-Key": "x", "Authorization": "Bearer x"}, UNKNOWN_KEY, UNKNOWN_KEY),
        ({"Api-Key": KEY, "Authorization": "Bearer x"}, NOT_BOTH, NO_REQUEST_KEY),
        ({"Api-Key": KEY, "Authorization": f"Bearer {OTHER_KEY}"}, NOT_BOTH, NO_REQUEST_KEY),
        ({"Api-Key": "x", "Authorization": "Bearer y"}, UNKNOWN_KEY, UNKNOWN_KEY),
        ({"x-api-key": KEY}, NO_CREDENTIAL, LISTED),
        ({"x-api-key": KEY, "Api-Key": "x"}, UNKNOWN_KEY, UNKNOWN_KEY),
    ],
)
def test_credentials(
    tmp_path: Path, credentials: dict[str, str], seen: int | tuple[int, str], late: int | tuple[int, str]
) -> None:
    for core, told in (("0.18", seen), ("0.25", seen), ("late", late)):
        response = ask(gateway(tmp_path, core=core), request("GET", "/openai/models", tuple(credentials.items())))
        assert (response.status if told == LISTED else words(response)) == told


@pytest.mark.parametrize(("core", "told"), [("0.18", 500), ("0.25", LISTED), ("late", LISTED)])
def test_a_key_beside_an_empty_token(tmp_path: Path, core: str, told: int) -> None:
    credentials = (("Api-Key", KEY), ("Authorization", "Bearer "))
    assert ask(gateway(tmp_path, core=core), request("GET", "/openai/models", credentials)).status == told


def test_buckets_are_stable_and_of_each_project(tmp_path: Path) -> None:
    standin = gateway(tmp_path)
    told = [ask(standin, request("GET", "/v1/bucket", (("Api-Key", key),))).json() for key in (KEY, OTHER_KEY)]
    assert told == [{"bucket": ONE.bucket}, {"bucket": OTHER.bucket}]
    assert all(bucket.isalnum() and bucket.isascii() for bucket in (ONE.bucket, OTHER.bucket))
    assert Project("One", "another key").bucket == ONE.bucket != OTHER.bucket


def test_user_info_has_no_content_type(tmp_path: Path) -> None:
    told = words(ask(gateway(tmp_path), request("GET", "/v1/user/info")))
    assert told == (200, '{"roles":["default"],"project":"One"}')


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/openai/deployments/",
        "/v1/foo",
        "/v1/models/model/configuration",
        "/v1/deployments",
        "/v1/deployments/model",
        "/v1/deployments/model/configuration/",
        "/v1/files/no_bucket/x",
        "/v1//bucket",
        "/openai/toolsets",
    ],
)
def test_no_route(tmp_path: Path, path: str) -> None:
    assert words(ask(gateway(tmp_path, model()), request("GET", path))) == (502, "No route")


@pytest.mark.parametrize("path", ["//openai/models/model", "/openai/models/mode%6C?x=1", "/openai/deployments/model"])
def test_routes_look_at_the_raw_path_and_decode_ids_once(tmp_path: Path, path: str) -> None:
    assert ask(gateway(tmp_path, model()), request("GET", path)).json()["id"] == "model"


@pytest.mark.parametrize(
    "path",
    [
        "/openai/models/mode%256C",
        "/openai/models/Model",
        "/openai/models/model/",
        "/openai/deployments/model/chat/completions",
    ],
)
def test_description_of_another_id_is_404(tmp_path: Path, path: str) -> None:
    assert words(ask(gateway(tmp_path, model()), request("GET", path))) == (404, "")
