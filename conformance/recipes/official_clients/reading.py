"""What an official client is told to ask for, and what it understood: plain values, whichever client it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Wish:
    """A completion that a client is to ask for.

    Attributes:
        path: The deployment as a part of a path.
        model: The deployment's id.
        api_version: The query parameter.
        messages: The messages.
        custom_fields: DIAL's own part of the body, with the configuration; None if there is none.
    """

    path: str
    model: str
    api_version: str
    messages: Sequence[Any]
    custom_fields: dict[str, Any] | None = None


@dataclass(frozen=True)
class Reading:
    """A completion as a client gives it to its user.

    Attributes:
        choices: How many there are.
        role: Whose message the first one is.
        attachments: How many attachments the user reaches in `message.custom_content`.
    """

    choices: int
    role: str | None
    attachments: int

    @property
    def is_answer(self) -> bool:
        """It is one choice, whose message is the assistant's."""
        return self.choices == 1 and self.role == "assistant"


@dataclass(frozen=True)
class StreamReading:
    """A streamed completion, read to its end.

    Attributes:
        chunks: How many there were.
        finish_reasons: All that they told.
    """

    chunks: int
    finish_reasons: tuple[str, ...]


@dataclass(frozen=True)
class ErrorReading:
    """The error that a client raised because the request was refused.

    Attributes:
        name: Its type.
        status: Its `status_code`.
        message: What its body tells, or None.
    """

    name: str
    status: int
    message: str | None


def count(attachments: object) -> int:
    """Count the attachments; what is no array has none."""
    return len(attachments) if isinstance(attachments, list) else 0
