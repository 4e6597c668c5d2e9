"""How many completions of each deployment may be under way at once, by what it answered so far."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import Final

from conformance.contract.exchange import Exchange
from conformance.contract.recipe import Recipe
from conformance.dial.error import has_message
from conformance.run.doubtful_window import DoubtfulWindow
from conformance.run.refusal_window import End, RefusalWindow
from conformance.run.refusals import RefusedOrders
from conformance.run.wrongly_accepted import MOST_WRONGLY_ACCEPTED

FIRST_AT_ONCE: Final = 4
"""Completions that a deployment should accept, under way at once before it has answered one."""

_REFUSALS: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)


class Windows:
    """Begins narrow, and widens with each proper answer; a 429 ends that for good. It has no lock of its own."""

    def __init__(self, most: int) -> None:
        """Begin with nothing known.

        Args:
            most: How many completions of one deployment may be under way at once, in any case.
        """
        self._most = most
        self._refusals: dict[str, RefusalWindow] = {}
        self._doubtful: dict[str, list[DoubtfulWindow]] = {}
        self._answered: Counter[str] = Counter()
        self._limited: set[str] = set()

    def plan(self, orders: RefusedOrders) -> None:
        """Learn in which order the refused requests go out."""
        self._doubtful = {place: [DoubtfulWindow(one) for one in kinds] for place, kinds in orders.doubtful.items()}
        self._refusals = {
            place: RefusalWindow(order, most=self._most, priced=place in orders.priced)
            for place, order in orders.refusals.items()
        }

    def refusals(self, place: str, name: str) -> RefusalWindow | None:
        """Return the window in which a request stands, or None if it stands in no order."""
        window = self._refusals.get(place)
        return window if window is not None and name in window else None

    def doubtful(self, place: str, name: str) -> DoubtfulWindow | None:
        """Return the window in which a near miss or a lax value stands, or None if it stands in no order."""
        return next((one for one in self._doubtful.get(place, ()) if name in one), None)

    def accepted_in_order(self, place: str) -> int:
        """Return how many requests of the order of a deployment were wrongly accepted."""
        window = self._refusals.get(place)
        return 0 if window is None else window.accepted

    def note(self, recipe: Recipe, place: str, answer: Exchange) -> None:
        """Note an answer to a completion."""
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            self.note_limit(place)
        if (doubtful := self.doubtful(place, answer.name)) is not None:
            doubtful.note(answer.name, accepted=answer.status == HTTPStatus.OK)
        if not recipe.refused:
            self._answered[place] += answer.status == HTTPStatus.OK
        elif (window := self.refusals(place, answer.name)) is not None:
            proper = answer.status in _REFUSALS and has_message(answer)
            accepted = answer.status == HTTPStatus.OK
            window.note(answer.name, End.REFUSED if proper else End.ACCEPTED if accepted else End.NEITHER)

    def note_limit(self, place: str) -> None:
        """Note that a deployment said 429: more at once would only be refused."""
        self._limited.add(place)

    def note_end(self, place: str, name: str) -> None:
        """Note that a request has ended, answered or not."""
        if (window := self.refusals(place, name)) is not None:
            window.note(name, End.NEITHER)
        if (doubtful := self.doubtful(place, name)) is not None:
            doubtful.note(name, accepted=False)

    def accepted_at_once(self, place: str) -> int:
        """Return how many completions that a deployment should accept may be under way."""
        learnt = 0 if place in self._limited else self._answered[place]
        return min(self._most, FIRST_AT_ONCE + learnt)

    def refused_at_once(self, place: str) -> int:
        """Return how many requests that it should refuse may be under way, if the order allows them."""
        return min(self._most, MOST_WRONGLY_ACCEPTED) if place in self._limited else self._most
