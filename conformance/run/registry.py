"""The requirements, and the recipes and facts: of the suite, and of own checks that a run was given.

Those of the suite are found by looking into their packages. Each combination of own checks is loaded once in a process.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final, NamedTuple

from conformance.contract.declaration import DeclarationError, place_of
from conformance.contract.own_modules import OwnModuleError, OwnPackage, modules_of, own_package, see_folders_below
from conformance.contract.recipe import Recipe
from conformance.contract.recipe_book import RecipeBook
from conformance.contract.requirement import DuplicateRequirementError, Requirement, registry, see_source
from conformance.run import option_values

_OWN_ID: Final = re.compile(r"[A-Z][A-Z0-9]*-[0-9]{2,4}", re.ASCII)
_MARKERS: Final = frozenset(
    {"must", "should", "free", "paid", "skip", "skipif", "xfail", "parametrize", "usefixtures", "filterwarnings"}
    | {"tryfirst", "trylast", "flaky", "timeout", "asyncio", "anyio", "trio", "vcr", "block_network", "order"}
    | {"long", "and", "or", "not", "true", "false", "none"}
)
"""Chapters are markers of pytest, and these are taken: by the suite, by pytest, by plugins that are much used.

What else is registered in a session is looked at there (`plugin/own_checks.py`)."""


class OwnChecks(NamedTuple):
    """What one package of own checks has.

    Attributes:
        package: Where it is.
        requirements: By id.
        recipes: Its recipes and facts.
        collected: The modules with checks, by their files, for pytest to collect.
    """

    package: OwnPackage
    requirements: Mapping[str, Requirement]
    recipes: tuple[Recipe, ...]
    collected: Mapping[Path, ModuleType]


@cache
def all_requirements(checks: tuple[str, ...] = ()) -> dict[str, Requirement]:
    """Return the requirements by id, in the order of docs/requirements.md.

    Args:
        checks: The own checks that are wanted beside those of the suite: folders, and names of installed packages.

    Raises:
        DeclarationError: One is declared wrongly, or own checks cannot be used.
    """
    found = _of_the_suite()
    for own in own_checks(checks):
        found = {**found, **own.requirements}
    return dict(sorted(found.items()))


@cache
def recipe_book(checks: tuple[str, ...] = ()) -> RecipeBook:
    """Return the recipes and facts; `checks` is that of `all_requirements`.

    Raises:
        DeclarationError: They do not fit together, or own checks cannot be used.
    """
    return RecipeBook(all_recipes(checks), all_requirements(checks).values())


@cache
def all_recipes(checks: tuple[str, ...] = ()) -> tuple[Recipe, ...]:
    """Return the recipes and facts; `checks` is that of `all_requirements`.

    Raises:
        DeclarationError: Own checks cannot be used.
    """
    import conformance.recipes as package  # noqa: PLC0415 - only who needs them pays for it

    recipes = [*_recipes_of(_modules_in(package))]
    for own in own_checks(checks):
        recipes += own.recipes
    return tuple(recipes)


def checks_given(given: Iterable[str]) -> tuple[str, ...]:
    """Read what stood behind `--checks`, as a run does.

    Raises:
        DeclarationError: There are no such checks.
    """
    try:
        return tuple(name for one in given for name in option_values.checks("--checks", one))
    except ValueError as error:
        raise DeclarationError(str(error)) from None


@cache
def own_checks(checks: tuple[str, ...]) -> tuple[OwnChecks, ...]:
    """Load own checks, in the order in which they were given.

    Raises:
        DeclarationError: They cannot be used; one line says why, and where.
    """
    known = dict(_of_the_suite())
    chapters = {one.chapter for one in known.values()}
    found: dict[OwnPackage, OwnChecks] = {}
    try:
        loaded = {package: modules_of(package) for package in dict.fromkeys(map(own_package, checks))}
    except OwnModuleError as error:
        raise DeclarationError(f"--checks: {error}") from None
    for package, modules in loaded.items():
        requirements = registry(modules)
        for one in requirements.values():
            _see_own(one, known, chapters)
        if not requirements:
            raise DeclarationError(f"--checks: {package.folder} has no requirement: {_where_instead(package.folder)}")
        try:
            see_folders_below(package, {other.folder for other in loaded})
        except OwnModuleError as error:
            raise DeclarationError(f"--checks: {error}") from None
        known |= requirements
        with_checks = {one.check.__module__ for one in requirements.values()}
        collected = {Path(str(one.__file__)): one for one in modules if one.__name__ in with_checks}
        found[package] = OwnChecks(package, requirements, tuple(_recipes_of(modules)), collected)
    return tuple(found.values())


def _where_instead(folder: Path) -> str:
    below = sorted({path.parent.name for path in folder.glob("*/test_*.py")})
    return f"did you mean its folder {' or '.join(below)}?" if below else "write one, or name another folder"


def _see_own(one: Requirement, known: Mapping[str, Requirement], chapters: Iterable[str]) -> None:
    """See that an own requirement takes nothing that is another's.

    Raises:
        DeclarationError: It does, or its id or its module cannot be.
    """
    place = place_of(one.check)
    if one.id in known:
        raise DuplicateRequirementError(known[one.id], one)
    if not _OWN_ID.fullmatch(one.id):
        raise DeclarationError(f"{place}: {one.id:.60} is no id: write an own chapter and a number, such as ACME-01")
    if one.chapter in chapters:
        raise DeclarationError(f"{place}: {one.id}: {one.chapter} is a chapter of the suite: choose an own one")
    if one.chapter.lower() in _MARKERS:
        taken = f"{one.chapter.lower()} is a marker already"
        raise DeclarationError(f"{place}: {one.id}: {taken}: choose another chapter than {one.chapter}")
    name = one.check.__module__.rpartition(".")[2]
    if not name.startswith("test_"):
        raise DeclarationError(f"{place}: {one.id}: pytest collects no checks from {name}.py: call it test_{name}.py")


@cache
def _of_the_suite() -> dict[str, Requirement]:
    import conformance.checks as package  # noqa: PLC0415 - only who needs them pays for it

    found = registry(_modules_in(package))
    for one in found.values():
        see_source(one)
    return found


def _modules_in(package: ModuleType) -> list[ModuleType]:
    return [
        importlib.import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__)
    ]


def _recipes_of(modules: Iterable[ModuleType]) -> Iterator[Recipe]:
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, Recipe) and value.function.__module__ == module.__name__:
                yield value
