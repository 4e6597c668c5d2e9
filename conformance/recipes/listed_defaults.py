"""Defaults of the listing that hide a configuration from the deployment (dial-api 4.4).

Later Cores merge `defaults` of a deployment into the body of each request. Objects are merged, what is missing is
filled in, and where the types differ the default replaces the value of the caller: the deployment never sees that.
"""

from __future__ import annotations

from typing import Any, Final

from conformance.contract.case import ABSENT
from conformance.contract.deployment import Deployment
from conformance.contract.verdict import NotClaimedError
from conformance.dial.schema import Schema

_WHERE: Final = "defaults.custom_fields.configuration of the listing"


def see_that_no_default_hides(deployment: Deployment, configuration: Any, schema: Schema | None) -> None:
    """See that a default of the listing does not make a wrong configuration right, or a right one wrong.

    Args:
        deployment: Who is asked.
        configuration: What is asked.
        schema: The schema; None if there is none, and then nothing is seen.

    Raises:
        NotClaimedError: It does; the message tells where.
    """
    default = deployment.default_configuration
    if schema is None or default is None or configuration is ABSENT:
        return
    merged, replaced = _merged(default, configuration, "")
    if schema.accepts(merged) == schema.accepts(configuration):
        return
    how = f"have another type at {replaced} and replace it" if replaced is not None else "fill in what is missing"
    raise NotClaimedError(f"{_WHERE} {how}, so the deployment does not see what is asked")


def see_that_no_default_replaces(deployment: Deployment, configuration: Any) -> None:
    """See that no default of the listing replaces a configuration that is no object as a whole.

    Args:
        deployment: Who is asked.
        configuration: What is asked.

    Raises:
        NotClaimedError: One does.
    """
    default = deployment.default_configuration
    if default is not None and _kind(default) != _kind(configuration):
        raise NotClaimedError(f"{_WHERE} replace it, so the deployment does not see what is asked")


def is_hidden_by_defaults(deployment: Deployment, configuration: Any, schema: Schema | None) -> bool:
    """Tell whether a default of the listing makes a wrong configuration right, or a right one wrong."""
    try:
        see_that_no_default_hides(deployment, configuration, schema)
    except NotClaimedError:
        return True
    return False


def _merged(default: Any, value: Any, pointer: str) -> tuple[Any, str | None]:
    """Merge as a late Core does; the second is the first place where the default replaced a value."""
    if _kind(default) != _kind(value):
        return default, pointer or "the whole"
    if not isinstance(default, dict):
        return value, None
    merged, replaced = {**default, **value}, None
    for name in default.keys() & value.keys():
        merged[name], where = _merged(default[name], value[name], f"{pointer}/{name}")
        replaced = replaced or where
    return merged, replaced


def _kind(value: Any) -> str:
    """Return the type as Core's JSON library tells it: all numbers are of one."""
    if isinstance(value, bool) or value is None:
        return str(type(value))
    return "number" if isinstance(value, (int, float)) else str(type(value))
