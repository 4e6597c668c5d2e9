"""Completions as ordinary clients ask for them, and what every client meets: the answer when a limit is hit."""

from __future__ import annotations

from conformance.contract.case import Case
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.requirement import MUST, requirement
from conformance.dial.completion import is_completed
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.input_attachment import see_that_no_attachment_is_missing
from conformance.recipes.ordinary import let_plain_completion_speak_first, parts_refused


@requirement("CHAT-36", MUST, source="DIAL-16.1-1; OpenAI API, create chat completion")
def test_ordinary_request_is_accepted(
    deployment: Deployment,
    ordinary: Exchange,
    case: Case,
    without_stream: Exchange | None,
    every_exchange: EveryExchange,
) -> None:
    """A request as ordinary clients send it is accepted: without `model`, with `"stream": false`, a history, text that is not ASCII."""  # noqa: E501 - one sentence
    see_that_no_attachment_is_missing(deployment, ordinary)
    let_plain_completion_speak_first(without_stream)
    parts = parts_refused(deployment, every_exchange)
    why = f"; of its parts alone, not accepted: {parts}" if parts and not case.thorough else ""
    assert is_completed(ordinary), ordinary.because(f"200 and one choice{why}")
