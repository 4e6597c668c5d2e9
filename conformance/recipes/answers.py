"""What the answers of a deployment have in common: completions as a block and as a stream, and refusals."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from conformance.contract.case import Case
from conformance.contract.claim import CHAT
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.recipe import Node, facts
from conformance.contract.verdict import NotClaimedError
from conformance.dial.chunk_merging import UnmergeableStreamError
from conformance.dial.completion import Completion, choices_of, is_completed
from conformance.dial.error import has_message
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.identity import Identities
from conformance.dial.repeated_prompt import asked_with
from conformance.dial.stream import Stream
from conformance.recipes.requests import PROMPT

_COMPLETIONS: Final = ("accepted", "with_empty_configuration")
_REFUSALS: Final = ("refused", "without_messages", "with_empty_messages")
"""What the deployment itself refuses, and not Core; each is another requirement's own."""


@facts
def streamed_whole(stream: Stream | None = None) -> Completion | None:
    """What a stream comes to, if it was asked and nothing is wrong with its chunks."""
    if stream is None or any((stream.event_fault, stream.error, stream.chunk_fault, stream.finish_fault)):
        return None
    try:
        return stream.completion
    except UnmergeableStreamError:
        return None


@facts
def both_answers(
    case: Case, completion: Completion, valid_case: Case, streamed_whole: Completion | None = None
) -> tuple[Completion, ...]:
    """A completion as a block, and the same as a stream if it was streamed, too."""
    return (completion,) if streamed_whole is None or case != valid_case else (completion, streamed_whole)


@facts
def identities(
    deployment: Deployment,
    both_answers: tuple[Completion, ...],
    every_exchange: EveryExchange,
    streamed_whole: Completion | None = None,
) -> Identities:
    """What tells a completion from all others of its deployment."""
    those = every_exchange.in_folder(_folder(deployment)).of_recipes(*_COMPLETIONS)
    blocks = [Completion(one, one.json_object or {}, choices_of(one)[0]) for one in those if is_completed(one)]
    return Identities(both_answers, [*blocks, *([streamed_whole] if streamed_whole else [])])


@facts
def json_answers(
    deployment: Deployment, case: Case, completion: Completion, valid_case: Case, every_exchange: EveryExchange
) -> tuple[Exchange, ...]:
    """A completion, and with the first of them the refusals that are error objects."""
    if case != valid_case:
        return (completion.exchange,)
    refused = every_exchange.in_folder(_folder(deployment)).of_recipes(*_REFUSALS)
    client_errors = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
    return (completion.exchange, *(one for one in refused if one.status in client_errors and has_message(one)))


@facts(claims=CHAT)
def refusals_of_the_prompt(deployment: Deployment, every_exchange: EveryExchange) -> tuple[Exchange, ...]:
    """The errors with which a deployment answered to the prompt."""
    found = asked_with(PROMPT, every_exchange.in_folder(_folder(deployment)).errors)
    if not found:
        raise NotClaimedError("no completion was answered with an error")
    return found


def _folder(deployment: Deployment) -> str:
    return Node("accepted", deployment).name.partition("/")[0]
