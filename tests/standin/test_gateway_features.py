"""What the gateway does with feature endpoints (dial-api 3 and 7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.standin.core.deployment import ServedDeployment
from conformance.standin.core.http import Response, in_json
from conformance.standin.core.release import CORE_RELEASES
from tests.standin.gateways import KEY, Recorder, ask, gateway, model, request, words

CONFIGURATION = "/v1/deployments/model/configuration"


@pytest.mark.parametrize("core", CORE_RELEASES)
def test_configuration_is_passed_through_without_query_and_credentials(tmp_path: Path, core: str) -> None:
    answers = Recorder(Response(418, (("Connection", "close"), ("content-type", "text/tea"), ("X-Own", "1")), b"tea"))
    standin = gateway(tmp_path, model(answers, endpoints={"configuration": "/schema"}), core=core)
    response = ask(standin, request("GET", f"{CONFIGURATION}?x=1", (("API-KEY", KEY), ("Host", "h"), ("Accept", "a"))))
    assert (response.status, response.body) == (418, b"tea")
    assert response.headers[1:] == (("content-type", "text/tea"), ("X-Own", "1"))
    (asked,) = answers.asked
    assert asked.target == "/schema"
    assert asked.headers[0] == ("Accept", "a")
    assert [name for name, _ in asked.headers[1:]] == ([] if core == "0.18" else ["Api-Key"])
    assert asked.header("api-key") != KEY


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", CONFIGURATION, (200, "")),
        ("POST", "/v1/model/rate", (200, "")),
        ("POST", "/v1/deployments/model/tokenize", (403, "Forbidden deployment")),
        ("POST", "/v1/deployments/model/truncate_prompt", (403, "Forbidden deployment")),
        ("POST", CONFIGURATION, (502, "No route")),
        ("GET", "/v1/deployments/secret/configuration", (403, "Forbidden deployment: secret")),
        ("GET", "/v1/deployments/nobody/configuration", (404, "Unknown application: nobody")),
        ("GET", "/v1/deployments/nobody/limits", (404, "Unknown application: nobody")),
        ("GET", "/v1/deployments/dead/configuration", (502, "connection error to origin")),
    ],
)
def test_without_endpoint(tmp_path: Path, method: str, path: str, told: tuple[int, str]) -> None:
    secret = ServedDeployment("secret", "model", Recorder(), allowed=False)
    dead = ServedDeployment("dead", "model", None, endpoints={"configuration": "/c"})
    assert words(ask(gateway(tmp_path, model(), secret, dead), request(method, path))) == told


def test_key_of_a_feature_endpoint_ends_with_the_answer(tmp_path: Path) -> None:
    answers = Recorder(in_json({}))
    standin = gateway(tmp_path, model(answers, endpoints={"configuration": "/schema"}))
    ask(standin, request("GET", CONFIGURATION))
    lent = answers.asked[0].header("api-key")
    assert lent
    assert ask(standin, request("GET", "/v1/bucket", (("Api-Key", lent),))).status == 401
