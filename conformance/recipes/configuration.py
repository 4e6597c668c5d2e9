"""The schema of a configuration, and the cases that it gives."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from http import HTTPStatus

from conformance.cases.case import ABSENT_CASE, Case
from conformance.cases.engine import Cases, UncountableSchemaError, cases_of
from conformance.dial.deployment import Deployment
from conformance.dial.description import configuration_flag_fault
from conformance.dial.listing import Description
from conformance.dial.schema import Schema
from conformance.exchange import Exchange, Request
from conformance.recipe import facts, recipe
from conformance.recipes.listing import NO_ROUTE
from conformance.recipes.requests import UNKNOWN_DEPLOYMENT, get, post
from conformance.verdict import CouldNotRunError, NotClaimedError

TEXT_ROOT_CASE = Case('"text"', "text")
MOST_BYTES = 4 * 1024 * 1024
_MOST_KNOWN = 128
NO_SCHEMA = "CONF-01, 04, 05 or 06: there is no schema that cases can be taken from"
NOT_CONFIGURABLE = "features.configuration is not true"


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


@recipe(answers=NO_ROUTE)
def configuration_by_post(deployment: Deployment) -> Request:
    """The path of the schema, with POST."""
    return post(_path(deployment), b"{}")


@facts
def claimed_configuration(deployment: Deployment, configuration: Exchange) -> Exchange:
    """The answer about the schema of a deployment that claims one."""
    if not deployment.configurable:
        raise NotClaimedError(NOT_CONFIGURABLE)
    return configuration


@facts
def unclaimed_configuration(deployment: Deployment, configuration: Exchange) -> Exchange:
    """The answer about the schema of a deployment that claims none."""
    if deployment.configurable:
        raise NotClaimedError("features.configuration is true")
    return configuration


@facts
def undisputed(deployment: Deployment, own_description: Description | None = None) -> Deployment:
    """The deployment, if features.configuration can be read and the DIAL does not contradict itself about it."""
    said = [deployment.description] if own_description is None else [deployment.description, own_description.element]
    fault = next((fault for one in said if (fault := configuration_flag_fault(one)) is not None), None)
    if fault is not None:
        raise CouldNotRunError(fault)
    if any(one["features"]["configuration"] is not deployment.configurable for one in said):
        raise CouldNotRunError(f"LIST-07: {deployment.home} tells another features.configuration than the listing")
    return deployment


@facts
def promised_schema(claimed_configuration: Exchange, undisputed: Deployment) -> Exchange:
    """The answer about the schema of a deployment that claims one everywhere."""
    del undisputed  # it is only asked whether it is
    _within_bounds(claimed_configuration)
    return claimed_configuration


@facts
def denied_schema(unclaimed_configuration: Exchange, undisputed: Deployment) -> Exchange:
    """The answer about the schema of a deployment that claims one nowhere."""
    del undisputed  # it is only asked whether it is
    return unclaimed_configuration


@facts
def schema(claimed_configuration: Exchange) -> Schema:
    """The schema, whatever is in it."""
    _within_bounds(claimed_configuration)
    document = claimed_configuration.json_object
    if claimed_configuration.status != HTTPStatus.OK or document is None:
        raise CouldNotRunError(f"CONF-01: no schema: {claimed_configuration.excerpt}")
    found = Schema(claimed_configuration, document)
    if found.is_too_large:
        raise CouldNotRunError("the suite does not look at a schema with so many schemas in it")
    return found


@facts
def valid_schema(schema: Schema) -> Schema:
    """The schema, if its meta-schema accepts it."""
    if schema.meta_fault is not None:
        raise CouldNotRunError(f"CONF-04: not a JSON Schema: {schema.meta_fault}")
    return schema


@facts
def object_schema(valid_schema: Schema) -> Schema:
    """The schema, if it is one of an object with properties."""
    if valid_schema.shape_fault is not None:
        raise CouldNotRunError(f"CONF-05: not the schema of an object: {valid_schema.shape_fault}")
    return valid_schema


@facts
def followed_schema(object_schema: Schema) -> Schema:
    """The schema, if values can be validated against it."""
    if object_schema.lost_reference is not None:
        raise CouldNotRunError(f"CONF-06: {object_schema.lost_reference}")
    if object_schema.obstacle is not None:
        raise CouldNotRunError(f"the suite cannot validate with this schema: {object_schema.obstacle}")
    return object_schema


@facts
def dalle3_schema(deployment: Deployment, followed_schema: Schema) -> Schema:
    """The schema of the deployment that was named as a DALL-E 3."""
    if not deployment.dalle3:
        raise NotClaimedError("not the DALL-E 3 deployment")
    unknown = followed_schema.unknown_required()
    if unknown is not None:
        raise CouldNotRunError(f"CONF-08: {unknown}")
    return followed_schema


@facts
def dalle3_quality(dalle3_schema: Schema) -> Schema:
    """The schema of a DALL-E 3, if it has a quality."""
    if "quality" not in dalle3_schema.properties:
        raise CouldNotRunError("CONF-09: the schema has no quality")
    return dalle3_schema


@facts
def configuration_cases(followed_schema: Schema) -> Cases:
    """Which configurations the schema allows and forbids, a case each."""
    try:
        return _cases_of_essence(followed_schema.essence)
    except UncountableSchemaError as error:
        raise CouldNotRunError(f"the suite cannot compute cases from this schema: {error}") from None


@lru_cache(maxsize=_MOST_KNOWN)
def _cases_of_essence(essence: str) -> Cases:
    return cases_of(json.loads(essence))


def accepted_cases(
    deployment: Deployment, followed_schema: Schema | None = None, configuration_cases: Cases | None = None
) -> Sequence[Case]:
    """Give what the deployment must accept: none at all where nothing is required, and what the schema documents."""
    if not deployment.configurable:
        return [ABSENT_CASE]
    schema, cases = _readable(followed_schema, configuration_cases)
    return [*([ABSENT_CASE] if schema.accepts({}) else []), *cases.accepted]


def empty_cases(
    deployment: Deployment, followed_schema: Schema | None = None, configuration_cases: Cases | None = None
) -> Sequence[Case]:
    """Give the configurations that say nothing: null, and `{}` if the schema allows it."""
    if not deployment.configurable:
        raise NotClaimedError(NOT_CONFIGURABLE)
    schema, _ = _readable(followed_schema, configuration_cases)
    if not schema.accepts({}):
        raise NotClaimedError("the schema requires a property")
    return [Case(name, value, twin=ABSENT_CASE.name) for name, value in (("null", None), ("{}", {}))]


def refused_cases(
    deployment: Deployment, followed_schema: Schema | None = None, configuration_cases: Cases | None = None
) -> Sequence[Case]:
    """Give what the deployment must refuse: one fault at a time."""
    if not deployment.configurable:
        raise NotClaimedError(NOT_CONFIGURABLE)
    _, cases = _readable(followed_schema, configuration_cases)
    return cases.refused


def wrong_root_cases(deployment: Deployment) -> Sequence[Case]:
    """Give configurations that are no object."""
    if not deployment.configurable:
        raise NotClaimedError(NOT_CONFIGURABLE)
    return [TEXT_ROOT_CASE, *(Case(name, value) for name, value in (("42", 42), ("true", True), ("[1]", [1])))]


def _within_bounds(exchange: Exchange) -> None:
    """See that a schema can be read; one that cannot is not thereby a wrong one."""
    size = len(exchange.answer.body)
    if size > MOST_BYTES:
        raise CouldNotRunError(f"the suite does not look at a schema of {size} bytes")
    if exchange.answer.is_unreadable:
        raise CouldNotRunError(f"the suite does not look at such JSON: {exchange.excerpt}")


def _readable(schema: Schema | None, cases: Cases | None) -> tuple[Schema, Cases]:
    if schema is None:
        raise CouldNotRunError(NO_SCHEMA)
    if cases is None:
        raise CouldNotRunError("the suite cannot compute cases from this schema")
    return schema, cases
