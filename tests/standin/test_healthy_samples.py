"""What real deployments do and is no fault is not accused; one step further, it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.recipe import THOROUGH, WRITES
from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.run.control import DiscoveryError
from conformance.standin.core.http import Handler, IncomingRequest, in_words
from conformance.standin.core.release import CORE_RELEASES
from conformance.standin.dial import KEYS, sample_names, stand_in
from conformance.standin.proof.in_process import check
from conformance.standin.request_kinds import asks_block, asks_completion, asks_schema, describes, lists

OPT_INS = frozenset({str(THOROUGH), str(WRITES)})
OF_A_COMPLETION = {"CHAT-01", "CHAT-02", "CHAT-03", "CHAT-04", "CHAT-24", "STRM-01", "STRM-02", "ATT-01", "LIM-02"}


CUSTOM = sample_names(all_samples=True)[-1]

Change = Callable[[Handler], Handler]


def changed(asked: Callable[[IncomingRequest], bool], edit: Callable[[Any], object]) -> Change:
    """Return what edits the JSON of some answers of a stand-in."""

    def around(healthy: Handler) -> Handler:
        async def handler(request: IncomingRequest) -> Any:
            response = await healthy(request)
            if not asked(request) or not (response.header("content-type") or "").startswith("application/json"):
                return response
            document = (await response.whole()).json()
            edit(document)
            return response.with_json(document)

        return handler

    return around


def if_answered(edit: Callable[[Any], object]) -> Callable[[Any], object]:
    """Return an edit that leaves errors as they are."""
    return lambda document: edit(document) if "choices" in document else None


def results(folder: Path, *names: str, change: Change = lambda healthy: healthy, profile: str = "0.25") -> list[Result]:
    """Ask everything about some samples."""
    return check(change(stand_in(profile, folder, KEYS, all_samples=True)), (KEYS[0], KEYS[1]), names, OPT_INS)


def ids(found: list[Result], *verdicts: Verdict) -> set[str]:
    """Return the requirements with one of these verdicts."""
    return {one.requirement for one in found if one.verdict in verdicts}


@pytest.mark.shortened(1)
@pytest.mark.parametrize("profile", CORE_RELEASES)
def test_healthy_samples_violate_nothing(tmp_path: Path, profile: str) -> None:
    found = results(tmp_path, *sample_names(all_samples=True), profile=profile)
    assert [one for one in found if one.verdict is Verdict.HARNESS_ERROR] == []
    violated = {(one.requirement, one.deployment) for one in found if one.verdict is Verdict.VIOLATED}
    assert violated == set()


@pytest.mark.parametrize("profile", CORE_RELEASES)
def test_application_that_no_listing_has(tmp_path: Path, profile: str) -> None:
    found = results(tmp_path, CUSTOM, profile=profile)
    assert ids(found, Verdict.VIOLATED) == set()
    assert not any(one.startswith("LIST-") for one in ids(found, Verdict.ADVISORY, Verdict.COULD_NOT_RUN))
    assert {"LIST-08", "LIST-09", "LIST-10", "LIST-20"} <= ids(found, Verdict.PASSED)


def test_page_of_an_application_that_no_listing_has(tmp_path: Path) -> None:
    wrong = changed(
        lambda request: request.path.startswith("/openai/applications/applications/"),
        lambda page: page["features"].update(tools="yes"),
    )
    assert ids(results(tmp_path, CUSTOM, change=wrong), Verdict.VIOLATED) == {"LIST-09"}


def without_attempts(healthy: Handler) -> Handler:
    """Drop the header of every answer."""

    async def handler(request: IncomingRequest) -> Any:
        return (await healthy(request)).without_header("x-upstream-attempts")

    return handler


def test_interceptor_beside_others_is_not_accused(tmp_path: Path) -> None:
    found = results(tmp_path, "search", "search-noop")
    assert "CHAT-24" not in ids(found, Verdict.ADVISORY)
    assert {one.deployment for one in found if (one.requirement, one.verdict) == ("CHAT-24", Verdict.NOT_CLAIMED)} == {
        "search-noop"
    }


@pytest.mark.parametrize("names", [("search-noop",), ("search", "search-noop")], ids=",".join)
def test_attempts_that_no_completion_tells_are_said_once(tmp_path: Path, names: tuple[str, ...]) -> None:
    found = results(tmp_path, *names, change=without_attempts)
    (said,) = [one for one in found if (one.requirement, one.verdict) == ("CHAT-24", Verdict.ADVISORY)]
    assert "an interceptor" in said.got


def test_schema_with_a_reference_at_its_root(tmp_path: Path) -> None:
    found = results(tmp_path, "pipe")
    assert {"CONF-05", "CONF-06", "CHAT-01", "CHAT-05", "STRM-04"} <= ids(found, Verdict.PASSED)
    assert ids(found, Verdict.VIOLATED) == set()
    (twice,) = [one for one in found if one.verdict is Verdict.ADVISORY]
    assert twice.requirement == "CHAT-31"
    assert twice.case == 'source={"kind":"db","dsn_name":"A","tables":["text","text"]}'


@pytest.mark.parametrize("name", ["rag", "rag2"])
def test_application_that_cites_what_is_elsewhere(tmp_path: Path, name: str) -> None:
    found = results(tmp_path, name)
    assert ids(found, Verdict.VIOLATED, Verdict.ADVISORY) == set()
    assert ids(found, Verdict.COULD_NOT_RUN) == set()


def test_picture_at_an_inner_address(tmp_path: Path) -> None:
    def elsewhere(completion: Any) -> None:
        for one in completion["choices"][0]["message"]["custom_content"]["attachments"]:
            one["url"] = "https://images.corp.local/x.png"

    wrong = changed(lambda request: asks_block(request) and "/gpt-image-1/" in request.path, if_answered(elsewhere))
    assert ids(results(tmp_path, "gpt-image-1", change=wrong), Verdict.VIOLATED) == {"ATT-08"}


def test_size_that_the_model_chooses(tmp_path: Path) -> None:
    found = results(tmp_path, "gpt-image-1")
    sizes = {one.case: one.verdict for one in found if one.requirement == "FILE-04"}
    assert Verdict.ADVISORY not in sizes.values()
    assert {verdict for case, verdict in sizes.items() if 'size="auto"' in str(case)} == {Verdict.NOT_CLAIMED}
    assert Verdict.PASSED in sizes.values()


@pytest.mark.parametrize("profile", CORE_RELEASES)
def test_deployment_that_needs_an_attachment(tmp_path: Path, profile: str) -> None:
    found = results(tmp_path, "transcriber", profile=profile)
    assert ids(found, Verdict.VIOLATED, Verdict.ADVISORY, Verdict.COULD_NOT_RUN) & OF_A_COMPLETION == set()
    assert {"CHAT-01", "STRM-01", "ATT-02"} <= ids(found, Verdict.NOT_CLAIMED)


@pytest.mark.parametrize(
    ("asked", "edit"),
    [
        (asks_block, lambda body: body.update(error={"message": "The upstream is not configured"})),
        (
            lambda request: lists(request) or describes(request),
            lambda body: [one.pop("input_attachment_types", None) for one in body.get("data", [body])],
        ),
    ],
    ids=["refuses for another reason", "does not tell that it takes attachments"],
)
def test_deployment_that_does_not_tell_that_it_needs_an_attachment(
    tmp_path: Path, asked: Callable[[IncomingRequest], bool], edit: Callable[[Any], object]
) -> None:
    assert ids(results(tmp_path, "transcriber", change=changed(asked, edit)), Verdict.VIOLATED) == {"CHAT-01"}


@pytest.mark.parametrize("name", ["search", "buttons"])
def test_required_property_that_nobody_described_is_not_invented(tmp_path: Path, name: str) -> None:
    def require_more(schema: Any) -> None:
        if "properties" in schema:
            schema["required"] = [*schema.get("required", []), "ghost"]

    wrong = changed(lambda request: asks_schema(request) and f"/{name}/" in request.path, require_more)
    found = results(tmp_path, name, change=wrong)
    assert ids(found, Verdict.VIOLATED) == {"CONF-08"}
    (reason,) = {one.reason for one in found if one.requirement == "CHAT-01"}
    assert reason.startswith("CONF-08: ")


def with_flag(value: object) -> Change:
    """Describe the application with another `features.configuration`."""

    def edit(body: Any) -> None:
        for one in body.get("data", [body]):
            if one.get("id") == "buttons":
                one["features"]["configuration"] = value

    return changed(lambda request: lists(request) or describes(request), edit)


@pytest.mark.parametrize(
    ("value", "requirement"), [(1, "LIST-09"), (0, "LIST-09"), ("true", "LIST-09"), (False, "CONF-02")]
)
def test_claim_that_is_wrong_speaks_first(tmp_path: Path, value: object, requirement: str) -> None:
    found = results(tmp_path, "buttons", change=with_flag(value))
    assert ids(found, Verdict.VIOLATED) == {requirement}
    (chat,) = [one for one in found if one.requirement == "CHAT-01"]
    assert chat.verdict is Verdict.COULD_NOT_RUN
    assert chat.reason.startswith(requirement)


def serving(status: int, *interfaces: str) -> Change:
    """Tell the interfaces of the model that echoes, and answer its completions with a status and nothing."""

    def around(healthy: Handler) -> Handler:
        def edit(body: Any) -> None:
            for one in body["data"]:
                one["interfaces"] = list(interfaces)

        listing = changed(lists, edit)(healthy)

        async def handler(request: IncomingRequest) -> Any:
            if asks_completion(request) and (request.header("api-key") in KEYS):
                return in_words(status)
            return await listing(request)

        return handler

    return around


def test_deployment_without_chat_completions(tmp_path: Path) -> None:
    found = results(tmp_path, "echo", change=serving(503, "openaiResponses", "mcp"), profile="late")
    assert ids(found, Verdict.VIOLATED) == set()
    of_it = {one.requirement for one in found if one.deployment == "echo" and one.verdict is Verdict.COULD_NOT_RUN}
    assert of_it == set()
    (chat,) = [one for one in found if one.requirement == "CHAT-01"]
    assert chat.reason == "interfaces has only openaiResponses, mcp"


def test_deployment_with_chat_completions_that_fail(tmp_path: Path) -> None:
    found = results(tmp_path, "echo", change=serving(500, "chat", "mcp"), profile="late")
    assert "CHAT-01" in ids(found, Verdict.VIOLATED)


def test_deployment_that_the_key_may_not_use(tmp_path: Path) -> None:
    found = results(tmp_path, "forbidden", "echo")
    assert ids(found, Verdict.VIOLATED) == set()
    of_forbidden = [one for one in found if one.deployment == "forbidden"]
    told = {one.requirement: one.reason for one in of_forbidden if one.verdict is Verdict.COULD_NOT_RUN}
    assert told["LIST-03"] == told["CHAT-01"] == "the key may not use this deployment (403)"
    assert Verdict.PASSED not in {one.verdict for one in of_forbidden}
    assert {"CHAT-01", "LIST-04"} <= {
        one.requirement for one in found if one.deployment == "echo" and one.verdict is Verdict.PASSED
    }


def test_only_deployment_is_one_that_the_key_may_not_use(tmp_path: Path) -> None:
    with pytest.raises(DiscoveryError, match=r"the key may not use forbidden \(403\)"):
        results(tmp_path, "forbidden")


def test_page_of_the_first_deployment_is_wrong(tmp_path: Path) -> None:
    wrong = changed(
        lambda request: describes(request, "deployments") and request.path.endswith("/echo"),
        lambda page: page.update(id="Echo"),
    )
    found = results(tmp_path, "echo", "search", change=wrong)
    violated = {(one.requirement, one.deployment) for one in found if one.verdict is Verdict.VIOLATED}
    assert violated == {("LIST-04", "echo")}
    assert ("LIST-04", "search") in {
        (one.requirement, one.deployment) for one in found if one.verdict is Verdict.PASSED
    }
