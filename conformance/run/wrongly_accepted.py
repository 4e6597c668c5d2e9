"""What deployments accepted though their schema forbids it, and which requests are not sent any more because of that.

Each of them may be billed. Three of them end the refused requests to a deployment, and a near miss is not sent to a
property where one was accepted. What a lax validator reads without loss is counted apart, because ordinary deployments
accept it: one at each property, three at each deployment.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from conformance.contract.case import Case
from conformance.contract.verdict import CouldNotRunError, NotAskedError, UndecidedError

MOST_WRONGLY_ACCEPTED: Final = 3
"""After so many forbidden configurations that a deployment accepted, no more are tried."""

MOST_LAX_ACCEPTED: Final = 3
"""The same for values that a lax validator reads without loss."""

_GOES_ON: Final = "--keep-going goes on"


class WronglyAccepted:
    """Counts what was accepted. It has no lock of its own."""

    def __init__(self, *, keep_going: bool) -> None:
        """Begin with nothing.

        Args:
            keep_going: The caller pays for more; but nothing lax follows where anything else was accepted.
        """
        self._keep_going = keep_going
        self._times: Counter[str] = Counter()
        self._lax_times: Counter[str] = Counter()
        self._at: dict[tuple[str, str | None], str] = {}
        self._lax_at: set[tuple[str, str | None]] = set()

    def note(self, place: str, case: Case | None) -> None:
        """Note that a deployment accepted what it must refuse."""
        where = (place, None if case is None else case.faulty_property)
        if is_lax(case):
            self._lax_times[place] += 1
            self._lax_at.add(where)
        else:
            self._times[place] += 1
            self._at.setdefault(where, "CHAT-05")

    def note_disputed(self, place: str, case: Case | None) -> None:
        """Note that a deployment accepted an unknown key, which is advice and no reason to stop elsewhere."""
        if case is not None and not case.is_allowed:
            self._at.setdefault((place, case.faulty_property), "CHAT-12")

    def left(self, place: str) -> int:
        """Return how many a deployment may still accept."""
        return MOST_WRONGLY_ACCEPTED - self._times[place]

    def why_no_more(self, place: str, case: Case | None) -> UndecidedError | None:
        """Return why a request is not sent, or None.

        Args:
            place: The deployment's path.
            case: With which case, or None.
        """
        if self.left(place) <= 0 and not self._keep_going:
            return CouldNotRunError(
                f"CHAT-05: {MOST_WRONGLY_ACCEPTED} requests that must be refused were accepted, and each may be billed;"
                f" {_GOES_ON}"
            )
        if case is None or not is_doubtful(case):
            return None
        return self._why_none_like(place, case)

    def _why_none_like(self, place: str, case: Case) -> UndecidedError | None:
        where = (place, case.faulty_property)
        if where in self._at and (case.lax or not self._keep_going):
            more = "" if case.lax else f"; {_GOES_ON}"
            said = f"{self._at[where]}: another value was accepted at {where[1]}"
            return CouldNotRunError(f"{said}, and each may be billed{more}")
        if not case.lax or self._keep_going:
            return None
        found = f"at {where[1]}" if where in self._lax_at else f"{MOST_LAX_ACCEPTED} times"
        if where in self._lax_at or self._lax_times[place] >= MOST_LAX_ACCEPTED:
            return NotAskedError(f"a value like it was accepted {found}, and each may be billed; {_GOES_ON}")
        return None


def is_lax(case: Case | None) -> bool:
    """Tell whether a lax validator reads the value without loss."""
    return case is not None and case.lax


def is_doubtful(case: Case | None) -> bool:
    """Tell whether a careless deployment may well accept it: a near miss, or a lax value."""
    return case is not None and (case.near or case.lax)
