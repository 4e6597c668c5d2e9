"""What is read from completions that a deployment must refuse."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from conformance.contract.case import Case
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.recipe import Node, facts
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.completion import deployment_asked, is_completed
from conformance.dial.error import has_message
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.schema import Schema
from conformance.recipes.configuration import TEXT_ROOT_CASE

_REFUSED: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)


@facts
def with_api_version(deployment: Deployment, first_refused: Case, every_exchange: EveryExchange) -> Exchange | None:
    """The same request as the one without api-version, but for that; None if it was not asked."""
    return every_exchange.named(Node("refused", deployment, first_refused).name)


@facts
def without_charset(deployment: Deployment, every_exchange: EveryExchange) -> Exchange | None:
    """The same request as the one whose Content-Type has a charset, but for that; None if it was not asked."""
    return every_exchange.named(Node("wrong_root", deployment, TEXT_ROOT_CASE).name)


@facts
def refusal_of_a_value(deployment: Deployment, first_refused: Case, every_exchange: EveryExchange) -> Exchange | None:
    """The answer to the first configuration that the schema forbids; None if it was not asked."""
    return every_exchange.named(Node("refused", deployment, first_refused).name)


@facts
def with_a_forbidden_value(refusal_of_a_value: Exchange | None) -> Exchange | None:
    """The answer to a configuration that the schema forbids, if it is not refused as it must be, or None.

    Whoever answers all that is wrong with 500, or takes all of it, has one fault, and CHAT-05 names it.
    """
    return None if refusal_of_a_value is None or refusal_of_a_value.status in _REFUSED else refusal_of_a_value


@facts
def valid_request_in_vain(deployment: Deployment, every_exchange: EveryExchange) -> Exchange | None:
    """The answer to a valid request of the deployment, if it was not accepted, or None."""
    return _not_accepted(deployment, every_exchange)


@facts
def with_a_valid_request(representative: Deployment, every_exchange: EveryExchange) -> Exchange | None:
    """The answer to a valid request of the deployment that Core is asked with, if it was not accepted, or None.

    Where an ingress does not let completions through, whatever is asked there shows it, and CHAT-01 says so.
    """
    return _not_accepted(representative, every_exchange)


def _not_accepted(deployment: Deployment, every_exchange: EveryExchange) -> Exchange | None:
    asked = every_exchange.of_recipes("accepted")
    own = (one for one in asked if deployment_asked(one.request) == deployment.path)
    first = next(own, None)
    return None if first is None or is_completed(first) else first


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
    if refused.status not in _REFUSED:
        raise CouldNotRunError(f"CHAT-05: it was not refused: {refused.excerpt}")
    if not has_message(refused):
        raise CouldNotRunError(f"CHAT-06: no error object: {refused.excerpt}")
