"""Puts the settings of a run together: options first, then the environment, then `.env`."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from conformance.contract.exchange import API_KEY, BEARER_TOKEN, OTHER_API_KEY, printable
from conformance.contract.key_variants import with_key_variants
from conformance.contract.profile import PROFILES
from conformance.contract.recipe import KEY_VARIANTS
from conformance.run.environment import Variables, read_variables
from conformance.run.extra_headers import extra_headers
from conformance.run.options import CREDENTIALS, OPTIONS
from conformance.run.recording_options import RecordingOptions
from conformance.run.settings import DEFAULT_SET, Settings, SettingsError

_SHORTEST_SECRET: Final = 8
_OF_TLS: Final = {one.field: one.flag for one in OPTIONS if one.field in ("ca", "client_cert")}


def read_settings(given: Namespace, environment: Mapping[str, str], folder: Path) -> Settings:
    """Put the settings of a run together.

    Args:
        given: The options, each as it stood on the command line, by their names; one that is not there was not given.
        environment: The environment. A replay takes nothing from it.
        folder: Where `.env` is looked for, and what a relative path of the default set is relative to.

    Raises:
        SettingsError: Something is missing or malformed.
    """
    try:
        values = _of_options(given)
        recording = RecordingOptions.of(given)
        recording.check(given)
        values["record_mode"] = recording.mode
        values["notes"] = tuple(_of_file(given))
        values["allowed_hosts"] = recording.allowed_hosts
        if values.get("live"):
            variables = read_variables(environment, folder / ".env")
            values = {**_of_variables(variables, values.keys()), **values}
            values["block_network"] = recording.block_network
            credentials = _credentials(variables)
            if KEY_VARIANTS in values["opt_ins"]:
                credentials = with_key_variants(credentials)
            values["credentials"] = {**credentials, **extra_headers(variables.values, credentials)}
            values["notes"] = (*_of_file(given), *_without_tls(values), *variables.notes)
        _see_one_profile_each(values)
        _see_certificate_of(values)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    if folder != Path.cwd():
        values.setdefault("cassettes", folder / DEFAULT_SET)
    return Settings(**values)


def check_values(given: Namespace) -> None:
    """See that every option has a value that can be, without a look at the environment.

    Args:
        given: The options, as for `read_settings`.

    Raises:
        ValueError: One has not; one line says which and what to give.
    """
    for option in OPTIONS:
        option.value(given)


def _of_options(given: Namespace) -> dict[str, Any]:
    """Return the fields of the settings whose options were given."""
    found = {option: option.value(given) for option in OPTIONS}
    values = {option.field: value for option, value in found.items() if option.field and value is not None}
    values["opt_ins"] = frozenset(option.flag for option, value in found.items() if option.opt_in and value)
    return values


def _without_tls(values: Mapping[str, Any]) -> list[str]:
    """Say which options do nothing because there is no TLS. One file of settings may be for a DIAL with and without."""
    found = [flag for field, flag in _OF_TLS.items() if values.get(field) is not None]
    if not found or not str(values.get("url")).startswith("http:"):
        return []
    return [
        f"{' and '.join(found)} {'does' if len(found) == 1 else 'do'} nothing: the DIAL is asked without TLS (http)"
    ]


def _of_file(given: Namespace) -> list[str]:
    """Say which file of settings was read."""
    read = getattr(given, "settings_from", None)
    return [] if read is None else [read]


def _of_variables(variables: Variables, given: Collection[str]) -> dict[str, Any]:
    """Return the fields whose variables are set, if their options were not given.

    Raises:
        ValueError: A value is wrong, or one that is needed is missing.
    """
    values = {}
    for option in OPTIONS:
        if option.variable is None or option.field is None or option.field in given:
            continue
        text = variables.values.get(option.variable)
        if text is not None:
            values[option.field] = option.read(option.variable, text)
        elif option.needed is not None:
            why = variables.why_not(option.variable)
            raise ValueError(f"{why}, such as {option.needed}{variables.suspicion}")
    return values


def _see_one_profile_each(values: Mapping[str, Any]) -> None:
    """See that no deployment was named as two image models.

    Raises:
        ValueError: One was.
    """
    named: dict[str, str] = {}
    for profile in PROFILES:
        name = values.get(profile.field)
        if name is not None and name in named:
            raise ValueError(f"{named[name]} and {profile.flag} both name {printable(name)}: name it as one of them")
        if name is not None:
            named[name] = profile.flag


def _see_certificate_of(values: Mapping[str, Any]) -> None:
    """See that a key has its certificate.

    Raises:
        ValueError: It has none.
    """
    if values.get("client_key") is not None and values.get("client_cert") is None:
        raise ValueError("--client-key does nothing alone: name the certificate with --client-cert")


def _credentials(variables: Variables) -> dict[str, str]:
    """Return the values of the placeholders that requests carry.

    Raises:
        ValueError: None is set, two that exclude each other are, or one cannot be a key.
    """
    given = {one.placeholder: variables.values.get(one.variable) for one in CREDENTIALS}
    key, token, other = given[API_KEY], given[BEARER_TOKEN], given[OTHER_API_KEY]
    if key and token:
        raise ValueError("DIAL_API_KEY and DIAL_BEARER_TOKEN are both set: set one of them")
    if not key and not token:
        missing = variables.why_not("DIAL_API_KEY", "DIAL_BEARER_TOKEN")
        raise ValueError(f"{missing}{variables.suspicion}")
    if other and other in (key, token):
        name = "DIAL_API_KEY" if key else "DIAL_BEARER_TOKEN"
        raise ValueError(f"DIAL_API_KEY_2 is the same as {name}: set the key of another project, or none")
    return {one.placeholder: secret(one.variable, value) for one in CREDENTIALS if (value := given[one.placeholder])}


def secret(variable: str, value: str) -> str:
    """Return a key, if it can be one.

    Args:
        variable: Where it was given.
        value: The key.

    Raises:
        ValueError: It cannot be one. No message repeats it.
    """
    if re.search(r"[\r\n]", value):
        raise ValueError(f"{variable} has a line break in it: write it on one line")
    if re.search(r"[^!-~]", value):
        raise ValueError(f"{variable} has a character that no key has: use printable ASCII without spaces")
    if len(value) < _SHORTEST_SECRET:
        raise ValueError(
            f"{variable} is shorter than {_SHORTEST_SECRET} characters: a key so short could not be kept out of reports"
        )
    return value
