"""The book of recipes: all recipes and facts by name, and how they depend on each other."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from conformance.contract.case import Case
from conformance.contract.claim import wrong_condition
from conformance.contract.declaration import DeclarationError, nearest, place_of
from conformance.contract.recipe import COMPLETION, FREE, GIVEN, Cost, Node, OptIn, Recipe, parameters_of
from conformance.contract.requirement import Requirement


class RecipeError(DeclarationError):
    """The recipes do not fit together."""


class RecipeBook(Mapping[str, Recipe]):
    """All recipes and facts by name, and how they depend on each other.

    A requirement that others require stands among them under its id, as facts that are read from nothing but whether
    it holds. So what it takes to decide it is planned, asked and remembered like all else.
    """

    def __init__(self, recipes: Iterable[Recipe], requirements: Iterable[Requirement] = ()) -> None:
        """Put the recipes together.

        Args:
            recipes: The recipes and facts.
            requirements: All requirements.

        Raises:
            RecipeError: They do not fit together: a name is used twice, or nothing has it, or they need each other.
        """
        requirements = tuple(requirements)
        self._recipes: dict[str, Recipe] = {one.id: _decided(one) for one in requirements}
        for one in recipes:
            _see_kinds(one)
            if one.name in GIVEN:
                raise RecipeError(f"{place_of(one.function)}: {one.name} is what the run itself gives: choose another")
            if one.name in self._recipes:
                other = place_of(self._recipes[one.name].function)
                raise RecipeError(f"{place_of(one.function)}: {one.name} is used twice: {other} has it, too")
            self._recipes[one.name] = one
        self._case_parameters = {
            one.name: parameters_of(one.for_each) for one in self._recipes.values() if one.for_each
        }
        self._closures: dict[str, frozenset[str]] = {}
        self._closures_of_names: dict[tuple[str, ...], frozenset[str]] = {}
        # a plan asks the same of the same few names for each deployment and case
        self._case_recipes: dict[tuple[str, ...], Recipe | None] = {}
        self._of_names: dict[tuple[str, ...], tuple[Recipe, ...]] = {}
        self._exchanges: dict[str, tuple[str, ...]] = {}
        for name in self._recipes:
            self._closures[name] = self._close(name, ())
        for name in self._recipes:
            self._exchanges[name] = tuple(dict.fromkeys(self._exchanges_of(name)))
        for one in self._recipes.values():
            self._see_names(one.function, one.name, (*one.after, *([one.undo] if one.undo else [])))
        for requirement in requirements:
            self.see_names_of(requirement)

    def __getitem__(self, name: str) -> Recipe:
        return self._recipes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._recipes)

    def __len__(self) -> int:
        return len(self._recipes)

    def see_names_of(self, one: Requirement) -> None:
        """See that all that a requirement names is there.

        Raises:
            RecipeError: Something is not; the message says where, and what was probably meant.
        """
        alike = [one.unless_like[1]] if one.unless_like else []
        others = [name for name in (one.proven_by, one.taken_apart_by) if name is not None]
        names = (*one.dependencies, *others, *alike)
        self._see_names(one.check, one.id, names)

    def closure(self, names: Iterable[str]) -> frozenset[str]:
        """Return the names and all that they depend on, recipes, facts and what the run gives."""
        wanted = tuple(names)
        if wanted not in self._closures_of_names:
            each = (self._closures.get(name, frozenset({name})) for name in wanted)
            self._closures_of_names[wanted] = frozenset[str]().union(*each)
        return self._closures_of_names[wanted]

    def sees_every_exchange(self, names: Iterable[str]) -> bool:
        """Tell whether anything that the names depend on looks at all answers of a run."""
        return "every_exchange" in self.closure(names)

    def exchanges(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the recipes that must be asked for the names, dependencies first; optional needs cause none.

        Raises:
            RecipeError: There is no such recipe.
        """
        wanted = [name for name in names if name not in GIVEN]
        if unknown := set(wanted) - self._exchanges.keys():
            raise RecipeError(f"no recipe and no facts are called {min(unknown)}{self._meant(min(unknown))}")
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
        wanted = tuple(names)
        if wanted not in self._case_recipes:
            found = [one for one in self._recipes_of(wanted) if one.for_each]
            if len(found) > 1:
                raise RecipeError(f"{' and '.join(one.name for one in found)} are both asked for several cases")
            self._case_recipes[wanted] = found[0] if found else None
        return self._case_recipes[wanted]

    def parameters_of_cases(self, recipe: Recipe) -> tuple[tuple[str, ...], frozenset[str]]:
        """Return the parameters of the function that gives a recipe's cases, and those of them that are optional."""
        return self._case_parameters[recipe.name]

    def cost(self, names: Iterable[str], case: Case | None = None) -> Cost:
        """Tell what the names and their dependencies cost together, for a case if there is one."""
        recipes = self._recipes_of(tuple(names))
        paid = any(one.cost is COMPLETION and not _is_free(one, case) for one in recipes)
        return COMPLETION if paid else FREE

    def cost_of(self, node: Node) -> Cost:
        """Tell what one exchange is expected to cost."""
        recipe = self[node.recipe]
        return FREE if _is_free(recipe, node.case) else recipe.cost

    def _recipes_of(self, names: tuple[str, ...]) -> tuple[Recipe, ...]:
        """Return the recipes and facts among the names and all that they depend on, in the order of their names."""
        if names not in self._of_names:
            closure = sorted(self.closure(names))
            self._of_names[names] = tuple(self._recipes[name] for name in closure if name in self._recipes)
        return self._of_names[names]

    def _exchanges_of(self, name: str) -> Iterator[str]:
        recipe = self[name]
        for need in recipe.dependencies:
            if need not in GIVEN and need not in recipe.optional:
                yield from self._exchanges.get(need) or self._exchanges_of(need)
        if recipe.asks:
            yield name

    def _see_names(self, function: Callable[..., Any], user: str, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._recipes and name not in GIVEN:
                raise RecipeError(self._unknown(function, user, name))

    def _unknown(self, function: Callable[..., Any], user: str, name: str) -> str:
        what = f"{user} needs {name}, which is no recipe, facts or requirement"
        return f"{place_of(function)}: {what}{self._meant(name)}"

    def _meant(self, name: str) -> str:
        return nearest(name, (*self._recipes, *GIVEN))

    def _close(self, name: str, path: tuple[str, ...]) -> frozenset[str]:
        if name in path:
            where = place_of(self._recipes[name].function)
            raise RecipeError(f"{where}: {' -> '.join((*path[path.index(name) :], name))} is a circle")
        if name in self._closures:
            return self._closures[name]
        if name in GIVEN:
            return frozenset({name})
        if name not in self._recipes:
            raise RecipeError(self._unknown(self._recipes[path[-1]].function, path[-1], name))
        one = self._recipes[name]
        deeper = (*one.dependencies, *self._case_parameters.get(name, ((), frozenset()))[0])
        return frozenset({name}).union(*(self._close(need, (*path, name)) for need in deeper))


def _see_kinds(one: Recipe) -> None:
    """See that what a recipe says of itself is of the right kind: a cost that is a text would be taken for no cost.

    Raises:
        RecipeError: It is not.
    """
    wrong = wrong_condition(one.claims, one.profiles)
    if not isinstance(one.cost, Cost):
        wrong = f"its cost is {one.cost!r:.40}: take COMPLETION or FREE of conformance.own"
    elif not all(isinstance(option, OptIn) for option in one.opt_in):
        wrong = f"its opt_in is {one.opt_in!r:.40}: take THOROUGH or WRITES of conformance.own, or a tuple of them"
    elif inspect.iscoroutinefunction(one.function):
        wrong = "it is async, and nobody awaits it: write def"
    if wrong is not None:
        raise RecipeError(f"{place_of(one.function)}: {one.name}: {wrong}")


def _decided(one: Requirement) -> Recipe:
    """Return whether a requirement holds, as facts: None, or why it does not."""
    return Recipe(
        one.id,
        one.check,
        asks=False,
        needs=one.needs,
        optional=one.optional,
        requires=one.requires,
        claims=one.claims,
        profiles=one.profiles,
    )


def _is_free(recipe: Recipe, case: Case | None) -> bool:
    return recipe.cost is FREE or (recipe.for_each is not None and case is not None and case.free)
