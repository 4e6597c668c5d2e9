"""What a refused request does to its deployment: two of them, one right behind the other, before all others."""

from __future__ import annotations

from http import HTTPStatus

from conformance.cases.case import ABSENT
from conformance.dial.deployment import Deployment
from conformance.dial.suspension import has_no_route
from conformance.exchange import Exchange, Request
from conformance.recipe import facts, recipe
from conformance.recipes.configuration import TEXT_ROOT_CASE
from conformance.recipes.listing import NO_ROUTE
from conformance.recipes.requests import chat
from conformance.verdict import CouldNotRunError, NotClaimedError


def _refused(deployment: Deployment) -> Request:
    if not deployment.answers_chat:
        raise NotClaimedError("capabilities.chat_completion is false")
    if deployment.configurable:
        return chat(deployment, configuration=TEXT_ROOT_CASE.value)
    return chat(deployment, messages=ABSENT)


@recipe(refused=True, leads=True)
def first_refusal(representative: Deployment) -> Request:
    """A completion that the deployment refuses."""
    return _refused(representative)


@recipe(refused=True, leads=True, answers=NO_ROUTE)
def second_refusal(representative: Deployment, refused_first: Exchange) -> Request:
    """The same, right behind it."""
    del refused_first  # only after a refusal does it tell something
    return _refused(representative)


@facts
def refused_first(first_refusal: Exchange) -> Exchange:
    """The answer to the first request that should be refused, if it was."""
    if first_refusal.status not in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
        raise CouldNotRunError(f"CHAT-09 or 19: nothing was refused: {first_refusal.excerpt}")
    return first_refusal


@facts
def after_refusal(second_refusal: Exchange) -> Exchange:
    """The answer right after a refusal, if it is the deployment's, or that there is none any more."""
    if second_refusal.status in NO_ROUTE and not has_no_route(second_refusal):
        raise CouldNotRunError(f"an outage, not an answer: {second_refusal.excerpt}")
    return second_refusal
