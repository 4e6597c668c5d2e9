"""Recipes say how an exchange is asked for, facts what is read from the answers; both depend on each other by name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum, StrEnum
from functools import cache
from types import ModuleType
from typing import Any, Final, Protocol, TypedDict, Unpack, overload

from conformance.cases.case import Case, file_label
from conformance.claim import Claim, Profile
from conformance.dial.deployment import Deployment
from conformance.exchange import Exchange, Request
from conformance.requirement import Requirement, all_requirements

GIVEN: Final = frozenset({"deployment", "case", "representative", "api_key", "other_key", "every_exchange"})
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


THOROUGH: Final = OptIn.THOROUGH
WRITES: Final = OptIn.WRITES
CLIENTS: Final = OptIn.CLIENTS

CasesOf = Callable[..., Sequence[Case]]
AskFor = Callable[[Request], Exchange]


class Conversation(Protocol):
    """What a client of others says to a DIAL, where a recipe does not give the request itself."""

    def hold(self, ask: AskFor) -> object:
        """Speak, with requests asked by `ask`, and return what the client understood."""
        ...


Asked = Request | Conversation


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
        profile: What a deployment must have been named as, or None.
        optional: Those with the default None: they never cause a request, and are None when there is no such answer.
        cost: What it costs when it is answered.
        for_each: Gives the cases; the recipe is asked once for each.
        after: Recipes of the same deployment that must be done before.
        refused: The deployment is expected to refuse it, so all that it is expected to accept comes first.
        answers: Statuses that are an answer here, though they mean an outage elsewhere.
        opt_in: The option without which it is not asked, or None.
        risky: Some deployments answer it with 5xx, so it comes last, and after the first 5xx none is sent any more.
        leads: It is one of the two refused requests that come before all others, to see what a refusal does.
        undo: The recipe that takes back what this one writes, or None.
    """

    name: str
    function: Callable[..., Any]
    asks: bool
    needs: tuple[str, ...]
    optional: frozenset[str]
    requires: tuple[str, ...] = ()
    claims: Claim | None = None
    profile: Profile | None = None
    cost: Cost = FREE
    for_each: CasesOf | None = None
    after: tuple[str, ...] = ()
    refused: bool = False
    answers: frozenset[int] = frozenset()
    opt_in: OptIn | None = None
    risky: bool = False
    leads: bool = False
    undo: str | None = None

    @property
    def dependencies(self) -> tuple[str, ...]:
        """All that it depends on: its parameters, and the requirements without which there is nothing to ask."""
        of_a_deployment = ("deployment",) if self.claims or self.profile else ()
        return tuple(dict.fromkeys((*of_a_deployment, *self.requires, *self.needs)))


class Condition(TypedDict, total=False):
    """When a recipe is asked, or facts are read; see `Recipe`."""

    requires: Iterable[str]
    claims: Claim | None
    profile: Profile | None


class HowAsked(Condition, total=False):
    """What a recipe can say of itself; see `recipe`."""

    cost: Cost
    for_each: CasesOf | None
    after: Iterable[str]
    refused: bool
    answers: Iterable[int]
    opt_in: OptIn | None
    risky: bool
    leads: bool
    undo: str | None


@overload
def recipe(function: Callable[..., Asked], /) -> Recipe: ...
@overload
def recipe(**how: Unpack[HowAsked]) -> Callable[[Callable[..., Asked]], Recipe]: ...
def recipe(
    function: Callable[..., Asked] | None = None, /, **how: Unpack[HowAsked]
) -> Recipe | Callable[[Callable[..., Asked]], Recipe]:
    """Make a function the recipe of an exchange. Its parameter names are what it depends on.

    Args:
        function: Gives the request.
        **how: `cost` (`COMPLETION` if a model answers it), `for_each` (gives the cases, from facts; the recipe is
            asked once for each), `after` (recipes of the same deployment that must be done before, if they are asked
            at all), `refused` (the deployment itself is expected to refuse it), `answers` (statuses among 429, 502,
            503 and 504 that are an answer here, and no outage), `requires`, `claims`, `profile`, `opt_in`, `risky`,
            `leads`, `undo` (see `Recipe`).
    """

    def decorate(function: Callable[..., Asked]) -> Recipe:
        needs, optional = _parameters(function)
        said: dict[str, Any] = {**how}
        said["after"], said["answers"] = tuple(how.get("after", ())), frozenset(how.get("answers", ()))
        said["requires"] = tuple(how.get("requires", ()))
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
        **when: `requires`, `claims`, `profile`: without these there are no facts to read (see `Recipe`).
    """

    def decorate(function: Callable[..., Any]) -> Recipe:
        needs, optional = _parameters(function)
        said: dict[str, Any] = {**when, "requires": tuple(when.get("requires", ()))}
        return Recipe(function.__name__, function, asks=False, needs=needs, optional=optional, **said)

    return decorate if function is None else decorate(function)


def _parameters(function: Callable[..., Any]) -> tuple[tuple[str, ...], frozenset[str]]:
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

    def __post_init__(self) -> None:
        # a plan of a thousand deployments looks each up a hundred times
        object.__setattr__(self, "_hash", hash((self.recipe, self.deployment, self.case)))

    def __hash__(self) -> int:
        known: int = self.__dict__["_hash"]
        return known

    @property
    def name(self) -> str:
        """How reports, plans and cassette files call it: `dall-e-3/refused.quality=42`."""
        folder = _OF_THE_RUN if self.deployment is None else file_label(self.deployment.id)
        return f"{folder}/{self.recipe}" + (f".{self.case.label}" if self.case else "")


class RecipeError(ValueError):
    """The recipes do not fit together."""


class RecipeBook(Mapping[str, Recipe]):
    """All recipes and facts by name, and how they depend on each other.

    A requirement that others require stands among them under its id, as facts that are read from nothing but whether
    it holds. So what it takes to decide it is planned, asked and remembered like all else.
    """

    def __init__(self, recipes: Iterable[Recipe], requirements: Iterable[Requirement] = ()) -> None:
        self._recipes: dict[str, Recipe] = {one.id: _decided(one) for one in requirements}
        for one in recipes:
            if one.name in self._recipes or one.name in GIVEN:
                raise RecipeError(f"two recipes are called {one.name}")
            self._recipes[one.name] = one
        self._case_parameters = {one.name: _parameters(one.for_each) for one in self._recipes.values() if one.for_each}
        self._closures: dict[str, frozenset[str]] = {}
        self._exchanges: dict[str, tuple[str, ...]] = {}
        for name in self._recipes:
            self._closures[name] = self._close(name, ())
        for name in self._recipes:
            self._exchanges[name] = tuple(dict.fromkeys(self._exchanges_of(name)))

    def __getitem__(self, name: str) -> Recipe:
        return self._recipes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._recipes)

    def __len__(self) -> int:
        return len(self._recipes)

    def closure(self, names: Iterable[str]) -> frozenset[str]:
        """Return the names and all that they depend on, recipes, facts and what the run gives."""
        return frozenset[str]().union(*(self._closures.get(name, frozenset({name})) for name in names))

    def exchanges(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the recipes that must be asked for the names, dependencies first; optional needs cause none.

        Raises:
            RecipeError: There is no such recipe.
        """
        wanted = [name for name in names if name not in GIVEN]
        if unknown := set(wanted) - self._exchanges.keys():
            raise RecipeError(f"no recipe and no facts are called {min(unknown)}{self._nearest(min(unknown))}")
        return tuple(dict.fromkeys(one for name in wanted for one in self._exchanges[name]))

    def of_a_deployment(self, names: Iterable[str]) -> bool:
        """Tell whether any of the names depends on the deployment under test; otherwise it is asked once per DIAL."""
        return "deployment" in self.closure(names)

    def of_a_case(self, names: Iterable[str]) -> bool:
        """Tell whether any of the names depends on the case."""
        return "case" in self.closure(names) or self.case_recipe(names) is not None

    def case_recipe(self, names: Iterable[str]) -> Recipe | None:
        """Return the one recipe among the names and their dependencies that is asked for each of several cases.

        Raises:
            RecipeError: There are two, so that a check would be about two cases at once.
        """
        found = [self[name] for name in sorted(self.closure(names)) if name in self and self[name].for_each]
        if len(found) > 1:
            raise RecipeError(f"{' and '.join(one.name for one in found)} are both asked for several cases")
        return found[0] if found else None

    def parameters_of_cases(self, recipe: Recipe) -> tuple[tuple[str, ...], frozenset[str]]:
        """Return the parameters of the function that gives a recipe's cases, and those of them that are optional."""
        return self._case_parameters[recipe.name]

    def cost(self, names: Iterable[str], case: Case | None = None) -> Cost:
        """Tell what the names and their dependencies cost together, for a case if there is one."""
        recipes = [self[name] for name in self.closure(names) if name in self]
        paid = any(one.cost is COMPLETION and not _is_free(one, case) for one in recipes)
        return COMPLETION if paid else FREE

    def cost_of(self, node: Node) -> Cost:
        """Tell what one exchange is expected to cost."""
        recipe = self[node.recipe]
        return FREE if _is_free(recipe, node.case) else recipe.cost

    def _exchanges_of(self, name: str) -> Iterator[str]:
        recipe = self[name]
        for need in recipe.dependencies:
            if need not in GIVEN and need not in recipe.optional:
                yield from self._exchanges.get(need) or self._exchanges_of(need)
        if recipe.asks:
            yield name

    def _nearest(self, name: str) -> str:
        found = get_close_matches(name, [*self._recipes, *GIVEN], n=1)
        return f": did you mean {found[0]}?" if found else ""

    def _close(self, name: str, path: tuple[str, ...]) -> frozenset[str]:
        if name in path:
            raise RecipeError(f"{' -> '.join((*path, name))} is a circle")
        if name in self._closures:
            return self._closures[name]
        if name in GIVEN:
            return frozenset({name})
        if name not in self._recipes:
            user = path[-1] if path else "a check"
            raise RecipeError(f"{user} needs {name}, which is no recipe, facts or requirement{self._nearest(name)}")
        one = self._recipes[name]
        deeper = (*one.dependencies, *self._case_parameters.get(name, ((), frozenset()))[0])
        return frozenset({name}).union(*(self._close(need, (*path, name)) for need in deeper))


def _decided(one: Requirement) -> Recipe:
    """Return whether a requirement holds, as facts: None, or why it does not."""
    return Recipe(
        one.id,
        one.check,
        asks=False,
        needs=one.needs,
        optional=frozenset(),
        requires=one.requires,
        claims=one.claims,
        profile=one.profile,
    )


def _is_free(recipe: Recipe, case: Case | None) -> bool:
    return recipe.cost is FREE or (recipe.for_each is not None and case is not None and case.free)


@cache
def recipe_book() -> RecipeBook:
    """Return the recipes and facts of the suite."""
    import conformance.recipes as package  # noqa: PLC0415 - the recipes import this module

    modules = [
        importlib.import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__)
    ]
    return RecipeBook(_of(modules), all_requirements().values())


def _of(modules: Iterable[ModuleType]) -> Iterator[Recipe]:
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, Recipe) and value.function.__module__ == module.__name__:
                yield value
