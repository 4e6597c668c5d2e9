"""The settings of a run: what it asks, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from conformance.contract.exchange import BEARER_TOKEN, ORIGIN, Headers
from conformance.contract.profile import Profile, profiles_of
from conformance.run.extra_headers import headers_among
from conformance.run.shard import Shard

DEFAULT_SET: Final = Path("cassettes/dial-core-0.25")
DEADLINE: Final = 20.0
"""Seconds: longer than a Core of version 0.18 suspends a deployment after three 5xx (dial-api 11.1)."""


class SettingsError(ValueError):
    """Something is missing or malformed; the message says what, where, and what to do."""


@dataclass(frozen=True)
class Settings:
    """The settings of a run. Credentials are kept out of its repr.

    The defaults stand here and nowhere else: those of the options are taken from them (options.py).

    Attributes:
        live: Ask a DIAL; otherwise replay.
        url: The DIAL's base URL, without a slash at its end; None in replay.
        credentials: The values of the placeholders that requests carry, those of extra headers too.
        cassettes: The set to replay, or to record into.
        record_mode: `none`, `once`, `new_episodes` or `rewrite`.
        allowed_hosts: With `block_network`: regular expressions for the hosts that may be connected to.
        block_network: A live run connects to those hosts only. A replay connects to none anyway.
        dalle3: The deployment that was named as a DALL-E 3, or None.
        gpt_image_1: The deployment that was named as a GPT-Image-1, or None.
        deployments: Names and globs of deployments to check.
        requirements: Globs of requirement ids; all if there is none.
        free: Ask nothing that reaches a model.
        jobs: Exchanges at once.
        jobs_per_deployment: The most completions of one deployment at once.
        wait: Seconds that the DIAL may take until its first answer; 0 for none.
        ca: A file with the certificates of those who are trusted, or None.
        client_cert: A file with the certificate that the run shows, or None.
        client_key: A file with the key of that certificate, if it is not in the same.
        log_requests: The file to which a line is added for each exchange, or None.
        timeout: Seconds without a byte that end an exchange. Three times as many in all end it too.
        deadline: Seconds that an exchange may take with all its retries.
        opt_ins: The options among `--thorough`, `--allow-writes`, `--clients` and `--key-variants` that were given.
        origin: The origin of a browser that is to be allowed, or None.
        budget: Completions that a model may answer, or None for any number; of all shards together.
        budget_usd: What these may cost, or None for any amount; of all shards together.
        keep_going: Go on though a deployment accepts what it must refuse.
        allow_suspension: Go on though a refused request suspends the deployment.
        max_age: Days that a set may be old when it is replayed, or None for any number.
        contract: The contract that the run is pinned to: a name or a file; None for the newest that is frozen.
        core_version: The Core's version, whatever it says itself; or None.
        shard: Which part of the deployments is checked, or None for all.
        explore: How many configurations beyond the fixed cases are tried at each deployment; 0 for none.
        explore_seed: Which ones these are; None for a new number.
        keep_cases: The file with cases that were found by exploring, or None.
        checks: The own checks beside those of the suite: folders, and names of installed packages.
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
    gpt_image_1: str | None = None
    deployments: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    free: bool = False
    jobs: int = 8
    jobs_per_deployment: int = 8
    wait: float = 0.0
    ca: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    log_requests: Path | None = None
    timeout: float = 60.0
    deadline: float = DEADLINE
    opt_ins: frozenset[str] = frozenset()
    origin: str | None = None
    budget: int | None = None
    budget_usd: Decimal | None = None
    keep_going: bool = False
    allow_suspension: bool = False
    max_age: int | None = None
    contract: str | None = None
    core_version: str | None = None
    shard: Shard | None = None
    explore: int = 0
    explore_seed: int | None = None
    keep_cases: Path | None = None
    checks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def profiles(self) -> dict[str, Profile]:
        """The deployments that were named as image models, and as which."""
        return profiles_of(self)

    @property
    def own_budget(self) -> int | None:
        """The completions that a model may answer in this run: of a shard, its share."""
        return self.budget if self.shard is None or self.budget is None else self.shard.share_of(self.budget)

    @property
    def own_budget_usd(self) -> Decimal | None:
        """What these may cost in this run: of a shard, its share."""
        whole = self.budget_usd
        return whole if self.shard is None or whole is None else self.shard.share_of_dollars(whole)

    @property
    def share(self) -> str:
        """Which share of the budget a shard has; empty if the budget is not shared."""
        told = []
        if self.budget is not None:
            told.append(f"{self.own_budget} of the {self.budget} completions of --budget")
        if self.budget_usd is not None:
            told.append(f"{self.own_budget_usd} of the {self.budget_usd} USD of --budget-usd")
        if self.shard is None or not told:
            return ""
        return f"shard {self.shard} may spend {' and '.join(told)}: each shard has its share"

    @property
    def whose_budget(self) -> str:
        """What is said behind a budget that is not the one that was given: that of a shard."""
        return "" if self.shard is None else f" (the share of shard {self.shard})"

    @property
    def recording(self) -> bool:
        """What is asked is kept."""
        return self.live and self.record_mode != "none"

    @property
    def placeholders(self) -> Mapping[str, str]:
        """What a request names and only what goes out has: the credentials, and the origin of a browser."""
        return self.credentials if self.origin is None else {**self.credentials, ORIGIN: self.origin}

    @property
    def extra_headers(self) -> Headers:
        """The headers that every request has beside those of the suite, each with the placeholder of its value."""
        return headers_among(self.credentials)

    @property
    def bearer(self) -> bool:
        """The caller has a token instead of a key."""
        return BEARER_TOKEN in self.credentials
