"""Completions and refusals: what all of them have in common, as a block and as a stream."""

from __future__ import annotations

from conformance.contract.exchange import Exchange
from conformance.contract.requirement import MUST, SHOULD, requirement
from conformance.contract.verdict import NotClaimedError
from conformance.dial.answer_shapes import first_not_json, first_silent, first_wrong_statistics, tells_statistics
from conformance.dial.completion import Completion
from conformance.dial.identity import Identities
from conformance.dial.repeated_prompt import first_repetition
from conformance.recipes.requests import PROMPT


@requirement("CHAT-32", MUST, source="DIAL-0-1, DIAL-5.1-12; RFC 8259 section 11", requires=["CHAT-02"])
def test_answer_is_sent_as_json(json_answers: tuple[Exchange, ...]) -> None:
    """A completion as a block, and a deployment's own refusal that is an error object, are sent as application/json."""
    wrong = first_not_json(json_answers)
    assert wrong is None, wrong.because("Content-Type application/json")


@requirement(
    "CHAT-33", SHOULD, source="DIAL-5.1-1, DIAL-5.1-3; OpenAI API, the chat completion object", requires=["CHAT-02"]
)
def test_completion_is_told_from_others(identities: Identities) -> None:
    """No two completions of a deployment have the same id, and each was created within a day of its Date header."""
    repeated = identities.repeated()
    assert repeated is None, repeated[0].because("an id of its own", f"the id of {repeated[1].exchange.name}")
    misdated = identities.misdated()
    assert misdated is None, misdated[0].because(
        "created within a day of the Date header, in seconds", f"{misdated[1]:.0f} seconds between them"
    )


@requirement("CHAT-34", SHOULD, source="DIAL-5.1-13; good practice", requires=["CHAT-02", "ATT-01"])
def test_completion_says_something(both_answers: tuple[Completion, ...]) -> None:
    """A completion that ended with "stop" has content, an attachment, a tool or function call, a refusal, a stage, a state or a form."""  # noqa: E501 - one sentence
    silent = first_silent(both_answers)
    assert silent is None, silent.because("anything that was said", "finish_reason stop, and nothing before it")


@requirement("CHAT-35", SHOULD, source="DIAL-5.6-1; good practice: OWASP, logging of sensitive data")
def test_refusal_does_not_repeat_the_prompt(refusals_of_the_prompt: tuple[Exchange, ...]) -> None:
    """An error that a completion is answered with does not repeat the prompt."""
    found = first_repetition(PROMPT, refusals_of_the_prompt)
    assert found is None, found[0].because("nothing of the prompt", f"{found[1]!r} in {found[0].excerpt}")


@requirement("CHAT-37", SHOULD, source="DIAL-5.4-1, DIAL-5.4-2; OpenAPI document of DIAL Core", requires=["CHAT-02"])
def test_statistics_have_their_shape(both_answers: tuple[Completion, ...]) -> None:
    """`statistics` of a completion have usage_per_model, an array of objects with counts, and discarded_messages, an array of integers; or one of these."""  # noqa: E501 - one sentence
    if not tells_statistics(both_answers):
        raise NotClaimedError("the completion has no statistics")
    wrong = first_wrong_statistics(both_answers)
    assert wrong is None, wrong[0].because("usage_per_model and discarded_messages as arrays", wrong[1])
