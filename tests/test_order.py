"""The order of the plan, whatever threads make of it: nothing healthy is on its way when a request is to be refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from conformance.contract.recipe import Node, OptIn
from conformance.run.registry import all_requirements
from conformance.run.run import Run
from conformance.run.settings import Settings
from tests.running import CORE_18, CORE_25, EVERYTHING

OWN_REFUSALS = (
    "text_plain_chat",
    "chat_that_is_not_json",
    "chat_that_is_an_array",
    "unknown_key_for",
    "no_credentials_for",
    "preflight",
)
"""What Core answers by itself: after a refused request a Core that suspends says 502 to it (dial-api 11.1)."""

Plan = Mapping[Node, frozenset[Node]]


def before(node: Node, plan: Plan) -> set[Node]:
    """All that must be done before, in any order that the plan allows."""
    found: set[Node] = set()
    left = [node]
    while left:
        new = plan.get(left.pop(), frozenset()) - found
        found |= new
        left += new
    return found


@pytest.fixture(scope="module", params=[CORE_25, CORE_18], ids=["core-0.25", "core-0.18"])
def planned(request: pytest.FixtureRequest) -> tuple[Run, Plan]:
    run = Run(Settings(cassettes=request.param, opt_ins=frozenset(EVERYTHING) & frozenset(OptIn)))
    checks = [check for requirement in all_requirements().values() for check in run.checks_of(requirement)]
    return run, run.plan(lambda: checks).exchanges


@pytest.mark.parametrize("recipe", OWN_REFUSALS)
def test_what_core_refuses_by_itself_comes_before_anything_that_may_suspend(
    planned: tuple[Run, Plan], recipe: str
) -> None:
    run, plan = planned
    every = [node for node in plan if node.recipe == recipe and not (node.case is not None and node.case.spared)]
    of_the_same = [
        node
        for node in plan
        if run.book[node.recipe].refused and node.deployment in (None, run.resolver.representative)
    ]
    assert {node.recipe for node in of_the_same} > {"first_refusal", "second_refusal"}
    assert every
    assert all({*every} <= before(node, plan) for node in of_the_same)


def test_what_is_asked_of_a_deployment_comes_before_what_it_should_refuse(planned: tuple[Run, Plan]) -> None:
    run, plan = planned
    refused = [node for node in plan if run.book[node.recipe].refused]
    late = [node for node in plan if run.book[node.recipe].refused or run.book[node.recipe].risky]
    assert {node.deployment for node in refused} > {None}
    for one in refused:
        asked_of = one.deployment or run.resolver.representative
        healthy = {node for node in plan if node.deployment == asked_of and not run.book[node.recipe].spared} - set(
            late
        )
        assert healthy - before(one, plan) == set(), one.name


SPARED = {
    *("files", "metadata/files", "openai/models", "openai/applications", "openai/deployments", "v1/deployments"),
    *("v1/user/info", "v1/bucket"),
}
"""Paths that Core answers for while a deployment is suspended: nobody but Core is asked (dial-api 11.1)."""


def test_what_waits_for_no_suspension_is_no_completion(planned: tuple[Run, Plan]) -> None:
    run, plan = planned
    spared = [node for node in plan if run.book[node.recipe].spared or (node.case is not None and node.case.spared)]
    assert {"image", "own_image_metadata", "metadata_for_others", "unknown_key_for"} <= {one.recipe for one in spared}
    run.ask([check for requirement in all_requirements().values() for check in run.checks_of(requirement)])
    asked = [found.request for one in spared if (found := run.resolver.exchanges.answered.named(one.name)) is not None]
    assert asked
    for request in asked:
        assert any(part in request.path for part in SPARED), request.path
        assert "/chat/completions" not in request.path
        assert request.method in {"GET", "HEAD"}
