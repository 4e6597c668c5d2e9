"""What is wrong with an answer before anybody reads it: its framing, or its content coding."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FRAMING: Final = "HTTP-01"
CODING: Final = "HTTP-02"


class FaultKind(StrEnum):
    """In which way an answer is broken: two faults are the same if this is."""

    CUT = "it ended before its end"
    SILENT = "it never came to its end"
    UNREADABLE = "it cannot be read as HTTP/1.1"
    EXCESS = "it goes on after its end"
    TWO_LENGTHS = "it has a length and is chunked"
    CODING = "its content coding is wrong"


@dataclass(frozen=True)
class AnswerFault:
    """What is wrong with the bytes of an answer.

    Attributes:
        kind: In which way.
        what: What came, in a few words.
    """

    kind: FaultKind
    what: str

    @property
    def requirement(self) -> str:
        """The id of the requirement that speaks of it."""
        return CODING if self.kind is FaultKind.CODING else FRAMING

    def __str__(self) -> str:
        return self.what
