"""What fails as a whole is told once: an outage accuses nobody, and who refuses everything passes nothing."""

from __future__ import annotations

import pytest

from conformance.contract.exchange import Answer
from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.run.control import DiscoveryError
from conformance.run.registry import all_requirements
from tests.broken_answers.change import SCHEMAS, document, html, text
from tests.replaying import Change, ChangedDial, Place, accused, harness_errors, read_set, results, unbroken

COMPLETIONS = ("accepted", "with_empty_configuration", "streamed")
REFUSALS = (
    "first_refusal",
    "second_refusal",
    "refused",
    "refused_stream",
    "with_attachment_in_no_bucket",
    "with_disputed_value",
    "with_unknown_key",
    "wrong_root",
    "with_wrong_custom_fields",
    "with_charset",
    "without_messages",
    "with_empty_messages",
    "without_api_version",
)
OUTAGES = (429, 502, 503, 504)
NO_ROUTE = Answer(502, "Bad Gateway", (("content-length", "8"),), b"No route", ((0.0, 8),))
PROVEN = {one.id for one in all_requirements().values() if one.proven_by is not None}


def failing(deployment: str, change: Change, *exchanges: str) -> list[Result]:
    found = results(ChangedDial(read_set(), [Place(change, exchanges)]), deployment)
    assert harness_errors(found) == []
    return found


def unexplained(status: int) -> set[str]:
    """A 429 without a message is a fault of its own, wherever it is met."""
    return {"LIM-03"} if status == 429 else set()


def verdicts(found: list[Result], *requirements: str) -> set[Verdict]:
    return {one.verdict for one in found if one.requirement in requirements}


@pytest.mark.parametrize("status", OUTAGES)
@pytest.mark.parametrize("deployment", ["dall-e-3", "echo", "buttons"])
def test_outage_of_a_deployment_accuses_nobody(deployment: str, status: int) -> None:
    found = failing(deployment, text(status, "No route"), *COMPLETIONS, *REFUSALS)
    assert accused(found) == unexplained(status)
    assert verdicts(found, "CHAT-01", "CHAT-02", "CHAT-19") == {Verdict.COULD_NOT_RUN}


@pytest.mark.parametrize(
    ("recipe", "decided"),
    [
        ("traversal", "FILE-09"),
        ("chat_by_get", "LIST-24"),
        ("configuration_by_post", "CONF-15"),
        ("all_deployments", "LIST-22"),
    ],
)
def test_error_page_of_a_gateway_decides_nothing_where_a_core_has_no_route(recipe: str, decided: str) -> None:
    """A Core without such a route answers 502 in its own words; who stands in front of it does so while it is away."""
    away = failing("dall-e-3", html(502), recipe)
    assert Verdict.COULD_NOT_RUN in verdicts(away, decided)
    assert Verdict.COULD_NOT_RUN not in verdicts(failing("dall-e-3", lambda _: NO_ROUTE, recipe), decided)


@pytest.mark.parametrize("status", OUTAGES)
def test_outage_of_completions_leaves_refusals_unproven(status: int) -> None:
    found = failing("dall-e-3", text(status), *COMPLETIONS)
    assert accused(found) == unbroken("dall-e-3") - {"STRM-05"} | unexplained(status)
    assert verdicts(found, "CHAT-05", "CHAT-06", "CHAT-07", "CHAT-08", "CHAT-09") == {Verdict.NOT_PROVEN}
    assert verdicts(found, "ATT-01", "FILE-01") == {Verdict.COULD_NOT_RUN}


@pytest.mark.parametrize("status", OUTAGES)
def test_outage_of_schemas_accuses_nobody(status: int) -> None:
    found = failing("search", text(status), *SCHEMAS)
    assert accused(found) == unexplained(status)
    assert verdicts(found, "CONF-01", "CONF-04", "CHAT-01", "CHAT-05") == {Verdict.COULD_NOT_RUN}


@pytest.mark.parametrize("deployment", ["dall-e-3", "echo", "buttons", "search"])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(document(422, {"error": {"message": "no"}}), id="refuses everything"),
        pytest.param(text(500, "Internal Server Error"), id="fails always"),
        pytest.param(text(403, "Forbidden"), id="forbids everything"),
    ],
)
def test_who_answers_everything_alike_passes_no_refusal(deployment: str, change: Change) -> None:
    found = failing(deployment, change, *COMPLETIONS, *REFUSALS)
    assert accused(found) == {"CHAT-01"}
    assert Verdict.PASSED not in verdicts(found, *PROVEN)


@pytest.mark.parametrize("status", [403, 404, 500])
def test_without_an_image_nothing_is_said_of_it(status: int) -> None:
    found = failing("dall-e-3", text(status), "image", "image_again", "image_if_none_match", "image_metadata")
    assert accused(found) == unbroken("dall-e-3") | {"FILE-01"}
    assert verdicts(found, "FILE-02", "FILE-03", "FILE-10", "FILE-15") == {Verdict.COULD_NOT_RUN}


@pytest.mark.parametrize("deployment", ["dall-e-3", "buttons"])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(text(500), id="500"),
        pytest.param(text(503), id="503"),
        pytest.param(text(401), id="401"),
        pytest.param(text(404), id="404"),
        pytest.param(text(200), id="nothing"),
        pytest.param(document(200, {}), id="an empty object"),
        pytest.param(html(200), id="a web page"),
    ],
)
def test_what_is_no_dial_is_not_checked(deployment: str, change: Change) -> None:
    with pytest.raises(DiscoveryError, match=deployment):
        failing(deployment, change, "*")
