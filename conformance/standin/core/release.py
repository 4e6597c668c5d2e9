"""The versions of Core that the stand-in can be, as data (dial-api 8 and 11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from conformance.standin.core.refusal import Refusal
from conformance.standin.core.release_differences import Authorization, Completing, Filing, Limiting, Listing

_MIB: Final = 1024 * 1024
_OLDEST_FLAGS: Final[Mapping[str, bool]] = {
    "rate": False,
    "tokenize": False,
    "truncate_prompt": False,
    "configuration": False,
    "system_prompt": True,
    "tools": False,
    "seed": False,
    "url_attachments": False,
    "folder_attachments": False,
    "allow_resume": True,
    "accessible_by_per_request_key": True,
}
_LATE_FLAGS: Final[Mapping[str, Any]] = {
    "content_parts": False,
    "temperature": True,
    "cache": False,
    "auto_caching": False,
    "parallel_tool_calls": True,
    "assistant_attachments_in_request": False,
    "mcp": False,
    "chat_completion": False,
    "responses_api": False,
    "max_tokens_supported": True,
    "max_completion_tokens_supported": False,
    "custom_temperature_supported": True,
    "reasoning_efforts": (),
}


@dataclass(frozen=True)
class CoreRelease:
    """One version of Core.

    Attributes:
        version: What /version tells.
        methods: The methods that are not 405.
        largest_body: Of a request that is no upload; more is 413.
        largest_upload: Of a multipart request.
        no_route: Nothing is at the path.
        unknown: There is no such deployment.
        key_to_feature_endpoints: Feature endpoints get a per-request key (dial-api 11.5).
        authorization: Which credentials are taken.
        listing: What the listings show.
        limiting: What a caller sees of limits.
        completing: How completions fail.
        filing: How files are served.
    """

    version: str
    methods: frozenset[str]
    largest_body: int
    largest_upload: int
    no_route: Refusal
    unknown: Refusal
    key_to_feature_endpoints: bool
    authorization: Authorization
    listing: Listing
    limiting: Limiting
    completing: Completing
    filing: Filing


_CORE_18: Final = CoreRelease(
    version="0.18.0-rc",
    methods=frozenset({"GET", "POST", "PUT", "DELETE", "HEAD"}),
    largest_body=16 * _MIB,
    largest_upload=512 * _MIB,
    no_route=Refusal(502, "No route"),
    unknown=Refusal(404, "Unknown application: {}"),
    key_to_feature_endpoints=False,
    authorization=Authorization(
        bearer_keys=False,
        x_api_key=False,
        empty_bearer=False,
        two_credentials=Refusal(400, "Either API-KEY or Authorization header must be provided but not both"),
        request_key_beside_token=False,
    ),
    listing=Listing(
        stubs=True,
        flags=MappingProxyType(_OLDEST_FLAGS),
        named=False,
        attempts=False,
        interfaces=False,
        empty=frozenset({"addons", "assistants"}),
        bare=False,
    ),
    limiting=Limiting(
        statistics=("minuteTokenStats", "dayTokenStats", "hourRequestStats", "dayRequestStats"),
        token_windows=("minute", "day"),
        content_type="application/json",
        retry_after=False,
        display_message=False,
    ),
    completing=Completing(
        no_object=Refusal(500),
        unreachable=Refusal(502, "Failed to connect to origin"),
        unreachable_code=None,
        busy=Refusal(502, "No route"),
        busy_until=False,
        failing=Refusal(502, "No route"),
    ),
    filing=Filing(
        conditional_get=False,
        any_none_match=False,
        no_match=Refusal(412, "ETag {} is rejected"),
        no_match_quotes_request=True,
        no_multipart=Refusal(500, "Failed to upload file: {}"),
        missing=None,
        no_folder=Refusal(400, "Can't delete a folder"),
        authors=False,
        shares=False,
    ),
)

_CORE_25: Final = replace(
    _CORE_18,
    version="0.25.0-rc",
    key_to_feature_endpoints=True,
    authorization=replace(_CORE_18.authorization, empty_bearer=True),
    listing=replace(
        _CORE_18.listing,
        stubs=False,
        flags=MappingProxyType({**_OLDEST_FLAGS, "content_parts": False, "temperature": True, "addons": True}),
        attempts=True,
    ),
    limiting=Limiting(
        statistics=(
            "minuteTokenStats",
            "dayTokenStats",
            "weekTokenStats",
            "monthTokenStats",
            "hourRequestStats",
            "dayRequestStats",
        ),
        token_windows=("minute", "day", "week", "month"),
        content_type=None,
        retry_after=True,
        display_message=False,
    ),
    completing=replace(
        _CORE_18.completing, no_object=Refusal(400), busy=Refusal(503, "Service is not available"), busy_until=True
    ),
    filing=Filing(
        conditional_get=True,
        any_none_match=True,
        no_match=Refusal(412, "If-match condition is failed for etag: {}"),
        no_match_quotes_request=False,
        no_multipart=Refusal(400, "Request must have a valid content-type header to decode a multipart request"),
        missing=Refusal(404, "Not found: {}"),
        no_folder=Refusal(400, "Folder not allowed: {}"),
        authors=True,
        shares=False,
    ),
)

_LATE: Final = replace(
    _CORE_25,
    version="0.49.0",
    methods=_CORE_25.methods | {"PATCH"},
    largest_body=64 * _MIB,
    no_route=Refusal(404, "Route is not found"),
    unknown=Refusal(404, "Unknown deployment: {}"),
    authorization=Authorization(
        bearer_keys=True,
        x_api_key=True,
        empty_bearer=True,
        two_credentials=Refusal(400, "Provided API key is not per request key"),
        request_key_beside_token=True,
    ),
    listing=Listing(
        stubs=False,
        flags=MappingProxyType({**_OLDEST_FLAGS, **_LATE_FLAGS}),
        named=True,
        attempts=True,
        interfaces=True,
        empty=frozenset({"toolsets"}),
        bare=True,
    ),
    limiting=replace(
        _CORE_25.limiting,
        statistics=(
            *_CORE_25.limiting.statistics,
            "minuteCostStats",
            "dayCostStats",
            "weekCostStats",
            "monthCostStats",
        ),
        display_message=True,
    ),
    completing=replace(
        _CORE_25.completing,
        unreachable=Refusal(502, "Failed to connect to upstream server"),
        unreachable_code="BAD_GATEWAY",
    ),
    filing=replace(_CORE_25.filing, shares=True),
)

CORE_RELEASES: Final[Mapping[str, CoreRelease]] = MappingProxyType({"0.25": _CORE_25, "0.18": _CORE_18, "late": _LATE})
"""The versions of Core that the stand-in can be: two that were seen, and what is known of those up to about 0.49."""
