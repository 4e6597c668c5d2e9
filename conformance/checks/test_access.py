"""What opens nothing, what a browser may do, and what a cache may keep: decided by Core, so once per DIAL."""

from __future__ import annotations

from conformance.contract.exchange import Exchange
from conformance.contract.requirement import MUST, SHOULD, requirement
from conformance.contract.verdict import CouldNotRunError, NotAskedError
from conformance.dial.browser import preflight_fault, readable_fault
from conformance.dial.callers_failure import CallersFailure
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.listing import is_listing
from conformance.dial.shared_cache import first_shared, shared_between


@requirement("AUTH-10", MUST, source="DIAL-1.1-1, DIAL-3-5", requires=["AUTH-01"])
def test_no_credentials_are_refused_everywhere(
    no_credentials_for: Exchange, callers_failure: CallersFailure | None
) -> None:
    """Without credentials, every other path that needs a key is refused with 401."""
    if callers_failure is not None:
        callers_failure.let_it_speak(no_credentials_for)
    assert no_credentials_for.status == 401, no_credentials_for.because(f"401 for {no_credentials_for.request.target}")


@requirement("AUTH-11", MUST, source="DIAL-1.1-3, DIAL-1-4; RFC 6750 section 3.1")
def test_made_up_token_is_refused_everywhere(
    made_up_token_for: Exchange, callers_failure: CallersFailure | None
) -> None:
    """With nothing but a made-up Bearer token, every path that needs a key is refused with 401."""
    if callers_failure is not None:
        callers_failure.let_it_speak(made_up_token_for)
    assert made_up_token_for.status == 401, made_up_token_for.because(f"401 for {made_up_token_for.request.target}")


@requirement("AUTH-12", SHOULD, source="DIAL-1.2-1; RFC 6750 section 5.3", requires=["AUTH-01"])
def test_key_in_query_is_no_credential(key_in_query_for: Exchange, open_to_all: Exchange | None) -> None:
    """The key as a query parameter, which gets into access logs, is no credential: 401."""
    if open_to_all is not None:
        raise CouldNotRunError(f"AUTH-10: it is answered to everybody: {open_to_all.excerpt}")
    assert key_in_query_for.status == 401, key_in_query_for.because(f"401 for {key_in_query_for.request.target}")


@requirement("AUTH-13", MUST, source="DIAL-1.2-2", requires=["AUTH-02"])
def test_altered_key_is_refused(altered_key: Exchange) -> None:
    """A key that differs in one character or in case, that is cut, and one that is empty, are refused with 401."""
    assert altered_key.status == 401, altered_key.because("401")


@requirement("AUTH-14", SHOULD, source="DIAL-1.2-3; issue 675 of DIAL Core", requires=["LIST-01"], since="0.26")
def test_empty_token_beside_the_key_does_no_harm(key_and_empty_token: Exchange) -> None:
    """The key is accepted together with an `Authorization: Bearer` that has no token."""
    assert is_listing(key_and_empty_token), key_and_empty_token.because("200 with the listing")


@requirement("AUTH-15", SHOULD, source="DIAL-1.3-3; Fetch standard, CORS preflight", requires=["AUTH-09"])
def test_browser_may_send_a_completion(preflight_of_origin: Exchange, origin: str) -> None:
    """A page of the origin of --origin may send POST with the headers api-key and content-type."""
    fault = preflight_fault(preflight_of_origin, origin, ("api-key", "content-type"))
    assert fault is None, preflight_of_origin.because("2xx that allows the origin, api-key and content-type", fault)


@requirement(
    "AUTH-16",
    SHOULD,
    source="DIAL-0-6, DIAL-1.3-2, DIAL-1.3-4; Fetch standard, CORS check",
    requires=["AUTH-01", "AUTH-02"],
)
def test_browser_may_read_the_answer(asked_from_origin: Exchange, origin: str) -> None:
    """What is answered to a page of the origin of --origin, a refusal too, says that the page may read it."""
    fault = readable_fault(asked_from_origin, origin)
    assert fault is None, asked_from_origin.because("Access-Control-Allow-Origin: *, or the origin, once", fault)


@requirement(
    "AUTH-17",
    SHOULD,
    source="DIAL-1.4-1, DIAL-6.1-1; RFC 9111 section 5.2.2; good practice: OWASP, web cache deception",
)
def test_nothing_with_a_key_is_kept_for_others(
    every_exchange: EveryExchange,
    bucket: Exchange,
    user_info: Exchange,
    bucket_with_other_key: Exchange | None = None,
    user_info_with_other_key: Exchange | None = None,
) -> None:
    """Nothing that needs a key says that a shared cache may keep it, and two keys do not get each other's bucket and user/info."""  # noqa: E501 - one sentence
    shared = first_shared(every_exchange)
    assert shared is None, shared[0].because("no `public` and no `s-maxage`", shared[1])
    mixed = shared_between(bucket, user_info, bucket_with_other_key, user_info_with_other_key)
    assert mixed is None, mixed[0].because("what is the second key's own", mixed[1])
    if bucket_with_other_key is None and user_info_with_other_key is None:
        raise NotAskedError(
            "no answer says that a shared cache may keep it; a second key, DIAL_API_KEY_2, was not asked"
        )
