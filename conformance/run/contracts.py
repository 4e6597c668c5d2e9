"""Which contract a run goes by, and what a newer one would add, raise or sharpen."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from conformance.contract import case
from conformance.contract.exchange import Violation
from conformance.contract.frozen_contract import (
    NEXT,
    FrozenContract,
    FrozenRequirement,
    contract_in,
    frozen_contract,
    frozen_names,
    is_name,
    see_known,
    withdrawn,
)
from conformance.contract.recipe_book import RecipeBook
from conformance.contract.requirement import Check, Level, Requirement
from conformance.run.registry import all_recipes, all_requirements, recipe_book


class Change(StrEnum):
    """What a newer contract does with a requirement."""

    ADDED = "added"
    RAISED = "raised"
    LOWERED = "lowered"
    SHARPENED = "sharpened"
    REMOVED = "removed"


@dataclass(frozen=True)
class Previewed:
    """A requirement that a newer contract has otherwise.

    Attributes:
        contract: The newer contract; `next` for what is not frozen yet.
        requirement: The id.
        change: What it does.
        level: The level there.
        sentence: The sentence there.
    """

    contract: str
    requirement: str
    change: Change
    level: str
    sentence: str


@dataclass(frozen=True)
class Contract:
    """The contract that a run goes by.

    Attributes:
        frozen: What it says.
        title: How it is called in reports: its name, and the digest of a file of somebody else.
        pinned: It was named. Otherwise it is the newest.
        option: What `--contract` is to be given for the same.
        preview: What newer contracts do, the oldest of them first.
    """

    frozen: FrozenContract
    title: str
    pinned: bool
    option: str
    preview: tuple[Previewed, ...] = ()

    @property
    def pin(self) -> str:
        """What pins the next run to it; empty if this one was pinned."""
        return "" if self.pinned else f"--contract={self.option}"

    @property
    def retired(self) -> Mapping[str, str]:
        """Why requirements that it has are checked no more, by their ids."""
        return {name: why for name, why in withdrawn().items() if name in self.frozen.requirements}

    def bound(self, one: Requirement) -> Requirement | None:
        """Return a requirement as the contract has it, or None. Own ones are of no contract, and always bind."""
        return self.frozen.bound(one) if one.id in all_requirements() else one

    def requirements(self, checks: tuple[str, ...] = ()) -> dict[str, Requirement]:
        """Return the requirements that bind, by id; `checks` is that of `all_requirements`."""
        every = ((name, self.bound(one)) for name, one in all_requirements(checks).items())
        return {name: one for name, one in every if one is not None}

    def book(self, checks: tuple[str, ...] = ()) -> RecipeBook:
        """Return the recipes, for which only what binds speaks first; `checks` is that of `all_requirements`."""
        today, bound = all_requirements(checks), self.requirements(checks)
        if bound == today:
            return recipe_book(checks)
        recipes = (
            replace(one, requires=tuple(filter(bound.__contains__, one.requires))) for one in all_recipes(checks)
        )
        return RecipeBook(recipes, (_as_it_was(one, today[name].revision) for name, one in bound.items()))


def next_contract() -> FrozenContract:
    """Return what is in the suite, as a contract: what would be frozen now."""
    requirements = {name: FrozenRequirement.of(one) for name, one in all_requirements().items()}
    return FrozenContract(NEXT, requirements, case.REVISION)


def contract_given(text: str | None) -> Contract:
    """Return the contract that was named.

    Args:
        text: A name, the path of a file, or None for the newest that is frozen.

    Raises:
        FrozenContractError: It cannot be used; one line says why.
    """
    newest = frozen_names()[-1]
    name = text or newest
    if name == NEXT:
        return Contract(next_contract(), NEXT, pinned=True, option=NEXT)
    if is_name(name):
        frozen, title, place = frozen_contract(name), name, f"contract {name}"
        later = [one for one in frozen_names() if frozen_names().index(one) > frozen_names().index(name)]
    else:
        frozen, content = contract_in(Path(name))
        title, place = f"{frozen.name} (sha256 {hashlib.sha256(content).hexdigest()[:12]})", name
        later = [newest]
    see_known(frozen, all_requirements(), place)
    preview = tuple(_steps([frozen, *map(frozen_contract, later), next_contract()]))
    return Contract(frozen, title, text is not None, name, preview)


def in_contracts(name: str) -> Iterator[str]:
    """Say how the contracts that came with the suite have a requirement, a line each; nothing of own ones.

    Args:
        name: Its id.
    """
    if name not in all_requirements():
        return
    every = {one: frozen_contract(one).requirements.get(name) for one in frozen_names()} | {
        NEXT: next_contract().requirements[name]
    }
    newest = every[frozen_names()[-1]]
    for contract, one in every.items():
        if one is not None and (contract != NEXT or newest is None or _change(newest, one)):
            revision = f", revision {one.revision}" if one.revision > 1 else ""
            yield f"{contract}: {one.level}{revision}" + (
                " (not frozen yet: --contract=next)" if contract == NEXT else ""
            )


def _steps(contracts: Sequence[FrozenContract]) -> Iterator[Previewed]:
    """Give what each contract does with the requirements of the one before it."""
    for old, new in pairwise(contracts):
        for name, one in new.requirements.items():
            change = _change(old.requirements.get(name), one)
            if change is not None:
                yield Previewed(new.name, name, change, str(one.level), one.sentence)
        for name, one in old.requirements.items():
            if name not in new.requirements:
                yield Previewed(new.name, name, Change.REMOVED, str(one.level), one.sentence)


def _change(old: FrozenRequirement | None, new: FrozenRequirement) -> Change | None:
    if old is None:
        return Change.ADDED
    if old.level is not new.level:
        return Change.RAISED if new.level is Level.MUST else Change.LOWERED
    return Change.SHARPENED if new.revision > old.revision else None


def _as_it_was(one: Requirement, today: int) -> Requirement:
    """Let what came with a newer revision stand in nobody's way where the requirement speaks first."""
    return one if one.revision == today else replace(one, check=_without_newer(one.check, one.revision))


def _without_newer(check: Check, revision: int) -> Check:
    @functools.wraps(check)
    def checked(**arguments: object) -> None:
        try:
            check(**arguments)
        except AssertionError as error:
            if Violation.read(error).revision <= revision:
                raise

    return checked
