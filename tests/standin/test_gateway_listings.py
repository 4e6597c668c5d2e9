"""The gateway's listings, for each Core (dial-api 2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.standin.core.deployment import ServedDeployment
from conformance.standin.core.gateway import Gateway
from conformance.standin.core.release import CORE_RELEASES
from tests.standin.gateways import KEY, ONE, OTHER_KEY, Recorder, ask, completion, gateway, model, request, words

CUSTOM = f"applications/{ONE.bucket}/folder"
OLDEST = 11
"""How many flags Core 0.18 has."""


def standin(folder: Path, core: str) -> Gateway:
    return gateway(
        folder,
        model(endpoints={"configuration": "/c"}, features={"tools": True}, listed={"display_name": "A model"}),
        ServedDeployment("embedding", "model", Recorder(), interface="embeddings"),
        ServedDeployment("secret", "model", Recorder(), allowed=False),
        ServedDeployment("application", "application", Recorder()),
        ServedDeployment("secret-application", "application", Recorder(), allowed=False),
        core=core,
    )


def told(folder: Path, core: str, path: str) -> Any:
    return ask(standin(folder, core), request("GET", path)).json()


@pytest.mark.parametrize("core", CORE_RELEASES)
def test_lists_have_what_the_caller_may_use(tmp_path: Path, core: str) -> None:
    for path, ids in (
        ("/openai/models", ["model", "embedding"]),
        ("/openai/deployments", ["model", "embedding"]),
        ("/openai/applications", ["application"]),
    ):
        listed = told(tmp_path, core, path)
        assert listed["object"] == "list"
        assert [one["id"] for one in listed["data"]] == ids


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/openai/models/secret", (403, "")),
        ("/openai/deployments/secret", (403, "")),
        ("/openai/deployments/secret-application", (404, "")),
        ("/openai/applications/secret-application", (403, "Forbidden deployment: secret-application")),
        ("/openai/applications/model", (404, "Application is not found: model")),
        ("/openai/applications/nobody", (404, "Unknown application: nobody")),
        ("/openai/addons/x", (404, "")),
    ],
)
def test_refusals(tmp_path: Path, path: str, expected: tuple[int, str]) -> None:
    assert words(ask(standin(tmp_path, "0.25"), request("GET", path))) == expected


@pytest.mark.parametrize(
    ("core", "kind", "flags"), [("0.18", "deployment", OLDEST), ("0.25", "model", 14), ("late", "model", 24)]
)
def test_deployment_object(tmp_path: Path, core: str, kind: str, flags: int) -> None:
    one = told(tmp_path, core, "/openai/deployments/model")
    assert one["object"] == kind
    assert len(one["features"]) == flags
    assert one["features"]["configuration"] is one["features"]["tools"] is (core != "0.18")
    assert ("scale_settings" in one) is (core == "0.18")


@pytest.mark.parametrize("core", CORE_RELEASES)
def test_model_object_has_real_features_and_its_type(tmp_path: Path, core: str) -> None:
    one, other = (told(tmp_path, core, f"/openai/models/{name}") for name in ("model", "embedding"))
    assert one["features"]["configuration"] is True
    assert one["display_name"] == "A model"
    assert ("display_name" in other) is (core == "late")
    assert ("max_retry_attempts" in one) is (core != "0.18")
    assert [one["capabilities"][name] for name in ("chat_completion", "embeddings")] == [True, False]
    assert [other["capabilities"][name] for name in ("chat_completion", "embeddings")] == [False, True]


def test_late_lists_tell_interfaces_and_single_objects_do_not(tmp_path: Path) -> None:
    listed = told(tmp_path, "late", "/openai/models")["data"]
    assert [one["interfaces"] for one in listed] == [["chat"], ["embedding"]]
    assert "interfaces" not in told(tmp_path, "late", "/openai/models/model")


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("/v1/deployments", ["model", "embedding", "application"]),
        ("/v1/deployments?interface_type=chat", ["model", "application"]),
        ("/v1/deployments?interface_type=embedding,mcp", ["embedding"]),
        ("/v1/deployment-names", ["model", "embedding", "application"]),
        ("/v1/deployment-names?type=application,toolset", ["application"]),
    ],
)
def test_late_bare_arrays(tmp_path: Path, path: str, ids: list[str]) -> None:
    assert [one["id"] for one in told(tmp_path, "late", path)] == ids


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/deployments?interface_type=zzz", (400, "Unsupported deployment interface is provided: zzz")),
        ("/v1/deployments/nobody", (404, "Unknown deployment: nobody")),
        ("/v1/deployments/secret", (403, "Forbidden deployment: secret")),
        ("/openai/toolsets/x", (404, "")),
        ("/openai/addons", (404, "Route is not found")),
    ],
)
def test_late_refusals(tmp_path: Path, path: str, expected: tuple[int, str]) -> None:
    assert words(ask(standin(tmp_path, "late"), request("GET", path))) == expected


def test_late_has_a_description_of_any_kind_and_no_toolsets(tmp_path: Path) -> None:
    assert told(tmp_path, "late", "/v1/deployments/application")["object"] == "application"
    assert told(tmp_path, "late", "/openai/toolsets") == {"data": [], "object": "list"}


def test_deployment_that_is_added_later_is_listed(tmp_path: Path) -> None:
    made = standin(tmp_path, "0.25")
    ask(made, request("GET", "/openai/models"))
    made.add(ServedDeployment("new", "model", Recorder()))
    assert [one["id"] for one in ask(made, request("GET", "/openai/models")).json()["data"]][-1] == "new"


def with_custom_application(folder: Path, core: str) -> Gateway:
    custom = ServedDeployment(
        f"{CUSTOM}/my%20app",
        "application",
        Recorder(),
        {"configuration": "/schema"},
        listed={"display_name": "My app"},
        completions="/chat",
        owner=ONE.bucket,
    )
    return gateway(folder, model(), custom, core=core)


@pytest.mark.parametrize("core", CORE_RELEASES)
def test_a_custom_application_belongs_to_its_owner(tmp_path: Path, core: str) -> None:
    standin = with_custom_application(tmp_path, core)
    assert ask(standin, request("GET", "/openai/applications")).json()["data"] == []
    page = ask(standin, request("GET", f"/openai/applications/{CUSTOM}/my%20app")).json()
    assert (page["id"], page["application"], page["display_name"]) == (
        f"{CUSTOM}/my%20app",
        f"{CUSTOM}/my%20app",
        "My app",
    )
    others = (("Api-Key", OTHER_KEY),)
    for path in (f"/openai/applications/{CUSTOM}/my%20app", f"/v1/deployments/{CUSTOM}/my%20app/configuration"):
        assert words(ask(standin, request("GET", path, others))) == (403, "")
    chat = f"/openai/deployments/{CUSTOM}/my%20app/chat/completions"
    assert [ask(standin, completion(chat, key=key)).status for key in (KEY, OTHER_KEY)] == [200, 403]


@pytest.mark.parametrize("path", [f"/openai/deployments/{CUSTOM}/my%20app", f"/openai/models/{CUSTOM}/my%20app"])
def test_a_custom_application_is_no_model(tmp_path: Path, path: str) -> None:
    assert words(ask(with_custom_application(tmp_path, "0.25"), request("GET", path))) == (404, "")


def test_an_id_is_decoded_once(tmp_path: Path) -> None:
    standin = with_custom_application(tmp_path, "0.25")
    slashes = f"{CUSTOM}/my%20app".replace("/", "%2F")
    assert ask(standin, request("GET", f"/v1/deployments/{slashes}/configuration")).status == 200
    twice = f"{CUSTOM}/my%2520app"
    told = (404, f"Application is not found: {twice}")
    assert words(ask(standin, request("GET", f"/v1/deployments/{twice}/configuration"))) == told


def test_a_custom_application_is_a_resource(tmp_path: Path) -> None:
    standin = with_custom_application(tmp_path, "0.25")
    settings = ask(standin, request("GET", f"/v1/{CUSTOM}/my%20app"))
    assert settings.json()["name"] == f"{CUSTOM}/my%20app"
    assert settings.json()["features"] == {"configuration_endpoint": "http://127.0.0.1/schema"}
    metadata = ask(standin, request("GET", f"/v1/metadata/{CUSTOM}/my%20app")).json()
    assert (metadata["resourceType"], metadata["etag"]) == ("APPLICATION", settings.header("etag"))
    assert "contentLength" not in metadata
    (item,) = ask(standin, request("GET", f"/v1/metadata/{CUSTOM}/")).json()["items"]
    assert (item["name"], item["nodeType"], item["url"]) == ("my app", "ITEM", f"{CUSTOM}/my%20app")
    for path in (f"/v1/{CUSTOM}/my%20app", f"/v1/metadata/{CUSTOM}/my%20app"):
        told = (403, f"You don't have an access to: {CUSTOM}/my%20app")
        assert words(ask(standin, request("GET", path, (("Api-Key", OTHER_KEY),)))) == told
    assert words(ask(standin, request("GET", f"/v1/{CUSTOM}/nothing"))) == (404, "")
