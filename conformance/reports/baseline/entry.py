"""What a baseline says: the entries, and which results they let be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from conformance.contract.result import Result
from conformance.contract.verdict import DOES_NOT_HOLD


class Place(NamedTuple):
    """Where a requirement is checked: at a deployment (None for the DIAL), with a case (None if it has none)."""

    deployment: str | None
    case: str | None


@dataclass(frozen=True)
class Entry:
    """One known violation.

    Attributes:
        requirement: The id.
        reason: Why it is let be.
        deployment: A glob of the deployments; None for a requirement of the DIAL.
        case: A glob of the cases; None for all.
        ticket: Who works on it, or None.
        expires: The last day (UTC) on which it counts, or None for no end.
        line: Where the file has it, from 1 on.
    """

    requirement: str
    reason: str
    deployment: str | None = None
    case: str | None = None
    ticket: str | None = None
    expires: date | None = None
    line: int = 0

    def fits(self, place: Place) -> bool:
        """Tell whether it is about a place where its requirement is checked."""
        return self.fits_deployment(place.deployment) and (
            self.case is None or (place.case is not None and fnmatchcase(place.case, self.case))
        )

    def fits_deployment(self, deployment: str | None) -> bool:
        """Tell whether it is about a deployment, or about the DIAL."""
        if deployment is None or self.deployment is None:
            return deployment is self.deployment
        return fnmatchcase(deployment, self.deployment)

    @property
    def is_glob(self) -> bool:
        """It may be about more than one deployment."""
        return self.deployment is not None and any(character in self.deployment for character in "*?[")

    def is_expired(self, today: date) -> bool:
        """Tell whether its last day is over."""
        return self.expires is not None and self.expires < today

    @property
    def note(self) -> str:
        """The reason, with the ticket and the last day."""
        more = [one for one in (self.ticket, f"until {self.expires}" if self.expires else None) if one]
        return f"{self.reason} ({', '.join(more)})" if more else self.reason

    @property
    def name(self) -> str:
        """What it is about, in a few words."""
        about = f"{self.requirement} of {self.deployment}" if self.deployment is not None else self.requirement
        return f"{about}, case {self.case}" if self.case is not None else about


@dataclass(frozen=True)
class Baseline:
    """The entries of a file.

    Attributes:
        path: The file.
        entries: What it says, in its order.
        today: The day (UTC) by which entries expire.
    """

    path: Path
    entries: tuple[Entry, ...]
    today: date

    def marked(self, result: Result, hide: Callable[[str], str]) -> Result:
        """Return a result, with the reason if an entry lets it be; an expired one does not.

        Args:
            result: The result.
            hide: Takes secrets out of a text.
        """
        if result.verdict not in DOES_NOT_HOLD:
            return result
        for entry in self.about(result.requirement, place_of(result)):
            if not entry.is_expired(self.today):
                return replace(result, known=hide(entry.note))
        return result

    def about(self, requirement: str, place: Place) -> Sequence[Entry]:
        """Return the entries about a place, in the order of the file."""
        exact = self._indexed.get((requirement, place.deployment, False), [])
        globs = self._indexed.get((requirement, None, True), [])
        return sorted((one for one in (*exact, *globs) if one.fits(place)), key=lambda one: one.line)

    @cached_property
    def _indexed(self) -> dict[tuple[str, str | None, bool], list[Entry]]:
        """The entries by requirement and deployment; of a thousand deployments there are many."""
        found: dict[tuple[str, str | None, bool], list[Entry]] = {}
        for entry in self.entries:
            key = (entry.requirement, None if entry.is_glob else entry.deployment, entry.is_glob)
            found.setdefault(key, []).append(entry)
        return found


def place_of(result: Result) -> Place:
    """Return where a result was found."""
    return Place(result.deployment, result.case)
