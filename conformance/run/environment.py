"""The variables of the environment and of `.env`, and what looks like a mistake in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance.run.extra_headers import PREFIX
from conformance.run.options import VARIABLES
from conformance.run.suggestions import close_to

_LIKENESS: Final = 0.8
_NEARLY_A_HEADER: Final = "DIAL_HEADER"


@dataclass(frozen=True)
class Variables:
    """What a run finds there. Values are kept out of its notes: they may be keys.

    Attributes:
        values: The variables that are set, without those that are empty.
        empty: Those that are.
        notes: What looks like a mistake, a line each.
    """

    values: Mapping[str, str]
    empty: frozenset[str]
    notes: tuple[str, ...]

    def why_not(self, name: str, instead: str = "") -> str:
        """Begin the message about a variable without which nothing can be asked.

        Args:
            name: The variable.
            instead: Another that would do, or empty.
        """
        which = "empty" if {name, instead} & self.empty else "missing"
        or_instead = f" (or {instead})" if instead else ""
        return f"{name} is {which}: set it{or_instead} in the environment or in .env"

    @property
    def suspicion(self) -> str:
        """The end of such a message: what looks like the reason."""
        return f" ({'; '.join(self.notes)})" if self.notes else ""


def read_variables(environment: Mapping[str, str], dotenv: Path) -> Variables:
    """Put the variables of a run together. The environment beats `.env`; one that is empty is not set.

    Args:
        environment: The environment.
        dotenv: The file, which need not be there.

    Raises:
        ValueError: It cannot be read.
    """
    from_file, problems = _from_file(dotenv)
    given = [*from_file.items(), *environment.items()]
    values = {name: value for name, value in given if value}
    empty = {name for name, _ in given} - values.keys()
    return Variables(values, frozenset(empty), (*problems, *_misspelt(values, from_file, dotenv)))


def _from_file(path: Path) -> tuple[dict[str, str], list[str]]:
    if not path.is_file():
        return {}, []
    from dotenv.parser import parse_stream  # noqa: PLC0415 - a replay does not need it

    try:
        with path.open(encoding="utf-8") as file:
            lines = list(parse_stream(file))
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"{path} cannot be read: make it a text file in UTF-8, or remove it") from None
    # dotenv's own warning has no name of the file; the line is not repeated, it may have a key
    problems = [f"{path}:{one.original.line} is not NAME=value" for one in lines if one.error]
    return {one.key: one.value for one in lines if one.key is not None and one.value is not None}, problems


def _misspelt(values: Mapping[str, str], from_file: Mapping[str, str], dotenv: Path) -> Iterator[str]:
    """Tell of variables that nobody reads, and that are called nearly like one that is not set."""
    for name in sorted(values):
        if name.upper().startswith(_NEARLY_A_HEADER) and not name.startswith(PREFIX):
            yield f"{_place(name, from_file, dotenv)} {name}, which nothing reads; a header is {PREFIX}X_TENANT"
    unset = [name for name in VARIABLES if name not in values]
    for name in sorted(values.keys() - set(VARIABLES)):
        meant = close_to(name, unset, likeness=_LIKENESS) if name.upper().startswith(("DIAL", "DALL")) else []
        if meant:
            yield f"{_place(name, from_file, dotenv)} {name}, which nothing reads; did you mean {meant[0]}?"


def _place(name: str, from_file: Mapping[str, str], dotenv: Path) -> str:
    return f"{dotenv} has" if name in from_file else "the environment has"
