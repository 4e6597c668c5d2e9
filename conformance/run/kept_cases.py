"""The file of `--keep-cases`: configurations that were found by exploring, and are cases of every later run.

A kept case is tried as long as the schema says of it what it said when it was found. Where the schema was changed
since, the case is left out, and the run says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from conformance.contract.exchange import InvalidJsonError, parse_json
from conformance.run.settings import SettingsError

_FORMAT: Final = 1
_MOST_BYTES: Final = 1_000_000
_MOST_CASES: Final = 1_000


@dataclass(frozen=True)
class KeptCase:
    """One configuration.

    Attributes:
        deployment: The id of the deployment at which it was found.
        configuration: The configuration.
        twin: The accepted configuration from which it was made.
        is_allowed: The schema allows it.
        seed: With which `--explore-seed` it was found, or None.
    """

    deployment: str
    configuration: dict[str, Any]
    twin: dict[str, Any]
    is_allowed: bool
    seed: int | None = None

    @classmethod
    def from_plain(cls, plain: Any) -> Self | None:
        """Read it back; None if it is no kept case."""
        if not isinstance(plain, dict):
            return None
        configuration, twin, allowed = plain.get("configuration"), plain.get("twin", {}), plain.get("is_allowed")
        is_one = isinstance(plain.get("deployment"), str) and isinstance(allowed, bool)
        if not (is_one and isinstance(configuration, dict) and isinstance(twin, dict)):
            return None
        seed = plain.get("seed")
        return cls(plain["deployment"], configuration, twin, bool(allowed), seed if isinstance(seed, int) else None)


@dataclass(frozen=True)
class KeptCases:
    """The cases of a file.

    Attributes:
        cases: They, in the order of the file.
    """

    cases: tuple[KeptCase, ...] = ()

    def of(self, deployment: str, *, allowed: bool) -> Sequence[KeptCase]:
        """Return those of a deployment that the schema allowed, or forbade, when they were found."""
        return [one for one in self.cases if one.deployment == deployment and one.is_allowed is allowed]

    @classmethod
    def read(cls, path: Path | None) -> Self:
        """Read a file; one that is not there yet has no cases.

        Raises:
            SettingsError: It is no such file, or cannot be read, or its folder is not there.
        """
        if path is None:
            return cls()
        if not path.exists():
            if not path.absolute().parent.is_dir():
                raise SettingsError(f"--keep-cases={path}: there is no folder {path.parent}: make it first")
            return cls()
        return cls(tuple(_read(path)))

    def and_more(self, found: Iterable[KeptCase]) -> Self:
        """Return these and others; what is there already stays as it is."""
        known = {_key(one): one for one in self.cases}
        for one in found:
            known.setdefault(_key(one), one)
        return type(self)(tuple(known.values()))

    def write(self, path: Path) -> None:
        """Write them, all at once.

        Raises:
            OSError: They cannot be written; the file is as it was.
        """
        plain = {"format": _FORMAT, "cases": [vars(one) for one in self.cases]}
        beside = path.with_name(f".{path.name}.new")
        beside.write_text(f"{json.dumps(plain, indent=2)}\n", "utf-8")
        beside.replace(path)


def _read(path: Path) -> Iterable[KeptCase]:
    wrong = f"--keep-cases={path}"
    try:
        with path.open("rb") as opened:
            body = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"{wrong} cannot be read: {error.strerror}") from None
    if len(body) > _MOST_BYTES:
        raise SettingsError(f"{wrong} has more than {_MOST_BYTES} bytes: it is none that --explore wrote")
    try:
        plain = parse_json(body)
    except InvalidJsonError:
        raise SettingsError(f"{wrong} is not JSON: give a file that --explore wrote, or a new name") from None
    cases = plain.get("cases") if isinstance(plain, dict) and plain.get("format") == _FORMAT else None
    if not isinstance(cases, list) or len(cases) > _MOST_CASES:
        raise SettingsError(f"{wrong} has no list of cases of format {_FORMAT}: give a file that --explore wrote")
    for place, one in enumerate(cases):
        found = KeptCase.from_plain(one)
        if found is None:
            raise SettingsError(f"{wrong}: cases/{place} is no case: correct it, or take it out")
        yield found


def _key(one: KeptCase) -> str:
    return json.dumps([one.deployment, one.configuration], sort_keys=True)
