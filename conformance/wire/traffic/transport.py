"""Answers what a run plans with what was captured."""

from __future__ import annotations

from conformance.contract.exchange import Exchange, Request
from conformance.wire.traffic.reading import Traffic
from conformance.wire.transport import NeverRecordedError


class NotSeenError(NeverRecordedError):
    """The traffic does not show the answer to a request."""

    def __str__(self) -> str:
        """What the reader needs to know."""
        return "not seen"


class TrafficTransport:
    """Answers with exchanges that were captured, each once, in their order. Nothing leads to the network."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic
        self._waiting: dict[tuple[str, str], list[int]] = {}
        self._used: set[int] = set()
        for number, one in enumerate(traffic.interactions):
            self._waiting.setdefault((one.request.method, one.request.path), []).append(number)

    def send(
        self,
        name: str,
        request: Request,
        answers: frozenset[int] = frozenset(),  # noqa: ARG002 - of `Transport`
        *,
        forwarded_once: bool = False,  # noqa: ARG002 - of `Transport`
    ) -> Exchange:
        """Return the first captured exchange with this very request that was not used yet.

        Raises:
            NotSeenError: There is none.
        """
        for number in self._waiting.get((request.method, request.path), ()):
            one = self._traffic.interactions[number]
            if number in self._used or not one.answers(request):
                continue
            exchange = self._traffic.exchange(name, one)
            if exchange is not None:
                self._used.add(number)
                return exchange
        raise NotSeenError(name)

    @property
    def unused(self) -> list[int]:
        """The numbers of those that answered nothing."""
        return [number for number in range(len(self._traffic.interactions)) if number not in self._used]

    def close(self) -> None:
        """Nothing is open."""


class NothingTransport:
    """Knows no answer: all that there is was put into the run already."""

    def send(
        self,
        name: str,
        request: Request,  # noqa: ARG002 - of `Transport`
        answers: frozenset[int] = frozenset(),  # noqa: ARG002 - of `Transport`
        *,
        forwarded_once: bool = False,  # noqa: ARG002 - of `Transport`
    ) -> Exchange:
        """Answer nothing.

        Raises:
            NotSeenError: Always.
        """
        raise NotSeenError(name)

    def close(self) -> None:
        """Nothing is open."""
