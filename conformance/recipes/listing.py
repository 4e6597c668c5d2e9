"""What the DIAL lists, and what it says of one deployment."""

from __future__ import annotations

from http import HTTPStatus

from conformance.contract.deployment import APPLICATION, MODEL, Deployment
from conformance.contract.exchange import Exchange, Request
from conformance.contract.recipe import facts, recipe
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.description import (
    Element,
    difference,
    flags_fault,
    own_fault,
)
from conformance.dial.listing import Description, Descriptions, Listing, is_listing, read_listing
from conformance.recipes.requests import UNKNOWN_DEPLOYMENT, chat_path, get

NO_ROUTE = (502,)
"""On a path that it does not know, an older Core answers 502 `No route`; see also `conformance/dial/own_502.py`."""


@recipe
def version() -> Request:
    """The Core's version; open to all."""
    return get("/version", credentials=())


@recipe
def listing() -> Request:
    """The models, as the OpenAI API lists them."""
    return get("/openai/deployments")


@recipe
def listing_again() -> Request:
    """The same listing a second time."""
    return get("/openai/deployments")


@recipe
def models() -> Request:
    """The models, with what they really can."""
    return get("/openai/models")


@recipe
def applications() -> Request:
    """The applications."""
    return get("/openai/applications")


@recipe
def all_deployments() -> Request:
    """Deployments of all kinds, in newer Cores."""
    return get("/v1/deployments")


@recipe
def deployments_of_unknown_type() -> Request:
    """The same, of a type that does not exist."""
    return get("/v1/deployments?interface_type=zzz")


@recipe
def unknown_deployment() -> Request:
    """A deployment that does not exist."""
    return get(f"/openai/deployments/{UNKNOWN_DEPLOYMENT.path}")


@recipe
def deployment_alone(deployment: Deployment) -> Request:
    """The deployment below /openai/deployments, where only models are."""
    if deployment.kind != MODEL:
        raise NotClaimedError("an application; /openai/deployments has only models")
    return get(f"/openai/deployments/{deployment.path}")


@recipe
def home(deployment: Deployment) -> Request:
    """The deployment below /openai/models or /openai/applications."""
    return get(deployment.home)


@recipe
def encoded_id(deployment: Deployment) -> Request:
    """The deployment, with the first letter of its id percent-encoded."""
    if deployment.encoded_path is None:
        raise NotClaimedError("the id has no letter that could be encoded")
    place = "applications" if deployment.kind == APPLICATION else "deployments"
    return get(f"/openai/{place}/{deployment.encoded_path}")


@recipe
def chat_by_get(deployment: Deployment) -> Request:
    """The path of completions, with GET."""
    return get(chat_path(deployment, api_version=None))


@facts
def listed(listing: Exchange) -> Listing:
    """The elements of /openai/deployments."""
    return _listing(listing)


@facts
def listed_models(models: Exchange) -> Listing:
    """The elements of /openai/models."""
    return _listing(models)


@facts
def listed_applications(applications: Exchange) -> Listing:
    """The elements of /openai/applications."""
    return _listing(applications)


@facts
def own_listing(deployment: Deployment, listed_models: Listing, listed_applications: Listing) -> Listing:
    """The listing that has the deployment's kind."""
    return listed_applications if deployment.kind == APPLICATION else listed_models


@facts
def own_element(deployment: Deployment, own_listing: Listing, home: Exchange | None = None) -> Description:
    """What the listing of its kind says of the deployment; of a private application its own page is its listing."""
    element = own_listing.element(deployment.id)
    if element is None and deployment.is_private and home is not None:
        element = _own(home, deployment)
        if element is not None:
            return Description(deployment.home, element, home)
    if element is None:
        owner = "LIST-02 or 07" if deployment.listed else "LIST-03"
        raise CouldNotRunError(f"{owner}: {deployment.id} is not in /openai/{deployment.kind}s")
    return Description(f"/openai/{deployment.kind}s", element, own_listing.exchange)


@facts
def own_description(deployment: Deployment, home: Exchange) -> Description:
    """What the DIAL says of the deployment alone."""
    element = _own(home, deployment)
    if element is None:
        raise CouldNotRunError(f"LIST-07: {deployment.home} does not describe it: {home.excerpt}")
    return Description(deployment.home, element, home)


@facts
def descriptions(
    deployment: Deployment,
    own_element: Description,
    own_description: Description,
    listed: Listing,
    deployment_alone: Exchange | None = None,
) -> Descriptions:
    """All that the DIAL says of the deployment."""
    found = [own_element, own_description]
    element = listed.element(deployment.id)
    if element is not None:
        found.append(Description("/openai/deployments", element, listed.exchange))
    alone = None if deployment_alone is None else _own(deployment_alone, deployment)
    if deployment_alone is not None and alone is not None:
        found.append(Description(deployment_alone.request.path, alone, deployment_alone))
    return Descriptions(found)


@facts
def model_descriptions(deployment: Deployment, descriptions: Descriptions) -> Descriptions:
    """What /openai/models and its elements say of a model; elsewhere an old Core leaves the capabilities out."""
    if deployment.kind != MODEL:
        raise NotClaimedError("an application has no capabilities")
    return Descriptions(one for one in descriptions if one.element.get("object") != "deployment")


@facts
def model_card(
    deployment: Deployment, deployment_alone: Exchange, own_element: Description, own_description: Description
) -> Description:
    """What /openai/deployments/{id} says of a model, if it tells the truth about features, and there is one truth."""
    document = _own(deployment_alone, deployment)
    if document is None:
        raise CouldNotRunError(f"LIST-04: it does not describe the model: {deployment_alone.excerpt}")
    if document.get("object") == "deployment":
        raise NotClaimedError("an old Core: what it calls a deployment has default features only")
    broken = flags_fault(document) or own_fault(own_element.element, deployment.kind)
    broken = broken or flags_fault(own_description.element)
    if broken is not None:
        raise CouldNotRunError(broken)
    doubt = difference(own_element.element, own_description.element)
    if doubt is not None:
        raise CouldNotRunError(f"LIST-07: {doubt}")
    return Description(deployment_alone.request.path, document, deployment_alone)


def _own(exchange: Exchange, deployment: Deployment) -> Element | None:
    document = exchange.json_object if exchange.status == HTTPStatus.OK else None
    return document if document is not None and document.get("id") == deployment.id else None


def _listing(exchange: Exchange) -> Listing:
    found = read_listing(exchange)
    if found is None or not is_listing(exchange):
        raise CouldNotRunError(f"LIST-01: {exchange.request.path} is not a list: {exchange.excerpt}")
    return found
