"""Streamed completions, and what is read from them."""

from __future__ import annotations

from http import HTTPStatus

from conformance.contract.case import Case
from conformance.contract.claim import CHAT
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange, Request
from conformance.contract.json_text import json_text
from conformance.contract.recipe import COMPLETION, Node, facts, recipe
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.attachment import Attachments, kinds_of_attachments, read_attachments
from conformance.dial.completion import Completion, choices_of, is_completed
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.input_attachment import see_that_no_attachment_is_missing
from conformance.dial.stream import Stream, read_stream
from conformance.recipes.configuration import TEXT_ROOT_CASE
from conformance.recipes.ordinary import TOGETHER
from conformance.recipes.refusals import let_refusal_speak_first
from conformance.recipes.requests import chat

_MOST_LINES = 20_000


@recipe(cost=COMPLETION, after=("limits", "accepted"), claims=CHAT)
def streamed(deployment: Deployment, accepted_case: Case) -> Request:
    """A streamed completion."""
    return chat(deployment, configuration=accepted_case.value, stream=True)


@recipe(refused=True, claims=CHAT, same_fault_as="refused")
def refused_stream(deployment: Deployment, first_refused: Case) -> Request:
    """A streamed completion with a configuration that the schema forbids."""
    return chat(deployment, configuration=first_refused.value, stream=True)


@recipe(refused=True, second_look_at="refused_stream", claims=CHAT)
def other_refused_stream(deployment: Deployment) -> Request:
    """Another streamed completion that the deployment refuses: its configuration is a text."""
    return chat(deployment, configuration=TEXT_ROOT_CASE.value, stream=True)


@facts
def without_stream(deployment: Deployment, accepted_case: Case, every_exchange: EveryExchange) -> Exchange | None:
    """The same request as the streamed one, but for that; None if it was not asked, or accepted."""
    found = every_exchange.named(Node("accepted", deployment, accepted_case).name)
    return None if found is None or is_completed(found) else found


@facts
def stream(deployment: Deployment, streamed: Exchange) -> Stream:
    """The stream, if it was answered as one."""
    see_that_no_attachment_is_missing(deployment, streamed)
    if streamed.status != HTTPStatus.OK or streamed.answer.media_type != "text/event-stream":
        raise CouldNotRunError(f"STRM-01: no stream: {streamed.excerpt}")
    lines = streamed.answer.body.count(b"\n") + streamed.answer.body.count(b"\r")
    if lines > _MOST_LINES:
        raise CouldNotRunError(f"the suite does not look at a stream of {lines} lines")
    return read_stream(streamed)


@facts
def block_completion(deployment: Deployment, accepted_case: Case, every_exchange: EveryExchange) -> Completion:
    """The completion with the same configuration that was not streamed."""
    found = every_exchange.named(Node("accepted", deployment, accepted_case).name)
    if found is not None:
        see_that_no_attachment_is_missing(deployment, found)
    if found is None or not is_completed(found):
        raise CouldNotRunError("CHAT-01: there is no completion to compare with")
    return Completion(found, found.json_object or {}, choices_of(found)[0])


@facts
def block_attachments(deployment: Deployment, block_completion: Completion) -> Attachments:
    """The attachments of the completion that was not streamed, if nothing is wrong with these themselves."""
    if not block_completion.message:
        raise CouldNotRunError(f"CHAT-02: the message is {json_text(block_completion.choice.get('message'))}")
    items = read_attachments(block_completion)
    if items is None or (deployment.profile and not items):
        raise CouldNotRunError("ATT-01: there are no attachments to compare with")
    found = Attachments(block_completion, items)
    if found.wrong_content() is not None or found.wrong_type() is not None:
        raise CouldNotRunError("ATT-02 or 03: the attachments to compare with are wrong themselves")
    if deployment.profile and found.image_twice() is not None:
        raise CouldNotRunError("ATT-11: the attachments to compare with have an image twice")
    if deployment.profile and not found.images:
        raise CouldNotRunError("ATT-05: the attachments to compare with have no image")
    if deployment.profile and deployment.profile.revises_prompt and not found.revised_prompts:
        raise CouldNotRunError("ATT-06: the attachments to compare with have no revised prompt")
    return found


@facts
def comparable_attachments(
    deployment: Deployment, block_attachments: Attachments, every_exchange: EveryExchange
) -> Attachments:
    """The attachments of a completion that was not streamed, if the deployment attaches the same each time.

    Only an image model is known to. What a model decides, such as which pages it cites, one answer does not tell.
    """
    if deployment.profile:
        return block_attachments
    kinds = kinds_of_attachments(block_attachments.completion)
    others = [Node("with_empty_configuration", deployment, Case(name)) for name in ("null", "{}")]
    others += [Node("ordinary", deployment, TOGETHER)]
    found = [one for node in others if (one := every_exchange.named(node.name)) is not None and is_completed(one)]
    if not found:
        raise NotClaimedError("it was asked once, and may attach something else each time")
    for exchange in found:
        other = kinds_of_attachments(Completion(exchange, exchange.json_object or {}, choices_of(exchange)[0]))
        if other != kinds:
            raise NotClaimedError(f"other attachments each time: {kinds} and {other}")
    return block_attachments


@facts
def status_of_refusal(deployment: Deployment, first_refused: Case, every_exchange: EveryExchange) -> int | None:
    """With which status the same configuration is refused outside of a stream; None if that was not asked."""
    found = every_exchange.named(Node("refused", deployment, first_refused).name)
    if found is None:
        return None
    let_refusal_speak_first(found)
    return found.status


def let_stream_speak_first(deployment: Deployment, streamed: Exchange) -> None:
    """See that nothing is wrong with a stream itself, where another client reads the same.

    Raises:
        CouldNotRunError: One of STRM-01 to 04, or STRM-09, speaks first.
    """
    found: Stream = stream.function(deployment, streamed)
    for requirement, fault in (  # in this order: who cannot read the events finds no chunks
        ("STRM-02", "event_fault"),
        ("STRM-09", "error"),
        ("STRM-03", "chunk_fault"),
        ("STRM-04", "finish_fault"),
    ):
        if (found_fault := getattr(found, fault)) is not None:
            raise CouldNotRunError(f"{requirement}: {found_fault}")
