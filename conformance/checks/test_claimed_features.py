"""What a deployment claims in the listing is tried: one completion for each feature, in a thorough run."""

from __future__ import annotations

from typing import Any

from conformance.contract.case import Case
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.requirement import SHOULD, requirement
from conformance.dial.embedding import embeddings_fault
from conformance.dial.error import has_message
from conformance.dial.feature import completion_fault, expected_of, small_prompt_fault
from conformance.dial.input_attachment import needs_an_attachment, see_that_no_attachment_is_missing
from conformance.dial.suspension import is_refusal
from conformance.dial.tokens import truncates_prompt
from conformance.recipes.claimed_features import EMBEDDED, TOKEN_LIMITS, let_plain_answers_speak_first

Plain = Exchange | None


@requirement("FEAT-03", SHOULD, source="DIAL-16.7-1, DIAL-2.4-1")
def test_truncate_prompt_is_there_if_claimed(
    claims_truncate_prompt: bool,  # noqa: FBT001 - a fact
    truncated: Exchange,
) -> None:
    """Where truncate_prompt is claimed, it is told with 200 which messages are left out; where it is not, the request is refused with 403 or 404."""  # noqa: E501 - one sentence
    if not claims_truncate_prompt:
        assert truncated.status in (403, 404), truncated.because("403 or 404")
        return
    assert truncated.status == 200, truncated.because("200")
    assert truncates_prompt(truncated), truncated.because('an output with status "success" and discarded_messages')


@requirement("FEAT-04", SHOULD, source="DIAL-16.2-1, DIAL-2.4-3; OpenAI API, create chat completion")
def test_claimed_tools_are_taken(
    deployment: Deployment, with_tools: Exchange, case: Case, without_stream: Plain, streamed_or_none: Plain
) -> None:
    """Where tools are claimed, a completion that may call a tool is answered with 200, block and streamed."""
    see_that_no_attachment_is_missing(deployment, with_tools)
    let_plain_answers_speak_first(without_stream, streamed_or_none if case.name == "stream" else None)
    fault = completion_fault(with_tools)
    assert fault is None, with_tools.because(expected_of("tools"), fault)


@requirement("FEAT-05", SHOULD, source="DIAL-16.2-1, DIAL-2.4-3; OpenAI API, create chat completion")
def test_claimed_seed_is_taken(deployment: Deployment, with_seed: Exchange, without_stream: Plain) -> None:
    """Where seed is claimed, a completion with a seed is answered with 200."""
    see_that_no_attachment_is_missing(deployment, with_seed)
    let_plain_answers_speak_first(without_stream)
    fault = completion_fault(with_seed)
    assert fault is None, with_seed.because(expected_of("seed"), fault)


@requirement(
    "FEAT-06",
    SHOULD,
    source="DIAL-16.2-1, DIAL-2.4-2; OpenAI API, create chat completion",
    unless_like=("CHAT-36", "refused_ordinary"),
)
def test_claimed_system_prompt_is_taken(
    deployment: Deployment, with_system_message: Exchange, without_stream: Plain
) -> None:
    """Where system_prompt is claimed, a completion with a message of the role system is answered with 200."""
    see_that_no_attachment_is_missing(deployment, with_system_message)
    let_plain_answers_speak_first(without_stream)
    fault = completion_fault(with_system_message)
    assert fault is None, with_system_message.because(expected_of("system_prompt"), fault)


@requirement("FEAT-07", SHOULD, source="DIAL-16.2-1, DIAL-2.4-6; OpenAI API, create chat completion")
def test_claimed_temperature_is_taken(
    deployment: Deployment, with_temperature: Exchange, without_stream: Plain
) -> None:
    """Where temperature is claimed, a completion with temperature 0 is answered with 200."""
    see_that_no_attachment_is_missing(deployment, with_temperature)
    let_plain_answers_speak_first(without_stream)
    fault = completion_fault(with_temperature)
    assert fault is None, with_temperature.because(expected_of("temperature"), fault)


@requirement("FEAT-08", SHOULD, source="DIAL-16.2-2, DIAL-2.4-6; OpenAI API, create chat completion")
def test_claimed_content_parts_are_taken(
    deployment: Deployment, with_content_parts: Exchange, without_stream: Plain
) -> None:
    """Where content_parts are claimed, a completion whose prompt is a list of parts is answered with 200."""
    see_that_no_attachment_is_missing(deployment, with_content_parts)
    let_plain_answers_speak_first(without_stream)
    fault = completion_fault(with_content_parts)
    assert fault is None, with_content_parts.because(expected_of("content_parts"), fault)


@requirement("FEAT-09", SHOULD, source="DIAL-16.2-1, DIAL-2.4-10; OpenAI API, create chat completion")
def test_claimed_token_limit_is_taken(
    deployment: Deployment, with_token_limit: Exchange, case: Case, without_stream: Plain
) -> None:
    """Where max_tokens (or max_completion_tokens) is claimed, a completion with it is answered with 200."""
    see_that_no_attachment_is_missing(deployment, with_token_limit)
    let_plain_answers_speak_first(without_stream)
    fault = completion_fault(with_token_limit)
    assert fault is None, with_token_limit.because(expected_of(TOKEN_LIMITS[case.name]), fault)


@requirement("FEAT-10", SHOULD, source="DIAL-16.3-1, DIAL-2.3-9")
def test_listed_attachment_is_taken(
    deployment: Deployment, with_sample_attached: Exchange, deleted_sample: Exchange, without_stream: Plain
) -> None:
    """A completion with a small attachment of a type that the deployment lists, a file of the caller, is answered with 200."""  # noqa: E501 - one sentence
    del deleted_sample  # it is gone by now; FILE-16 looks at that
    if without_stream is None or not needs_an_attachment(deployment, without_stream):
        let_plain_answers_speak_first(without_stream)
    types = deployment.description.get("input_attachment_types")
    fault = completion_fault(with_sample_attached)
    expected = f"200 and one choice, because input_attachment_types is {types}"
    assert fault is None, with_sample_attached.because(expected, fault)


@requirement("FEAT-11", SHOULD, source="DIAL-16.4-1, DIAL-16.4-2; OpenAI API, create embeddings", requires=["LIST-13"])
def test_claimed_embeddings_are_vectors(deployment: Deployment, embedded: Exchange, embedded_nothing: Exchange) -> None:
    """Where embeddings are claimed, there is a vector for each input, all of the length that the listing says; a request without input is refused with 4xx and a message."""  # noqa: E501 - one sentence
    dimensions: Any = deployment.description.get("embedding_dimensions")
    fault = embeddings_fault(embedded, len(EMBEDDED), dimensions)
    length = f" of {dimensions} numbers" if dimensions is not None else ", all of one length"
    assert fault is None, embedded.because(f"200 with {len(EMBEDDED)} vectors of numbers{length}", fault)
    refused = is_refusal(embedded_nothing) and has_message(embedded_nothing)
    assert refused, embedded_nothing.because('4xx and {"error": {"message": "..."}}')


@requirement("FEAT-12", SHOULD, source="DIAL-16.5-1; OpenAI API, stream options")
def test_usage_in_stream_is_no_reason_to_refuse(
    deployment: Deployment, with_usage_in_stream: Exchange, without_stream: Plain, streamed_or_none: Plain
) -> None:
    """A deployment that streams does not refuse `"stream_options": {"include_usage": true}`."""
    see_that_no_attachment_is_missing(deployment, with_usage_in_stream)
    let_plain_answers_speak_first(without_stream, streamed_or_none)
    fault = completion_fault(with_usage_in_stream)
    assert fault is None, with_usage_in_stream.because("the stream, as without stream_options", fault)


@requirement("FEAT-13", SHOULD, source="DIAL-16.6-1")
def test_small_prompt_does_not_fail(with_small_prompt: Exchange, without_stream: Plain) -> None:
    """`"max_prompt_tokens": 1` is answered, or refused with 4xx and a message, never with 5xx."""
    fault = small_prompt_fault(with_small_prompt)
    if fault is not None:
        let_plain_answers_speak_first(without_stream)
    assert fault is None, with_small_prompt.because("200, or 4xx with a message", fault)
