"""The search: which configurations are tried, in which order, and how a contradiction is made small.

Each answer costs something: what is refused is free, what is accepted may be billed, and after a few that were wrongly
accepted nothing more is asked. So the simplest are tried first, and a contradiction is shrunk from below: Hypothesis
proposes what is simpler, none of it is asked at once, and then the simplest proposal is asked before the others. The
first that contradicts, too, is so small that one or two such rounds are enough, where Hypothesis alone would go down in
twenty steps, each of them an accepted request.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from itertools import islice, zip_longest
from typing import Any, Final

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from referencing.exceptions import Unresolvable

from conformance.cases.exploring.configurations import trials_of
from conformance.cases.exploring.contradiction import Contradiction, SearchEndedError, Trial
from conformance.cases.exploring.sizes import smaller_sizes
from conformance.cases.schema.alternatives import Alternatives
from conformance.cases.schema.json_value import identity
from conformance.cases.schema.meter import UncountableSchemaError, metering
from conformance.cases.schema.validator import SchemaValidator
from conformance.cases.values.samples import Samples
from conformance.contract.case import compact

Judge = Callable[[Any], bool | None]
"""Tells whether a schema allows a configuration, None if that cannot be told."""
Ask = Callable[[Trial], bool]
"""Tells whether an answer contradicts the schema. It raises `SearchEndedError` when nothing more may be asked."""

_DRAWN_PER_TRIAL: Final = 6
_FEWEST_DRAWN: Final = 1_000
_MOST_DRAWN: Final = 4_000
_FOR_SHRINKING: Final = 3
"""One of so many requests is kept for making a contradiction small."""
_MOST_PROPOSALS: Final = 150
_IN_A_GROUP: Final = 4
_OF_ONE_CHANGE: Final = 2
_FEW_BRANCHES: Final = 16
_FEW_VALUES: Final = 4


class _FoundError(Exception):
    """Hypothesis has made what was looked for."""


class Search:
    """Looks for contradictions.

    Attributes:
        asked: How many configurations were asked.
    """

    def __init__(self, trials: st.SearchStrategy[Trial], judge: Judge, start: int, known: Iterable[Any] = ()) -> None:
        """Get ready; nothing is asked yet.

        Args:
            trials: Makes configurations.
            judge: Tells what the schema says of one.
            start: The seed: with the same one, the same configurations are asked in the same order.
            known: Configurations that are asked anyway.
        """
        self._trials: Final = trials
        self._judge: Final = judge
        self._start: Final = start
        self._drawn = _FEWEST_DRAWN
        self._seen: Final[set[Hashable]] = {identity(one) for one in known}
        self.asked = 0

    def contradictions(self, ask: Ask, most: int, *, allowed: bool) -> Iterator[Contradiction]:
        """Ask configurations, the simplest first, and give what contradicts the schema.

        Args:
            ask: Asks one.
            most: How many may be asked.
            allowed: Ask such as the schema allows, and should not be refused; otherwise such as it forbids.

        Raises:
            SearchEndedError: Nothing more may be asked.
        """
        self._drawn = min(max(_FEWEST_DRAWN, _DRAWN_PER_TRIAL * most), _MOST_DRAWN)
        last = self.asked + most
        explained: list[set[object]] = []
        for trial in self._spread(most - most // _FOR_SHRINKING, allowed=allowed):
            if self.asked >= last:
                return
            if any(one <= {path for path, _ in trial.changes} for one in explained) or not self._is_new(trial):
                continue
            if self._ask(ask, trial):
                found, reason = self._smallest(trial, ask, last, allowed=allowed)
                explained.append({path for path, _ in found.trial.changes})
                yield found
                if reason is not None:
                    raise reason

    def _smallest(
        self, trial: Trial, ask: Ask, last: int, *, allowed: bool
    ) -> tuple[Contradiction, BaseException | None]:
        """Go down from a contradiction, asking the simplest first at each step."""
        while True:
            proposals = (one for one in self._simpler(trial, allowed=allowed) if self._is_new(one))
            smaller = None
            for one in proposals:
                if self.asked >= last:
                    return Contradiction(trial, is_smallest=False), None
                try:
                    if self._ask(ask, one):
                        smaller = one
                        break
                except (SearchEndedError, KeyboardInterrupt) as error:  # what was found is told first
                    return Contradiction(trial, is_smallest=False), error
            if smaller is None:
                return Contradiction(trial, is_smallest=True), None
            trial = smaller

    def _ask(self, ask: Ask, trial: Trial) -> bool:
        found = ask(trial)
        self.asked += 1
        self._seen.add(identity(trial.value))
        return found

    def _is_new(self, trial: Trial) -> bool:
        return identity(trial.value) not in self._seen

    def _is_wanted(self, value: Any, *, allowed: bool) -> bool:
        return self._judge(value) is allowed

    def _spread(self, most: int, *, allowed: bool) -> list[Trial]:
        """Return configurations of all kinds, as many as are asked for, the simplest first."""
        groups: dict[Hashable, dict[Hashable, Trial]] = {}
        for trial in self._made():
            key = identity(trial.value)
            group = groups.setdefault(_group(trial), {})
            is_new = len(group) < _IN_A_GROUP and key not in group and key not in self._seen
            if is_new and self._is_wanted(trial.value, allowed=allowed):
                group[key] = trial
        found: dict[Hashable, Trial] = {}
        for trial in _in_turns([list(group.values()) for group in groups.values() if group]):
            found.setdefault(identity(trial.value), trial)
        return sorted(islice(found.values(), most), key=_size)

    def _made(self) -> list[Trial]:
        """Return what Hypothesis makes, in its order."""
        made: list[Trial] = []
        self._run(made.append)
        return made

    def _simpler(self, trial: Trial, *, allowed: bool) -> list[Trial]:
        """Return what is simpler than a configuration, the simplest first: what Hypothesis tries, and smaller sizes."""
        target = identity(trial.value)
        proposals: list[Trial] = []
        is_reached = False

        def look(one: Trial) -> None:
            nonlocal is_reached
            if identity(one.value) == target:
                is_reached = True
                raise _FoundError
            if is_reached:
                proposals.append(one)

        self._run(look, Phase.shrink)
        proposals += (replace(trial, value=value) for value in smaller_sizes(trial.value))
        size = _size(trial)
        simpler = {identity(one.value): one for one in proposals if _size(one) < size}
        wanted = (one for one in sorted(simpler.values(), key=_size) if self._is_wanted(one.value, allowed=allowed))
        return list(islice(wanted, _MOST_PROPOSALS))

    def _run(self, look: Callable[[Trial], None], *more: Phase) -> None:
        """Let Hypothesis make configurations, from the same seed each time, so that it makes the same ones."""

        @seed(self._start)
        @settings(
            max_examples=self._drawn,
            database=None,
            deadline=None,
            derandomize=False,
            phases=[Phase.generate, *more],
            verbosity=Verbosity.quiet,
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        @given(self._trials)
        def made(trial: Trial) -> None:
            look(trial)

        try:
            made()
        except _FoundError:
            return


def _group(trial: Trial) -> Hashable:
    """Return what is alike: the kind of one change, and where several are."""
    if len(trial.changes) == 1:
        return trial.changes
    return tuple(path for path, _ in trial.changes)


def _in_turns(groups: list[list[Trial]]) -> Iterator[Trial]:
    """Give one of each group, then a second of each, and so on; of two groups of one change one of several.

    Of a group the largest comes first, as what lets a text of 300 characters pass lets one of 512 pass, too, and then
    the smallest.
    """
    alone = [sorted(group, key=_size, reverse=True) for group in groups if len(group[0].changes) == 1]
    alone = [[*group[:1], *group[:0:-1]] for group in alone]
    together = [sorted(group, key=_size) for group in groups if len(group[0].changes) > 1]
    left, right = _rows(alone), _rows(together)
    while row := [*islice(left, _OF_ONE_CHANGE), *islice(right, 1)]:
        yield from row


def _rows(groups: list[list[Trial]]) -> Iterator[Trial]:
    return (one for row in zip_longest(*groups) for one in row if one is not None)


def _size(trial: Trial) -> tuple[int, str]:
    text = json.dumps(_plain(trial.value))
    return len(text), text


def _plain(value: Any) -> Any:
    """Write out whole numbers: 1e16 is not the smaller one because it has fewer digits."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return {name: _plain(one) for name, one in value.items()} if isinstance(value, dict) else value


def search_of(document: dict[str, Any], judge: Judge, start: int, known: Iterable[Any] = ()) -> Search | None:
    """Make the search of a schema; None if nothing that it allows is found, or nothing can be changed.

    Args:
        document: A schema that its meta-schema accepts.
        judge: Tells what it says of a configuration.
        start: The seed.
        known: Configurations that are asked anyway.

    Raises:
        UncountableSchemaError: The schema breaks a bound of the computation, or leads out of the document.
    """
    validator = SchemaValidator(document)
    try:
        with metering(validator.meter):
            samples = Samples(validator, Alternatives(_FEW_BRANCHES), usual=_FEW_VALUES)
            found = [one for one in samples.of((validator.root,)) if isinstance(one, dict)]
            trials = trials_of(samples, min(found, key=_length)) if found else None
    except (Unresolvable, RecursionError) as error:
        raise UncountableSchemaError("it cannot be followed") from error
    return None if trials is None else Search(trials, judge, start, known)


def _length(value: Any) -> int:
    return len(compact(value))
