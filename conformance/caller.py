"""Who asks, and what they want to be asked."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.cases.case import Case
from conformance.recipe import CLIENTS, COMPLETION, THOROUGH, Cost, OptIn, Recipe
from conformance.verdict import NotAskedError

NO_OTHER_KEY = "no key of another project was given: DIAL_API_KEY_2"


@dataclass(frozen=True)
class Caller:
    """Who asks.

    Attributes:
        bearer: They have a token instead of a key.
        other_key: They have a key of another project too.
        free: Nothing that a model answers is asked.
        opted: What is asked although it costs more, writes, or needs other clients.
        replays: The answers come from cassettes.
    """

    bearer: bool = False
    other_key: bool = False
    free: bool = False
    opted: frozenset[OptIn] = frozenset()
    replays: bool = False

    def leaves_out(self, recipe: Recipe, case: Case | None, cost: Cost) -> NotAskedError | None:
        """Return why the caller does not want an exchange to be asked, or None.

        Args:
            recipe: How it is asked.
            case: With which case, or None.
            cost: What it costs.
        """
        wanted = recipe.opt_in or (THOROUGH if case is not None and case.thorough else None)
        if wanted is not None and wanted not in self.opted:
            return NotAskedError(f"{wanted} was not given")
        if wanted is CLIENTS and self.replays:
            return NotAskedError(f"{wanted} is for live runs")
        if "other_key" in recipe.needs and not self.other_key:
            return NotAskedError(NO_OTHER_KEY)
        if self.free and cost is COMPLETION:
            return NotAskedError("only what is free is asked, and a model would answer it")
        return None
