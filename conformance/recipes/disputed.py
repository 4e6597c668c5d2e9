"""Completions with configurations about which schemas and servers often disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from conformance.cases.choosing import disputed
from conformance.cases.engine import Cases
from conformance.contract.case import ABSENT, Case, named
from conformance.contract.claim import CHAT, CONFIGURATION
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Answers, Exchange, Request
from conformance.contract.profile import DALLE3
from conformance.contract.recipe import COMPLETION, THOROUGH, Node, facts, recipe
from conformance.contract.verdict import NotClaimedError
from conformance.dial.completion import Completion, is_completed
from conformance.dial.request_field_effect import effect_of
from conformance.dial.schema import Schema
from conformance.recipes.configuration import accepted_cases, see_that_it_is_configurable, why_no_cases
from conformance.recipes.listed_defaults import see_that_no_default_hides
from conformance.recipes.requests import chat

Configuration = dict[str, Any]


@facts
def valid_case(
    deployment: Deployment,
    validating_schema: Schema | None = None,
    configuration_cases: Cases | None = None,
    configuration: Exchange | None = None,
) -> Case:
    """The simplest configuration that the deployment must accept: none at all, if that is allowed."""
    cases = accepted_cases(deployment, validating_schema, configuration_cases, configuration)
    if not cases:
        raise NotClaimedError("the schema gives no valid configuration")
    return cases[0]


@facts
def accepted_case(
    deployment: Deployment, valid_case: Case, answered: Answers, configuration_cases: Cases | None = None
) -> Case:
    """The first case that the deployment accepted; the simplest, if it accepted none."""
    cases = [valid_case, *(configuration_cases.accepted if configuration_cases is not None else ())]
    answers = ((one, answered.named(Node("accepted", deployment, one).name)) for one in cases)
    return next((one for one, answer in answers if answer is not None and is_completed(answer)), valid_case)


@facts(claims=CONFIGURATION)
def valid_configuration(valid_case: Case) -> Configuration:
    """The simplest configuration that the deployment must accept, as an object."""
    return {} if valid_case.value is ABSENT else dict(valid_case.value)


def unknown_key_cases(
    deployment: Deployment,
    validating_schema: Schema | None = None,
    valid_configuration: Configuration | None = None,
    configuration_cases: Cases | None = None,
    configuration: Exchange | None = None,
) -> Sequence[Case]:
    """Give a key that no property declares, if it is forbidden also beside documented values."""
    schema, base = _known(deployment, validating_schema, valid_configuration, configuration)
    alone = disputed.unknown_key_case(schema.root or {}, base, schema.accepts)
    documented = () if configuration_cases is None else configuration_cases.accepted[:1]
    others = (one.value for one in documented if one.value != base)
    beside = (disputed.unknown_key_case(schema.root or {}, one, schema.accepts) for one in others)
    return [
        *([] if alone is None else [alone]),
        *(replace(one, name=named(one.value), near=True) for one in beside if one is not None and not one.is_allowed),
    ]


@recipe(cost=COMPLETION, refused=True, for_each=unknown_key_cases, claims=CHAT)
def with_unknown_key(deployment: Deployment, case: Case) -> Request:
    """A completion with a configuration that has an unknown key."""
    return chat(deployment, configuration=case.value)


def disputed_cases(
    deployment: Deployment,
    validating_schema: Schema | None = None,
    valid_configuration: Configuration | None = None,
    configuration: Exchange | None = None,
) -> Sequence[Case]:
    """Give what schema and server may see differently, the first null for any run and the rest for a thorough one."""
    schema, base = _known(deployment, validating_schema, valid_configuration, configuration)
    nulls = disputed.null_cases(schema.root or {}, base, schema.accepts)
    outside = disputed.outside_enum_cases(schema.root or {}, base, schema.accepts)
    return [
        *disputed.all_but_the_first_thorough(nulls),
        *(Case(one.name, one.value, thorough=True) for one in outside),
        Case("[]", [], pointer="", thorough=True),
    ]


@recipe(cost=COMPLETION, refused=True, for_each=disputed_cases, claims=CHAT)
def with_disputed_value(deployment: Deployment, case: Case, validating_schema: Schema | None = None) -> Request:
    """A completion with a configuration that schema and server may see differently."""
    see_that_no_default_hides(deployment, case.value, validating_schema)
    return chat(deployment, configuration=case.value)


def request_field_cases(
    deployment: Deployment,
    validating_schema: Schema | None = None,
    valid_configuration: Configuration | None = None,
    configuration: Exchange | None = None,
) -> Sequence[Case]:
    """Give configurations with a key that names a field of the request."""
    schema, base = _known(deployment, validating_schema, valid_configuration, configuration)
    return list(disputed.request_field_cases(schema.root or {}, base))


@recipe(cost=COMPLETION, refused=True, for_each=request_field_cases, claims=CHAT)
def with_request_field(deployment: Deployment, case: Case) -> Request:
    """A completion with a configuration that has a key named as a field of the request."""
    return chat(deployment, configuration=case.value)


@facts
def effect_of_request_field(with_request_field: Exchange, case: Case, block_completion: Completion) -> str | None:
    """What a field of the request in the configuration changed, or None."""
    if with_request_field.status != HTTPStatus.OK:
        return None
    name, value = list(case.value.items())[-1]
    return effect_of(name, value, with_request_field, block_completion)


@recipe(refused=True, opt_in=THOROUGH, claims=CHAT, profiles=(DALLE3,))
def with_two_choices(deployment: Deployment) -> Request:
    """A completion of a DALL-E 3 with two choices, which would be two images."""
    return chat(deployment, n=2)


def _known(
    deployment: Deployment, schema: Schema | None, valid: Configuration | None, configuration: Exchange | None
) -> tuple[Schema, Configuration]:
    see_that_it_is_configurable(deployment)
    if schema is None or valid is None:
        raise why_no_cases(configuration)
    return schema, valid
