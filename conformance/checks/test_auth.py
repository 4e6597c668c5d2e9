"""Who may ask: decided by Core, so once per DIAL."""

from __future__ import annotations

from conformance.contract.exchange import Exchange
from conformance.contract.requirement import MUST, SHOULD, requirement
from conformance.contract.verdict import NotClaimedError
from conformance.dial.callers_failure import CallersFailure
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.listing import is_listing
from conformance.recipes.requests import UNKNOWN_KEY

NOT_LET_THROUGH = ("CHAT-01", "with_a_valid_request")


@requirement("AUTH-01", MUST, source="DIAL-1-2")
def test_no_credentials_are_refused(no_credentials: Exchange) -> None:
    """Without credentials, the listing is refused with 401."""
    assert no_credentials.status == 401, no_credentials.because("401")


@requirement("AUTH-02", MUST, source="DIAL-1-3, DIAL-NOTEBOOK-3")
def test_unknown_key_is_refused(unknown_key: Exchange) -> None:
    """With an unknown key, the listing is refused with 401."""
    assert unknown_key.status == 401, unknown_key.because("401")


@requirement("AUTH-03", MUST, source="DIAL-1.1-2, DIAL-1-7, DIAL-3-5", requires=["AUTH-02"])
def test_unknown_key_is_refused_everywhere(unknown_key_for: Exchange, callers_failure: CallersFailure | None) -> None:
    """With an unknown key, every other path that needs a key is refused with 401: listings, single pages, configuration, completions, limits, user/info, bucket."""  # noqa: E501 - one sentence
    if callers_failure is not None:
        callers_failure.let_it_speak(unknown_key_for)
    assert unknown_key_for.status == 401, unknown_key_for.because(f"401 for {unknown_key_for.request.target}")


@requirement("AUTH-04", MUST, source="DIAL-0-5, DIAL-1.1-4", unless_like=("AUTH-01", "no_credentials"))
def test_unknown_path_without_credentials_is_refused(no_credentials_for_unknown_path: Exchange) -> None:
    """Without credentials, a path that nobody serves is refused with 401, not 404 or 200."""
    assert no_credentials_for_unknown_path.status == 401, no_credentials_for_unknown_path.because("401")


@requirement("AUTH-05", MUST, source="DIAL-1-1, DIAL-NOTEBOOK-1; RFC 9110 section 5.1", requires=["LIST-01"])
def test_header_name_is_case_insensitive(spelled_header: Exchange) -> None:
    """The key is accepted in `api-key`, `Api-Key` and `API-KEY` alike."""
    assert is_listing(spelled_header), spelled_header.because("200 with the listing")


@requirement("AUTH-06", SHOULD, source="DIAL-1-6")
def test_key_with_other_authorization_is_refused(key_and_other_authorization: Exchange) -> None:
    """A key together with somebody else's Authorization is refused with 400 or 401."""
    assert key_and_other_authorization.status in (400, 401), key_and_other_authorization.because("400 or 401")


@requirement("AUTH-07", SHOULD, source="DIAL-1-5", requires=["LIST-01"])
def test_same_key_in_both_headers_is_accepted(key_in_both_headers: Exchange) -> None:
    """The same key in Api-Key and in Authorization is accepted."""
    assert is_listing(key_in_both_headers), key_in_both_headers.because("200 with the listing")


@requirement("AUTH-08", SHOULD, source="DIAL-18.1-1; good practice: OWASP, logging cheat sheet")
def test_refusal_does_not_echo_the_key(every_exchange: EveryExchange) -> None:
    """No 401 repeats the key that was sent."""
    refusals = every_exchange.sent(UNKNOWN_KEY).answered(401)
    if not refusals:
        raise NotClaimedError("no unknown key was refused")
    echo = refusals.echoing(UNKNOWN_KEY)
    assert echo is None, echo.because("an answer without the key")


@requirement(
    "AUTH-09", SHOULD, source="DIAL-0-2, DIAL-1.3-1; Fetch standard, CORS protocol", unless_like=NOT_LET_THROUGH
)
def test_preflight_needs_no_credentials(preflight: Exchange) -> None:
    """OPTIONS is answered 200 or 204 without credentials, and says which origin is allowed."""
    assert preflight.status in (200, 204), preflight.because("200 or 204")
    assert preflight.header("access-control-allow-origin"), preflight.because("a header Access-Control-Allow-Origin")
