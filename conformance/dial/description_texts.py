"""Texts of a description that are not meant for callers, wherever they stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from conformance.dial.internal import inner_address_in
from conformance.dial.secret_formats import secret_in

_MOST_TEXTS: Final = 10_000
_OF_OWNER: Final = re.compile(r"(?:routes|application_properties|interface_configs|function|external_services)\b")
"""What the owner of an application is shown of how it is run (dial-api 2.3, 12.14)."""


def secret_fault(element: dict[str, Any]) -> str | None:
    """No text is, or holds, a key or a token of a known format: not in free objects and not as a name of a field."""
    for path, text in _texts(element, ""):
        found = secret_in(text)
        if found is not None:
            return f"{path} holds {found}"
    return None


def inner_address_fault(element: dict[str, Any]) -> str | None:
    """No text tells where something is inside of a network, but fields that are meant to be addresses."""
    for path, text in _texts(element, ""):
        name = re.sub(r"\[\d+\]$", "", path).rpartition(".")[2].lower()
        if name.endswith("_url") or _OF_OWNER.match(path):
            continue
        found = inner_address_in(text)
        if found is not None:
            return f"{path} tells {found}"
    return None


def _texts(element: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Give the texts of a JSON object with their places, names of fields among them, the first ten thousand."""
    left: list[tuple[str, Any]] = [(path, element)]
    given = 0
    while left and given < _MOST_TEXTS:
        place, value = left.pop()
        given += 1
        if isinstance(value, str):
            yield place, value
        elif isinstance(value, dict):
            inner = [(f"{place}.{name}" if place else name, child) for name, child in value.items()]
            yield from ((one, one.rpartition(".")[2]) for one, _ in inner)
            left += reversed(inner)
        elif isinstance(value, list):
            left += reversed([(f"{place}[{position}]", child) for position, child in enumerate(value)])
