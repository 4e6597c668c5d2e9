"""How many requests that one deployment should refuse may be under way: the window, which grows with what was learnt.

The requests stand in an order that is known before (`refusals.py`). A request looks back from its own place to a point
before which all have ended, and goes by what is known at that point:

```plain
        all of these have ended            these may be under way       may this be sent?
   r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 | r10 r11 r12 r13                    r14
                                 ^ the point: what is known here decides
```

* **Three.** Those accepted before the point, those accepted since, those under way of which nothing is known at the
  point, and this one, if nothing is known of it: three at most. What is foreseen there is not counted.
* **The width.** From the point to this request: three, and one more for each refusal in a row before the point (for
  each two, where the listing names a price), eight at most. An answer that is none (429, an outage) ends the row.
* **After the first acceptance** before the point nothing is foreseen any more, so it is as with three alone.

One point that allows it is enough. Where all before has ended, the request itself is the point, and at the latest then
it is decided: sent, or never.

Why the order decides and not the clock: "how many are under way" depends on which thread is the faster, and so would
the requests that go out before the third acceptance is known. Here what has not ended is taken for accepted, so an
early decision to send is one that stays right whatever the answers are. So the same answers lead to the same requests
with one job, with sixteen, and in a replay.

What is promised: never more than three accepted, unless a deployment accepts what it has refused in kind. It then
accepts what was under way from its first acceptance on: eight at most. `--jobs-per-deployment=3` is the strict promise.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import Final

from conformance.run.refusals import MOST_REFUSED_AT_ONCE, Refusal
from conformance.run.wrongly_accepted import MOST_WRONGLY_ACCEPTED

_REFUSALS_FOR_A_PRICE: Final = 2
"""So many refusals widen the window by one, where the listing names a price."""


class End(Enum):
    """How a request ended."""

    REFUSED = auto()
    ACCEPTED = auto()
    NEITHER = auto()


class RefusalWindow:
    """Decides which request may be sent now, and which is not sent any more. It has no lock of its own."""

    def __init__(self, order: Sequence[Refusal], *, most: int = MOST_REFUSED_AT_ONCE, priced: bool = False) -> None:
        """Begin with nothing known.

        Args:
            order: The requests, in their order.
            most: How many may be under way at once.
            priced: The listing says what a completion costs.
        """
        self._order = tuple(order)
        self._places = {one.node.name: place for place, one in enumerate(order)}
        self._most = min(most, MOST_REFUSED_AT_ONCE)
        self._refusals_for_one = _REFUSALS_FOR_A_PRICE if priced else 1
        self._ends: dict[int, End] = {}
        self._known: list[_Known] = [_Known()]

    def __contains__(self, name: object) -> bool:
        """Tell whether a request stands in the order."""
        return name in self._places

    @property
    def accepted(self) -> int:
        """How many of the order were accepted."""
        return sum(end is End.ACCEPTED for end in self._ends.values())

    def note(self, name: str, end: End) -> None:
        """Note how a request ended; the first word counts."""
        self._ends.setdefault(self._places[name], end)
        while (place := len(self._known) - 1) in self._ends:
            self._known.append(self._known[-1].after(self._order[place], self._ends[place]))

    def may_be_sent(self, name: str, elsewhere: int = 0) -> bool:
        """Tell whether a request may be sent now.

        Args:
            name: The request.
            elsewhere: How many were accepted, or are under way, that do not stand in this order.
        """
        place = self._places[name]
        latest = min(place, len(self._known) - 1)
        earliest = max(0, place - self._most + 1)
        return any(self._allows(point, place, elsewhere) for point in range(latest, earliest - 1, -1))

    def is_decided(self, name: str) -> bool:
        """Tell whether all before a request have ended, so that what `may_be_sent` says stays."""
        return len(self._known) > self._places[name]

    def _allows(self, point: int, place: int, elsewhere: int) -> bool:
        known = self._known[point]
        width = MOST_WRONGLY_ACCEPTED + known.refused_in_a_row // self._refusals_for_one
        if place - point >= min(width, self._most):
            return False
        doubtful = sum(
            not known.foresees(self._order[one])
            for one in range(point, place)
            if self._ends.get(one, End.ACCEPTED) is End.ACCEPTED
        )
        doubtful += not known.foresees(self._order[place])
        return known.accepted + doubtful + elsewhere <= MOST_WRONGLY_ACCEPTED


class _Known:
    """What is known where all requests before a point have ended."""

    def __init__(self, accepted: int = 0, refused_in_a_row: int = 0, taught: frozenset[object] = frozenset()) -> None:
        self.accepted = accepted
        self.refused_in_a_row = refused_in_a_row
        self._taught = taught

    def after(self, refusal: Refusal, end: End) -> _Known:
        if end is End.REFUSED:
            return _Known(self.accepted, self.refused_in_a_row + 1, self._taught | refusal.teaches)
        return _Known(self.accepted + (end is End.ACCEPTED), 0, self._taught)

    def foresees(self, refusal: Refusal) -> bool:
        return not self.accepted and refusal.is_foreseen(self._taught)
