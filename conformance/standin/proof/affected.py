"""What a defect may affect: which answers of a healthy run it changes, and what of the suite rests on these.

The whole suite against the stand-in takes half a second of a processor, and there are hundreds of defects. But most of
them change a few answers alone, so most of what the suite would ask and decide is known from the healthy run:

    the healthy run, once       each request as it came, its answer, and the name of its exchange
         │
         ▼
    the same requests, put      the defect alone is asked, and asks what was kept: two milliseconds
    through the defect
         │
         ▼
    the answers that differ ──► the deployments whose answers they are, and the requirements that look at such
                                exchanges, or at every exchange: these alone are asked and decided anew

It is a shortcut only where what was left out would come out as in the healthy run. Where that cannot be told by the
answers that differ, `affected` says so, and the whole suite is run:

* the defect remembers what it was asked before, so that what it does hangs on all that is asked;
* the defect waits;
* an answer that differs was asked before the plan was made: discovery, and the schemas, decide what is asked at all.
  The schema of one deployment decides that for this one only;
* an answer that differs may be an outage (none, broken framing, 429, 502, 503, 504), which its neighbours tell.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from conformance.contract.exchange import Exchange, Request
from conformance.contract.outage import OUTAGES
from conformance.contract.recipe_book import RecipeBook
from conformance.contract.requirement import Requirement
from conformance.run.registry import all_requirements
from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.core.waiting import WAITING
from conformance.standin.defect import DALLE3, BrokenDefectError, Defect
from conformance.wire.transport import Transport

_SCHEMA: Final = "configuration"
_OF_THE_DIAL: Final = "_instance"
_EVERY: Final = "every_exchange"
_LOOKED_AT: Final = frozenset({"accepted", "accepted_alone"})
"""What recipes and facts look at that take `answered`."""
_LOOKED_UP: Final = frozenset(
    {"accepted", "refused", "streamed", "image", "wrong_root", "home", "no_credentials_for", "ordinary"}
)
"""What facts look up by name that take `every_exchange`, to compare another answer with it."""
_OF_FACTS: Final[Mapping[str, frozenset[str]]] = {
    "callers_failure": frozenset(
        {
            *("listing", "models", "applications", "all_deployments", "deployment_alone", "home"),
            *("configuration", "limits", "user_info", "bucket", "accepted"),
        }
    ),
    "image_in_vain": frozenset({"image"}),
    "misnamed_picture": frozenset({"accepted"}),
    "refused_ordinary": frozenset({"ordinary"}),
    "same_as_block": frozenset({"accepted"}),
    "valid_request_in_vain": frozenset({"accepted"}),
}
"""What such facts look up and nothing else: who needs one of them does not look at every exchange."""


@dataclass(frozen=True)
class HealthyAnswer:
    """What the healthy stand-in answered in a run.

    Attributes:
        name: The name of the exchange.
        request: What was asked.
        response: What was answered; a body in pieces is in `pieces`.
        pieces: These, or None.
    """

    name: str
    request: IncomingRequest
    response: Response
    pieces: tuple[bytes, ...] | None

    @property
    def deployment(self) -> str | None:
        """The deployment that it is asked for, as exchanges are named; None if it is asked once per DIAL."""
        folder = self.name.partition("/")[0]
        return None if folder == _OF_THE_DIAL else folder

    @property
    def recipe(self) -> str:
        """The recipe by which it was asked."""
        return self.name.partition("/")[2].partition(".")[0]

    def again(self) -> Response:
        """Return the response once more."""
        return self.response if self.pieces is None else replace(self.response, pieces=_given(self.pieces))


@dataclass(frozen=True)
class Affected:
    """What is to be asked and decided anew.

    Attributes:
        deployments: The deployments, DALL-E 3 among them, which stands for all in what is asked of the DIAL.
        requirements: The ids of the requirements; all if there is none.
    """

    deployments: tuple[str, ...]
    requirements: tuple[str, ...]


class HealthyRun:
    """Notes what is asked and answered in a run of one thread."""

    def __init__(self) -> None:
        self.answers: list[HealthyAnswer] = []
        self._name = ""

    def named(self, transport: Transport) -> Transport:
        """Note the names of the exchanges."""
        return _Named(transport, self._begin)

    def around(self, healthy: Handler) -> Handler:
        """Note what a stand-in answers."""

        async def noted(request: IncomingRequest) -> Response:
            response = await healthy(request)
            pieces = None if response.pieces is None else tuple([piece async for piece in response.pieces])
            self.answers.append(HealthyAnswer(self._name, request, replace(response, pieces=None), pieces))
            return self.answers[-1].again()

        return noted

    def _begin(self, name: str) -> None:
        self._name = name


def affected(
    defect: Defect, healthy: Sequence[HealthyAnswer], otherwise: Handler, deployments: Sequence[str], book: RecipeBook
) -> Affected | None:
    """Return what a defect may affect, or None if that cannot be told without the whole suite.

    Args:
        defect: What is wrong.
        healthy: What was answered in the healthy run, in the order in which it was asked.
        otherwise: A healthy stand-in, which answers what a defect makes of a request.
        deployments: Those that were checked in it.
        book: The recipes.
    """
    if defect.remembers:
        return None
    different = asyncio.run(_different(defect, healthy, otherwise))
    if different is None or not different:
        return None
    planned_by = {id(one) for one in _before_the_plan(healthy)}
    decides = [one for one in different if id(one) in planned_by]
    if any(one.deployment not in deployments for one in decides):
        return None
    wanted = () if decides else looking_at({one.recipe for one in different}, book)
    at = {one.deployment for one in different}
    everywhere = not at <= {*deployments}
    return Affected(tuple(one for one in deployments if everywhere or one in at or one == DALLE3), wanted)


def looking_at(recipes: Collection[str], book: RecipeBook) -> tuple[str, ...]:
    """Return the ids of the requirements that look at exchanges of some recipes, or at every exchange.

    What these look at only if it is asked anyway is asked by the whole suite. So requirements that need it are there,
    too.
    """
    requirements = all_requirements().values()
    at = {*recipes, _EVERY, *(["answered"] if _LOOKED_AT.intersection(recipes) else [])}
    wanted = {one.id: one for one in requirements if not at.isdisjoint(_closure(one, book))}
    looked_at = {name for one in wanted.values() for name in _closure(one, book) if name in book and book[name].asks}
    if any(_EVERY in (names := _closure(one, book)) and not names.isdisjoint(recipes) for one in wanted.values()):
        looked_at |= _LOOKED_UP
    missing = looked_at - {name for one in wanted.values() for name in _asked(one, book)}
    for one in requirements:
        if not missing.isdisjoint(_asked(one, book)):
            wanted[one.id] = one
            missing -= {*_asked(one, book)}
    return tuple(wanted)


def _closure(one: Requirement, book: RecipeBook) -> frozenset[str]:
    alike = [one.unless_like[1]] if one.unless_like else []
    names = (*_names(one), *alike)
    looked_up = frozenset(recipe for name in names for recipe in _OF_FACTS.get(name, ()))
    return book.closure([name for name in names if name not in _OF_FACTS]) | looked_up


def _asked(one: Requirement, book: RecipeBook) -> tuple[str, ...]:
    return book.exchanges(_names(one))


def _names(one: Requirement) -> tuple[str, ...]:
    others = [name for name in (one.proven_by, one.taken_apart_by) if name is not None]
    return (*one.dependencies, *others)


def _before_the_plan(healthy: Sequence[HealthyAnswer]) -> Sequence[HealthyAnswer]:
    """Return what was asked before there was a plan: discovery, and then the schemas that are claimed."""
    discovery = list(takewhile(lambda one: one.recipe != _SCHEMA, healthy))
    schemas = list(takewhile(lambda one: one.recipe == _SCHEMA, healthy[len(discovery) :]))
    return [*discovery, *schemas]


async def _different(
    defect: Defect, healthy: Sequence[HealthyAnswer], otherwise: Handler
) -> list[HealthyAnswer] | None:
    """Return the answers that a defect changes, or None if one of them may be an outage."""
    WAITING.set(_no_wait)
    found: list[HealthyAnswer] = []
    for one in healthy:
        asked: list[bool] = []

        async def serve(request: IncomingRequest, one: HealthyAnswer = one, asked: list[bool] = asked) -> Response:
            asked.append(request == one.request)
            if not asked[-1]:
                return await otherwise(request)
            return one.again()

        try:
            response = await defect.around(serve)(one.request)
            pieces = None if response.pieces is None else tuple([piece async for piece in response.pieces])
        except (ConnectionError, _NotKnownError):
            return None
        except BrokenDefectError as error:
            if isinstance(error.__cause__, _NotKnownError):  # it was raised where the defect waits or asks
                return None
            raise
        if response.raw is not None or response.status in OUTAGES - {one.response.status}:
            return None
        if asked != [True] or (replace(response, pieces=None), pieces) != (one.response, one.pieces):
            found.append(one)
    return found


class _NotKnownError(Exception):
    """What a defect does cannot be told by the answers of the healthy run alone."""


class _Named:
    """A transport that tells the name of each exchange before it is sent."""

    def __init__(self, transport: Transport, begin: Callable[[str], None]) -> None:
        self._transport = transport
        self._begin = begin

    def send(
        self, name: str, request: Request, answers: frozenset[int] = frozenset(), *, forwarded_once: bool = False
    ) -> Exchange:
        """Tell the name, and send."""
        self._begin(name)
        return self._transport.send(name, request, answers, forwarded_once=forwarded_once)

    def close(self) -> None:
        """Close what is open."""
        self._transport.close()


async def _given(pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def _no_wait(seconds: float) -> None:
    raise _NotKnownError(seconds)
