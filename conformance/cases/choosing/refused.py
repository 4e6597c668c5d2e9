"""Configurations with one faulty location each, beside the accepted ones that are the same without the fault."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, Final

from conformance.cases.choosing.locations import Site, Sites
from conformance.cases.choosing.near import near_misses
from conformance.cases.faults.attempt import COMBINED, WRONG_TYPES, Aim
from conformance.cases.faults.attempts import aims, candidates, is_free
from conformance.cases.faults.fault import Configuration, Fault, Path
from conformance.cases.schema.alternative import UNKNOWN_NAMES, Branch
from conformance.cases.schema.json_value import identity, is_sendable, type_of, value_at, with_member
from conformance.cases.schema.meter import UncountableSchemaError, current_meter
from conformance.cases.schema.subschema import Key, key_of
from conformance.cases.values.samples import MOST_CONSTANTS, Samples
from conformance.dial.pattern import unreadable

_MOST_CANDIDATES: Final = 80
_MOST_SITES: Final = 300
_MOST_NAMED: Final = 200
_ALLOWED: Final = "an allowed value"
_UNDECIDED: Final = "an allowed value, which could not be decided"
_INVENTED: Final = frozenset({*UNKNOWN_NAMES, "key"})

Part = tuple[Path, Key, str, str]
"""A location, the subschema there, its keyword, and which part of that."""


class Refused:
    """Finds the faults that a configuration can have.

    Attributes:
        faults: What was found, in the order of the schema.
        untried: Locations, and what was not tried there though nothing is wrong with that.
    """

    def __init__(self, samples: Samples) -> None:
        self._samples: Final = samples
        self._oracle: Final = samples.oracle
        self._sites: Final = Sites(samples)
        self.faults: Final[list[Fault]] = []
        self.untried: Final[list[tuple[Path, str]]] = []
        self._looked_at: Final[list[Site]] = []
        self._configurations: Final[set[Hashable]] = set()
        self._seen: Final[set[tuple[Path, str]]] = set()
        self._wrong: Final[set[tuple[Path, Hashable]]] = set()
        self._visited: Final[set[tuple[Path, Key]]] = set()
        self._broken: Final[dict[Part, bool]] = {}

    def look(self, base: Configuration) -> None:
        """Look for faults at all locations.

        Args:
            base: The smallest accepted configuration.
        """
        self._visit(Site((), (self._oracle.root,), lambda: (base,)))

    def look_shallow_first(self, base: Configuration, *, types: int, each: int) -> None:
        """Look for faults until the steps are used up: first one wrong type at each property, then deeper and deeper.

        Args:
            base: The smallest accepted configuration.
            types: How many steps the wrong types may take.
            each: How many steps one location may take.
        """
        root = Site((), (self._oracle.root,), lambda: (base,))
        waiting = deque([root])
        try:
            with current_meter().share(types):
                for inner in self._inside(root):
                    waiting.append(inner)
                    shallow = replace(inner, find_carriers=root.find_carriers)
                    self._try_wrong_types(shallow, self._samples.branches.of(inner.subschemas), most=1)
        except UncountableSchemaError:
            waiting = deque([root, *self._inside_or_noted(root)])
        while waiting:
            site = waiting.popleft()
            try:
                with current_meter().share(each):
                    self._look_at(site)
            except UncountableSchemaError:
                self._note(site.path, "what takes too much", is_needed=True)
            else:
                waiting += [] if site is root else self._inside_or_noted(site)

    def _look_at(self, site: Site) -> None:
        key = (site.path, key_of(tuple(one for one in site.subschemas if one.asserted)))
        if len(self._visited) >= _MOST_SITES:
            raise UncountableSchemaError
        if site.carriers and key not in self._visited:
            self._visited.add(key)
            self._try_all(site, self._samples.branches.of(site.subschemas))

    def _inside(self, site: Site) -> Iterator[Site]:
        for branch in self._samples.branches.of(site.subschemas):
            yield from self._sites.inside(site, branch)

    def _inside_or_noted(self, site: Site) -> list[Site]:
        try:
            return list(self._inside(site))
        except UncountableSchemaError:
            self._note(site.path, "what is deeper inside", is_needed=True)
            return []

    @property
    def locations(self) -> tuple[Path, ...]:
        """The locations that were looked at."""
        return tuple(dict.fromkeys(site.path for site in self._looked_at))

    def near(self, accepted: Iterable[Configuration]) -> Iterator[Fault]:
        """Give faults with values that a careless validator takes for valid ones; none that was found already.

        Args:
            accepted: Configurations in which there may be a second item to be wrong.
        """
        anyway = tuple(accepted)
        for site in self._looked_at:
            for branch in self._samples.branches.of(site.subschemas) if site.path else ():
                yield from self._new(site, near_misses(branch, self._samples))
                if "array" in branch.types and not branch.prefix:
                    second = Site((*site.path, 1), branch.item(1), partial(_with_two, anyway, site.path))
                    yield from islice(self._new(second, WRONG_TYPES), 1)

    def _new(self, site: Site, values: Iterable[Any]) -> Iterator[Fault]:
        for value in values:
            fault = self._fault(site, value)
            if fault is not None and (key := identity(fault.configuration)) not in self._configurations:
                self._configurations.add(key)
                yield fault

    def missing(self) -> Iterator[tuple[Path, str]]:
        """Give the locations and keywords for which no fault was found."""
        yield from ((path, keyword) for (path, _, keyword, _), is_broken in self._broken.items() if not is_broken)
        yield from self._sites.unreached

    def _visit(self, site: Site) -> None:
        """Look for faults at a location, and at those inside it."""
        key = (site.path, key_of(tuple(one for one in site.subschemas if one.asserted)))
        is_new = key not in self._visited
        if not site.carriers or not (is_new or self._is_open(site.path)):
            return
        self._visited.add(key)
        if len(self._visited) > _MOST_SITES:
            self._note(site.path, "anything", is_needed=len(self._visited) <= _MOST_SITES + _MOST_NAMED)
            return
        branches = self._samples.branches.of(site.subschemas)
        self._try_all(site, branches)
        for branch in branches if is_new else ():
            for inner in self._sites.inside(site, branch):
                self._visit(inner)

    def _try_all(self, site: Site, branches: list[Branch]) -> None:
        """Break what can be broken at a location; what combines others last, as these may have broken it."""
        self._looked_at.append(site)
        if any("null" in branch.types for branch in branches):
            self.untried.append((site.path, "null"))
        if any(not is_sendable(value) for branch in branches for value in branch.constants or ()):
            self.untried.append((site.path, "values of its enum that JSON does not have"))
        self._note(site.path, "all of its alternatives", is_needed=self._samples.branches.is_cut(site.subschemas))
        is_empty = bool(branches) and not self._samples.of(site.subschemas)
        is_undecided = self._oracle.is_undecided(site.subschemas)
        self._note(site.path, _UNDECIDED if is_undecided else _ALLOWED, is_needed=is_empty)
        for pattern in (one for branch in branches for one in branch.patterns):
            why = unreadable(pattern)
            self._note(site.path, why or "", is_needed=why is not None)
        for branch in branches:
            more = len(branch.constants or ()) - MOST_CONSTANTS
            self._note(site.path, f"{more} more values of its enum", is_needed=more > 0)
        if site.path:
            self._try_wrong_types(site, branches)
        found = [aim for branch in branches for aim in aims(branch, at_root=not site.path)]
        for aim in sorted(found, key=lambda aim: aim.keyword in COMBINED):
            if not self._cannot_be_broken(branches, aim):
                self._try(site, aim)

    def _note(self, path: Path, what: str, *, is_needed: bool) -> None:
        if is_needed:
            self._sites.unreached.append((path, what))

    def _is_open(self, path: Path) -> bool:
        """Tell whether something at a location was not broken yet: in another branch it may be."""
        return any(not is_broken for (other, *_), is_broken in self._broken.items() if other == path)

    def _try_wrong_types(self, site: Site, branches: list[Branch], most: int | None = None) -> None:
        """Try one value of each type that the location does not admit; where nothing is allowed, any value.

        Args:
            site: The location.
            branches: What applies there.
            most: How many values are enough, if not all.
        """
        found = 0
        admitted = {name for branch in branches for name in branch.admitted}
        for value in WRONG_TYPES if branches else WRONG_TYPES[:1]:
            if type_of(value) in admitted or (site.path, identity(value)) in self._wrong or found == most:
                continue
            fault = self._fault(site, value)
            if fault is not None:
                self._wrong.add((site.path, identity(value)))
                self._add(fault)
                found += 1
            part = (site.path, (), "type", "")
            self._broken[part] = self._broken.get(part, False) or fault is not None

    def _try(self, site: Site, aim: Aim) -> None:
        """Break one keyword."""
        part = (site.path, key_of((aim.subschema,)), aim.keyword, aim.name)
        is_done = aim.keyword in COMBINED and not aim.is_extra and (site.path, aim.keyword) in self._seen
        if is_done or self._broken.get(part):
            return
        fault = self._best(site, aim)
        if fault is not None:
            self._add(fault)
        elif aim.is_extra and "object" in aim.branch.types:
            self.untried.append((site.path, "what several alternatives of its oneOf allow"))
        if not aim.is_extra:
            self._broken[part] = fault is not None

    def _best(self, site: Site, aim: Aim) -> Fault | None:
        """Find the value that breaks the fewest other keywords."""
        best: tuple[tuple[int, int], Fault] | None = None
        placed = self._with_twin(site, aim)
        for value in islice(candidates(aim, self._samples), _MOST_CANDIDATES):
            broken = self._broken_by(value, aim)
            fault = self._fault(placed, value) if broken and (site.path or _is_known(value, aim.branch)) else None
            if fault is None:
                continue
            rank = (len(fault.keywords), len(broken))
            if best is None or rank < best[0]:
                best = (rank, fault)
            if rank == (1, 1):
                break
        return None if best is None else best[1]

    def _with_twin(self, site: Site, aim: Aim) -> Site:
        """Return the location; the whole configuration's twin is an accepted one of the same branch."""
        if site.path:
            return site
        return Site((), site.subschemas, lambda: tuple(islice(self._sites.homes(site, aim.branch), 1)))

    def _broken_by(self, value: Any, aim: Aim) -> set[str]:
        """Return the keywords that a value breaks itself, not by what is inside it; none without that of the aim."""
        broken: set[str] = set()
        for one in aim.branch.subschemas if is_sendable(value) else ():
            found = self._oracle.broken(value, (one,)) if one.asserted else ()
            keywords = {each.keyword for each in found or () if not each.path}
            if one.schema is aim.subschema.schema and aim.keyword not in keywords:
                return set()
            broken |= keywords
        return (broken - COMBINED) | {aim.keyword} if broken else broken

    def _fault(self, site: Site, value: Any) -> Fault | None:
        """Put a value at a location, if the schema then refuses that and nothing else."""
        for carrier in site.carriers:
            configuration = with_member(carrier, site.path, value)
            found = (self._oracle.broken(configuration) if is_sendable(configuration) else None) or ()
            paths = {each.path for each in found}
            if len(paths) == 1 and site.path[: len(path := paths.pop())] == path:
                keywords = tuple(sorted({each.keyword for each in found}))
                return Fault(configuration, path, keywords, carrier, site.path, value)
        return None

    def _add(self, fault: Fault) -> None:
        self._seen.update((fault.path, keyword) for keyword in fault.keywords)
        key = identity(fault.configuration)
        if key not in self._configurations:
            self._configurations.add(key)
            self.faults.append(fault)

    def _cannot_be_broken(self, branches: list[Branch], aim: Aim) -> bool:
        """Tell whether another branch allows all that this one forbids, as in `anyOf` of an enum and any string."""
        others = (branch for branch in branches if branch is not aim.branch)
        return any(is_free(branch) and set(aim.branch.types) <= set(branch.types) for branch in others)


def _is_known(value: Any, branch: Branch) -> bool:
    """Tell whether a whole configuration has no property that was only invented."""
    return isinstance(value, dict) and not any(name in _INVENTED and name not in branch.names for name in value)


def _with_two(configurations: tuple[Configuration, ...], path: Path) -> tuple[Configuration, ...]:
    """Return those that have an array of two or more items at a path."""
    return tuple(one for one in configurations if isinstance(found := value_at(one, path), list) and len(found) > 1)
