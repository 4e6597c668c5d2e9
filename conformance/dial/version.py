"""The version of a DIAL Core, and what is known of it when it does not tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

Version = tuple[int, int]
"""Major and minor."""

_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})")
_LONGEST: Final = 40
_OLDEST: Version = (0, 0)


def parse_version(text: str) -> tuple[int, int] | None:
    """Read major and minor of a Core version such as `0.25.0-rc`; None if it is none."""
    found = _VERSION.match(text.strip())
    return (int(found[1]), int(found[2])) if found else None


def version_told(text: str) -> str | None:
    """Return the version that the answer of `GET /version` says, or None: a stranger wrote it."""
    text = text.strip()
    is_one = parse_version(text) is not None and len(text) <= _LONGEST and text.isprintable()
    return text if is_one else None


@dataclass(frozen=True)
class CoreVersion:
    """What is known of a Core's version: bounds, which are equal if it is known exactly.

    Attributes:
        name: As a report shows it: "0.25.0-rc", "0.26 to 0.28 by its listing", "unknown".
        least: The oldest version that it may be, or None if that is not known.
        most: The newest version that it may be, or None if that is not known.
    """

    name: str
    least: Version | None = None
    most: Version | None = None

    @classmethod
    def exactly(cls, text: str) -> CoreVersion:
        """Take a version as a Core tells it; what cannot be parsed is shown, and nothing is known from it."""
        version = parse_version(text)
        return cls(text.strip() or UNKNOWN.name, version, version)

    def has(self, since: str | None, until: str | None = None) -> bool | None:
        """Tell whether the Core has what came and perhaps went with some versions.

        Args:
            since: The first version that has it, or None if all did from the beginning.
            until: The first version that no longer has it, or None if all have it to this day.

        Returns:
            True if every version within the bounds has it, False if none has, None if it cannot be told.

        Raises:
            ValueError: `since` or `until` is no version.
        """
        first, end = _named(since), _named(until)
        old_enough = end is None or (self.most is not None and self.most < end)
        new_enough = first is None or (self.least is not None and self.least >= first)
        if old_enough and new_enough:
            return True
        earliest = max(self.least or _OLDEST, first or _OLDEST)
        too_old = self.most is not None and self.most < earliest
        too_new = end is not None and end <= earliest
        return False if too_old or too_new else None


UNKNOWN: Final = CoreVersion("unknown")


def _named(text: str | None) -> Version | None:
    if text is None:
        return None
    version = parse_version(text)
    if version is None:
        raise ValueError(f"{text!r} is no version")
    return version
