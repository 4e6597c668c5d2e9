"""Completions with values that the schema forbids and that only a lax validator reads."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.cases.choosing.by_default import MOST_LAX, with_few_by_default
from conformance.cases.engine import Cases
from conformance.contract.case import Case
from conformance.contract.claim import CHAT
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange, Request
from conformance.contract.recipe import Node, facts, recipe
from conformance.dial.every_exchange import EveryExchange
from conformance.dial.schema import Schema
from conformance.recipes.configuration import known_cases
from conformance.recipes.listed_defaults import see_that_no_default_hides
from conformance.recipes.requests import chat


def lax_cases(
    deployment: Deployment, configuration_cases: Cases | None = None, configuration: Exchange | None = None
) -> Sequence[Case]:
    """Give the faulty configurations that a lax validator reads as allowed ones, and loses nothing."""
    cases = known_cases(deployment, configuration_cases, configuration)
    found = [one for one in (*cases.refused, *cases.near) if one.lax]
    return with_few_by_default(found, MOST_LAX)


@recipe(refused=True, for_each=lax_cases, claims=CHAT)
def with_lax_value(deployment: Deployment, case: Case, validating_schema: Schema | None = None) -> Request:
    """A completion with a configuration that only a lax validator reads."""
    see_that_no_default_hides(deployment, case.value, validating_schema)
    return chat(deployment, configuration=case.value)


@facts
def without_lax_reading(deployment: Deployment, first_refused: Case, every_exchange: EveryExchange) -> Exchange | None:
    """The first completion with a value that no validator reads as an allowed one; None if it was not asked."""
    return every_exchange.named(Node("refused", deployment, first_refused).name)
