"""All faults, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tests.chaos import connections, content, framing, statuses
from tests.chaos.proxy import Fault

ALL: Final[Mapping[str, Fault]] = MappingProxyType(
    {
        found.name: found
        for module in (connections, framing, content, statuses)
        for found in vars(module).values()
        if isinstance(found, Fault)
    }
)
