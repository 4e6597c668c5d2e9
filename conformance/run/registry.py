"""What the suite comes with: its requirements, and its recipes and facts, each found by looking into their packages."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from types import ModuleType

from conformance.contract.recipe import Recipe
from conformance.contract.recipe_book import RecipeBook
from conformance.contract.requirement import Requirement, registry


@cache
def all_requirements() -> dict[str, Requirement]:
    """Return the requirements of the suite by id, in the order of docs/requirements.md."""
    import conformance.checks as package  # noqa: PLC0415 - only who needs them pays for it

    modules = [
        importlib.import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__)
    ]
    return dict(sorted(registry(modules).items()))


@cache
def recipe_book() -> RecipeBook:
    """Return the recipes and facts of the suite."""
    import conformance.recipes as package  # noqa: PLC0415 - only who needs them pays for it

    modules = [
        importlib.import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__)
    ]
    return RecipeBook(_of(modules), all_requirements().values())


def _of(modules: Iterable[ModuleType]) -> Iterator[Recipe]:
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, Recipe) and value.function.__module__ == module.__name__:
                yield value
