"""A schema, and the cases that it must give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True)
class Example:
    """A schema, and the cases that it must give.

    Attributes:
        schema: The schema.
        accepted: The names of the accepted cases.
        refused: The names of refused cases and what they break; there are more, with values of the wrong type.
        total: How many cases are refused.
        missing: What could not be turned into a case.
    """

    schema: Schema
    accepted: Sequence[str] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    total: int = 0
    missing: Sequence[str] = ()


def of_x(schema: Any) -> Schema:
    """Return the schema of a configuration with one property, which has a schema."""
    return {"type": "object", "properties": {"x": schema}}
