"""What official clients ask, and what they understood. Where the plain exchange has a fault, its requirement speaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conformance.cases.engine import Cases
from conformance.contract.case import ABSENT, Case
from conformance.contract.claim import CHAT
from conformance.contract.deployment import MODEL, Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.json_text import json_text
from conformance.contract.recipe import CLIENTS, COMPLETION, Node, Recipe, facts, recipe
from conformance.contract.verdict import CouldNotRunError, NotProvenError
from conformance.dial.attachment import Attachments, read_attachments
from conformance.dial.completion import Completion
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.schema import Schema
from conformance.dial.statistics_of_usage import statistics_fault
from conformance.recipes import chat, refusals, stream
from conformance.recipes.configuration import accepted_cases
from conformance.recipes.official_clients import dial_client, openai_client
from conformance.recipes.official_clients.conversation import ClientConversation, Heard
from conformance.recipes.official_clients.pillow import decode
from conformance.recipes.official_clients.reading import ErrorReading, Reading, StreamReading, Wish
from conformance.recipes.requests import API_VERSION, MESSAGES


def _wish(deployment: Deployment, case: Case) -> Wish:
    custom_fields = None if case.value is ABSENT else {"configuration": case.value}
    return Wish(deployment.path, deployment.id, API_VERSION, MESSAGES, custom_fields)


@facts
def spoken_case(
    deployment: Deployment,
    valid_case: Case,
    validating_schema: Schema | None = None,
    configuration_cases: Cases | None = None,
) -> Case:
    """The simplest configuration that the deployment must accept; of a DALL-E 3 one that says something (step 6)."""
    if not deployment.profile:
        return valid_case
    cases = accepted_cases(deployment, validating_schema, configuration_cases)
    return next((case for case in cases if case.value is not ABSENT and not case.thorough), valid_case)


@recipe(opt_in=CLIENTS, cost=COMPLETION, after=("limits",), claims=CHAT)
def openai_completion(deployment: Deployment, spoken_case: Case) -> ClientConversation[Reading]:
    """A completion that the OpenAI client asks for."""
    wish = _wish(deployment, spoken_case)
    return ClientConversation(lambda transport: openai_client.complete(wish, transport))


@recipe(opt_in=CLIENTS, cost=COMPLETION, after=("limits",), claims=CHAT)
def openai_stream(deployment: Deployment, valid_case: Case) -> ClientConversation[StreamReading]:
    """A streamed completion that the OpenAI client asks for."""
    wish = _wish(deployment, valid_case)
    return ClientConversation(lambda transport: openai_client.stream(wish, transport))


@recipe(opt_in=CLIENTS, refused=True, claims=CHAT)
def openai_refusal(deployment: Deployment, first_refused: Case) -> ClientConversation[ErrorReading | None]:
    """A completion that the OpenAI client asks for with a configuration that the schema forbids."""
    wish = _wish(deployment, first_refused)
    return ClientConversation(lambda transport: openai_client.be_refused(wish, transport))


@recipe(opt_in=CLIENTS, cost=COMPLETION, after=("limits",), claims=CHAT)
def dial_completion(deployment: Deployment, spoken_case: Case) -> ClientConversation[Reading]:
    """A completion that aidial-client asks for."""
    wish = _wish(deployment, spoken_case)
    return ClientConversation(lambda transport: dial_client.complete(wish, transport))


@facts
def openai_reading(
    deployment: Deployment, openai_completion: Heard[Reading], spoken_case: Case, every_exchange: EveryExchange
) -> Heard[Reading]:
    """What the OpenAI client understood of a completion."""
    _let_completion_speak_first(deployment, spoken_case, every_exchange)
    return openai_completion


@facts
def openai_chunks(
    deployment: Deployment, openai_stream: Heard[StreamReading], every_exchange: EveryExchange
) -> Heard[StreamReading]:
    """What the OpenAI client understood of a stream."""
    plain = every_exchange.named(Node("streamed", deployment).name)
    if plain is not None:
        stream.let_stream_speak_first(deployment, plain)
    return openai_stream


@facts
def openai_error(
    deployment: Deployment,
    openai_refusal: Heard[ErrorReading | None],
    openai_completion: Heard[Reading],
    first_refused: Case,
    every_exchange: EveryExchange,
) -> Heard[ErrorReading | None]:
    """Which error the OpenAI client raised for a refused configuration, if it got a completion with a valid one."""
    plain = every_exchange.named(Node("refused", deployment, first_refused).name)
    if plain is not None:
        refusals.let_refusal_speak_first(plain)
    if openai_completion.value is None:
        raise NotProvenError(f"refused, but so was what is valid (CLI-01: {openai_completion.shown})")
    return openai_refusal


@facts
def dial_reading(
    deployment: Deployment, dial_completion: Heard[Reading], spoken_case: Case, every_exchange: EveryExchange
) -> Heard[Reading]:
    """What aidial-client understood of a completion."""
    _let_completion_speak_first(deployment, spoken_case, every_exchange)
    return dial_completion


def _with_clients(function: Callable[..., Any]) -> Recipe:
    """Make a function the reader of facts that are looked at with the clients only."""
    return replace(facts(function), opt_in=(CLIENTS,))


@_with_clients
def pillow_image(image: Exchange) -> Heard[str]:
    """What Pillow made of the image of a completion."""
    return decode(image)


def _let_completion_speak_first(deployment: Deployment, case: Case, every_exchange: EveryExchange) -> None:
    """See that nothing is wrong with the plain completion of the same configuration, where that was asked."""
    plain = every_exchange.named(Node("accepted", deployment, case).name)
    if plain is None:
        return
    completion: Completion = chat.completion.function(deployment, plain, case)
    if completion.shape_fault is not None:
        raise CouldNotRunError(f"CHAT-02: {completion.shape_fault}")
    if not completion.finish_reason_is_known:
        raise CouldNotRunError(f"CHAT-03: finish_reason is {json_text(completion.finish_reason)}")
    if completion.usage_fault is not None and (completion.usage is not None or deployment.kind == MODEL):
        raise CouldNotRunError(f"CHAT-04: {completion.usage_fault}")
    if completion.statistics is not None and (fault := statistics_fault(completion.statistics)) is not None:
        raise CouldNotRunError(f"CHAT-37: {fault}")
    found = read_attachments(completion)
    if found is None or (deployment.profile and not found):
        raise CouldNotRunError(f"ATT-01: no attachments: {json_text(completion.attachments)}")
    attachments = Attachments(completion, found)
    if attachments.wrong_content() is not None:
        raise CouldNotRunError(f"ATT-02: {json_text(attachments.wrong_content())}")
    if attachments.wrong_type() is not None:
        raise CouldNotRunError(f"ATT-03: {json_text(attachments.wrong_type())}")
    titles = [one.fields.get("title") for one in found]
    if deployment.profile and not all(isinstance(title, str | None) for title in titles):
        raise CouldNotRunError(f"ATT-06: the titles are {json_text(titles)}")
