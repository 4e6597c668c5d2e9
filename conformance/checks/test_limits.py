"""Rate limits of deployments."""

from __future__ import annotations

from conformance.contract.exchange import Exchange
from conformance.contract.requirement import MUST, SHOULD, requirement
from conformance.contract.verdict import NotClaimedError
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.limits import Limits, limit_hit_fault, limits_fault


@requirement("LIM-01", SHOULD, source="DIAL-10.14-1")
def test_limits_are_told(limits: Exchange, limits_after: Exchange) -> None:
    """The rate limits of a deployment are told with totals and what is used of them, or there are none: 404."""
    wrong = next((one for one in (limits, limits_after) if limits_fault(one) is not None), None)
    assert wrong is None, wrong.because("200 with totals and used, or 404", limits_fault(wrong))


@requirement("LIM-02", SHOULD, source="DIAL-10.14-1")
def test_completions_are_counted(limits_of_used_model: tuple[Limits, Limits]) -> None:
    """After completions of a model, more of its requests are used than before."""
    before, after = limits_of_used_model
    if not before.used_requests:
        raise NotClaimedError("the limits do not count requests")
    grew = after.grew(before)
    assert grew, after.exchange.because(f"more used than {before.used_requests}", f"{after.used_requests}")


@requirement("LIM-03", MUST, source="DIAL-7-3; RFC 9110 section 10.2.3")
def test_hit_limit_is_explained(every_exchange: EveryExchange) -> None:
    """A 429 has an error message, and its Retry-After, if there is one, is a number of seconds."""
    hits = every_exchange.answered(429)
    if not hits:
        raise NotClaimedError("no limit was hit")
    wrong = next((one for one in hits if limit_hit_fault(one) is not None), None)
    assert wrong is None, wrong.because("a message, and seconds in Retry-After", limit_hit_fault(wrong))


@requirement("LIM-04", SHOULD, source="DIAL-7-3", since="0.25", requires=["LIM-03"])
def test_hit_limit_says_when_to_come_again(every_exchange: EveryExchange) -> None:
    """A 429 has Retry-After."""
    hits = every_exchange.answered(429)
    if not hits:
        raise NotClaimedError("no limit was hit")
    wrong = next((one for one in hits if one.header("retry-after") is None), None)
    assert wrong is None, wrong.because("a header Retry-After", "no such header")
