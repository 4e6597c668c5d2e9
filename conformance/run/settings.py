"""What was asked of a run: options first, then the environment, then `.env`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from conformance.contract.exchange import API_KEY, BEARER_TOKEN, OTHER_API_KEY
from conformance.dial.version import parse_version
from conformance.run.base_url import base_url
from conformance.run.environment import Variables, read_variables
from conformance.run.recording_options import RecordingOptions
from conformance.run.shard import Shard

DEFAULT_SET: Final = Path("cassettes/dial-core-0.25")
DEADLINE: Final = 20.0
"""Seconds: longer than a Core of version 0.18 suspends a deployment after three 5xx (dial-api 11.1)."""
_SHORTEST_SECRET = 8
_TAKEN_OVER = (
    "live", "deployments", "requirements", "free", "jobs", "jobs_per_deployment", "timeout", "deadline", "opt_ins",
    "plan", "budget", "keep_going", "allow_suspension",
)  # fmt: skip


class SettingsError(ValueError):
    """Something is missing or malformed; the message says what, where, and what to do."""


@dataclass(frozen=True)
class Settings:
    """The settings of a run. Credentials are kept out of its repr.

    Attributes:
        live: Ask a DIAL; otherwise replay.
        url: The DIAL's base URL, without a slash at its end; None in replay.
        credentials: The values of the placeholders that requests carry.
        cassettes: The set to replay, or to record into.
        record_mode: `none`, `once`, `new_episodes` or `rewrite`.
        allowed_hosts: With `block_network`: regular expressions for the hosts that may be connected to.
        block_network: A live run connects to those hosts only. A replay connects to none anyway.
        dalle3: The deployment that was named as a DALL-E 3, or None.
        deployments: Names and globs of deployments to check.
        requirements: Globs of requirement ids; all if there is none.
        free: Ask nothing that reaches a model.
        fail_on_advisory: A SHOULD that does not hold fails the run.
        jobs: Exchanges at once.
        jobs_per_deployment: Completions of one deployment at once.
        timeout: Seconds of silence after which an exchange has no answer.
        deadline: Seconds that an exchange may take with all its retries.
        opt_ins: The options among `--thorough`, `--allow-writes` and `--clients` that were given.
        plan: Tell what would be asked and what it would cost, and ask no more than is needed for that.
        budget: Completions that a model may answer, or None for any number.
        budget_usd: What these may cost, or None for any amount.
        keep_going: Go on though a deployment accepts what it must refuse.
        allow_suspension: Go on though a refused request suspends the deployment.
        core_version: The Core's version, whatever it says itself; or None.
        shard: Which part of the deployments is checked, or None for all.
        notes: What looks like a mistake in the environment or in `.env`, a line each.
    """

    live: bool = False
    url: str | None = None
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    cassettes: Path = DEFAULT_SET
    record_mode: str = "none"
    allowed_hosts: tuple[str, ...] = ()
    block_network: bool = False
    dalle3: str | None = None
    deployments: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    free: bool = False
    fail_on_advisory: bool = False
    jobs: int = 8
    jobs_per_deployment: int = 4
    timeout: float = 60
    deadline: float = DEADLINE
    opt_ins: frozenset[str] = frozenset()
    plan: bool = False
    budget: int | None = None
    budget_usd: Decimal | None = None
    keep_going: bool = False
    allow_suspension: bool = False
    core_version: str | None = None
    shard: Shard | None = None
    notes: tuple[str, ...] = ()

    @property
    def recording(self) -> bool:
        """What is asked is kept."""
        return self.live and self.record_mode != "none"

    @property
    def bearer(self) -> bool:
        """The caller has a token instead of a key."""
        return BEARER_TOKEN in self.credentials


@dataclass(frozen=True)
class Options:
    """The options of the command line, as they were given."""

    live: bool = False
    url: str | None = None
    cassettes: str | None = None
    recording: RecordingOptions = field(default_factory=RecordingOptions)
    dalle3: str | None = None
    deployments: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    free: bool = False
    fail_on: str = "must"
    jobs: int = 8
    jobs_per_deployment: int = 4
    timeout: float = 60
    deadline: float = DEADLINE
    opt_ins: frozenset[str] = frozenset()
    plan: bool = False
    budget: int | None = None
    budget_usd: str | None = None
    keep_going: bool = False
    allow_suspension: bool = False
    core_version: str | None = None
    shard: str | None = None


def read_settings(options: Options, environment: Mapping[str, str], folder: Path) -> Settings:
    """Put the settings of a run together.

    Args:
        options: The command line.
        environment: The environment.
        folder: Where `.env` is looked for, and what a relative path of the default set is relative to.

    Raises:
        SettingsError: Something is missing or malformed.
    """
    _check(options)
    common: dict[str, Any] = {name: getattr(options, name) for name in _TAKEN_OVER}
    common |= {
        "cassettes": Path(options.cassettes) if options.cassettes else _default_set(folder),
        "record_mode": options.recording.mode,
        "block_network": options.live and options.recording.block_network,
        "allowed_hosts": options.recording.allowed_hosts,
        "fail_on_advisory": options.fail_on == "should",
        "budget_usd": _dollars(options.budget_usd),
        "core_version": _core_version(options.core_version),
        "shard": _shard(options.shard),
    }
    if not options.live:
        return Settings(**common, dalle3=options.dalle3)
    try:
        variables = read_variables(environment, folder / ".env")
        values = variables.values
        return Settings(
            **common,
            url=base_url("--dial-url", options.url) if options.url is not None else _url(variables),
            credentials=_credentials(variables),
            dalle3=_name("DALLE3_DEPLOYMENT_NAME", options.dalle3 or values.get("DALLE3_DEPLOYMENT_NAME")),
            notes=variables.notes,
        )
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _default_set(folder: Path) -> Path:
    return DEFAULT_SET if folder == Path.cwd() else folder / DEFAULT_SET


def _check(options: Options) -> None:
    try:
        options.recording.check(
            live=options.live, cassettes=options.cassettes, plan=options.plan, shard=options.shard is not None
        )
    except ValueError as error:
        raise SettingsError(str(error)) from None
    for name in ("jobs", "jobs_per_deployment", "timeout"):
        option = "exchange-timeout" if name == "timeout" else name.replace("_", "-")
        if not 0 < getattr(options, name) < math.inf:
            raise SettingsError(f"--{option}={getattr(options, name)}: give a number above 0")
    for name in ("deadline", "budget"):
        value = getattr(options, name)
        if value is not None and not 0 <= value < math.inf:
            raise SettingsError(f"--{name}={value}: give 0 or a number above it")
    for given in (options.dalle3, *options.deployments):
        _name("--dalle3-deployment or --dial-deployment", given)


def _dollars(value: str | None) -> Decimal | None:
    if value is None:
        return None
    if not re.fullmatch(r"\d{1,12}(\.\d{1,12})?", value, re.ASCII):
        raise SettingsError(f"--budget-usd={value}: give an amount in USD, such as 0.50")
    return Decimal(value)


def _core_version(value: str | None) -> str | None:
    if value is not None and parse_version(value) is None:
        raise SettingsError(f"--core-version={value}: give a version of DIAL Core, such as 0.25")
    return value


def _shard(value: str | None) -> Shard | None:
    try:
        return Shard.read(value) if value is not None else None
    except ValueError as error:
        raise SettingsError(f"--shard={value}: {error}") from None


def _url(variables: Variables) -> str:
    given = variables.values.get("DIAL_URL")
    if given is None:
        raise SettingsError(f"{variables.why_not('DIAL_URL')}, such as https://dial.example.com{variables.suspicion}")
    return base_url("DIAL_URL", given)


def _credentials(variables: Variables) -> dict[str, str]:
    values = variables.values
    key, token, other = (values.get(name) for name in ("DIAL_API_KEY", "DIAL_BEARER_TOKEN", "DIAL_API_KEY_2"))
    if key and token:
        raise SettingsError("DIAL_API_KEY and DIAL_BEARER_TOKEN are both set: give one of them")
    if not key and not token:
        missing = variables.why_not("DIAL_API_KEY", "DIAL_BEARER_TOKEN")
        raise SettingsError(f"{missing}{variables.suspicion}")
    if other and other in (key, token):
        name = "DIAL_API_KEY" if key else "DIAL_BEARER_TOKEN"
        raise SettingsError(f"DIAL_API_KEY_2 is the same as {name}: give the key of another project, or none")
    given = {API_KEY: key, BEARER_TOKEN: token, OTHER_API_KEY: other}
    return {name: _secret(name.removeprefix("$"), value) for name, value in given.items() if value}


def _secret(name: str, value: str) -> str:
    if re.search(r"[\r\n]", value):
        raise SettingsError(f"{name} holds a line break: give it on one line")
    if re.search(r"[^!-~]", value):
        raise SettingsError(f"{name} holds a character that no key has: only printable ASCII without spaces")
    if len(value) < _SHORTEST_SECRET:
        raise SettingsError(
            f"{name} is shorter than {_SHORTEST_SECRET} characters, so it could not be kept out of reports"
        )
    return value


def _name(origin: str, value: str | None) -> str | None:
    if value is None:
        return None
    if not value:
        raise SettingsError(f"{origin} is empty: give the name of a deployment, or leave it out")
    if re.search(r"[\s\x00-\x1f\x7f\ud800-\udfff]", value):
        raise SettingsError(f"{origin}={value!r} is no name of a deployment: it holds a character that no name has")
    return value
