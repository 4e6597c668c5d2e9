"""What a search tries and finds, and how it ends: plain values, without Hypothesis."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.cases.faults.fault import Configuration, Path


@dataclass(frozen=True, eq=False)
class Trial:
    """A configuration that may be tried.

    Attributes:
        value: The configuration.
        twin: The accepted configuration that was changed.
        changes: Where it was changed, and the kind of what stands there now.
    """

    value: Configuration
    twin: Configuration
    changes: tuple[tuple[Path, str], ...]


@dataclass(frozen=True, eq=False)
class Contradiction:
    """A configuration whose answer contradicts the schema.

    Attributes:
        trial: The smallest that was found.
        is_smallest: Nothing simpler that was thought of contradicts the schema; otherwise the search ended before.
    """

    trial: Trial
    is_smallest: bool


class SearchEndedError(Exception):
    """Nothing more may be asked; the message says why."""
