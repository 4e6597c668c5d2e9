"""Rate limits, before and after all completions."""

from __future__ import annotations

from http import HTTPStatus

from conformance.contract.deployment import MODEL, Deployment
from conformance.contract.exchange import Exchange, Request
from conformance.contract.recipe import facts, recipe
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.input_attachment import see_that_no_attachment_is_missing
from conformance.dial.limits import Limits, limits_fault
from conformance.recipes.requests import get

COMPLETIONS = ("accepted", "with_empty_configuration", "streamed")


@recipe
def limits(deployment: Deployment) -> Request:
    """The rate limits of the deployment, before any completion."""
    return get(f"/v1/deployments/{deployment.path}/limits")


@recipe(after=COMPLETIONS)
def limits_after(deployment: Deployment) -> Request:
    """The rate limits of the deployment, after all completions."""
    return get(f"/v1/deployments/{deployment.path}/limits")


@facts
def limits_of_used_model(
    deployment: Deployment, limits: Exchange, limits_after: Exchange, streamed: Exchange, every_exchange: EveryExchange
) -> tuple[Limits, Limits]:
    """The limits of a model before and after it answered a completion."""
    if deployment.kind != MODEL:
        raise NotClaimedError("limits are for models")
    if HTTPStatus.NOT_FOUND in (limits.status, limits_after.status):
        raise NotClaimedError("there are no limits (404)")
    see_that_no_attachment_is_missing(deployment, streamed)
    is_stream = streamed.status == HTTPStatus.OK and streamed.answer.media_type == "text/event-stream"
    if not is_stream and not every_exchange.completed_by(deployment.path):
        raise CouldNotRunError("CHAT-01: no completion was answered between the two calls")
    fault = limits_fault(limits) or limits_fault(limits_after)
    if fault is not None:
        raise CouldNotRunError(f"LIM-01: {fault}")
    return Limits(limits), Limits(limits_after)
