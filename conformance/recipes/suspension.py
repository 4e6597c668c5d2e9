"""What a refused request does to its deployment: two of them, one right behind the other, before all others."""

from __future__ import annotations

from http import HTTPStatus

from conformance.contract.case import ABSENT
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange, Request
from conformance.contract.recipe import recipe
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.recipes.configuration import TEXT_ROOT_CASE
from conformance.recipes.listing import NO_ROUTE
from conformance.recipes.requests import chat


def _refused(deployment: Deployment) -> Request:
    if not deployment.answers_chat:
        raise NotClaimedError("capabilities.chat_completion is false")
    if deployment.configurable:
        return chat(deployment, configuration=TEXT_ROOT_CASE.value)
    return chat(deployment, messages=ABSENT)


@recipe(refused=True, suspension_probe=True)
def first_refusal(representative: Deployment) -> Request:
    """A completion that the deployment refuses."""
    return _refused(representative)


@recipe(refused=True, suspension_probe=True, answers=NO_ROUTE)
def second_refusal(representative: Deployment, first_refusal: Exchange) -> Request:
    """The same, right behind it; only after a refusal does it tell something."""
    if first_refusal.status not in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
        raise CouldNotRunError(f"CHAT-09 or 19: nothing was refused: {first_refusal.excerpt}")
    return _refused(representative)
