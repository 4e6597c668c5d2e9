"""How the versions of Core differ (dial-api 8 and 11), chapter by chapter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.standin.core.refusal import Refusal


@dataclass(frozen=True)
class Authorization:
    """Which credentials are taken (dial-api 1).

    Attributes:
        bearer_keys: An API key is taken as a Bearer token.
        x_api_key: `x-api-key` is read if there is no other credential.
        empty_bearer: `Authorization: Bearer` without a token is overlooked, instead of being 500.
        two_credentials: The answer to a key beside another token.
        request_key_beside_token: Whether a per-request key may stand beside a token.
    """

    bearer_keys: bool
    x_api_key: bool
    empty_bearer: bool
    two_credentials: Refusal
    request_key_beside_token: bool


@dataclass(frozen=True)
class Listing:
    """What the listings show (dial-api 2).

    Attributes:
        stubs: /openai/deployments lists `deployment` objects with default features instead of models.
        flags: The flags of `features` with their defaults.
        named: `display_name` is always there.
        attempts: `max_retry_attempts` is there.
        interfaces: Lists, but not single objects, tell `interfaces`.
        empty: Kinds that are listed but of which there is none, as in /openai/addons.
        bare: /v1/deployments and /v1/deployment-names exist.
    """

    stubs: bool
    flags: Mapping[str, Any]
    named: bool
    attempts: bool
    interfaces: bool
    empty: frozenset[str]
    bare: bool


@dataclass(frozen=True)
class Limiting:
    """How limits are told (dial-api 7).

    Attributes:
        statistics: The statistics of the limits endpoint in their order.
        token_windows: The windows that the message of a hit token limit names.
        content_type: The Content-Type of a 429, if it has one.
        retry_after: Whether a 429 says when to come back.
        display_message: Whether a 429 has a text for users.
    """

    statistics: tuple[str, ...]
    token_windows: tuple[str, ...]
    content_type: str | None
    retry_after: bool
    display_message: bool


@dataclass(frozen=True)
class Completing:
    """How completions fail before the deployment answers (dial-api 4.2 and 7).

    Attributes:
        no_object: The body is JSON, but not an object, or empty.
        unreachable: Nobody listens.
        unreachable_code: The code in the JSON that says so, or None if a text says it.
        busy: Every upstream answered 429.
        busy_until: Whether that answer has the Retry-After of the upstream.
        failing: Every upstream failed, and not all with 429.
    """

    no_object: Refusal
    unreachable: Refusal
    unreachable_code: str | None
    busy: Refusal
    busy_until: bool
    failing: Refusal


@dataclass(frozen=True)
class Filing:
    """How files are served (dial-api 6).

    Attributes:
        conditional_get: If-Match and If-None-Match of a download are looked at.
        any_none_match: If-None-Match of an upload may be something else than `*`.
        no_match: If-Match names another version; `{}` is an ETag.
        no_match_quotes_request: That ETag is the one of the request, not that of the file.
        no_multipart: An upload is not multipart/form-data.
        missing: The answer to the deletion of a missing file, or None if it is 200.
        no_folder: The answer to the deletion of a folder; `{}` is its URL.
        authors: Metadata tells the author.
        shares: Permissions tell SHARE.
    """

    conditional_get: bool
    any_none_match: bool
    no_match: Refusal
    no_match_quotes_request: bool
    no_multipart: Refusal
    missing: Refusal | None
    no_folder: Refusal
    authors: bool
    shares: bool
