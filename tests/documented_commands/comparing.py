"""Whether what a command printed is what the document shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_CHANGES_WITH_EACH_RUN: Final = (
    (re.compile(r"\bin \d+\.\d+s( \([\d:]+\))?"), "in (time)"),
    (re.compile(r"={3,}"), "==="),  # pytest fills a line that has a time
    (re.compile(r"\b\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?"), "(date)"),
    (re.compile(r"\b1[6-9]\d{8}\b"), "(seconds since 1970)"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "(id)"),
)
_ANYTHING: Final = "..."


def difference(shown: str, printed: str) -> str:
    """Compare, times, dates and ids apart.

    Args:
        shown: What the document shows: lines that follow one another, and `...` for what it leaves out.
        printed: All that the command printed.

    Returns:
        What is shown and was not printed, or an empty text.
    """
    lines = [_lasting(line) for line in printed.splitlines()]
    for part in _parts(shown):
        begin, fitting = _best(part, lines)
        if fitting < len(part):
            instead = lines[begin + fitting] if begin + fitting < len(lines) else "(the end)"
            return f"shown:   {part[fitting]}\nprinted: {instead}"
        lines = lines[begin + len(part) :]
    return ""


def _parts(shown: str) -> list[list[str]]:
    """The lines that must follow one another; between two parts there may be others."""
    parts: list[list[str]] = [[]]
    for line in shown.splitlines():
        if line.strip() == _ANYTHING:
            parts.append([])
        else:
            parts[-1].append(_lasting(line))
    return [part for part in parts if part]


def _best(part: Sequence[str], lines: Sequence[str]) -> tuple[int, int]:
    """Where most lines of the part fit in their order, and how many do."""
    best = (0, 0)
    for begin in range(len(lines)):
        fitting = 0
        while fitting < len(part) and begin + fitting < len(lines) and _fits(part[fitting], lines[begin + fitting]):
            fitting += 1
        if fitting > best[1]:
            best = (begin, fitting)
        if fitting == len(part):
            break
    return best


def _fits(shown: str, line: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, shown.split(_ANYTHING))), line) is not None


def _lasting(line: str) -> str:
    """The line without what changes with each run."""
    for changing, name in _CHANGES_WITH_EACH_RUN:
        line = changing.sub(name, line)
    return line.rstrip()
