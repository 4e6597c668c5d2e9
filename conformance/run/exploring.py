"""`--explore N`: configurations beyond the fixed cases, asked of a live DIAL after all that was planned.

What contradicts the schema becomes a case of the recipes that the checks know: a forbidden configuration that is
accepted is one of `refused` (CHAT-05), an allowed one that is refused one of `accepted`. As the suite made that up, it
is evidence of as much as all that it makes up: advice (CHAT-30), if the refusal names a property that was changed, once
for each property, and else nothing. So it is told, shown with its curl, and kept, like every other case.

The rules of cost, order and suspension are those of the admission, which every request passes. Allowed configurations
may be billed, so they are tried only within `--budget` or `--budget-usd`, at most a quarter of N, and first, as refused
requests come after healthy ones; never where the Core suspends. A forbidden one that is answered with 5xx contradicts,
too, but is not made smaller, and nothing more is tried there: it may do harm.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from conformance.cases.choosing.lax import as_doubles, is_number_for_a_text, readings
from conformance.cases.exploring.contradiction import SearchEndedError, Trial
from conformance.cases.schema.meter import UncountableSchemaError
from conformance.contract.case import ABSENT, Case
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange
from conformance.contract.verdict import UndecidedError
from conformance.dial.pattern import SlowPatternError
from conformance.dial.schema import Schema
from conformance.dial.suspension import is_refusal
from conformance.recipes.evidence import named_in
from conformance.run.explored_cases import ALLOWED, FORBIDDEN, explored_case
from conformance.run.resolver import Resolver

if TYPE_CHECKING:
    from conformance.cases.exploring.search import Search

_PART_OF_ALLOWED: Final = 4
_MOST_FOUND: Final = 10
_FIRST_SERVER_ERROR: Final = 500


@dataclass
class Explored:
    """What exploring one deployment came to.

    Attributes:
        deployment: The deployment.
        asked: How many configurations were asked.
        found: The cases that contradict the schema, each with the recipe that asked it.
        twins: The accepted configurations from which these were made, by the names of the cases.
        notes: What else there is to say: how it ended, and what could not be explored.
    """

    deployment: Deployment
    asked: int = 0
    found: list[tuple[str, Case]] = field(default_factory=list)
    twins: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Exploring:
    """Explores one deployment after the other.

    Attributes:
        resolver: Asks.
        most: How many configurations are asked of each.
        start: The seed.
        recipes: What may be asked: `FORBIDDEN`, `ALLOWED`, or both.
        may_pay: There is a budget, so that allowed ones may be asked, too.
        suspends: Tells whether a refused request suspends a deployment of this Core.
    """

    resolver: Resolver
    most: int
    start: int
    recipes: frozenset[str]
    may_pay: bool
    suspends: bool

    def explore(self, explored: Explored) -> None:
        """Explore a deployment that has a configuration.

        Args:
            explored: Takes what comes of it, so that nothing is lost if the run is interrupted.
        """
        try:
            _Exploration(self, explored, self.resolver.value("validating_schema", explored.deployment)).run()
        except (UndecidedError, UncountableSchemaError, SlowPatternError) as error:
            explored.notes.append(f"not explored: {error}")


class _Exploration:
    """The exploration of one deployment."""

    def __init__(self, exploring: Exploring, explored: Explored, schema: Schema) -> None:
        self._exploring = exploring
        self._explored = explored
        self._schema = schema
        self._names: set[str] = set()
        self._told: set[str] = set()
        self._unnamed = 0

    def run(self) -> None:
        """Ask, and note what was found.

        Raises:
            UncountableSchemaError: There is no search of this schema.
        """
        from conformance.cases.exploring.search import search_of  # noqa: PLC0415 - Hypothesis takes long to import

        exploring, explored = self._exploring, self._explored
        anyway = list(self._asked_anyway())
        self._names = {case.name for case in anyway}
        known = (case.value for case in anyway if case.value is not ABSENT)
        search = search_of(json.loads(self._schema.essence), self._judge, exploring.start, known)
        if search is None:
            explored.notes.append("not explored: nothing that the schema allows was found, or it names no property")
            return
        if ALLOWED in exploring.recipes and exploring.may_pay and not exploring.suspends:
            self._look(search, exploring.most // _PART_OF_ALLOWED, allowed=True)
        if FORBIDDEN in exploring.recipes:
            self._look(search, exploring.most - search.asked, allowed=False)

    def _look(self, search: Search, most: int, *, allowed: bool) -> None:
        recipe, ask = (ALLOWED, self._is_refused) if allowed else (FORBIDDEN, self._is_accepted)
        try:
            for one in islice(search.contradictions(ask, most, allowed=allowed), _MOST_FOUND):
                case = self._note(recipe, one.trial)
                self._told.update(case.made_up)
                if not one.is_smallest:
                    self._explored.notes.append(f"a smaller one than {case.name} may be there: the search ended before")
        except SearchEndedError as error:
            self._explored.notes.append(f"{'allowed' if allowed else 'forbidden'} configurations: {error}")
        if allowed and self._unnamed:
            told = f"{self._unnamed} allowed configurations were refused, and no message names what was changed"
            self._explored.notes.append(f"{told}: nothing follows from that")

    def _asked_anyway(self) -> Iterator[Case]:
        """Give the fixed cases."""
        book = self._exploring.resolver.book
        for name in (ALLOWED, FORBIDDEN, "with_disputed_value", "with_unknown_key"):
            try:
                cases = self._exploring.resolver.cases(book[name], self._explored.deployment)
            except UndecidedError:
                continue
            yield from cases

    def _judge(self, value: Any) -> bool | None:
        """Tell whether the schema allows a configuration; None where that takes too long, or is read without loss."""
        try:
            if self._schema.accepts(value):
                return True
            return None if may_be_read_without_loss(self._schema, value) else False
        except SlowPatternError:
            return None

    def _is_refused(self, trial: Trial) -> bool:
        """Tell whether a configuration is refused for a property that was changed, and of which none told yet."""
        answer = self._ask(ALLOWED, trial)
        named = named_in(answer, self._case(trial).made_up)
        self._unnamed += is_refusal(answer) and named is None
        return named is not None and named not in self._told

    def _is_accepted(self, trial: Trial) -> bool:
        answer = self._ask(FORBIDDEN, trial)
        if answer.status >= _FIRST_SERVER_ERROR:
            self._note(FORBIDDEN, trial)
            raise SearchEndedError(f"one was answered with {answer.status}, and more may do harm")
        return answer.status == HTTPStatus.OK

    def _ask(self, recipe: str, trial: Trial) -> Exchange:
        try:
            answer: Exchange = self._exploring.resolver.value(recipe, self._explored.deployment, self._case(trial))
        except UndecidedError as error:
            raise SearchEndedError(str(error)) from error
        self._explored.asked += 1
        return answer

    def _note(self, recipe: str, trial: Trial) -> Case:
        case = self._case(trial)
        self._explored.found.append((recipe, case))
        self._explored.twins[case.name] = trial.twin
        return case

    def _case(self, trial: Trial) -> Case:
        return explored_case(trial.value, trial.twin, self._schema, self._names)


def may_be_read_without_loss(schema: Schema, value: Any) -> bool:
    """Tell whether a part that the schema refuses may be read by a lax validator, which is CHAT-31 and no find.

    Args:
        schema: The schema.
        value: A configuration that it refuses.
    """
    rounded = as_doubles(value)
    if rounded != value and schema.accepts(rounded):
        return True
    waiting = schema.faults(value)
    while waiting:
        fault = waiting.pop()
        waiting += fault.context or []
        scalar = not isinstance(fault.instance, dict | list)
        if fault.validator == "uniqueItems" or (scalar and any(True for _ in readings(fault.instance))):
            return True
        if isinstance(fault.schema, dict) and is_number_for_a_text(fault.instance, [fault.schema]):
            return True
    return False
