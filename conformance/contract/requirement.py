"""Requirements: one sentence of the contract each, decided by one check."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cached_property
from types import ModuleType
from typing import Any, Final

from conformance.contract.claim import Claim, wrong_condition
from conformance.contract.declaration import DeclarationError, ids, place_of
from conformance.contract.profile import Profile
from conformance.contract.recipe import parameters_of

Check = Callable[..., None]

_VERSION: Final = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}")
_SENTENCE: Final = re.compile(r"\bDIAL-(?:[A-Z]+|\d+(?:\.\d+)?)-\d+\b")


class Level(StrEnum):
    """How binding a requirement is (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"


MUST = Level.MUST
SHOULD = Level.SHOULD


@dataclass(frozen=True)
class Requirement:
    """One sentence of the contract.

    Attributes:
        id: Chapter and number, such as `CHAT-05`.
        level: MUST or SHOULD.
        sentence: The docstring of its check.
        source: Where the contract says so.
        since: The first Core version that has it, or None.
        until: The first Core version that has it no more, or None.
        proven_by: The recipe of which something must have been accepted before a refusal proves anything, or None.
        requires: Ids of the requirements that speak first: where one of them does not hold, this one could not run.
        claims: What a deployment must claim for it to be about this deployment, or None.
        profiles: What a deployment must have been named as: one of these.
        unless_like: The id of the requirement that speaks first where the facts of that name, which are the same
            request without what this requirement is about, were answered with the same status; or None.
        taken_apart_by: The recipe that asks the parts of a refused combination, before anybody is accused; or None.
        revision: How strict its check is: 1, and one more each time that it became stricter (`sharpened`).
        check: The function that decides it.
    """

    id: str
    level: Level
    sentence: str
    source: str
    since: str | None
    until: str | None
    proven_by: str | None
    requires: tuple[str, ...]
    claims: Claim | None
    profiles: tuple[Profile, ...]
    unless_like: tuple[str, str] | None
    check: Check
    taken_apart_by: str | None = None
    revision: int = 1

    @property
    def chapter(self) -> str:
        """The part of the id before the number, such as `CHAT`."""
        return self.id.rpartition("-")[0]

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The arguments of the check: names of recipes and facts."""
        return tuple(inspect.signature(self.check).parameters)

    @cached_property
    def optional(self) -> frozenset[str]:
        """Those with the default None: they are asked if the caller wants that, and None where they have no answer."""
        return parameters_of(self.check)[1]

    @cached_property
    def dependencies(self) -> tuple[str, ...]:
        """All that must be known to decide it: its arguments, and the requirements that speak first."""
        of_a_deployment = ("deployment",) if self.claims or self.profiles else ()
        return tuple(dict.fromkeys((*of_a_deployment, *self.requires, *self.needs)))


class DuplicateRequirementError(DeclarationError):
    """Two checks claim the same id."""

    def __init__(self, one: Requirement, other: Requirement) -> None:
        """Name both.

        Args:
            one: The one that came first.
            other: The one that has the same id.
        """
        super().__init__(
            f"{place_of(other.check)}: {other.id} is used twice: {other.check.__name__} has the id of"
            f" {one.check.__name__} ({place_of(one.check)})"
        )


def requirement(  # noqa: PLR0913 - one keyword for each thing that a requirement can say
    requirement_id: str,
    level: Level,
    *,
    source: str = "",
    since: str | None = None,
    until: str | None = None,
    proven_by: str | None = None,
    requires: Iterable[str] = (),
    claims: Claim | None = None,
    profiles: tuple[Profile, ...] = (),
    unless_like: tuple[str, str] | None = None,
    taken_apart_by: str | None = None,
    revision: int = 1,
) -> Callable[[Check], Check]:
    """Make a function the check of a requirement; its docstring is the requirement's sentence.

    Args:
        requirement_id: Chapter and number, such as `CHAT-05`.
        level: MUST or SHOULD.
        source: Where the contract says so; it must not be empty (`see_declaration`).
        since: The first Core version that has it, as `0.25`.
        until: The first Core version that has it no more.
        proven_by: The recipe of which something must have been accepted for a refusal to count.
        requires: Ids of the requirements that speak first. They are decided for the same deployment and case, and
            where one does not hold, this one "could not run". One about which there is nothing to say stands in
            nobody's way.
        claims: What a deployment must claim; of another one the requirement is "not claimed".
        profiles: What a deployment must have been named as, one of these; of another one the requirement is
            "not claimed".
        unless_like: An id, and the name of facts: the answer to the same request without what this requirement is
            about. Where that has the same status as the answer that shows a violation, the other requirement speaks.
        taken_apart_by: The recipe that asks the parts of a refused combination; they are planned, too.
        revision: One more each time that the check became stricter: then what is new in it is `sharpened`.
    """

    def decorate(check: Check) -> Check:
        found = Requirement(
            id=requirement_id,
            level=level,
            sentence=" ".join((check.__doc__ or "").split()),
            source=source,
            since=since,
            until=until,
            proven_by=proven_by,
            requires=ids(requires),
            claims=claims,
            profiles=profiles,
            unless_like=unless_like,
            check=check,
            taken_apart_by=taken_apart_by,
            revision=revision,
        )
        check.__dict__["requirement"] = found
        return check

    return decorate


def see_declaration(one: Requirement) -> None:
    """See that a requirement has a sentence and a source, and that what is said of it is of the right kind.

    A level that is a text would be taken for advice, and an `async` check, or one that yields, would never run.

    It is looked at when checks are collected, and not by the decorator: what a module raises while it is imported is
    shown by pytest with a traceback, and would hide the other checks of the module.

    Raises:
        DeclarationError: It has none, or something is not; the message says where.
    """
    if not isinstance(one.id, str):
        raise DeclarationError(f"{place_of(one.check)}: {one.id!r:.40} is no id: write a text, such as 'ACME-01'")
    if not isinstance(one.source, str):
        raise DeclarationError(f"{place_of(one.check)}: {one.id}: its source is {one.source!r:.40}: take a text")
    if not one.source.strip():
        raise DeclarationError(
            f'{place_of(one.check)}: {one.id} has no source: write source="...", where the rule is written'
        )
    name, about = one.check.__name__, wrong_condition(one.claims, one.profiles)
    if not one.sentence:
        wrong = f"{name} has no docstring, which is the requirement's sentence"
    elif not isinstance(one.level, Level):
        wrong = f"its level is {one.level!r:.40}: take MUST or SHOULD of conformance.own"
    elif about is not None:
        wrong = about
    elif (version := _wrong_version(one)) is not None:
        wrong = version
    elif inspect.iscoroutinefunction(one.check):
        wrong = f"{name} is async, and nobody awaits a check: write def"
    elif inspect.isgeneratorfunction(one.check) or inspect.isasyncgenfunction(one.check):
        wrong = f"{name} has a yield, so its assertions would not run"
    else:
        return
    raise DeclarationError(f"{place_of(one.check)}: {one.id}: {wrong}")


def _wrong_version(one: Requirement) -> str | None:
    written: tuple[tuple[str, object], ...] = (("since", one.since), ("until", one.until))
    for name, given in written:
        if given is not None and not (isinstance(given, str) and _VERSION.match(given)):
            return f"its {name} is {given!r:.40}: take a version of DIAL Core, such as '0.25'"
    return None


def see_source(one: Requirement) -> None:
    """See that a requirement of the suite has a sentence of the contract as its source.

    Raises:
        DeclarationError: It has not.
    """
    if not _SENTENCE.search(one.source):
        raise DeclarationError(
            f"{place_of(one.check)}: {one.id}: its source is no sentence of docs/dial-api.md: write the id of the"
            " sentence that it tests, such as DIAL-4.2-3"
        )


def requirement_of(candidate: Any) -> Requirement | None:
    """Return the requirement that a function decides, or None."""
    if not inspect.isfunction(candidate):
        return None
    found = candidate.__dict__.get("requirement")
    return found if isinstance(found, Requirement) else None


def registry(modules: Iterable[ModuleType]) -> dict[str, Requirement]:
    """Collect the requirements of modules by id, in the order of the modules and of the checks in them.

    Raises:
        DeclarationError: An id is used twice, or a requirement is declared wrongly.
    """
    found: dict[str, Requirement] = {}
    for module in modules:
        for value in vars(module).values():
            one = requirement_of(value)
            if one is None or value.__module__ != module.__name__:
                continue
            see_declaration(one)
            if one.id in found:
                raise DuplicateRequirementError(found[one.id], one)
            found[one.id] = one
    return found


def matches(requirement_id: str, patterns: Iterable[str]) -> bool:
    """Tell whether an id is one of the given ids or matches one of the given globs, in any letter case."""
    return any(fnmatchcase(requirement_id, pattern.upper()) for pattern in patterns)
