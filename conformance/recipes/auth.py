"""Who may ask. All of it is decided by Core, so it is asked once per DIAL."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.contract.case import Case
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Request
from conformance.contract.recipe import recipe
from conformance.recipes.requests import (
    NOBODY,
    ORIGIN,
    OTHER_AUTHORIZATION,
    STRANGER,
    chat_path,
    get,
)

LISTING = "/openai/deployments"


@recipe
def no_credentials() -> Request:
    """The listing without any credentials."""
    return get(LISTING, credentials=NOBODY)


@recipe
def unknown_key() -> Request:
    """The listing with a key that nobody has."""
    return get(LISTING, credentials=STRANGER)


@recipe
def no_credentials_for_unknown_path() -> Request:
    """A path that nobody serves, without any credentials."""
    return get("/v1/zzz", credentials=NOBODY)


def spellings() -> Sequence[Case]:
    """Give the spellings of the header's name (RFC 9110 section 5.1: they are all the same)."""
    named = {"lower-case": "api-key", "mixed-case": "Api-Key", "upper-case": "API-KEY"}
    return [Case(name, spelling) for name, spelling in named.items()]


@recipe(for_each=spellings)
def spelled_header(api_key: str, case: Case) -> Request:
    """The listing, with the header's name in one spelling."""
    return get(LISTING, credentials=((case.value, api_key),))


@recipe
def key_and_other_authorization(api_key: str) -> Request:
    """The listing with the key, and with an Authorization that is somebody else's."""
    return get(LISTING, credentials=(("Api-Key", api_key), OTHER_AUTHORIZATION))


@recipe
def key_in_both_headers(api_key: str) -> Request:
    """The listing with the same key in both headers."""
    return get(LISTING, credentials=(("Api-Key", api_key), ("Authorization", f"Bearer {api_key}")))


@recipe
def preflight(representative: Deployment) -> Request:
    """What a browser asks before it sends a completion (Fetch standard, CORS preflight)."""
    # in the order of their names, as a cassette has them: so a report is the same whether it was sent or read
    headers = (("Access-Control-Request-Method", "POST"), ("Origin", ORIGIN))
    return Request("OPTIONS", chat_path(representative, api_version=None), headers)
