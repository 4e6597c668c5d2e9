"""What is wrong with the way in which a requirement, a recipe or facts are declared, and where that is."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any


class DeclarationError(ValueError):
    """A requirement, a recipe or facts are declared wrongly. The message is one line and begins with the place."""


def place_of(function: Callable[..., Any]) -> str:
    """Return where a function begins, as `file:line`; the file is named as a person in this folder would name it."""
    code = inspect.unwrap(function).__code__
    path, here = Path(code.co_filename), Path.cwd()
    return f"{path.relative_to(here) if path.is_relative_to(here) else path}:{code.co_firstlineno}"


def ids(given: Iterable[str]) -> tuple[str, ...]:
    """Return ids that were given as a list, or as one text: that of one id, and not a list of its letters."""
    return (given,) if isinstance(given, str) else tuple(given)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the end of a message about a name that is not known: which was meant, or nothing if none is near."""
    found = get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {found[0]}?" if found else ""
