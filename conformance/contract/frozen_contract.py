"""A frozen contract: which requirements bind, at which level, with which sentence. A run is pinned to one.

The files are in `frozen/`, one for each contract, named by release. `python -m conformance.reports.freeze` writes one,
and it is never changed again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from conformance.contract.declaration import nearest
from conformance.contract.requirement import Level, Requirement

NEXT: Final = "next"
"""The name of what is in the suite, frozen or not."""
FOLDER: Final = Path(__file__).parent / "frozen"

_NAME: Final = re.compile(r"\d{4}\.\d{2}(?:\.\d{1,3})?", re.ASCII)
_OWN_NAME: Final = re.compile(r"[\w][\w. -]{0,59}")
_WITHDRAWN: Final = "withdrawn.json"
_LARGEST: Final = 4_000_000


class FrozenContractError(ValueError):
    """A frozen contract cannot be used; the message is one line."""


@dataclass(frozen=True)
class FrozenRequirement:
    """A requirement as a contract has it.

    Attributes:
        level: MUST or SHOULD.
        sentence: What it requires.
        source: Where the contract says so.
        revision: How strict its check was then; see `Requirement.revision`.
        requires: Ids of the requirements that spoke first then.
        since: The first Core version that has it, or None.
        until: The first Core version that has it no more, or None.
        about: What a deployment must claim, or be named as. It is written for who compares contracts.
        check: A digest of the check as it was then, for the same; empty of what is not frozen.
    """

    level: Level
    sentence: str
    source: str
    revision: int = 1
    requires: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    about: tuple[str, ...] = ()
    check: str = ""

    @classmethod
    def of(cls, one: Requirement) -> Self:
        """Freeze a requirement."""
        about = (*((str(one.claims),) if one.claims else ()), *(profile.name for profile in one.profiles))
        return cls(one.level, one.sentence, one.source, one.revision, one.requires, one.since, one.until, tuple(about))

    def to_plain(self) -> dict[str, Any]:
        """Write it as plain values; what is empty is left out."""
        return {
            name: str(value) if isinstance(value, Level) else value
            for name, value in vars(self).items()
            if value and (name, value) != ("revision", 1)
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Read it back.

        Raises:
            KeyError: Something is missing.
            TypeError: Something is of another type.
            ValueError: There is no such level.
        """
        revision = plain.get("revision", 1)
        if not isinstance(revision, int) or isinstance(revision, bool) or revision < 1:
            raise TypeError("revision")
        return cls(
            level=_level(plain["level"]),
            sentence=_text(plain["sentence"]),
            source=_text(plain["source"]),
            revision=revision,
            requires=tuple(map(_text, plain.get("requires", ()))),
            since=_text(plain["since"]) if "since" in plain else None,
            until=_text(plain["until"]) if "until" in plain else None,
            about=tuple(map(_text, plain.get("about", ()))),
            check=_text(plain.get("check", "")),
        )


@dataclass(frozen=True)
class FrozenContract:
    """Which requirements bind, and how.

    Attributes:
        name: Its release, such as `2026.12`, or `next`.
        requirements: By id.
        cases: How many revisions of the cases it has; see `Case.revision`.
        sentences: The sentences of the contract that bind, by id, as they were.
    """

    name: str
    requirements: Mapping[str, FrozenRequirement]
    cases: int = 1
    sentences: Mapping[str, str] = field(default_factory=dict)

    def bound(self, one: Requirement) -> Requirement | None:
        """Return a requirement as this contract has it; None if it has it not.

        Args:
            one: A requirement of the suite.
        """
        frozen = self.requirements.get(one.id)
        if frozen is None:
            return None
        speaks_first = one.unless_like is None or one.unless_like[0] in self.requirements
        as_it_was: dict[str, Any] = {
            "level": frozen.level,
            "sentence": frozen.sentence,
            "source": frozen.source,
            "since": frozen.since,
            "until": frozen.until,
            "revision": min(one.revision, frozen.revision),
            "requires": tuple(name for name in one.requires if name in frozen.requires and name in self.requirements),
            "unless_like": one.unless_like if speaks_first else None,
        }
        # a copy would have to look at the parameters of its check once more
        return one if all(getattr(one, name) == was for name, was in as_it_was.items()) else replace(one, **as_it_was)

    def to_plain(self) -> dict[str, Any]:
        """Write it as plain values."""
        return {
            "contract": self.name,
            "cases": self.cases,
            "requirements": {name: one.to_plain() for name, one in sorted(self.requirements.items())},
            "sentences": dict(self.sentences),
        }

    @classmethod
    def read(cls, text: str, place: str) -> Self:
        """Read the text of a file.

        Args:
            text: JSON.
            place: How the file is called in messages.

        Raises:
            FrozenContractError: It is none.
        """
        where = ""
        try:
            plain = json.loads(text)
            requirements = plain["requirements"]
            found: dict[str, FrozenRequirement] = {}
            for where, one in requirements.items():  # who edited one by hand wants to know which
                found[where] = FrozenRequirement.from_plain(one)
            where = ""
            name, cases, sentences = plain["contract"], plain.get("cases", 1), plain.get("sentences", {})
        except json.JSONDecodeError as error:
            line = f"line {error.lineno}, column {error.colno}"
            raise FrozenContractError(f"{place} is no frozen contract: it is no JSON ({line})") from None
        except KeyError as error:
            missing = f"{error!s:.40} is missing in {where[:40] or 'it'}"
            raise FrozenContractError(f"{place} is no frozen contract: {missing}") from None
        except _LevelError as error:
            raise FrozenContractError(f"{place} is no frozen contract: {where:.40}: {error}") from None
        except (TypeError, AttributeError, ValueError, RecursionError) as error:
            why = f"{where[:40]}{': ' if where else ''}{type(error).__name__}: {error}"
            raise FrozenContractError(f"{place} is no frozen contract ({' '.join(why.split())[:80]})") from None
        if not isinstance(name, str) or not _OWN_NAME.fullmatch(name) or name == NEXT:
            raise FrozenContractError(f"{place}: its name (contract) must be a short text, such as 2026.12")
        if not isinstance(cases, int) or not isinstance(sentences, dict) or not found:
            raise FrozenContractError(f"{place} is no frozen contract: cases, sentences or requirements are wrong")
        return cls(name, found, cases, {str(key): str(value) for key, value in sentences.items()})


class _LevelError(ValueError):
    """There is no such level."""


def _level(value: Any) -> Level:
    try:
        return Level(value)
    except ValueError:
        raise _LevelError(f"its level is {value!r:.40}: give MUST or SHOULD") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.20} is no text")
    return value


@cache
def frozen_names() -> tuple[str, ...]:
    """Return the names of the contracts that came with the suite, the newest last."""
    found = (path.stem for path in FOLDER.glob("*.json") if _NAME.fullmatch(path.stem))
    return tuple(sorted(found, key=lambda name: [int(part) for part in name.split(".")]))


def is_name(text: str) -> bool:
    """Tell whether a text is a name as releases have it: year and month."""
    return _NAME.fullmatch(text) is not None


@cache
def frozen_contract(name: str) -> FrozenContract:
    """Return a contract that came with the suite."""
    return FrozenContract.read((FOLDER / f"{name}.json").read_text(encoding="utf-8"), f"contract {name}")


def contract_in(path: Path) -> tuple[FrozenContract, bytes]:
    """Read the contract in a file of somebody else.

    Returns:
        The contract, and the content of the file.

    Raises:
        FrozenContractError: The file cannot be read, or is none.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise FrozenContractError(f"{path} is no frozen contract: it is larger than {_LARGEST:,} bytes")
        return FrozenContract.read(content.decode("utf-8"), str(path)), content
    except OSError as error:
        there_are = f"contracts of this release: {', '.join([*reversed(frozen_names()), NEXT])}"
        raise FrozenContractError(
            f"--contract={path}: the file cannot be read: {error.strerror} ({there_are})"
        ) from None
    except UnicodeDecodeError:
        raise FrozenContractError(f"{path} is no frozen contract: it is no UTF-8") from None


@cache
def withdrawn() -> Mapping[str, str]:
    """Return why requirements of former contracts are checked no more, by their ids."""
    found: dict[str, str] = json.loads((FOLDER / _WITHDRAWN).read_text(encoding="utf-8"))
    return found


def see_known(contract: FrozenContract, known: Mapping[str, Requirement], place: str) -> None:
    """See that the suite has what a contract has.

    Args:
        contract: The contract.
        known: The requirements of the suite, by id.
        place: How the contract is called in messages.

    Raises:
        FrozenContractError: It has not, and nobody said why.
    """
    for name, one in contract.requirements.items():
        if name in withdrawn():
            continue
        if name not in known:
            meant = nearest(name, known)
            raise FrozenContractError(
                f"{place} has {name:.60}, which this release of the suite does not have{meant}"
                f"{'' if meant else ': use the release that it is of, or a newer one'}"
            )
        if one.revision > known[name].revision:
            raise FrozenContractError(
                f"{place} has revision {one.revision} of {name}, and this release of the suite has revision"
                f" {known[name].revision}: use the release that it is of, or a newer one"
            )
