"""The other endpoints of a deployment that its features claim, and who the caller is."""

from __future__ import annotations

from typing import Any

from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Request
from conformance.contract.json_text import json_text
from conformance.contract.recipe import WRITES, facts, recipe
from conformance.contract.verdict import CouldNotRunError
from conformance.recipes.requests import MESSAGES, PROMPT, as_json, get, post


@recipe
def tokenized(deployment: Deployment) -> Request:
    """How many tokens the prompt has."""
    body = {"inputs": [{"type": "string", "value": PROMPT}]}
    return post(f"/v1/deployments/{deployment.path}/tokenize", as_json(body))


@recipe
def truncated(deployment: Deployment) -> Request:
    """Which messages would be left out of the prompt."""
    body = {"inputs": [{"messages": list(MESSAGES)}]}
    return post(f"/v1/deployments/{deployment.path}/truncate_prompt", as_json(body))


@recipe(opt_in=WRITES)
def rated(deployment: Deployment) -> Request:
    """A good opinion of an answer that was never given."""
    body = {"responseId": "conformance", "rate": True}
    return post(f"/v1/{deployment.path}/rate", as_json(body))


@recipe
def user_info() -> Request:
    """Who the caller is."""
    return get("/v1/user/info")


@facts
def claims_tokenize(deployment: Deployment) -> bool:
    """The deployment says that it counts tokens."""
    return _flag(deployment, "tokenize")


@facts
def claims_truncate_prompt(deployment: Deployment) -> bool:
    """The deployment says that it tells which messages it would leave out."""
    return _flag(deployment, "truncate_prompt")


@facts
def claims_rate(deployment: Deployment) -> bool:
    """The deployment says that it takes opinions about its answers."""
    return _flag(deployment, "rate")


def _flag(deployment: Deployment, name: str) -> bool:
    features: Any = deployment.description.get("features")
    value = features.get(name) if isinstance(features, dict) else None
    if not isinstance(value, bool):
        raise CouldNotRunError(f"LIST-09 or 10: features.{name} is {json_text(value)}")
    return value
