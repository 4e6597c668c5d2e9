"""What the DIAL lists."""

from __future__ import annotations

from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.requirement import MUST, SHOULD, requirement
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial import description as rules
from conformance.dial.description_texts import inner_address_fault
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.listing import Description, Descriptions, Listing, bare_ids, is_listing, read_listing
from conformance.recipes.listed_pages import is_page_of

_PRIVATE = "an application that a user made, which this Core does not list: its own page is its listing"


@requirement("LIST-01", MUST, source="DIAL-2.1-1, DIAL-2.1-6, DIAL-2.3-1")
def test_listings_are_lists(listing: Exchange, models: Exchange, applications: Exchange) -> None:
    """The listings answer 200 with application/json: `{"object": "list", "data": [...]}`."""
    wrong = next((one for one in (listing, models, applications) if not is_listing(one)), None)
    assert wrong is None, wrong.because('200, application/json and {"object": "list", "data": [...]}')


@requirement("LIST-02", MUST, source="DIAL-2.3-3, DIAL-2.3-4")
def test_ids_are_unique_strings(listed: Listing, listed_models: Listing, listed_applications: Listing) -> None:
    """Every element of a listing has an id, a string that no other element of it has."""
    fault = listed.id_fault() or listed_models.id_fault() or listed_applications.id_fault()
    assert fault is None, fault.because("unique ids")


@requirement("LIST-03", MUST, source="DIAL-2.1-7, DIAL-NOTEBOOK-3", requires=["LIST-02"])
def test_deployment_is_listed(
    deployment: Deployment, listed: Listing, listed_models: Listing, listed_applications: Listing
) -> None:
    """The deployment is in one of the listings; an application that a user made may be in none."""
    if deployment.is_private:
        raise NotClaimedError(_PRIVATE)
    ids = {*listed.ids, *listed_models.ids, *listed_applications.ids}
    assert deployment.id in ids, listed_models.exchange.because(f"an element with id {deployment.id}", sorted(ids))


@requirement("LIST-04", MUST, source="DIAL-2.1-2, DIAL-NOTEBOOK-2")
def test_model_is_described_under_deployments(deployment: Deployment, deployment_alone: Exchange) -> None:
    """A model is described by GET /openai/deployments/{id}, under its id."""
    assert deployment_alone.status == 200, deployment_alone.because("200")
    described = deployment_alone.json_object or {}
    assert described.get("id") == deployment.id, deployment_alone.because(f"id {deployment.id}")


@requirement("LIST-05", MUST, source="DIAL-2.1-2, DIAL-2.1-3, DIAL-2.1-4, DIAL-NOTEBOOK-3")
def test_unknown_deployment_is_not_found(unknown_deployment: Exchange) -> None:
    """A deployment that does not exist is answered with 404."""
    assert unknown_deployment.status == 404, unknown_deployment.because("404")


@requirement("LIST-06", MUST, source="DIAL-2.3-5, DIAL-2.2-2")
def test_elements_say_what_they_are(listed: Listing, listed_models: Listing, listed_applications: Listing) -> None:
    """`object` is "model" or "deployment" in /openai/deployments, "model" in /openai/models, "application" in /openai/applications."""  # noqa: E501 - one sentence
    fault = listed.object_fault(frozenset({"model", "deployment"}))
    assert fault is None, fault.because('object "model" or "deployment"')
    fault = listed_models.object_fault(frozenset({"model"}))
    assert fault is None, fault.because('object "model"')
    fault = listed_applications.object_fault(frozenset({"application"}))
    assert fault is None, fault.because('object "application"')


@requirement("LIST-07", MUST, source="DIAL-2-1", requires=["LIST-03"])
def test_description_equals_the_listing(
    deployment: Deployment, own_listing: Listing, home: Exchange, deployment_alone: Exchange | None = None
) -> None:
    """What the DIAL says of the deployment alone equals what its listing says, in id, object and features."""
    if deployment.is_private:
        raise NotClaimedError(_PRIVATE)
    element = own_listing.element(deployment.id)
    assert element is not None, own_listing.exchange.because(f"an element with id {deployment.id}")
    _let_the_first_page_speak(deployment, home, deployment_alone, "LIST-04")
    assert home.status == 200, home.because("200")
    described = home.json_object or {}
    assert described.get("id") == deployment.id, home.because(f"id {deployment.id}")
    broken = rules.own_fault(element, deployment.kind) or rules.flags_fault(described)
    if broken:
        raise CouldNotRunError(broken)
    difference = rules.difference(element, described)
    assert difference is None, home.because("the same as in the listing", difference)


@requirement("LIST-08", MUST, source="DIAL-2.3-6")
def test_times_are_integers(descriptions: Descriptions) -> None:
    """created_at and updated_at are integers."""
    fault = descriptions.fault(rules.time_fault)
    assert fault is None, fault.because("integers")


@requirement("LIST-09", MUST, source="DIAL-2.3-7, DIAL-2.4-13")
def test_known_flags_are_booleans(descriptions: Descriptions) -> None:
    """`features` is an object whose known flags are JSON booleans."""
    fault = descriptions.fault(rules.features_fault)
    assert fault is None, fault.because("an object of booleans")


@requirement("LIST-10", MUST, source="DIAL-2.4-13", requires=["LIST-09"], since="0.15")
def test_oldest_flags_are_present(descriptions: Descriptions) -> None:
    """`features` has the ten flags that every Core sends, from rate to allow_resume."""
    fault = descriptions.fault(rules.missing_flag_fault)
    assert fault is None, fault.because("all of " + ", ".join(rules.OLDEST_FLAGS))


@requirement("LIST-11", SHOULD, source="DIAL-2.4-14, DIAL-2.4-11", requires=["LIST-09"])
def test_unknown_flags_are_booleans_or_arrays(descriptions: Descriptions) -> None:
    """Flags that are not known are booleans, or arrays of strings."""
    fault = descriptions.fault(rules.unknown_flag_fault)
    assert fault is None, fault.because("booleans or arrays of strings")


@requirement("LIST-12", MUST, source="DIAL-2.3-10")
def test_capabilities_are_true(
    deployment: Deployment, model_descriptions: Descriptions, every_exchange: EveryExchange
) -> None:
    """A model's `capabilities` are booleans and an array, and chat_completion is true if it answers completions."""
    fault = model_descriptions.fault(rules.capabilities_fault)
    assert fault is None, fault.because("completion, chat_completion, embeddings, fine_tune, inference and scale_types")
    fault = (
        model_descriptions.fault(rules.chat_capability_fault) if every_exchange.completed_by(deployment.path) else None
    )
    assert fault is None, fault.because("chat_completion true, because it answered a completion")


@requirement("LIST-13", SHOULD, source="DIAL-2.3-14", requires=["LIST-12"])
def test_capabilities_exclude_each_other(model_descriptions: Descriptions) -> None:
    """A model claims at most one of completion, chat_completion and embeddings."""
    fault = model_descriptions.fault(rules.many_capabilities_fault)
    assert fault is None, fault.because("at most one")


@requirement("LIST-14", MUST, source="DIAL-2.3-12; notes of Core 0.49")
def test_prices_are_decimal_strings(descriptions: Descriptions) -> None:
    """`pricing` has a unit, and prices that are decimal strings or decision trees."""
    _claimed(descriptions, "pricing")
    fault = descriptions.fault(rules.pricing_fault)
    assert fault is None, fault.because("a string unit, and prices as decimal strings or objects")


@requirement("LIST-15", MUST, source="DIAL-2.3-11")
def test_limits_are_positive_integers(descriptions: Descriptions) -> None:
    """`limits` are positive integers."""
    _claimed(descriptions, "limits")
    fault = descriptions.fault(rules.limits_fault)
    assert fault is None, fault.because("positive integers")


@requirement("LIST-16", MUST, source="DIAL-2.3-9")
def test_keywords_and_types_are_arrays_of_strings(descriptions: Descriptions) -> None:
    """input_attachment_types and description_keywords are arrays of strings."""
    _claimed(descriptions, "input_attachment_types", "description_keywords")
    fault = descriptions.fault(rules.strings_fault)
    assert fault is None, fault.because("arrays of strings")


@requirement("LIST-17", MUST, source="DIAL-2.3-8")
def test_names_are_text(descriptions: Descriptions) -> None:
    """display_name and description are strings, or maps from a language to a string."""
    _claimed(descriptions, "display_name", "description")
    fault = descriptions.fault(rules.text_fault)
    assert fault is None, fault.because("a string, or a map from a language to a string")


@requirement("LIST-18", SHOULD, source="DIAL-2.2-2", since="0.19")
def test_features_are_the_same_everywhere(model_card: Description, own_element: Description) -> None:
    """What /openai/deployments/{id} says of a model equals what /openai/models says, in object and features."""
    difference = rules.difference(own_element.element, model_card.element)
    assert difference is None, model_card.exchange.because("the same as in /openai/models", difference)


@requirement(
    "LIST-19",
    SHOULD,
    source="DIAL-2.3-2",
    requires=["LIST-08", "LIST-09", "LIST-11", "LIST-12", "LIST-14", "LIST-15", "LIST-16", "LIST-17"],
)
def test_no_field_is_null(descriptions: Descriptions) -> None:
    """No field of a description is null."""
    fault = descriptions.fault(rules.null_fault)
    assert fault is None, fault.because("no null")


@requirement("LIST-20", MUST, source="DIAL-2.3-15, DIAL-18.3-1; good practice: OWASP, API security")
def test_no_internals_leak(descriptions: Descriptions) -> None:
    """No description has a field for an endpoint, an upstream, a key or a secret, the address of an upstream, or a key or token of a known format in any text."""  # noqa: E501 - one sentence
    fault = descriptions.fault(rules.internals_fault)
    assert fault is None, fault.because("no internals")


@requirement("LIST-29", SHOULD, source="DIAL-18.3-1; good practice: OWASP, information leakage", requires=["LIST-20"])
def test_no_text_tells_an_inner_address(descriptions: Descriptions) -> None:
    """No text of a description tells an address inside of a network; `*_url` fields are meant to be addresses."""
    fault = descriptions.fault(inner_address_fault)
    assert fault is None, fault.because("no inner address")


@requirement("LIST-21", SHOULD, source="DIAL-18.2-1; good practice: replicas of one DIAL", requires=["LIST-02"])
def test_listing_is_repeatable(listed: Listing, listing_again: Exchange) -> None:
    """Two calls of /openai/deployments list the same ids."""
    again = read_listing(listing_again)
    assert again is not None, listing_again.because("the same list as before")
    difference = sorted(set(listed.ids) ^ set(again.ids))
    assert not difference, listing_again.because("the same ids", f"only once: {', '.join(difference)}")


@requirement("LIST-22", SHOULD, source="DIAL-2.1-5")
def test_listing_of_all_kinds_has_the_deployment(deployment: Deployment, all_deployments: Exchange) -> None:
    """/v1/deployments, where it exists, is a bare array that has the deployment, unless no listing has it."""
    if all_deployments.status in (404, 502):
        raise NotClaimedError(f"/v1/deployments does not exist here ({all_deployments.status})")
    ids = bare_ids(all_deployments)
    assert ids is not None, all_deployments.because("200 with a JSON array")
    if deployment.is_private:
        raise NotClaimedError(_PRIVATE)
    assert deployment.id in ids, all_deployments.because(f"an element with id {deployment.id}", sorted(ids))


@requirement("LIST-23", SHOULD, source="DIAL-2.1-9")
def test_unknown_type_of_deployments_is_refused(
    all_deployments: Exchange, deployments_of_unknown_type: Exchange
) -> None:
    """/v1/deployments, where it exists, refuses an interface_type that does not exist with 400."""
    if all_deployments.status in (404, 502) or deployments_of_unknown_type.status == 502:
        raise NotClaimedError("/v1/deployments does not exist here, or knows no types")
    if bare_ids(all_deployments) is None:
        raise CouldNotRunError(f"LIST-22: no array: {all_deployments.excerpt}")
    assert deployments_of_unknown_type.status == 400, deployments_of_unknown_type.because("400")


@requirement("LIST-24", MUST, source="DIAL-2.1-10", unless_like=("CHAT-01", "valid_request_in_vain"))
def test_completions_are_not_for_get(chat_by_get: Exchange) -> None:
    """GET on the path of completions is not answered with 2xx."""
    assert not 200 <= chat_by_get.status < 300, chat_by_get.because("404 or 405")


@requirement("LIST-25", MUST, source="DIAL-11.6-1; RFC 3986 section 6.2.2.2")
def test_encoded_id_names_the_same_deployment(
    deployment: Deployment,
    encoded_id: Exchange,
    deployment_alone: Exchange | None = None,
    home: Exchange | None = None,
) -> None:
    """An id with a letter percent-encoded names the same deployment."""
    _let_the_first_page_speak(deployment, encoded_id, deployment_alone, "LIST-04")
    _let_the_first_page_speak(deployment, encoded_id, home, "LIST-07")
    assert encoded_id.status == 200, encoded_id.because("200")
    described = encoded_id.json_object or {}
    assert described.get("id") == deployment.id, encoded_id.because(f"id {deployment.id}")


def _let_the_first_page_speak(deployment: Deployment, page: Exchange, first: Exchange | None, owner: str) -> None:
    """See that a page that is none is not so where another one of the deployment is so, too: that is one fault."""
    if first is None or is_page_of(page, deployment) or is_page_of(first, deployment):
        return
    if first.status == page.status:
        raise CouldNotRunError(f"{owner}: {first.excerpt}")


def _claimed(descriptions: Descriptions, *fields: str) -> None:
    if not any(descriptions.any_have(field) for field in fields):
        raise NotClaimedError(f"there is no {' or '.join(fields)}")
