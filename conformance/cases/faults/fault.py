"""A fault: what makes a configuration a refused one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from conformance.cases.schema.subschema import Conjunction

Path = tuple[str | int, ...]
Configuration = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """A configuration that is refused at one location.

    Attributes:
        configuration: The configuration.
        path: The location that the schema refuses.
        keywords: What is broken there.
        twin: The accepted configuration that is the same elsewhere.
        place: Where the faulty value was put into the twin: there, or inside, where alternatives hide it.
        value: The faulty value.
        subschemas: What applies at that place.
        lax: A lax validator reads that as an allowed value, and loses nothing.
    """

    configuration: Configuration
    path: Path
    keywords: tuple[str, ...]
    twin: Configuration
    place: Path
    value: Any
    subschemas: Conjunction = field(default=(), repr=False, compare=False)
    lax: bool = False
