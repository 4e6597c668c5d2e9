"""The locations of a configuration, each with the accepted configurations in which it can be made faulty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, Final

from conformance.cases.branches import Branch, Conjunction
from conformance.cases.json_value import is_sendable, with_member
from conformance.cases.samples import Samples

_DEEPEST: Final = 8
_MOST_TRIED: Final = 8

Path = tuple[str | int, ...]
Configuration = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Site:
    """A location, reached in one way through the branches above it.

    Attributes:
        path: Where it is in the configuration.
        subschemas: What applies to it.
        carriers: Gives accepted configurations, the smallest first, in which any value can be put there.
        above: The schemas of the locations around it.
    """

    path: Path
    subschemas: Conjunction
    carriers: Callable[[], tuple[Configuration, ...]] = field(repr=False)
    above: frozenset[int] = field(default=frozenset(), repr=False)

    @cached_property
    def around(self) -> tuple[Configuration, ...]:
        """The carriers."""
        return self.carriers()


class Sites:
    """Walks through the locations of a schema.

    Attributes:
        unreached: Locations that are not looked at, and why.
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
        below = {**dict.fromkeys(self._members(site, branch)), **dict.fromkeys(self._items(branch))}
        if any(id(one.schema) in site.above for one in branch.subschemas):
            return  # it refers to itself: nothing new is inside
        if below and len(site.path) >= _DEEPEST:
            self.unreached.append((site.path, "what is deeper inside"))
            return
        above = site.above | {id(one.schema) for one in branch.subschemas}
        for name in below:
            subschemas = branch.item(name) if isinstance(name, int) else branch.member(name)
            yield Site((*site.path, name), subschemas, _Carriers(self, site, branch, name), above)

    def homes(self, site: Site, branch: Branch) -> Iterator[tuple[Any, Configuration]]:
        """Give values that one branch allows at a location, each in an accepted configuration, the smallest first."""
        values = self._samples.objects(branch) if "object" in branch.types else self._samples.of_branch(branch)
        yield from self._placed(site, branch, islice(values, _MOST_TRIED))

    def with_inside(self, site: Site, branch: Branch, name: str | int, *, present: bool) -> Iterator[Configuration]:
        """Give accepted configurations with an array or object in which a value can be set, or is present already."""
        values: Iterator[Any]
        if isinstance(name, int):
            least = max(self._samples.shortest_array(branch), name)
            arrays = (self._samples.array_of(branch, size) for size in (least + 1 if present else least,))
            values = (array for array in arrays if array is not None)
        else:
            values = self._samples.objects(branch, (name,) if present else ())
        for _, configuration in self._placed(site, branch, islice(values, _MOST_TRIED)):
            yield configuration

    def _placed(self, site: Site, branch: Branch, values: Iterator[Any]) -> Iterator[tuple[Any, Configuration]]:
        for value in values:
            if not is_sendable(value) or not self._samples.oracle.accepts(value, branch.subschemas):
                continue
            for around in site.around if site.path else ({},):
                configuration = with_member(around, site.path, value)
                if is_sendable(configuration) and self._samples.oracle.accepts(configuration):
                    yield value, configuration
                    break

    def _members(self, site: Site, branch: Branch) -> Iterator[str]:
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
        if "array" in branch.types:
            yield from (index for index in range(branch.prefix + 1) if branch.item(index))


@dataclass(frozen=True)
class _Carriers:
    """Finds the carriers of a location when they are needed."""

    sites: Sites
    site: Site
    branch: Branch
    name: str | int

    def __call__(self) -> tuple[Configuration, ...]:
        found = (
            next(self.sites.with_inside(self.site, self.branch, self.name, present=present), None)
            for present in (False, True)
        )
        return tuple(one for one in found if one is not None)
