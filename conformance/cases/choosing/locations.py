"""The locations of a configuration, each with the accepted configurations in which it can be made faulty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from typing import Any, Final

from conformance.cases.faults.fault import Configuration, Path
from conformance.cases.schema.alternative import Branch
from conformance.cases.schema.json_value import is_sendable, with_member
from conformance.cases.schema.subschema import Conjunction
from conformance.cases.values.samples import Samples

_DEEPEST: Final = 8
_MOST_TRIED: Final = 8


@dataclass(frozen=True, eq=False)
class Site:
    """A location, reached in one way through the branches above it.

    Attributes:
        path: Where it is in the configuration.
        subschemas: What applies to it.
        find_carriers: Finds the carriers.
        above: The schemas of the locations around it, by their addresses.
    """

    path: Path
    subschemas: Conjunction
    find_carriers: Callable[[], tuple[Configuration, ...]] = field(repr=False)
    above: frozenset[int] = field(default=frozenset(), repr=False)

    @cached_property
    def carriers(self) -> tuple[Configuration, ...]:
        """Accepted configurations in which a value can be put there, the smallest first."""
        return self.find_carriers()


class Sites:
    """Walks through the locations of a schema.

    Attributes:
        unreached: Locations at which something is not looked at, and what.
    """

    def __init__(self, samples: Samples) -> None:
        self._samples: Final = samples
        self.unreached: Final[list[tuple[Path, str]]] = []

    def inside(self, site: Site, branch: Branch) -> Iterator[Site]:
        """Give the locations directly inside one, in the order of the schema.

        Args:
            site: The location.
            branch: One of its branches.
        """
        names: list[str | int] = [*self._members(site, branch), *self._items(branch)]
        if any(id(one.schema) in site.above for one in branch.subschemas):
            return  # it refers to itself: nothing new is inside
        if names and len(site.path) >= _DEEPEST:
            self.unreached.append((site.path, "what is deeper inside"))
            return
        above = site.above | {id(one.schema) for one in branch.subschemas}
        for name in dict.fromkeys(names):
            subschemas = branch.item(name) if isinstance(name, int) else branch.member(name)
            yield Site((*site.path, name), subschemas, partial(self._carriers, site, branch, name), above)

    def homes(self, site: Site, branch: Branch) -> Iterator[Configuration]:
        """Give accepted configurations with a value of one branch at a location, the smallest first."""
        yield from self._placed(site, branch, self._samples.objects(branch))

    def _carriers(self, site: Site, branch: Branch, name: str | int) -> tuple[Configuration, ...]:
        """Find a configuration in which the location may be missing, and one in which it is there."""
        if isinstance(name, int):
            least = max(self._samples.shortest_array(branch), name)
            arrays = [self._samples.array_of(branch, size) for size in (least, least + 1)]
            values: list[Iterator[Any]] = [iter([array]) for array in arrays if array is not None]
        else:
            values = [self._samples.objects(branch), self._samples.objects(branch, (name,))]
        found = (next(self._placed(site, branch, one), None) for one in values)
        return tuple(one for one in found if one is not None)

    def _placed(self, site: Site, branch: Branch, values: Iterator[Any]) -> Iterator[Configuration]:
        """Put values at a location, if the branch and the schema allow it."""
        for value in islice(values, _MOST_TRIED):
            if not is_sendable(value) or not self._samples.oracle.accepts(value, branch.subschemas):
                continue
            for carrier in site.carriers if site.path else ({},):
                configuration = with_member(carrier, site.path, value)
                if is_sendable(configuration) and self._samples.oracle.accepts(configuration):
                    yield configuration
                    break

    def _members(self, site: Site, branch: Branch) -> Iterator[str]:
        """Give names of properties; at top level only such as the schema knows."""
        if "object" not in branch.types:
            return
        yield from branch.names
        for name in branch.pattern_names.values():
            if name is None:
                self.unreached.append((site.path, "patternProperties"))
            else:
                yield name
        if site.path and branch.additional_name is not None:
            yield branch.additional_name

    def _items(self, branch: Branch) -> Iterator[int]:
        """Give the index of each item with a schema of its own, and of one after them."""
        if "array" in branch.types:
            yield from (index for index in range(branch.prefix + 1) if branch.item(index))
