"""All exchanges of a run, for requirements that are about every answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus

from conformance.contract.exchange import Exchange
from conformance.dial.completion import choices_of, deployment_asked

_FIRST_ERROR = 400


@dataclass(frozen=True)
class EveryExchange:
    """All exchanges of a run that have an answer, sorted by name; each selection of them is one too.

    Attributes:
        exchanges: They.
        faulty: Those whose framing or coding is wrong, readable or not.
        recurring: The names of those whose fault came back each time, so that it is an answer.
        has_framing: The answers came over HTTP in this run; what was recorded has no framing and no coding.
    """

    exchanges: tuple[Exchange, ...] = ()
    faulty: tuple[Exchange, ...] = ()
    recurring: frozenset[str] = frozenset()
    has_framing: bool = False

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.exchanges)

    def __len__(self) -> int:
        return len(self.exchanges)

    @cached_property
    def _by_name(self) -> dict[str, Exchange]:
        return {one.name: one for one in self}

    def named(self, name: str) -> Exchange | None:
        """Return the one that the plan calls so, or None."""
        return self._by_name.get(name)

    def as_it_came(self, name: str) -> Exchange | None:
        """Return the one that the plan calls so, also if its answer cannot be read; or None."""
        return self.named(name) or next((one for one in self.faulty if one.name == name), None)

    @property
    def errors(self) -> EveryExchange:
        """Those answered with 4xx or 5xx."""
        return self._those(lambda one: one.status >= _FIRST_ERROR)

    def answered(self, status: int) -> EveryExchange:
        """Those answered with that status."""
        return self._those(lambda one: one.status == status)

    def sent(self, value: str) -> EveryExchange:
        """Those whose request has that value in a header."""
        return self._those(lambda one: any(value in sent for _, sent in one.request.headers))

    @cached_property
    def completions(self) -> EveryExchange:
        """Those in which a model answered: completions with 200."""
        return self._those(lambda one: one.status == HTTPStatus.OK and deployment_asked(one.request) is not None)

    def completions_of(self, recipe: str) -> EveryExchange:
        """Return the completions with a choice that a recipe asked for."""
        asked = (one for one in self.completions if one.name.partition("/")[2].partition(".")[0] == recipe)
        return EveryExchange(tuple(one for one in asked if choices_of(one)))

    def in_folder(self, folder: str) -> EveryExchange:
        """Return those of one deployment; the folder is the first part of their names."""
        return EveryExchange(self._by_folder.get(folder, ()))

    @cached_property
    def _by_folder(self) -> dict[str, tuple[Exchange, ...]]:
        found: dict[str, list[Exchange]] = {}
        for one in self:
            found.setdefault(one.name.partition("/")[0], []).append(one)
        return {folder: tuple(those) for folder, those in found.items()}

    def of_recipes(self, *recipes: str) -> EveryExchange:
        """Return those that some recipes asked for, all their cases."""
        return self._those(lambda one: one.name.partition("/")[2].partition(".")[0] in recipes)

    def completed_by(self, path: str) -> bool:
        """Tell whether the deployment of that path answered a completion with a choice."""
        return path in self._completed

    @cached_property
    def _completed(self) -> frozenset[str | None]:
        return frozenset(deployment_asked(one.request) for one in self.completions if choices_of(one))

    def echoing(self, value: str) -> Exchange | None:
        """Return the first whose body or headers hold a value, or None."""
        found = self._those(lambda one: value in one.text or any(value in text for _, text in one.answer.headers))
        return next(iter(found), None)

    def with_header(self, *names: str) -> Exchange | None:
        """Return the first whose answer has one of the headers, or None."""
        return next((one for one in self if any(one.header(name) is not None for name in names)), None)

    def _those(self, wanted: Callable[[Exchange], bool]) -> EveryExchange:
        return EveryExchange(tuple(one for one in self if wanted(one)))
