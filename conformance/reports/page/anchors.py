"""The ids of the page's elements, which are also the fragments of its links."""

from __future__ import annotations

import re
from collections.abc import Iterable

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


class Anchors:
    """Gives each thing on the page its id, and each id once.

    An id is made of the names of the thing (`CHAT-05-dall-e-3`), so a link to it stays right from report to report.
    """

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = set(reserved)

    def claim(self, *names: str) -> str:
        """Take the id of a thing for the place where it is shown; empty if it is shown elsewhere."""
        anchor = _slug(names)
        if anchor in self._taken:
            return ""
        self._taken.add(anchor)
        return anchor

    def link(self, *names: str) -> str:
        """Return the href of a thing, or empty if it is not on the page."""
        anchor = _slug(names)
        return f"#{anchor}" if anchor in self._taken else ""


def _slug(names: Iterable[str]) -> str:
    return _UNSAFE.sub(lambda found: f"~{ord(found[0]):x}~", "-".join(names))
