"""What a deployment claims by the flags of its listing, and what is wrong with answers to their use (dial-api 16.2)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.verdict import NotClaimedError
from conformance.dial.completion import is_completed
from conformance.dial.error import has_message
from conformance.dial.stream import read_stream

_OLDER_NAMES: Final = {"content_parts": "content_parts_supported", "temperature": "temperature_supported"}
"""Flags that one build between 0.18 and 0.25 called otherwise (dial-api 2.4)."""
_TRUE_BY_DEFAULT: Final = frozenset({"system_prompt", "temperature", "max_tokens_supported"})
"""What Core sets to true where the configuration of a deployment does not say it (dial-api 2.4)."""


def claims(deployment: Deployment, flag: str) -> bool:
    """Tell whether a deployment claims a feature."""
    features: Any = deployment.description.get("features")
    names = (flag, _OLDER_NAMES.get(flag, flag))
    return isinstance(features, dict) and any(features.get(name) is True for name in names)


def see_that_it_claims(deployment: Deployment, flag: str) -> Deployment:
    """Return a deployment that claims a feature.

    Raises:
        NotClaimedError: It does not.
    """
    if not claims(deployment, flag):
        raise NotClaimedError(f"features.{flag} is not true")
    return deployment


def expected_of(flag: str) -> str:
    """Say what is expected where a feature is claimed, and what to do where it is nobody's claim."""
    nobody = ", which is Core's default and may be nobody's claim" if flag in _TRUE_BY_DEFAULT else ""
    return f"200 and one choice, because features.{flag} is true{nobody}; if it cannot do that, set it to false"


def completion_fault(exchange: Exchange) -> str | None:
    """Tell why an answer is no completion with 200 and one choice, block or streamed as it was asked for, or None."""
    if b'"stream":true' not in exchange.request.body:
        return None if is_completed(exchange) else exchange.excerpt
    if exchange.status != HTTPStatus.OK or exchange.media_type != "text/event-stream":
        return exchange.excerpt
    stream = read_stream(exchange)
    if stream.error is not None:
        return f"an error in the stream: {stream.error['error']}"
    return stream.event_fault or stream.chunk_fault or stream.finish_fault


def small_prompt_fault(exchange: Exchange) -> str | None:
    """Tell what is wrong with the answer where nearly no prompt is allowed, or None: a completion, or a refusal."""
    if HTTPStatus.BAD_REQUEST <= exchange.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None if has_message(exchange) else f"no message: {exchange.excerpt}"
    return completion_fault(exchange)
