"""Completions, accepted and refused, and what is read from them."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from conformance.cases.engine import Cases
from conformance.contract.case import ABSENT, ABSENT_CASE, Case
from conformance.contract.claim import CHAT
from conformance.contract.deployment import MODEL, Deployment
from conformance.contract.exchange import Exchange, Request
from conformance.contract.json_text import json_text
from conformance.contract.recipe import COMPLETION, Node, facts, recipe
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.attachment import Attachments, read_attachments
from conformance.dial.completion import Completion, choices_of, is_completed
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.input_attachment import see_that_no_attachment_is_missing
from conformance.dial.schema import Schema
from conformance.dial.suspension import is_refusal
from conformance.recipes.configuration import (
    TEXT_ROOT_CASE,
    accepted_cases,
    empty_cases,
    refused_cases,
    wrong_root_cases,
)
from conformance.recipes.listed_defaults import (
    is_hidden_by_defaults,
    see_that_no_default_hides,
    see_that_no_default_replaces,
)
from conformance.recipes.requests import (
    FOREIGN_FILE,
    MESSAGES,
    UNKNOWN_DEPLOYMENT,
    as_json,
    chat,
    chat_path,
    post,
)

CUSTOM_FIELDS = (Case('"text"', "text"), Case("[1]", [1], thorough=True), Case("5", 5, thorough=True))
"""custom_fields that are no object. One by default: some answer them with 500, and three of these suspend the
deployment on an old Core (dial-api 11.1)."""


@recipe(cost=COMPLETION, for_each=accepted_cases, after=("limits", "accepted"), claims=CHAT)
def accepted(deployment: Deployment, case: Case, validating_schema: Schema | None = None) -> Request:
    """A completion with a configuration that the schema allows."""
    see_that_no_default_hides(deployment, case.value, validating_schema)
    return chat(deployment, configuration=case.value)


@facts
def absent(deployment: Deployment, every_exchange: EveryExchange) -> Exchange:
    """The completion without a configuration."""
    found = every_exchange.named(Node("accepted", deployment, ABSENT_CASE).name)
    if found is None:
        raise CouldNotRunError("CHAT-01: there is no answer without a configuration")
    see_that_no_attachment_is_missing(deployment, found)
    if not is_completed(found):
        raise CouldNotRunError(f"CHAT-01: without a configuration: {found.excerpt}")
    return found


@recipe(cost=COMPLETION, for_each=empty_cases, after=("limits",), claims=CHAT)
def with_empty_configuration(deployment: Deployment, case: Case) -> Request:
    """A completion with a configuration that says nothing."""
    return chat(deployment, configuration=case.value)


@recipe(refused=True, for_each=refused_cases, claims=CHAT)
def refused(deployment: Deployment, case: Case, validating_schema: Schema | None = None) -> Request:
    """A completion with a configuration that the schema forbids."""
    see_that_no_default_hides(deployment, case.value, validating_schema)
    return chat(deployment, configuration=case.value)


@recipe(refused=True, for_each=wrong_root_cases, claims=CHAT)
def wrong_root(deployment: Deployment, case: Case) -> Request:
    """A completion with a configuration that is no object."""
    see_that_no_default_replaces(deployment, case.value)
    return chat(deployment, configuration=case.value)


def custom_fields_cases() -> Sequence[Case]:
    """Give custom_fields that are no object."""
    return CUSTOM_FIELDS


@recipe(refused=True, risky=True, for_each=custom_fields_cases, claims=CHAT)
def with_wrong_custom_fields(deployment: Deployment, case: Case) -> Request:
    """A completion whose custom_fields are no object."""
    return chat(deployment, custom_fields=case.value)


@recipe(refused_by_core=True)
def text_plain_chat(representative: Deployment) -> Request:
    """A completion sent as text/plain."""
    return chat(representative, headers=(("content-type", "text/plain"),))


@recipe(refused=True, claims=CHAT, same_fault_as="wrong_root")
def with_charset(deployment: Deployment) -> Request:
    """A completion whose Content-Type has a charset, with a configuration that costs nothing."""
    see_that_no_default_replaces(deployment, TEXT_ROOT_CASE.value)
    return chat(
        deployment,
        configuration=TEXT_ROOT_CASE.value,
        headers=(("content-type", "application/json; charset=utf-8"),),
    )


@recipe(refused_by_core=True)
def chat_with_unknown_deployment() -> Request:
    """A completion of a deployment that does not exist."""
    return chat(UNKNOWN_DEPLOYMENT)


@recipe(refused_by_core=True)
def chat_that_is_not_json(representative: Deployment) -> Request:
    """A completion whose body is not JSON."""
    return post(chat_path(representative), b"{not json")


@recipe(refused_by_core=True)
def chat_that_is_an_array(representative: Deployment) -> Request:
    """A completion whose body is a JSON array."""
    return post(chat_path(representative), as_json([]))


@recipe(refused=True, claims=CHAT)
def without_messages(deployment: Deployment) -> Request:
    """A completion without messages."""
    return chat(deployment, messages=ABSENT)


@recipe(refused=True, claims=CHAT)
def with_empty_messages(deployment: Deployment) -> Request:
    """A completion with an empty list of messages."""
    if deployment.kind != MODEL:
        raise NotClaimedError("an application may answer without messages")
    return chat(deployment, messages=[])


@recipe(refused=True, claims=CHAT, same_fault_as="refused")
def without_api_version(deployment: Deployment, first_refused: Case) -> Request:
    """A completion without api-version, with a configuration that costs nothing."""
    return chat(deployment, configuration=first_refused.value, api_version=None)


@facts
def first_refused(deployment: Deployment, validating_schema: Schema, configuration_cases: Cases) -> Case:
    """The first case that the deployment must refuse."""
    cases = refused_cases(deployment, configuration_cases)
    seen = (one for one in cases if not is_hidden_by_defaults(deployment, one.value, validating_schema))
    first = next(seen, None)
    if first is None:
        raise NotClaimedError("the schema forbids nothing")
    return first


@facts
def completion(deployment: Deployment, accepted: Exchange, case: Case) -> Completion:
    """A completion that was answered with 200 and one choice."""
    see_that_no_attachment_is_missing(deployment, accepted)
    is_bad = accepted.status >= HTTPStatus.BAD_REQUEST
    if (is_refusal(accepted) and (case.parts or case.thorough)) or (is_bad and case.made_up):
        raise NotClaimedError(f"refused, of which CHAT-01 and CHAT-30 speak: {accepted.excerpt}")
    if not is_completed(accepted):
        raise CouldNotRunError(f"CHAT-01: no completion: {accepted.excerpt}")
    return Completion(accepted, accepted.json_object or {}, choices_of(accepted)[0])


@facts
def completion_with_message(completion: Completion) -> Completion:
    """A completion whose choice has a message."""
    if not completion.message:
        raise CouldNotRunError(f"CHAT-02: the message is {json_text(completion.choice.get('message'))}")
    return completion


@facts(requires=["ATT-01"])
def attachments(completion_with_message: Completion) -> Attachments:
    """The attachments of a completion."""
    found = read_attachments(completion_with_message)
    if not found:
        raise NotClaimedError("the completion has no attachments")
    return Attachments(completion_with_message, found)


@recipe(refused=True, claims=CHAT)
def with_attachment_in_no_bucket(deployment: Deployment, valid_case: Case) -> Request:
    """A completion with an attachment whose url has a bucket that is none."""
    return chat(deployment, configuration=valid_case.value, messages=[_with_attachment(FOREIGN_FILE)])


def _with_attachment(url: str) -> dict[str, Any]:
    attachment = {"type": "image/png", "title": "x.png", "url": url}
    return {**MESSAGES[0], "custom_content": {"attachments": [attachment]}}
