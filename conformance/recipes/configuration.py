"""The schema of a configuration, and the cases that it gives."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache
from http import HTTPStatus

from conformance.cases.choosing.by_default import MOST_NEAR, with_few_by_default
from conformance.cases.engine import Cases, UncountableSchemaError, cases_of
from conformance.contract.case import ABSENT_CASE, Case
from conformance.contract.claim import CONFIGURATION, NOT_CONFIGURABLE
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange, Request
from conformance.contract.profile import Profile
from conformance.contract.recipe import THOROUGH, OptIn, facts, recipe
from conformance.contract.verdict import CouldNotRunError, NotClaimedError
from conformance.dial.description import configuration_flag_fault
from conformance.dial.listing import Description
from conformance.dial.schema import Schema
from conformance.recipes.requests import UNKNOWN_DEPLOYMENT, get, post

TEXT_ROOT_CASE = Case('"text"', "text")
MOST_BYTES = 4 * 1024 * 1024
_MOST_KNOWN = 128
NO_SCHEMA = "CONF-01: there is no schema that cases can be taken from"


def _path(deployment: Deployment) -> str:
    return f"/v1/deployments/{deployment.path}/configuration"


@recipe
def configuration(deployment: Deployment) -> Request:
    """The schema."""
    return get(_path(deployment))


@recipe
def configuration_again(deployment: Deployment) -> Request:
    """The schema a second time."""
    return get(_path(deployment))


@recipe
def configuration_of_unknown_deployment() -> Request:
    """The schema of a deployment that does not exist."""
    return get(_path(UNKNOWN_DEPLOYMENT))


@recipe
def configuration_by_post(deployment: Deployment) -> Request:
    """The path of the schema, with POST."""
    return post(_path(deployment), b"{}")


@facts
def schema_in_vain(configuration: Exchange) -> Exchange | None:
    """The schema, if it is none that can be read, or None."""
    return configuration if configuration.status != HTTPStatus.OK or configuration.json_object is None else None


@facts
def published_configuration(
    deployment: Deployment, configuration: Exchange, own_description: Description | None = None
) -> Exchange:
    """The answer about the schema, if the DIAL does not contradict itself about whether there is one."""
    said = [deployment.description] if own_description is None else [deployment.description, own_description.element]
    fault = next((fault for one in said if (fault := configuration_flag_fault(one)) is not None), None)
    if fault is not None:
        raise CouldNotRunError(fault)
    if any(one["features"]["configuration"] is not deployment.configurable for one in said):
        raise CouldNotRunError(f"LIST-07: {deployment.home} tells another features.configuration than the listing")
    if deployment.configurable:
        _see_that_it_is_readable(configuration)
    return configuration


@facts
def doubt_about_claim(deployment: Deployment, configuration: Exchange | None = None) -> str | None:
    """Why a deployment that claims no configuration may need one, with the requirement that speaks of it; or None."""
    fault = configuration_flag_fault(deployment.description)
    published = configuration is not None and configuration.status == HTTPStatus.OK and configuration.json_object
    if fault is None and published and not deployment.configurable:
        return "CONF-02: it claims no configuration, and publishes the schema of one"
    return fault


@facts(claims=CONFIGURATION)
def schema(configuration: Exchange) -> Schema:
    """The schema, whatever is in it."""
    _see_that_it_is_readable(configuration)
    document = configuration.json_object
    if configuration.status != HTTPStatus.OK or document is None:
        raise CouldNotRunError(f"CONF-01: no schema: {configuration.excerpt}")
    found = Schema(configuration, document)
    if found.is_too_large:
        raise CouldNotRunError("the suite does not look at a schema with so many schemas in it")
    return found


@facts(requires=["CONF-06"])
def validating_schema(schema: Schema) -> Schema:
    """The schema, if values can be validated against it."""
    if schema.obstacle is not None:
        raise CouldNotRunError(f"the suite cannot validate with this schema: {schema.obstacle}")
    return schema


@facts
def configuration_cases(deployment: Deployment, validating_schema: Schema) -> Cases:
    """Which configurations the schema allows and forbids, a case each."""
    return cases_of_schema(validating_schema, deployment.profile)


def cases_of_schema(schema: Schema, profile: Profile | None) -> Cases:
    """Compute the cases of a schema.

    Args:
        schema: One that values can be validated against.
        profile: As which image model the deployment was named, or None.

    Raises:
        CouldNotRunError: There are none.
    """
    _see_that_nothing_unknown_is_required(schema)
    found = _cases_of_essence(schema.essence, profile)
    if isinstance(found, str):
        raise CouldNotRunError(f"the suite cannot compute cases from this schema: {found}")
    return found


@lru_cache(maxsize=_MOST_KNOWN)
def _cases_of_essence(essence: str, profile: Profile | None) -> Cases | str:
    """Return the cases, or why there are none."""
    try:
        return cases_of(json.loads(essence), profile.keeps_apart if profile else None)
    except UncountableSchemaError as error:
        return str(error)


def see_that_it_is_configurable(deployment: Deployment) -> None:
    """See that a deployment has a configuration by its listing.

    Raises:
        NotClaimedError: It has none.
    """
    if not deployment.configurable:
        raise NotClaimedError(NOT_CONFIGURABLE)


def known_cases(deployment: Deployment, cases: Cases | None, configuration: Exchange | None) -> Cases:
    """Return the cases of a deployment's schema.

    Args:
        deployment: The deployment.
        cases: They, None if there are none.
        configuration: The answer about the schema, None if there is none.

    Raises:
        NotClaimedError: It has no configuration.
        CouldNotRunError: There are no cases; the message says why.
    """
    see_that_it_is_configurable(deployment)
    if cases is None:
        raise why_no_cases(configuration)
    return cases


def accepted_cases(
    deployment: Deployment,
    validating_schema: Schema | None = None,
    configuration_cases: Cases | None = None,
    configuration: Exchange | None = None,
    opted: Collection[OptIn] = (),
) -> Sequence[Case]:
    """Give what the deployment must accept: none at all where nothing is required, and what the schema documents.

    In a thorough run there is more of what the schema allows. In another these are no cases at all: there may be
    hundreds, each check that looks at a completion would have a skipped item for each, and the report says anyway at
    which locations a thorough run would try more.
    """
    if not deployment.configurable:
        return [ABSENT_CASE]
    if validating_schema is None:
        raise why_no_cases(configuration)
    absent = [ABSENT_CASE] if validating_schema.accepts({}) else []
    if configuration_cases is None and not absent:
        raise why_no_cases(configuration)
    allowed = configuration_cases.allowed if configuration_cases is not None else ()
    accepted = [one for one in allowed if not one.thorough or THOROUGH in opted]
    if not absent and not accepted and configuration_cases is not None and configuration_cases.missing:
        raise CouldNotRunError(configuration_cases.missing[0])
    return [*absent, *accepted]


def empty_cases(
    deployment: Deployment, validating_schema: Schema | None = None, configuration: Exchange | None = None
) -> Sequence[Case]:
    """Give the configurations that say nothing: null, and `{}` if the schema allows it."""
    see_that_it_is_configurable(deployment)
    if validating_schema is None:
        raise why_no_cases(configuration)
    if not validating_schema.accepts({}):
        raise NotClaimedError("the schema requires a property")
    return [Case(name, value, twin=ABSENT_CASE.name) for name, value in (("null", None), ("{}", {}))]


def refused_cases(
    deployment: Deployment, configuration_cases: Cases | None = None, configuration: Exchange | None = None
) -> Sequence[Case]:
    """Give what the deployment must refuse: one fault at a time, near misses last; not what is read without loss."""
    cases = known_cases(deployment, configuration_cases, configuration)
    if not cases.refused and cases.missing:
        raise CouldNotRunError(cases.missing[0])
    near = [replace(one, near=True) for one in cases.near if not one.lax]
    return [*(one for one in cases.refused if not one.lax), *with_few_by_default(near, MOST_NEAR)]


def wrong_root_cases(deployment: Deployment) -> Sequence[Case]:
    """Give configurations that are no object."""
    see_that_it_is_configurable(deployment)
    return [TEXT_ROOT_CASE, *(Case(name, value) for name, value in (("42", 42), ("true", True), ("[1]", [1])))]


def _see_that_it_is_readable(exchange: Exchange) -> None:
    """See that a schema can be read; one that cannot is not thereby a wrong one."""
    size = len(exchange.answer.body)
    if size > MOST_BYTES:
        raise CouldNotRunError(f"the suite does not look at a schema of {size} bytes")
    if exchange.answer.is_unreadable:
        raise CouldNotRunError(f"the suite does not look at such JSON: {exchange.excerpt}")


def let_schema_speak_first(found: Schema) -> None:
    """See that nothing is wrong with a schema itself.

    Raises:
        CouldNotRunError: One of CONF-04, 05 and 06 speaks first.
    """
    for requirement, fault in (("CONF-04", "meta_fault"), ("CONF-05", "shape_fault"), ("CONF-06", "lost_reference")):
        if (said := getattr(found, fault)) is not None:  # in this order: the later ones read what the earlier allow
            raise CouldNotRunError(f"{requirement}: {said}")


def why_no_cases(configuration: Exchange | None) -> CouldNotRunError:
    """Return why there are no cases: what the first fact says that cannot be read from the answer.

    Args:
        configuration: The answer about the schema, None if there is none.
    """
    if configuration is None:
        return CouldNotRunError(NO_SCHEMA)
    try:
        found: Schema = schema.function(configuration)
        let_schema_speak_first(found)
        cases_of_schema(validating_schema.function(found), None)
    except CouldNotRunError as error:
        return error
    return CouldNotRunError(NO_SCHEMA)


def _see_that_nothing_unknown_is_required(schema: Schema) -> None:
    """See that no value must be invented: of a property that is required and not described nobody knows one."""
    unknown = schema.unknown_required()
    if unknown is not None:
        raise CouldNotRunError(f"CONF-08: {unknown}")
