"""What the listing claims of all deployments: that each is there, and which interfaces it serves."""

from __future__ import annotations

from conformance.contract.case import Case
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.requirement import SHOULD, requirement
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.description import internals_fault
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.interface import bare_elements, chat_denial, chat_disagreement, filter_fault
from conformance.dial.listing import Descriptions


@requirement("LIST-26", SHOULD, source="DIAL-16.8-1, DIAL-2.5-1", requires=["LIST-02"])
def test_each_listed_deployment_has_a_page(page_of_listed: Exchange, case: Case) -> None:
    """Each deployment that is listed has its own page: 200 with its id. Of more than 50 a sample is looked at, in each run the same."""  # noqa: E501 - one sentence
    assert page_of_listed.status == 200, page_of_listed.because("200, because it is listed for this key")
    described = page_of_listed.json_object or {}
    assert described.get("id") == case.value.id, page_of_listed.because(f"id {case.value.id}")


@requirement("LIST-27", SHOULD, source="DIAL-16.9-1, DIAL-2.3-16, DIAL-2.4-9", requires=["LIST-09"])
def test_flag_and_interfaces_of_chat_agree(
    deployment: Deployment, descriptions_of_interfaces: Descriptions, every_exchange: EveryExchange
) -> None:
    """Where one description has both, features.chat_completion and interfaces agree; where chat was answered, neither denies it."""  # noqa: E501 - one sentence
    fault = descriptions_of_interfaces.fault(chat_disagreement)
    assert fault is None, fault.because("the same of chat completions in both")
    fault = descriptions_of_interfaces.fault(chat_denial) if every_exchange.completed_by(deployment.path) else None
    assert fault is None, fault.because("chat completions, because it answered one")


@requirement("LIST-28", SHOULD, source="DIAL-16.10-1")
def test_listing_of_an_interface(all_deployments: Exchange, deployments_of_interface: Exchange, case: Case) -> None:
    """/v1/deployments?interface_type=X, where it exists, lists what has the interface X and nothing else, and no internals."""  # noqa: E501 - one sentence
    if all_deployments.status in (404, 502) or deployments_of_interface.status in (404, 502):
        raise NotClaimedError("/v1/deployments does not exist here, or knows no types")
    everything, found = bare_elements(all_deployments), bare_elements(deployments_of_interface)
    if everything is None:
        raise CouldNotRunError(f"LIST-22: no array: {all_deployments.excerpt}")
    assert found is not None, deployments_of_interface.because("200 with a JSON array")
    fault = filter_fault(everything, found, case.name)
    assert fault is None, deployments_of_interface.because(
        f"what has the interface {case.name} in /v1/deployments", fault
    )
    internal = next((said for one in (*found, *everything) if (said := internals_fault(one)) is not None), None)
    assert internal is None, deployments_of_interface.because("no internals", internal)
