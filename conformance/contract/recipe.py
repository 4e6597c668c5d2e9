"""Recipes say how an exchange is asked for, facts what is read from the answers; both depend on each other by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import cached_property
from typing import Any, Final, Protocol, TypedDict, Unpack, overload

from conformance.contract.case import Case, file_label
from conformance.contract.claim import Claim
from conformance.contract.declaration import ids
from conformance.contract.deployment import Deployment
from conformance.contract.exchange import Exchange, Request
from conformance.contract.profile import Profile

GIVEN: Final = frozenset(
    {
        *("deployment", "case", "representative", "every_exchange", "answered"),
        *("api_key", "other_key", "key_variants", "origin", "opted"),
    }
)
"""Argument names that the run itself fills in."""

_OF_THE_RUN: Final = "_instance"


class Cost(Enum):
    """What an exchange costs when it goes well."""

    FREE = 0
    COMPLETION = 1


FREE: Final = Cost.FREE
COMPLETION: Final = Cost.COMPLETION


class OptIn(StrEnum):
    """What is asked only if an option says so; the value is that option."""

    THOROUGH = "--thorough"
    WRITES = "--allow-writes"
    CLIENTS = "--clients"
    KEY_VARIANTS = "--key-variants"


THOROUGH: Final = OptIn.THOROUGH
WRITES: Final = OptIn.WRITES
CLIENTS: Final = OptIn.CLIENTS
KEY_VARIANTS: Final = OptIn.KEY_VARIANTS

CasesOf = Callable[..., Sequence[Case]]
AskFor = Callable[[Request], Exchange]


class Conversation(Protocol):
    """What a client of others says to a DIAL, where a recipe does not give the request itself."""

    def run(self, ask: AskFor) -> object:
        """Talk, with requests asked by `ask`, and return what the client understood."""
        ...


RequestOrConversation = Request | Conversation


@dataclass(frozen=True)
class Recipe:
    """How one exchange is asked for, or (without a request) which facts are read from others.

    Attributes:
        name: The function's name: what checks and other recipes call it.
        function: Gives the request (or the conversation of a client), or the facts.
        asks: It gives a request; otherwise facts, which cost nothing.
        needs: Its parameters.
        requires: Ids of the requirements without which there is nothing to ask or to read.
        claims: What a deployment must claim, or None.
        profiles: What a deployment must have been named as: one of these.
        optional: Those with the default None: they never cause a request, and are None when there is no such answer.
        cost: What it costs when it is answered.
        for_each: Gives the cases; the recipe is asked once for each.
        after: Recipes of the same deployment that must be done before.
        refused: The deployment is expected to refuse it, so all that it is expected to accept comes first.
        refused_by_core: It is a completion that Core itself refuses, so that no deployment gets it.
        spared: Core answers without any deployment, as for a file: a suspension spares it, so nothing waits for it.
        same_fault_as: The recipe that the deployment refuses for the same fault: who refused that, refuses this.
        second_look_at: The recipe like it that had no readable answer; only then it is asked. It is in no plan.
        answers: Statuses that are an answer here, though they mean an outage elsewhere; a 502 in Core's words only.
        opt_in: The options without which it is not asked.
        risky: Some deployments answer it with 5xx, so it comes last, and after the first 5xx none is sent any more.
        suspension_probe: It is one of the two refused requests that come before all others, to see what a refusal does.
        undo: The recipe that takes back what this one writes, or None.
        only_in_doubt: It is asked only if an answer leaves a doubt; otherwise its function raises. So it is not among
            what a run is expected to cost.
    """

    name: str
    function: Callable[..., Any]
    asks: bool
    needs: tuple[str, ...]
    optional: frozenset[str]
    requires: tuple[str, ...] = ()
    claims: Claim | None = None
    profiles: tuple[Profile, ...] = ()
    cost: Cost = FREE
    for_each: CasesOf | None = None
    after: tuple[str, ...] = ()
    refused: bool = False
    refused_by_core: bool = False
    spared: bool = False
    same_fault_as: str | None = None
    second_look_at: str | None = None
    answers: frozenset[int] = frozenset()
    opt_in: tuple[OptIn, ...] = ()
    risky: bool = False
    suspension_probe: bool = False
    undo: str | None = None
    only_in_doubt: bool = False

    @cached_property
    def dependencies(self) -> tuple[str, ...]:
        """All that it depends on: its parameters, and the requirements without which there is nothing to ask."""
        of_a_deployment = ("deployment",) if self.claims or self.profiles else ()
        return tuple(dict.fromkeys((*of_a_deployment, *self.requires, *self.needs)))


class Condition(TypedDict, total=False):
    """When a recipe is asked, or facts are read; see `Recipe`."""

    requires: Iterable[str]
    claims: Claim | None
    profiles: tuple[Profile, ...]


class HowAsked(Condition, total=False):
    """What a recipe can say of itself; see `recipe`."""

    cost: Cost
    for_each: CasesOf | None
    after: Iterable[str]
    refused: bool
    refused_by_core: bool
    spared: bool
    same_fault_as: str | None
    second_look_at: str | None
    answers: Iterable[int]
    opt_in: OptIn | tuple[OptIn, ...]
    risky: bool
    suspension_probe: bool
    undo: str | None
    only_in_doubt: bool


@overload
def recipe(function: Callable[..., RequestOrConversation], /) -> Recipe: ...
@overload
def recipe(**how: Unpack[HowAsked]) -> Callable[[Callable[..., RequestOrConversation]], Recipe]: ...
def recipe(
    function: Callable[..., RequestOrConversation] | None = None, /, **how: Unpack[HowAsked]
) -> Recipe | Callable[[Callable[..., RequestOrConversation]], Recipe]:
    """Make a function the recipe of an exchange. Its parameter names are what it depends on.

    Args:
        function: Gives the request.
        **how: `cost` (`COMPLETION` if a model answers it), `for_each` (gives the cases, from facts; the recipe is
            asked once for each), `after` (recipes of the same deployment that must be done before, if they are asked
            at all), `refused` (the deployment itself is expected to refuse it), `refused_by_core` (a completion that
            Core refuses, and no deployment gets), `answers` (statuses among 429, 502, 503 and 504 that are an answer
            here, and no outage), `requires`, `claims`, `profiles`, `opt_in`, `risky`, `spared`, `same_fault_as`,
            `second_look_at`, `suspension_probe`, `undo`, `only_in_doubt` (see `Recipe`).
    """

    def decorate(function: Callable[..., RequestOrConversation]) -> Recipe:
        needs, optional = parameters_of(function)
        said: dict[str, Any] = {**how}
        said["after"], said["answers"] = tuple(how.get("after", ())), frozenset(how.get("answers", ()))
        said["requires"] = ids(how.get("requires", ()))
        opt_in = how.get("opt_in", ())
        said["opt_in"] = (opt_in,) if isinstance(opt_in, OptIn) else opt_in
        return Recipe(function.__name__, function, asks=True, needs=needs, optional=optional, **said)

    return decorate if function is None else decorate(function)


@overload
def facts(function: Callable[..., Any], /) -> Recipe: ...
@overload
def facts(**when: Unpack[Condition]) -> Callable[[Callable[..., Any]], Recipe]: ...
def facts(
    function: Callable[..., Any] | None = None, /, **when: Unpack[Condition]
) -> Recipe | Callable[[Callable[..., Any]], Recipe]:
    """Make a function the reader of facts: a domain object made of exchanges. It asks nothing by itself.

    Args:
        function: Reads the facts.
        **when: `requires`, `claims`, `profiles`: without these there are no facts to read (see `Recipe`).
    """

    def decorate(function: Callable[..., Any]) -> Recipe:
        needs, optional = parameters_of(function)
        said: dict[str, Any] = {**when, "requires": ids(when.get("requires", ()))}
        return Recipe(function.__name__, function, asks=False, needs=needs, optional=optional, **said)

    return decorate if function is None else decorate(function)


def parameters_of(function: Callable[..., Any]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the names of a function's parameters, and those of them that are optional: with the default None."""
    parameters = inspect.signature(function).parameters
    return tuple(parameters), frozenset(name for name, one in parameters.items() if one.default is None)


@dataclass(frozen=True)
class Node:
    """One recipe with its arguments: the identity of an exchange.

    Attributes:
        recipe: The recipe's name.
        deployment: The deployment, or None for what is asked once per DIAL.
        case: The case, if the recipe is asked for each of several.
    """

    recipe: str
    deployment: Deployment | None = None
    case: Case | None = None
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # a plan of a thousand deployments looks each up a hundred times
        object.__setattr__(self, "_hash", hash((self.recipe, self.deployment, self.case)))

    def __hash__(self) -> int:
        return self._hash

    @property
    def name(self) -> str:
        """How reports, plans and cassette files call it: `dall-e-3/refused.quality=42`."""
        folder = _OF_THE_RUN if self.deployment is None else file_label(self.deployment.id)
        return f"{folder}/{self.recipe}" + (f".{self.case.label}" if self.case else "")
