"""The version of a DIAL Core."""

from __future__ import annotations

import re

_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})")


def parse_version(text: str) -> tuple[int, int] | None:
    """Read major and minor of a Core version such as `0.25.0-rc`; None if it is none."""
    found = _VERSION.match(text.strip())
    return (int(found[1]), int(found[2])) if found else None
