"""What all texts for a person at a terminal share: lines with a colour, and numbers with what they count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OF_THE_DIAL: Final = "the DIAL"
"""The place of a result that is not about one deployment."""


@dataclass(frozen=True)
class Line:
    """A line, and how it looks where colours are shown.

    Attributes:
        text: What it says.
        colour: A colour of pytest's terminal writer, such as `red`; empty for none.
        bold: It is in bold.
    """

    text: str = ""
    colour: str = ""
    bold: bool = False

    @property
    def markup(self) -> dict[str, bool]:
        """The keywords of pytest's terminal writer."""
        return {name: True for name in (self.colour, "bold" if self.bold else "") if name}


def counted(number: int, name: str, plural: str = "") -> str:
    """Write a number with what it counts."""
    return f"{number} {name}" if number == 1 else f"{number} {plural or f'{name}s'}"


def asked(requests: int, retries: int, how: str = "") -> str:
    """Write how many requests were made, and how many retries beside them if there were any."""
    text = f"{counted(requests, 'request')}{how}"
    return f"{text}, {counted(retries, 'retry', 'retries')}" if retries else text
