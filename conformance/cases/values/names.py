"""Names for properties that a schema describes without naming them (JSON Schema 2020-12 core, section 10.3.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from conformance.cases.values.formats import texts_of
from conformance.cases.values.regular import example

UNKNOWN_NAMES: Final = ("foo", "bar", "A", "1", "a b", "")
"""Names for properties that a schema does not declare."""

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_LONGEST_NAME: Final = 100
_TURNS: Final = 3

IsMatching = Callable[[str, str], bool]
"""Tells whether a pattern is one for a name."""


def names_of(
    patterns: Sequence[str], formats: Sequence[str], lengths: tuple[int, int | None], is_matching: IsMatching
) -> list[str]:
    """Return names that the `propertyNames` of a schema may allow, the plainest first.

    Args:
        patterns: The regular expressions that it has for them.
        formats: The known formats that it names for them: then only such names are made up.
        lengths: How long a name is at least and at most.
        is_matching: Tells whether a pattern is one for a name.
    """
    shortest, longest = lengths

    def is_fitting(name: str) -> bool:
        is_long_enough = shortest <= len(name) <= (len(name) if longest is None else longest)
        return is_long_enough and all(is_matching(pattern, name) for pattern in patterns)

    if formats:
        return [text for name in formats for text in texts_of(name, shortest, longest) if is_fitting(text)]
    found = [name for one in patterns for turn in range(_TURNS) if (name := example(one, shortest, turn)) is not None]
    found += [letter * shortest for letter in "abc"] if 0 < shortest <= _LONGEST_NAME and not patterns else []
    return [*filter(is_fitting, UNKNOWN_NAMES), *found, *UNKNOWN_NAMES]


def names_like(pattern: str, is_matching: IsMatching) -> Iterator[str]:
    """Give different names that a pattern of `patternProperties` is for.

    Args:
        pattern: The regular expression.
        is_matching: Tells whether a pattern is one for a name.
    """
    seen: set[str] = set()
    for turn, letter in enumerate(_LETTERS):
        name = example(pattern, 1, turn)
        for one in (name, example(pattern, turn + 2, turn), f"{name}{letter}") if name is not None else ():
            if one is not None and one not in seen and is_matching(pattern, one):
                seen.add(one)
                yield one
