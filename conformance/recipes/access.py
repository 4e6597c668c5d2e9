"""Every path that needs a key, asked without a good one. All of it is decided by Core, so it is asked once per DIAL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from conformance.contract.case import Case
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange, Headers, Request
from conformance.contract.key_variants import CHANGED, CUT, OTHER_CASE
from conformance.contract.recipe import KEY_VARIANTS, Node, facts, recipe
from conformance.contract.verdict import NotClaimedError
from conformance.dial.callers_failure import CallersFailure, is_in_vain
from conformance.dial.every_exchange import EveryExchange
from conformance.recipes.auth import LISTING
from conformance.recipes.requests import (
    CALLER,
    NOBODY,
    OTHER_CALLER,
    STRANGER,
    UNKNOWN_KEY,
    as_json,
    chat_path,
    get,
    post,
)

_COMPLETION: Final = "completion"

_PATHS: Final = {
    "deployments": LISTING,
    "models": "/openai/models",
    "applications": "/openai/applications",
    "all-deployments": "/v1/deployments",
    "deployment": "/openai/deployments/{id}",
    "own-page": "{home}",
    "configuration": "/v1/deployments/{id}/configuration",
    "limits": "/v1/deployments/{id}/limits",
    "user-info": "/v1/user/info",
    "bucket": "/v1/bucket",
    _COMPLETION: "",
}
"""What needs a key, by the name of its case; of completions the path is another module's."""

_BY_THE_CALLER: Final = {
    "deployments": ("listing", "LIST-01"),
    "models": ("models", "LIST-01"),
    "applications": ("applications", "LIST-01"),
    "all-deployments": ("all_deployments", "LIST-22"),
    "deployment": ("deployment_alone", "LIST-04"),
    "own-page": ("home", "LIST-07"),
    "configuration": ("configuration", "CONF-01"),
    "limits": ("limits", "LIM-01"),
    "user-info": ("user_info", "INFO-01"),
    "bucket": ("bucket", "FILE-13"),
    "unsigned": ("listing", "LIST-01"),
    _COMPLETION: ("accepted", "CHAT-01"),
}
"""The recipe with which the caller asks for the same path, and which requirement is about what comes."""

_BODY: Final = as_json({"messages": []})
"""Of a completion that a model would refuse anyway: it costs nothing where a DIAL wrongly lets it through."""

UNSIGNED_TOKEN: Final = (
    # {"alg":"none"} . {"sub":"conformance","roles":["admin"]} . no signature (RFC 7519, section 6)
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjb25mb3JtYW5jZSIsInJvbGVzIjpbImFkbWluIl19."  # noqa: S105 - nobody issued it
)


def paths_with_key() -> Sequence[Case]:
    """Give every path that needs a key, files apart."""
    return [Case(name, path, spared=name != _COMPLETION) for name, path in _PATHS.items()]


def other_paths_with_key() -> Sequence[Case]:
    """Give the same without the listing, which AUTH-01 and AUTH-02 are about."""
    return [case for case in paths_with_key() if case.value != LISTING]


def paths_for_tokens() -> Sequence[Case]:
    """Give every path that needs a key; and once more the listing, for a token that says of itself who it is."""
    return [*paths_with_key(), Case("unsigned", LISTING, spared=True)]


@recipe(refused_by_core=True, for_each=other_paths_with_key)
def unknown_key_for(representative: Deployment, case: Case) -> Request:
    """A path that needs a key, with a key that nobody has."""
    return _asked(representative, case, STRANGER)


@recipe(refused_by_core=True, for_each=other_paths_with_key)
def no_credentials_for(representative: Deployment, case: Case) -> Request:
    """A path that needs a key, without any credentials."""
    return _asked(representative, case, NOBODY)


@recipe(refused_by_core=True, for_each=paths_for_tokens)
def made_up_token_for(representative: Deployment, case: Case) -> Request:
    """A path that needs a key, with nothing but a token that nobody issued."""
    token = UNSIGNED_TOKEN if case.name == "unsigned" else UNKNOWN_KEY
    return _asked(representative, case, (("Authorization", f"Bearer {token}"),))


@facts
def callers_failure(representative: Deployment, case: Case, every_exchange: EveryExchange) -> CallersFailure | None:
    """What the caller gets on the same path, if it is an error or no JSON; None if it is, or was not asked."""
    recipe_name, owner = _BY_THE_CALLER[case.name]
    target = _asked(representative, case, NOBODY).target
    own = every_exchange.of_recipes(recipe_name)
    found = next((one for one in own if one.request.target == target and is_in_vain(one)), None)
    return None if found is None else CallersFailure(found, owner)


@facts
def open_to_all(case: Case, every_exchange: EveryExchange) -> Exchange | None:
    """The answer to nobody on the same path, if it is another than 401; None too if that was not asked."""
    found = every_exchange.named(Node("no_credentials_for", None, case).name)
    return None if found is None or found.status == HTTPStatus.UNAUTHORIZED else found


@recipe(refused_by_core=True, for_each=paths_with_key, opt_in=KEY_VARIANTS)
def key_in_query_for(api_key: str, representative: Deployment, case: Case) -> Request:
    """A path that needs a key, with the key as a query parameter."""
    request = _asked(representative, case, NOBODY)
    separator = "&" if "?" in request.path else "?"
    return replace(request, path=f"{request.path}{separator}api-key={api_key}")


def alterations() -> Sequence[Case]:
    """Give the ways in which a key is altered."""
    named = {"one-character": CHANGED, "other-case": OTHER_CASE, "cut": CUT, "empty": ""}
    return [Case(name, value) for name, value in named.items()]


@recipe(for_each=alterations, opt_in=KEY_VARIANTS)
def altered_key(api_key: str, key_variants: frozenset[str], case: Case) -> Request:
    """The listing, with a key that is nearly the caller's, or empty."""
    del api_key  # who has a token has no key to alter
    if case.value and case.value not in key_variants:
        raise NotClaimedError("the key has no such copy: it would be the same, or another known key")
    return get(LISTING, credentials=(("Api-Key", case.value),))


@recipe
def key_and_empty_token(api_key: str) -> Request:
    """The listing with the key, and with an Authorization that has no token, as some clients send it."""
    return get(LISTING, credentials=(("Api-Key", api_key), ("Authorization", "Bearer")))


@recipe
def preflight_of_origin(representative: Deployment, origin: str) -> Request:
    """What a browser asks before a page of the origin may send a completion (Fetch standard, CORS preflight)."""
    headers = (
        ("Access-Control-Request-Headers", "api-key,content-type"),
        ("Access-Control-Request-Method", "POST"),
        ("Origin", origin),
    )
    return Request("OPTIONS", chat_path(representative), headers)


def answers_for_browsers() -> Sequence[Case]:
    """Give who asks from a browser: also a refusal must be read by the page, or it cannot say what is wrong."""
    return [Case("own-key", CALLER), Case("no-key", NOBODY), Case("unknown-key", STRANGER)]


@recipe(for_each=answers_for_browsers)
def asked_from_origin(origin: str, case: Case) -> Request:
    """The listing, asked by a page of the origin."""
    return get(LISTING, credentials=case.value, headers=(("Origin", origin),))


@recipe
def user_info_with_other_key(other_key: str) -> Request:
    """Who the holder of the second key is."""
    del other_key  # the headers have it
    return get("/v1/user/info", credentials=OTHER_CALLER)


def _asked(representative: Deployment, case: Case, credentials: Headers) -> Request:
    if case.name == _COMPLETION:
        return post(chat_path(representative), _BODY, credentials=credentials)
    path = case.value.replace("{home}", representative.home).replace("{id}", representative.path)
    return get(path, credentials=credentials)
