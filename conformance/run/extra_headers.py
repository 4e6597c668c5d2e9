"""Headers that every request has beside those of the suite: what a gateway in front of the DIAL wants.

They come from variables of the environment only, because others on the machine can see the options of a process. Each
value may be a secret. So it stands among the credentials of a run, behind a placeholder: what keeps a key out of
cassettes, reports and logs does the same for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from conformance.contract.exchange import Headers

PREFIX: Final = "DIAL_HEADER_"
"""What stands before the name of a header in a variable."""

RESERVED: Final = frozenset(
    {
        "accept", "accept-encoding", "access-control-request-headers", "access-control-request-method", "api-key",
        "authorization", "connection", "content-encoding", "content-length", "content-type", "cookie", "expect",
        "host", "if-match", "if-modified-since", "if-none-match", "if-unmodified-since", "keep-alive", "origin",
        "proxy-authorization", "proxy-connection", "range", "te", "trailer", "transfer-encoding", "upgrade",
        "user-agent",
    }
)  # fmt: skip
"""Headers that the suite sends itself, or that are about the connection: a check would ask something else with them."""

_SHORTEST: Final = 8
_NAME: Final = re.compile(r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*", re.ASCII)
_VALUE: Final = re.compile(r"[!-~](?:[ !-~]*[!-~])?")


def extra_headers(variables: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """Return the values of the extra headers, by their placeholders. No message repeats a value.

    Args:
        variables: The variables that are set.
        known: The other credentials, by their placeholders.

    Raises:
        ValueError: One cannot be such a header; one line says which, why and what to do.
    """
    found: dict[str, str] = {}
    named: dict[str, str] = {}
    for variable in sorted(variables):
        if not variable.startswith(PREFIX):
            continue
        name = _name_in(variable)
        if (other := named.setdefault(name, variable)) != variable:
            raise ValueError(f"{other} and {variable} are both the header {name}: set one of them")
        found[f"${variable}"] = _value_of(variable, variables[variable], known)
    return found


def headers_among(placeholders: Iterable[str]) -> Headers:
    """Return the extra headers, each with the placeholder of its value.

    Args:
        placeholders: Those of all credentials of a run.
    """
    extra = sorted(one for one in placeholders if one.startswith(f"${PREFIX}"))
    return tuple((_name_in(one.removeprefix("$")), one) for one in extra)


def _name_in(variable: str) -> str:
    """Return the header that a variable names, in the usual spelling: `X-Tenant` of `DIAL_HEADER_X_TENANT`."""
    rest = variable.removeprefix(PREFIX)
    if not _NAME.fullmatch(rest):
        raise ValueError(f"{variable} names no header: write its name behind {PREFIX}, such as {PREFIX}X_TENANT")
    name = "-".join(word.capitalize() for word in re.split("[_-]", rest))
    if name.lower() in RESERVED:
        raise ValueError(f"{variable} cannot be set: the suite decides itself what it sends as {name}")
    return name


def _value_of(variable: str, value: str, known: Mapping[str, str]) -> str:
    if not _VALUE.fullmatch(value):
        raise ValueError(
            f"{variable} has a character that no header has, or a space at an end: use printable ASCII on one line"
        )
    if len(value) < _SHORTEST:
        raise ValueError(
            f"{variable} is shorter than {_SHORTEST} characters: a value so short could not be kept out of reports"
        )
    same = next((placeholder for placeholder, secret in known.items() if secret == value), None)
    if same is not None:
        raise ValueError(f"{variable} is the same as {same.removeprefix('$')}: the suite sends that itself")
    return value
