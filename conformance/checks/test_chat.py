"""Completions: what is accepted, what is refused, and how."""

from __future__ import annotations

from conformance.contract.case import Case
from conformance.contract.deployment import MODEL, Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.outage import has_no_route
from conformance.contract.requirement import MUST, SHOULD, requirement
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.completion import FINISH_REASONS, Completion, choices_of, is_completed
from conformance.dial.error import error_object, first_stack_trace, has_message, message_of
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.input_attachment import see_that_no_attachment_is_missing
from conformance.dial.suspension import is_refusal
from conformance.dial.upstream import first_trace_of_upstream
from conformance.recipes.evidence import Evidence
from conformance.recipes.refusals import let_refusal_speak_first

WRONG_STATUS = ("CHAT-05", "with_a_forbidden_value")
"""Who answers all that is wrong alike has one fault, and the configuration that the schema forbids shows it."""

NOT_LET_THROUGH = ("CHAT-01", "with_a_valid_request")
"""An ingress that does not let completions through answers all of them alike."""


@requirement(
    "CHAT-01", MUST, source="DIAL-4.3-2, DIAL-4.4-2, DIAL-4.2-10, DIAL-NOTEBOOK-6", taken_apart_by="accepted_alone"
)
def test_valid_configuration_is_accepted(
    deployment: Deployment,
    accepted: Exchange,
    doubt_about_claim: str | None,
    evidence: Evidence,
    said_elsewhere: str | None,
) -> None:
    """A configuration of documented values is answered with 200 and one choice, unless an attachment is missing."""
    see_that_no_attachment_is_missing(deployment, accepted)
    if is_refusal(accepted) and doubt_about_claim is not None:
        raise CouldNotRunError(f"{doubt_about_claim}; without a configuration: {accepted.excerpt}")
    if evidence.undecided is not None:
        raise CouldNotRunError(evidence.undecided)
    if evidence.advice is not None:
        raise NotClaimedError(f"CHAT-30 speaks of it: {evidence.about}")
    if said_elsewhere is not None:
        raise NotClaimedError(said_elsewhere)
    assert evidence.broken is None, evidence.because_broken()


@requirement(
    "CHAT-02",
    MUST,
    source="DIAL-5.1-1, DIAL-5.1-2, DIAL-5.1-3, DIAL-5.1-4, DIAL-5.1-5, DIAL-5.1-6;"
    " OpenAI API, the chat completion object",
)
def test_completion_has_its_fields(completion: Completion) -> None:
    """A completion has object "chat.completion", an id, a time, a choice with index 0 of the assistant with a content (a text, null or parts), and no error."""  # noqa: E501 - one sentence
    fault = completion.shape_fault
    expected = "object, id, created, index 0, role assistant and content, and no error"
    assert fault is None, completion.because(expected, fault)


@requirement("CHAT-03", MUST, source="DIAL-5.1-7; OpenAI API, the chat completion object")
def test_finish_reason_is_known(completion_with_message: Completion) -> None:
    """finish_reason is stop, length, function_call, tool_calls or content_filter."""
    expected = ", ".join(sorted(FINISH_REASONS))
    known = completion_with_message.finish_reason_is_known
    assert known, completion_with_message.because(expected, completion_with_message.finish_reason)


@requirement("CHAT-04", MUST, source="DIAL-5.1-8, DIAL-5.1-11")
def test_usage_adds_up(deployment: Deployment, completion: Completion) -> None:
    """`usage` has three counts, and the total is the sum of the two others; only an application may leave it out."""
    if completion.usage is None and deployment.kind != MODEL:
        raise NotClaimedError("an application may leave usage out")
    assert completion.usage_fault is None, completion.because("prompt + completion = total", completion.usage_fault)


@requirement("CHAT-05", MUST, source="DIAL-4.3-3, DIAL-4.3-9, DIAL-4.3-15, DIAL-NOTEBOOK-7", proven_by="accepted")
def test_invalid_value_is_refused(refused: Exchange) -> None:
    """A configuration that the deployment's schema forbids is refused with 400 or 422."""
    assert refused.status in (400, 422), refused.because("400 or 422")


@requirement("CHAT-06", MUST, source="DIAL-4.3-10", requires=["CHAT-05"], proven_by="accepted")
def test_refusal_is_an_error_object(refused: Exchange) -> None:
    """The refusal of a configuration is JSON: `{"error": {"message": "..."}}`."""
    assert has_message(refused), refused.because('{"error": {"message": "..."}}')


@requirement(
    "CHAT-07", SHOULD, source="DIAL-4.3-10; OpenAI API, error codes", requires=["CHAT-06"], proven_by="accepted"
)
def test_refusal_has_type_and_code(refused: Exchange) -> None:
    """The refusal of a configuration has type "invalid_request_error" and a code, which is a string."""
    error = error_object(refused) or {}
    typed = error.get("type") == "invalid_request_error" and isinstance(error.get("code"), str)
    assert typed, refused.because('type "invalid_request_error" and a string as code', error)


@requirement("CHAT-08", SHOULD, source="DIAL-4.3-11", requires=["CHAT-06"], proven_by="accepted")
def test_refusal_names_the_field(refused: Exchange, faulty_fields: frozenset[str]) -> None:
    """The refusal of a configuration names the property that is wrong, or missing."""
    message = message_of(refused)
    named = any(name in message for name in faulty_fields)
    assert named, refused.because(f"a message with {' or '.join(sorted(faulty_fields))}", message)


@requirement(
    "CHAT-09", MUST, source="DIAL-4.3-6, DIAL-4.3-9, DIAL-4.1-2", proven_by="accepted", unless_like=WRONG_STATUS
)
def test_configuration_that_is_no_object_is_refused(wrong_root: Exchange) -> None:
    """A configuration that is a text, a number, a boolean or an array is refused with 400 or 422."""
    assert wrong_root.status in (400, 422), wrong_root.because("400 or 422")


@requirement("CHAT-10", SHOULD, source="DIAL-4.3-8", proven_by="accepted", unless_like=WRONG_STATUS)
def test_custom_fields_that_are_no_object_are_refused(with_wrong_custom_fields: Exchange) -> None:
    """custom_fields that are a text, an array or a number are refused with 4xx."""
    refused = 400 <= with_wrong_custom_fields.status < 500
    assert refused, with_wrong_custom_fields.because("4xx")


@requirement("CHAT-11", MUST, source="DIAL-4.3-1, DIAL-4.4-1", proven_by="accepted")
def test_empty_configuration_is_like_none(with_empty_configuration: Exchange, absent: Exchange) -> None:
    """A configuration that is null, or `{}` where nothing is required, is answered like an absent one."""
    del absent  # it was answered with 200 and one choice, or this could not run
    alike = is_completed(with_empty_configuration)
    assert alike, with_empty_configuration.because("200 and one choice, as without a configuration")


@requirement("CHAT-12", SHOULD, source="DIAL-18.6-1", proven_by="accepted", unless_like=WRONG_STATUS)
def test_unknown_key_is_treated_as_the_schema_says(with_unknown_key: Exchange, case: Case) -> None:
    """A configuration with an unknown key is refused with 4xx if the schema forbids it, and accepted otherwise."""
    if case.is_allowed:
        assert is_completed(with_unknown_key), with_unknown_key.because("200, because the schema allows unknown keys")
    else:
        assert is_refusal(with_unknown_key), with_unknown_key.because("4xx, because the schema forbids unknown keys")


@requirement(
    "CHAT-13",
    SHOULD,
    source="DIAL-4.3-4, DIAL-4.3-5, DIAL-4.3-7, DIAL-3.1-9",
    proven_by="accepted",
    requires=["CONF-10"],
    unless_like=WRONG_STATUS,
)
def test_schema_and_server_agree(with_disputed_value: Exchange, case: Case) -> None:
    """A property that is null, a text outside an advisory enum, and `[]` are treated as the schema says."""
    if case.is_allowed:
        assert is_completed(with_disputed_value), with_disputed_value.because("200, because the schema allows it")
    else:
        assert is_refusal(with_disputed_value), with_disputed_value.because("4xx, because the schema forbids it")


@requirement("CHAT-14", MUST, source="DIAL-4.2-1", unless_like=NOT_LET_THROUGH)
def test_other_content_type_is_refused(text_plain_chat: Exchange) -> None:
    """A completion sent as text/plain is refused with 415."""
    assert text_plain_chat.status == 415, text_plain_chat.because("415")


@requirement("CHAT-15", MUST, source="DIAL-4.2-2; RFC 9110 section 8.3.1", unless_like=("CHAT-09", "without_charset"))
def test_charset_is_accepted(with_charset: Exchange) -> None:
    """A Content-Type with a charset is JSON too, and not refused with 415."""
    assert with_charset.status != 415, with_charset.because("anything but 415")


@requirement("CHAT-16", MUST, source="DIAL-4.2-3; OpenAPI document of DIAL Core", unless_like=NOT_LET_THROUGH)
def test_unknown_deployment_is_not_found(chat_with_unknown_deployment: Exchange) -> None:
    """A completion of a deployment that does not exist is answered with 404."""
    assert chat_with_unknown_deployment.status == 404, chat_with_unknown_deployment.because("404")


@requirement("CHAT-17", MUST, source="DIAL-4.2-4", unless_like=NOT_LET_THROUGH)
def test_broken_json_is_refused(chat_that_is_not_json: Exchange) -> None:
    """A body that is not JSON is refused with 400."""
    assert chat_that_is_not_json.status == 400, chat_that_is_not_json.because("400")


@requirement("CHAT-18", SHOULD, source="DIAL-4.2-5", unless_like=NOT_LET_THROUGH)
def test_array_as_body_is_refused(chat_that_is_an_array: Exchange) -> None:
    """A body that is a JSON array is refused with 400."""
    assert chat_that_is_an_array.status == 400, chat_that_is_an_array.because("400")


@requirement("CHAT-19", SHOULD, source="DIAL-4.2-7, DIAL-4.1-1", proven_by="accepted", unless_like=WRONG_STATUS)
def test_missing_messages_are_refused(without_messages: Exchange, refusal_of_a_value: Exchange | None = None) -> None:
    """A completion without messages is refused with 400 or 422, and the refusal is JSON: `{"error": {"message": "..."}}`."""  # noqa: E501 - one sentence
    assert without_messages.status in (400, 422), without_messages.because("400 or 422")
    if not has_message(without_messages) and refusal_of_a_value is not None:
        let_refusal_speak_first(refusal_of_a_value)
    assert has_message(without_messages), without_messages.because('{"error": {"message": "..."}}')


@requirement(
    "CHAT-20",
    SHOULD,
    source="DIAL-4.2-8, DIAL-4.1-1; OpenAPI document of DIAL Core: minItems 1",
    proven_by="accepted",
    unless_like=WRONG_STATUS,
)
def test_empty_messages_are_refused(with_empty_messages: Exchange) -> None:
    """An empty list of messages is refused with 400 or 422 by a model."""
    assert with_empty_messages.status in (400, 422), with_empty_messages.because("400 or 422")


@requirement("CHAT-21", SHOULD, source="DIAL-4.2-9", proven_by="accepted")
def test_two_choices_are_refused(with_two_choices: Exchange) -> None:
    """A DALL-E 3 refuses n=2 with 4xx, because it makes one image at a time."""
    assert is_refusal(with_two_choices), with_two_choices.because("4xx")


@requirement("CHAT-22", SHOULD, source="DIAL-4.1-3", unless_like=("CHAT-05", "with_api_version"))
def test_missing_api_version_is_no_fault_of_the_server(without_api_version: Exchange) -> None:
    """A missing api-version is never answered with 5xx."""
    assert without_api_version.status < 500, without_api_version.because("anything but 5xx")


@requirement("CHAT-23", MUST, source="DIAL-4-1, DIAL-0-1; OWASP, improper error handling")
def test_no_error_shows_a_stack_trace(every_exchange: EveryExchange) -> None:
    """No body of an error carries a stack trace."""
    if not every_exchange.errors:
        raise NotClaimedError("nothing was answered with an error")
    found = first_stack_trace(every_exchange.errors)
    assert found is None, found[0].because("no stack trace", found[1])


@requirement("CHAT-24", SHOULD, source="DIAL-7-1; OpenAPI document of DIAL Core")
def test_completion_tells_the_attempts(completion: Completion, every_exchange: EveryExchange) -> None:
    """Completions carry X-UPSTREAM-ATTEMPTS, at least 1; those of a deployment behind an interceptor may have none."""
    attempts = completion.exchange.header("x-upstream-attempts")
    if attempts is None:
        _let_the_first_speak(completion.exchange, every_exchange.completions_of("accepted"))
    missing = "no such header in any completion: an interceptor before each of them, or a gateway that is no Core"
    assert completion.attempts, completion.because("X-UPSTREAM-ATTEMPTS of at least 1", attempts or missing)


@requirement("CHAT-25", MUST, source="DIAL-7-2")
def test_no_answer_tells_the_upstream(every_exchange: EveryExchange) -> None:
    """No answer has a header X-UPSTREAM-KEY or X-UPSTREAM-ENDPOINT."""
    telling = every_exchange.with_header("x-upstream-key", "x-upstream-endpoint")
    assert telling is None, telling.because("neither header", [name for name, _ in telling.answer.headers])


@requirement("CHAT-26", SHOULD, source="DIAL-18.5-1; good practice: OWASP, improper error handling")
def test_no_answer_shows_what_is_behind(listing: Exchange, every_exchange: EveryExchange) -> None:
    """No answer carries a header of a model provider, and no error the address or a key of an upstream, or the raw error of a library."""  # noqa: E501 - one sentence
    found = first_trace_of_upstream(every_exchange, listing)
    assert found is None, found[0].because("nothing of the upstream", found[1])


@requirement("CHAT-27", MUST, source="DIAL-11.1-1; issue 725 of DIAL Core")
def test_refusal_does_not_suspend_the_deployment(second_refusal: Exchange) -> None:
    """The request right after a refused one is answered by the deployment: a refusal does not suspend it."""
    suspended = has_no_route(second_refusal)
    if second_refusal.status == 502 and not suspended:
        raise CouldNotRunError(f"an outage, not an answer: {second_refusal.excerpt}")
    assert not suspended, second_refusal.because("an answer of the deployment")


@requirement("CHAT-28", SHOULD, source="DIAL-18.7-1", unless_like=WRONG_STATUS)
def test_configuration_does_not_set_fields_of_the_request(
    with_request_field: Exchange, effect_of_request_field: str | None
) -> None:
    """A configuration key that names a field of the request is refused with 4xx, or has no effect."""
    answered = bool(choices_of(with_request_field)) or is_refusal(with_request_field)
    assert answered, with_request_field.because("4xx, or 200 without effect")
    assert effect_of_request_field is None, with_request_field.because("no effect", effect_of_request_field)


@requirement("CHAT-29", SHOULD, source="DIAL-18.10-1, DIAL-6.4-1, DIAL-16.3-2", proven_by="accepted")
def test_unreadable_attachment_is_refused(with_attachment_in_no_bucket: Exchange) -> None:
    """An attachment that the caller cannot read, in a bucket that is none, is refused with 400 or 403."""
    refused = with_attachment_in_no_bucket.status in (400, 403)
    assert refused, with_attachment_in_no_bucket.because("400 or 403")


def _let_the_first_speak(silent: Exchange, completions: EveryExchange) -> None:
    """See that a missing X-UPSTREAM-ATTEMPTS is said once for the DIAL, and only where no completion has the header."""
    if completions.with_header("x-upstream-attempts") is not None:
        raise NotClaimedError("it is missing here only, as behind an interceptor, which drops it")
    first = next(iter(completions), silent)
    if first.name != silent.name:
        raise NotClaimedError(f"no completion has it, which is said of {first.name}")
