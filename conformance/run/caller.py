"""Who runs the suite: with which credentials, and with which opt-ins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from conformance.contract.case import Case
from conformance.contract.exchange import API_KEY, ORIGIN, OTHER_API_KEY
from conformance.contract.key_variants import VARIANTS
from conformance.contract.recipe import CLIENTS, COMPLETION, THOROUGH, Cost, OptIn, Recipe
from conformance.contract.verdict import NotAskedError
from conformance.run.settings import Settings
from conformance.wire.cassettes.folder import Meta

NO_OTHER_KEY = "no key of another project was given: DIAL_API_KEY_2"
NO_ORIGIN = "--origin was not given"
OF_CALLER: Final = ("api_key", "other_key", "key_variants", "origin", "opted")
"""What a recipe may name that hangs on who asks."""


@dataclass(frozen=True)
class Caller:
    """Who asks.

    Attributes:
        bearer: They have a token instead of a key.
        other_key: They have a key of another project too.
        free: Nothing that a model answers is asked.
        opted: What is asked although it costs more, writes, or needs other clients.
        replays: The answers come from cassettes.
        key_variants: The placeholders of the copies of the key that can be sent.
        origin: The origin of a browser was given.
    """

    bearer: bool = False
    other_key: bool = False
    free: bool = False
    opted: frozenset[OptIn] = frozenset()
    replays: bool = False
    key_variants: frozenset[str] = frozenset(VARIANTS)
    origin: bool = False

    @classmethod
    def of(cls, settings: Settings, meta: Meta | None) -> Self:
        """Tell who asks.

        Args:
            settings: What was asked for.
            meta: Who asked when the set that is replayed was recorded; None in a live run.
        """
        return cls(
            bearer=meta.credentials == "token" if meta else settings.bearer,
            other_key=meta.other_key if meta else OTHER_API_KEY in settings.credentials,
            free=settings.free,
            opted=frozenset(OptIn(one) for one in settings.opt_ins),
            replays=meta is not None,
            key_variants=frozenset(VARIANTS) & (settings.credentials.keys() if meta is None else {*VARIANTS}),
            origin=settings.origin is not None,
        )

    def given(self, name: str) -> object:
        """Return what stands for a part of the caller in requests.

        Args:
            name: One of `OF_CALLER`.

        Raises:
            NotAskedError: The caller has none.
        """
        if name == "key_variants":
            return self.key_variants
        if name == "opted":
            return self.opted
        placeholder, has_it, reason = {
            "api_key": (API_KEY, not self.bearer, "the run has a bearer token and no key"),
            "other_key": (OTHER_API_KEY, self.other_key, NO_OTHER_KEY),
            "origin": (ORIGIN, self.origin, NO_ORIGIN),
        }[name]
        if not has_it:
            raise NotAskedError(reason)
        return placeholder

    def leaves_out(self, recipe: Recipe, case: Case | None, cost: Cost) -> NotAskedError | None:
        """Return why the caller does not want an exchange to be asked, or None.

        Args:
            recipe: How it is asked.
            case: With which case, or None.
            cost: What it costs.
        """
        wanted = (*recipe.opt_in, *((THOROUGH,) if case is not None and case.thorough else ()))
        missing = [one for one in dict.fromkeys(wanted) if one not in self.opted]
        if missing:
            return NotAskedError(f"{' and '.join(missing)} {'were' if len(missing) > 1 else 'was'} not given")
        if CLIENTS in wanted and self.replays:
            return NotAskedError(f"{CLIENTS} is for live runs")
        if ("other_key" in recipe.needs or (case is not None and case.other_key)) and not self.other_key:
            return NotAskedError(NO_OTHER_KEY)
        if "origin" in recipe.needs and not self.origin:
            return NotAskedError(NO_ORIGIN)
        if self.free and cost is COMPLETION:
            return NotAskedError("only what is free is asked, and a model would answer it")
        return None
