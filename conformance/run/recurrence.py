"""Whether a fault comes back: what is an answer, and judged, and what was an outage, of which nobody is accused.

One bad answer tells nothing: a network fails, a gateway restarts, a storage goes away for a minute. What comes each
time is an answer. But nothing that may be billed, or may take a deployment away, is asked again to find out. So there
are three ways to know (docs/architecture.md, "What comes back"):

```plain
   free (GET, HEAD, OPTIONS, and completions that Core itself refuses)
        bad with 502, 503, 504 or a broken frame, after all retries
          |
          |  three rounds, some seconds apart:  a neighbour of the same kind, well before  ->  the same request
          |
          +-- each time bad in the same way, each neighbour well ------------------------->  an answer
          +-- anything else -------------------------------------------------------------->  the place had an outage

   refused by the deployment (never asked again)
        all bad ones of the place have the same fault, and each is in a class (same recipe, configuration, location,
        keyword, type of value, stream) of two different requests at least, all of them bad so; the deployment answered
        200 before, and itself after the second of them --------------------------------->  an answer
        (one of which there is no other may be bad, too, if four in classes are)
        not 429, not 503, not 502 `No route`; no 5xx where three of them may suspend

   to be accepted by the deployment (may be billed)
        429, 502, 503, 504: never. A broken frame: all of a deployment (two at least; or all blocks, or all streams), or
        all streams of two deployments, have it, and nothing free has -------------------->  an answer
```

Where a fault went away (a retry was answered well, or a round was), there was an outage: at that place nothing of this
is judged in the run, and after one of the DIAL itself nothing at all. That is what keeps bad luck from accusing: who
fails at random fails for something else, too, and there it goes away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from conformance.contract.answer_fault import FaultKind
from conformance.contract.exchange import Exchange, Request
from conformance.contract.outage import has_no_route, is_outage
from conformance.contract.recipe import Node, Recipe
from conformance.dial.own_502 import written_statuses
from conformance.dial.version import CoreVersion
from conformance.run.likeness import classes_of, differ
from conformance.run.outcomes import AWAY, FRAMES, NO_CONNECTION, THE_DIAL, Fault, Outcome
from conformance.wire.clock import Clock
from conformance.wire.transport import NoAnswerError

ROUNDS: Final = 3
SECONDS_APART: Final = 2.0
MOST_SUSPECTS: Final = 24
"""How many free requests are asked again at most; more are not judged."""

_ENOUGH: Final = 4
"""So many refused requests that are bad in whole classes explain one of which there is no other."""

_OWN_SCHEMA: Final = "configuration"
"""The recipe of what a deployment answers itself, and nobody pays for."""

_NEVER_SUSPENDS: Final = "0.25"
"""Since this Core three answers of 5xx do not suspend a deployment (dial-api 11.1)."""


@dataclass(frozen=True)
class Recurring:
    """What a run knows of its faults.

    Attributes:
        judged: The outcomes whose fault is an answer.
        places: Where there was an outage.
    """

    judged: tuple[Outcome, ...] = ()
    places: frozenset[str] = frozenset()


@dataclass
class Rounds:
    """Asks free requests again, each after a neighbour.

    Attributes:
        ask: Asks a request once.
        clock: What is waited with.
        back: The outcomes whose fault came back each time.
        places: Where it did not, or a neighbour was not well.
    """

    ask: Callable[[Request], Exchange]
    clock: Clock
    back: list[Outcome] = field(default_factory=list)
    places: set[str] = field(default_factory=set)

    def ask_again(self, suspects: Sequence[Outcome], well: Sequence[Outcome]) -> None:
        """Ask in rounds.

        Args:
            suspects: What is asked again.
            well: What was answered well, and may be a neighbour.
        """
        pairs = [(one, neighbour) for one in suspects if (neighbour := _neighbour_of(one, well)) is not None]
        for _ in range(ROUNDS if pairs else 0):
            self.clock.sleep(SECONDS_APART)
            if self.clock.stopped:
                return
            pairs = [(one, neighbour) for one, neighbour in pairs if self._comes_back(one, neighbour)]
        self.back += [one for one, _ in pairs]

    def is_still_well(self, one: Outcome) -> bool:
        """Ask once more what was answered well, and tell whether it still is."""
        return one.exchange is not None and self._asked(one.request) == (None, one.exchange.status)

    def _comes_back(self, suspect: Outcome, neighbour: Outcome) -> bool:
        if not self.is_still_well(neighbour):
            self.places.add(neighbour.place)
            self.places.add(suspect.place)
            return False
        if self._asked(suspect.request)[0] == suspect.fault:
            return True
        self.places.add(suspect.place)
        return False

    def _asked(self, request: Request) -> tuple[Fault | None, int | None]:
        """Ask once, and return the fault, and the status if there is none."""
        try:
            exchange = self.ask(request)
        except NoAnswerError as error:
            return fault_of(request, error.broken), None
        fault = fault_of(request, exchange)
        return fault, exchange.status if fault is None else None


def fault_of(request: Request, exchange: Exchange | None, answers: frozenset[int] = frozenset()) -> Fault | None:
    """Tell in which way an exchange is bad, None if it is well.

    Args:
        request: What was asked.
        exchange: What came; None if nobody was reached.
        answers: Statuses that are an answer here.
    """
    if exchange is None:
        return NO_CONNECTION
    if exchange.answer.fault is not None:
        return exchange.answer.fault.kind
    return exchange.status if is_outage(exchange, answers | written_statuses(request)) else None


def second_looks(outcomes: Iterable[Outcome], book: Mapping[str, Recipe]) -> Sequence[Node]:
    """Return what is asked because one request, of which a plan has only one, had no readable answer.

    Args:
        outcomes: How the requests of the run ended.
        book: The recipes by name.
    """
    unread = {(one.recipe.name, one.node.deployment) for one in outcomes if isinstance(one.fault, FaultKind)}
    looks = [one for one in book.values() if one.second_look_at is not None]
    return [Node(one.name, place) for one in looks for name, place in unread if name == one.second_look_at]


def recurring(
    outcomes: Sequence[Outcome],
    recovered: Iterable[str],
    core: CoreVersion,
    rounds: Rounds,
) -> Recurring:
    """Find the faults that are answers.

    Args:
        outcomes: How the requests of the run ended, in the order of their ends.
        recovered: The names of the exchanges that were bad at first and well after a retry.
        core: The Core's version.
        rounds: Asks free requests again.
    """
    names = set(recovered)
    places = {one.place for one in outcomes if one.node.name in names}
    if THE_DIAL in places:
        return Recurring(places=frozenset(places))
    free = [one for one in outcomes if one.is_free and _may_come_back(one)]
    rounds.ask_again(free[:MOST_SUSPECTS], [one for one in outcomes if one.is_free and one.is_well])
    places |= rounds.places
    if THE_DIAL in places:
        return Recurring(places=frozenset(places))
    judged = [one for one in rounds.back if one.place == THE_DIAL or _is_alive(outcomes, one)]
    judged = [one for one in judged if not _is_of_the_path(one, judged)]
    for place in dict.fromkeys(one.place for one in outcomes):
        here = [one for one in outcomes if one.place == place and place != THE_DIAL]
        judged += _refused(here, core, rounds)
        judged += _accepted(here, outcomes)
    judged += _streams_of_all(outcomes)
    return Recurring(tuple(dict.fromkeys(one for one in judged if one.place not in places)), frozenset(places))


def _may_come_back(one: Outcome) -> bool:
    return one.fault in AWAY or one.fault in FRAMES


def _neighbour_of(suspect: Outcome, well: Sequence[Outcome]) -> Outcome | None:
    """Return a request of the same kind that was answered well: of the same recipe or method, if there is one."""
    alike = [one for one in well if one.kind == suspect.kind and one.request != suspect.request]
    return max(alike, key=lambda one: _likeness(one, suspect), default=None)


def _likeness(one: Outcome, suspect: Outcome) -> tuple[bool, bool, int]:
    segments = one.request.path.count("/") == suspect.request.path.count("/")
    same = one.request.path.split("/")[:3] == suspect.request.path.split("/")[:3]
    return one.request.method == suspect.request.method, same, int(segments)


def _is_alive(outcomes: Sequence[Outcome], one: Outcome) -> bool:
    """Tell whether a deployment answered a completion, so that it is not its process that is down."""
    return one.fault in FRAMES or any(other.place == one.place and other.is_accepted for other in outcomes)


def _is_of_the_path(one: Outcome, judged: Sequence[Outcome]) -> bool:
    """Tell whether a request that differs in a header or a credential is as bad as the plain one: that speaks first."""
    return not one.is_plain and any(
        other.is_plain
        and other.fault == one.fault
        and other.request.method == one.request.method
        and other.request.path.partition("?")[0] == one.request.path.partition("?")[0]
        for other in judged
    )


def _refused(here: Sequence[Outcome], core: CoreVersion, rounds: Rounds) -> Sequence[Outcome]:
    """Return the refused requests of a deployment whose fault is an answer: all of them, or none."""
    refused = [one for one in here if one.recipe.refused and not one.recipe.risky]
    bad = [one for one in refused if one.fault is not None]
    if len({one.fault for one in bad}) != 1 or not all(_may_be_meant(one, core) for one in bad):
        return ()
    whole = [
        members for members in classes_of(refused) if all(one.fault is not None for one in members) and differ(members)
    ]
    told = [one for one in bad if any(one in members for members in whole)]
    alone = [one for one in bad if one not in told and sum(one.recipe is other.recipe for other in refused) == 1]
    if len(told) + len(alone) < len(bad) or (alone and len(told) < _ENOUGH):
        return ()
    first, second = here.index(bad[0]), here.index(bad[1])
    before = any(one.is_accepted for one in here[:first])
    after = any(one.is_alive for one in here[second:]) or any(
        rounds.is_still_well(one) for one in here if one.recipe.name == _OWN_SCHEMA and one.fault is None
    )
    return bad if before and after else ()


def _may_be_meant(one: Outcome, core: CoreVersion) -> bool:
    """Tell whether a fault of a refused request may be the deployment's answer, and no limit and no suspension."""
    if not isinstance(one.fault, int):
        return True
    if one.fault not in (HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT):
        return False
    no_route = one.exchange is None or has_no_route(one.exchange)
    return not no_route and core.has(_NEVER_SUSPENDS) is True


def _accepted(here: Sequence[Outcome], outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
    """Give the completions of a deployment that it should accept, and whose broken frame is an answer."""
    accepted = [one for one in here if one.should_be_accepted]
    for group in (
        accepted,
        [one for one in accepted if one.is_stream],
        [one for one in accepted if not one.is_stream],
    ):
        if len(group) > 1 and _is_broken_alike(group) and _is_well_elsewhere(outcomes):
            yield from group


def _streams_of_all(outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
    """Give the streams of the DIAL, if those of two deployments at least are all broken, and blocks are answered."""
    streams = [one for one in outcomes if one.should_be_accepted and one.is_stream]
    places = {one.place for one in streams}
    answered = {one.place for one in outcomes if one.is_accepted and not one.is_stream}
    if len(places) > 1 and places <= answered and _is_broken_alike(streams) and _is_well_elsewhere(outcomes):
        yield from streams


def _is_broken_alike(group: Sequence[Outcome]) -> bool:
    return len({one.fault for one in group}) == 1 and group[0].fault in FRAMES


def _is_well_elsewhere(outcomes: Sequence[Outcome]) -> bool:
    """Tell whether what is free was answered, and none of it with a broken frame."""
    free = [one for one in outcomes if one.is_free]
    return any(one.fault is None for one in free) and not any(one.fault in FRAMES for one in free)
