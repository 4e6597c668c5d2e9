"""What a run knows of itself when it is over."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Overview:
    """What a run knows of itself.

    Attributes:
        title: Which DIAL, how it was asked, and when.
        planned: How many checks were planned.
        requests: How many requests were made, without retries; cassettes read, in replay.
        completions: How many of them a model answered.
        cost: What these cost by the prices of the listing, or empty.
        notes: What else the reader should know, a line each.
        replayed: Nobody was asked; the requests were answered from cassettes.
        interrupted: Ctrl-C ended the run before everything was asked.
        free: Nothing that a model answers was asked, so what only that proves is not missing.
        whole: Every requirement was planned, for every case.
        retries: How often one of the requests was made once more, after an outage.
    """

    title: str
    planned: int
    requests: int
    completions: int
    cost: str = ""
    notes: tuple[str, ...] = ()
    free: bool = False
    replayed: bool = False
    interrupted: bool = False
    whole: bool = False
    retries: int = 0

    def to_plain(self) -> dict[str, Any]:
        """Write it as plain values."""
        return {**asdict(self), "notes": list(self.notes)}
