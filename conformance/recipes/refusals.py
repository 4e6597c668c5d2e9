"""What is read from completions that a deployment must refuse."""

from __future__ import annotations

from http import HTTPStatus

from conformance.cases.case import Case
from conformance.dial.deployment import Deployment
from conformance.dial.error import has_message
from conformance.dial.schema import Schema
from conformance.every_exchange import EveryExchange
from conformance.exchange import Exchange
from conformance.recipe import Node, facts
from conformance.recipes.configuration import TEXT_ROOT_CASE
from conformance.verdict import CouldNotRunError, NotClaimedError


@facts
def compared_without_api_version(
    deployment: Deployment, without_api_version: Exchange, first_refused: Case, every_exchange: EveryExchange
) -> Exchange:
    """The answer to a completion without api-version, if a 5xx is not what the same gets with api-version too."""
    if without_api_version.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return without_api_version
    twin = every_exchange.named(Node("refused", deployment, first_refused).name)
    if twin is not None and twin.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise CouldNotRunError(f"CHAT-05: with api-version, the same was {twin.excerpt}")
    return without_api_version


@facts
def compared_with_charset(deployment: Deployment, with_charset: Exchange, every_exchange: EveryExchange) -> Exchange:
    """The answer to a completion whose Content-Type has a charset, if a 415 is not what the same gets without too."""
    twin = every_exchange.named(Node("wrong_root", deployment, TEXT_ROOT_CASE).name)
    if twin is not None and twin.status == with_charset.status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
        raise CouldNotRunError(f"CHAT-09: without a charset, the same was {twin.excerpt}")
    return with_charset


@facts
def faulty_fields(case: Case, validating_schema: Schema) -> frozenset[str]:
    """The names of the properties that are wrong in a case, or missing: a message names one of them."""
    missing = validating_schema.missing_properties(case.value)
    names = missing | ({case.field} if case.field is not None else frozenset())
    if not names:
        raise NotClaimedError("the fault is in the configuration as a whole")
    return names


def let_refusal_speak_first(refused: Exchange) -> None:
    """See that nothing is wrong with a refusal itself, where another one is compared with it.

    Raises:
        CouldNotRunError: CHAT-05 or CHAT-06 speaks first.
    """
    if refused.status not in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
        raise CouldNotRunError(f"CHAT-05: it was not refused: {refused.excerpt}")
    if not has_message(refused):
        raise CouldNotRunError(f"CHAT-06: no error object: {refused.excerpt}")
