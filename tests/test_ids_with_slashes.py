"""Ids that later Cores give what is managed by their API: `models/platform/<name>` (dial-api 2.5)."""

from __future__ import annotations

import pytest

from conformance.checks import test_features
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Answer, Exchange, Request
from conformance.contract.verdict import NotClaimedError


def rating(deployment: Deployment, rated: Exchange) -> None:
    """Judge an answer to an opinion, of a deployment that claims none."""
    test_features.test_rating_is_taken_by_core_where_none_is_claimed(deployment, claims_rate=False, rated=rated)


def answered(status: int) -> Exchange:
    """An answer to an opinion."""
    return Exchange("x/rated", Request("POST", "/v1/models/platform/x/rate"), Answer(status, "", (), b""))


@pytest.mark.parametrize("status", [403, 405])
def test_path_of_an_opinion_may_be_another_route(status: int) -> None:
    with pytest.raises(NotClaimedError):
        rating(Deployment("models/platform/x"), answered(status))
    with pytest.raises(AssertionError):
        rating(Deployment("x"), answered(status))


def test_opinion_that_fails_is_advice_for_any_id() -> None:
    with pytest.raises(AssertionError):
        rating(Deployment("models/platform/x"), answered(500))
