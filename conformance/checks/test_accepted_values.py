"""What a schema allows, and does not document: values that the suite made up, and values together."""

from __future__ import annotations

from conformance.contract.case import Case
from conformance.contract.claim import CONFIGURATION
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.requirement import SHOULD, requirement
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.completion import is_completed
from conformance.dial.input_attachment import see_that_no_attachment_is_missing
from conformance.recipes.evidence import Evidence


@requirement(
    "CHAT-30",
    SHOULD,
    source="DIAL-4.4-3",
    claims=CONFIGURATION,
    requires=["CONF-10"],
    taken_apart_by="accepted_alone",
)
def test_schema_tells_what_is_accepted(
    deployment: Deployment, accepted: Exchange, case: Case, evidence: Evidence, said_elsewhere: str | None
) -> None:
    """What the schema allows is accepted: a bound that the deployment knows stands in its schema."""
    see_that_no_attachment_is_missing(deployment, accepted)
    if evidence.broken is not None:
        raise CouldNotRunError(f"CHAT-01: {evidence.broken.excerpt}")
    if evidence.undecided is not None:
        raise CouldNotRunError(evidence.undecided)
    if said_elsewhere is not None:
        raise NotClaimedError(said_elsewhere)
    if is_completed(accepted) and not case.made_up and not case.parts:
        raise NotClaimedError("it has no value that the suite made up, and is no combination")
    assert evidence.advice is None, evidence.because_not_told()
