"""What tells one completion from another: its id, and when it was created (dial-api 5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from conformance.dial.completion import Completion

A_DAY: Final = 24 * 60 * 60
"""Seconds between `created` and the Date header that clocks may be apart."""


@dataclass(frozen=True)
class Identities:
    """The completions of a deployment, and those of them that are looked at.

    Attributes:
        own: Those that are looked at.
        every: All, the first answered first.
    """

    own: Sequence[Completion]
    every: Sequence[Completion]

    def repeated(self) -> tuple[Completion, Completion] | None:
        """Return the first completion that has the id of another one, with that one; or None."""
        for one in self.own:
            for other in self.every:
                if other.exchange.name != one.exchange.name and other.document.get("id") == one.document.get("id"):
                    return one, other
        return None

    def misdated(self) -> tuple[Completion, float] | None:
        """Return the first completion that was not created within a day of its Date header, with the seconds between.

        None if there is none, or nothing to compare.
        """
        for one in self.own:
            created, sent = one.document.get("created"), date_of(one)
            if isinstance(created, int | float) and sent is not None and abs(created - sent) > A_DAY:
                return one, abs(created - sent)
        return None


def date_of(completion: Completion) -> float | None:
    """Return the Date header of an answer as seconds since 1970 (RFC 9110 section 6.6.1), or None."""
    try:
        return parsedate_to_datetime(completion.exchange.header("date") or "").timestamp()
    except (ValueError, OverflowError, OSError):
        return None
