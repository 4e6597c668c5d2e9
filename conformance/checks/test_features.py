"""Features of a deployment beside completions."""

from __future__ import annotations

from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.requirement import SHOULD, requirement
from conformance.contract.verdict import NotClaimedError
from conformance.dial.tokens import counts_tokens


@requirement("FEAT-01", SHOULD, source="DIAL-16.11-2, DIAL-2.4-1")
def test_tokenize_is_there_if_claimed(claims_tokenize: bool, tokenized: Exchange) -> None:  # noqa: FBT001 - a fact
    """Where tokenize is claimed, tokens are counted with 200; where it is not, the request is refused with 403 or 404."""  # noqa: E501 - one sentence
    if not claims_tokenize:
        assert tokenized.status in (403, 404), tokenized.because("403 or 404")
        return
    assert tokenized.status == 200, tokenized.because("200")
    assert counts_tokens(tokenized), tokenized.because('an output with status "success" and a token_count')


@requirement("FEAT-02", SHOULD, source="DIAL-16.11-1, DIAL-2.4-1")
def test_rating_is_taken_by_core_where_none_is_claimed(
    deployment: Deployment,
    claims_rate: bool,  # noqa: FBT001 - a fact
    rated: Exchange,
) -> None:
    """Where rate is not claimed, an opinion is answered with 200 and nothing."""
    if claims_rate:
        raise NotClaimedError("features.rate is true, so the deployment answers as it likes")
    if deployment.id.startswith("models/") and rated.status in (403, 405):
        raise NotClaimedError("the path of such an id is that of another route")
    assert rated.status == 200, rated.because("200")
    assert not rated.answer.body.strip(), rated.because("an empty body")
