"""The exploration of a run: of which deployments, with which seed, what was found, and where that is kept."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from conformance.contract.case import named
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import excerpt
from conformance.contract.recipe import COMPLETION, FREE, Node
from conformance.contract.requirement import Requirement
from conformance.dial.schema import Schema
from conformance.run.explored_cases import ALLOWED, RECIPES_OF_KEPT, REQUIREMENTS, says_the_same
from conformance.run.exploring import Explored, Exploring
from conformance.run.kept_cases import KeptCase
from conformance.run.planned_checks import PlannedCheck
from conformance.run.resolver import Resolver
from conformance.run.settings import Settings

_SEEDS: Final = 10**6


class Exploration:
    """What a run tries beyond its plan.

    Attributes:
        seed: The number with which another run tries the same.
        checks: What was found, as checks.
        notes: What there is to say, a line each.
    """

    def __init__(self, settings: Settings, suspends: Callable[[], bool]) -> None:
        """Get ready; nothing is asked yet.

        Args:
            settings: How much is tried.
            suspends: Tells whether a refused request suspends a deployment of this Core.
        """
        self._settings: Final = settings
        self._suspends: Final = suspends
        self.seed: Final = secrets.randbelow(_SEEDS) if settings.explore_seed is None else settings.explore_seed
        self.checks: Final[list[PlannedCheck]] = []
        self.notes: Final[list[str]] = []

    def perform(self, resolver: Resolver, deployments: Iterable[Deployment], selected: Iterable[Requirement]) -> None:
        """Explore the deployments that have a configuration, as far as the requirements about them were selected.

        Args:
            resolver: Asks.
            deployments: Those under test.
            selected: The requirements that are checked.
        """
        settings, known = self._settings, {one.id: one for one in selected}
        recipes = frozenset(recipe for recipe, owner in REQUIREMENTS.items() if owner in known)
        if not recipes:
            self.notes.append(f"nothing was explored: {' and '.join(REQUIREMENTS.values())} were not selected")
            return
        may_pay = not settings.free and (settings.budget is not None or settings.budget_usd is not None)
        all_explored: list[Explored] = []
        try:
            for deployment in (one for one in deployments if one.configurable):
                all_explored.append(Explored(deployment))
                exploring = Exploring(resolver, settings.explore, self.seed, recipes, may_pay, self._suspends())
                exploring.explore(all_explored[-1])
        finally:  # what was found before Ctrl-C is told and kept, too
            for explored in all_explored:
                self._take(explored, known)
            self._keep(resolver, [one for explored in all_explored for one in self._kept(explored)])

    def _take(self, explored: Explored, known: dict[str, Requirement]) -> None:
        deployment = explored.deployment
        for recipe, case in explored.found:
            cost = COMPLETION if recipe == ALLOWED else FREE
            self.checks.append(PlannedCheck(known[REQUIREMENTS[recipe]], deployment, case, cost))
        seen = f"{len(explored.found)} contradict the schema" if explored.found else "none contradicts the schema"
        again = f"--explore={self._settings.explore} --explore-seed={self.seed} tries the same again"
        if explored.asked:
            self.notes.append(f"{deployment.id}: {explored.asked} configurations were explored, {seen}; {again}")
        self.notes.extend(f"{deployment.id}: {excerpt(note)}" for note in explored.notes)

    def _kept(self, explored: Explored) -> Sequence[KeptCase]:
        return [
            KeptCase(explored.deployment.id, case.value, explored.twins[case.name], recipe == ALLOWED, self.seed)
            for recipe, case in explored.found
        ]

    def _keep(self, resolver: Resolver, found: Sequence[KeptCase]) -> None:
        path = self._settings.keep_cases
        if path is None or not found:
            return
        try:
            resolver.kept.and_more(found).write(path)
        except OSError as error:
            self.notes.append(f"the cases were not kept: {path} cannot be written: {error.strerror}")
        else:
            self.notes.append(f"{len(found)} cases were kept in {path}")


def left_out(resolver: Resolver, deployments: Iterable[Deployment]) -> Iterator[str]:
    """Give the kept cases that are not tried, because their schema says something else by now, a line each.

    Args:
        resolver: Knows the cases.
        deployments: Those under test.
    """
    for deployment in deployments:
        for is_allowed in RECIPES_OF_KEPT.values():
            for one in resolver.kept.of(deployment.id, allowed=is_allowed):
                if not resolver.known(Node("validating_schema", deployment)):
                    continue
                schema: Schema = resolver.value("validating_schema", deployment)
                if not says_the_same(one, schema):
                    now = "forbids" if is_allowed else "allows"
                    name = named(one.configuration)
                    yield excerpt(f"{deployment.id}: a kept case is left out, as the schema {now} it: {name}")
