"""For each requirement an exchange that keeps it and one that breaks it, read from examples.json.

`make docs` writes that file; see conformance/standin/proof/examples.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Self


@dataclass(frozen=True)
class ShownExchange:
    """An exchange in words.

    Attributes:
        request: Its method and path.
        body: The beginning of its body, or empty.
        answer: The status and the media type of the answer.
        text: The beginning of the answer's body.
    """

    request: str
    body: str
    answer: str
    text: str


@dataclass(frozen=True)
class Example:
    """What keeps a requirement, and what breaks it.

    Attributes:
        kept: It holds here; None if no healthy deployment of ours is asked that.
        broken: It does not hold here.
        defect: The defect of the stand-in that answered so.
        expected: What the requirement wants there.
        got: What was there instead.
    """

    kept: ShownExchange | None
    broken: ShownExchange
    defect: str
    expected: str
    got: str

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Read it from plain values."""
        exchanges = {name: plain[name] and ShownExchange(**plain[name]) for name in ("kept", "broken")}
        return cls(**{**plain, **exchanges})


def example_of(requirement: str) -> Example | None:
    """Return the example of a requirement; None of one that is newer than the file, or of another suite."""
    plain = _all().get(requirement)
    return None if plain is None else Example.from_plain(plain)


@cache
def _all() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files("conformance.reports").joinpath("examples.json").read_text("utf-8"))
    return found
