"""Which near misses, or which lax values, of one deployment may be under way together.

A careless deployment may well accept them, and each may be billed: at most one at each property, and three in all. So
they stand in an order that is known before, and what has not ended is taken for accepted:

```plain
   size=" 1"    size="true"    style=0       pages="4"    mode=1
   under way    waits: size    under way     under way    waits: three properties before it are in doubt
```

An early decision to send is one that stays right whatever the answers are. So the same answers lead to the same
requests with one job, with sixteen, and in a replay.
"""

from __future__ import annotations

from collections.abc import Sequence

from conformance.contract.recipe import Node
from conformance.run.wrongly_accepted import MOST_WRONGLY_ACCEPTED


class DoubtfulWindow:
    """Decides which of them may be sent now. It has no lock of its own."""

    def __init__(self, order: Sequence[Node]) -> None:
        """Begin with nothing known.

        Args:
            order: The requests, in their order, each with a case.
        """
        self._places = {node.name: place for place, node in enumerate(order)}
        self._properties = [None if node.case is None else node.case.faulty_property for node in order]
        self._accepted: dict[int, bool] = {}
        self._all_ended = 0

    def __contains__(self, name: object) -> bool:
        """Tell whether a request stands in the order."""
        return name in self._places

    @property
    def accepted(self) -> int:
        """How many were accepted."""
        return sum(self._accepted.values())

    def note(self, name: str, *, accepted: bool) -> None:
        """Note how a request ended; the first word counts."""
        self._accepted.setdefault(self._places[name], accepted)
        while self._all_ended in self._accepted:
            self._all_ended += 1

    def may_be_sent(self, name: str, elsewhere: int = 0) -> bool:
        """Tell whether a request may be sent now, whatever those before it come to.

        Args:
            name: The request.
            elsewhere: How many were accepted that do not stand in this order.
        """
        place = self._places[name]
        in_doubt = {self._properties[one] for one in range(place) if self._accepted.get(one, True)}
        return self._properties[place] not in in_doubt and len(in_doubt) + elsewhere < MOST_WRONGLY_ACCEPTED

    def is_decided(self, name: str) -> bool:
        """Tell whether all before a request have ended, so that what `may_be_sent` says stays."""
        return self._all_ended >= self._places[name]
