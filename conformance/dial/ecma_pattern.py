r"""Whether a regular expression is one of ECMA-262, as JSON Schema recommends (2020-12 core, section 6.4).

Nothing in Python reads ECMA-262, and what Python reads is not all of it: `\A`, `(?P<name>x)` and `a++` are of other
dialects, and a client in a browser reads them as something else or not at all. So the expression is read here, part by
part, and never run. What Annex B of ECMA-262 lets browsers read besides (`\-`, a lone `]`) is not accused; letters
after a backslash that mean nothing there are, because they mean something where they come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from conformance.contract.verdict import CouldNotRunError

MOST_CHARACTERS: Final = 200_000
"""Of all expressions of one schema."""

_PART: Final = re.compile(
    r"""
    (?P<escape> \\ (?: u\{[0-9A-Fa-f]+\} | u[0-9A-Fa-f]{4} | x[0-9A-Fa-f]{2} | [pP]\{[A-Za-z0-9_=]+\} | k<[^>]+>
                     | c[A-Za-z] | [^A-Za-z] | [bBdDwWsStnvfr] ) )
    | (?P<foreign_escape> \\.? )
    | (?P<set> \[ )
    | (?P<behind> \(\?<[=!] )
    | (?P<open> \( (?: \?: | \?[=!] | \?<[$_\w]+> | \?[ims]*-?[ims]*: | (?!\?) ) )
    | (?P<foreign_group> \(\?.{0,2} )
    | (?P<close> \) )
    | (?P<or> \| )
    | (?P<edge> [\^$] )
    | (?P<times> [*+?] | \{\d+(?:,\d*)?\} )
    | (?P<foreign_times> \{,\d+\} )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_SET: Final = re.compile(
    r"""
    (?P<escape> \\ (?: u\{[0-9A-Fa-f]+\} | u[0-9A-Fa-f]{4} | x[0-9A-Fa-f]{2} | [pP]\{[A-Za-z0-9_=]+\} | c[A-Za-z]
                     | [^A-Za-z] | [bdDwWsStnvfr] ) )
    | (?P<foreign_escape> \\.? )
    | (?P<end> \] )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_NOTHING, _ATOM, _EDGE, _REPEATED, _LAZY = range(5)
"""What stands before a part: nothing, what can be repeated, what cannot, what is repeated, and that lazily."""


def pattern_fault(pattern: str) -> str | None:
    """Tell why a regular expression is none of ECMA-262, or None.

    Args:
        pattern: A stranger's text; read in time linear to its length.
    """
    groups: list[bool] = []
    before, end = _NOTHING, 0
    while (part := _PART.match(pattern, end)) is not None:
        end, kind, text = part.end(), part.lastgroup or "", part[0]
        fault = None
        if kind == "set":
            end, fault = _read_set(pattern, end)
            before = _ATOM
        elif kind == "times":
            before, fault = _repeated(before, text)
        elif kind == "close":
            fault = None if groups else "')' closes nothing"
            before = _ATOM if groups and groups.pop() else _EDGE
        else:
            fault = f"{text!r:.40} means nothing in ECMA-262" if kind.startswith("foreign") else None
            groups += {"open": [True], "behind": [False]}.get(kind, [])
            before = _before_next(kind, text)
        if fault is not None:
            return fault
    return "a group is not closed" if groups else None


def _before_next(kind: str, text: str) -> int:
    """Return what stands before the next part, behind one that is neither a set nor a quantifier nor a bracket."""
    if kind in ("open", "behind", "or"):
        return _NOTHING
    return _EDGE if kind == "edge" or text in ("\\b", "\\B") else _ATOM


def _repeated(before: int, times: str) -> tuple[int, str | None]:
    """Return what stands before the next part after a quantifier, and what is wrong with it."""
    if before == _REPEATED and times == "?":
        return _LAZY, None
    if before != _ATOM:
        return before, f"{times!r:.40} repeats nothing that ECMA-262 can repeat"
    least, comma, most = times.strip("{}").partition(",")
    if comma and most and _is_less(most, least):
        return before, f"{times!r:.40} is out of order"
    return _REPEATED, None


def _is_less(one: str, other: str) -> bool:
    left, right = one.lstrip("0"), other.lstrip("0")  # as texts: Python reads no number of 5,000 digits
    return (len(left), left) < (len(right), right)


def _read_set(pattern: str, begin: int) -> tuple[int, str | None]:
    """Read a set of characters behind its bracket, and return where it ends, and what is wrong with it."""
    end = begin + 1 if pattern[begin : begin + 1] == "^" else begin
    read: list[str] = []
    while (part := _IN_SET.match(pattern, end)) is not None:
        end = part.end()
        if part.lastgroup == "foreign_escape":
            return end, f"{part[0]!r} means nothing in a set of ECMA-262"
        if part.lastgroup == "end":
            return end, None
        read.append(part[0])
        if len(read) > 2 and read[-2] == "-":  # noqa: PLR2004 - a range has three parts
            low, high = read[-3], read[-1]
            if len(low) == len(high) == 1 and low > high:
                return end, f"'{low}-{high}' is out of order"
            read.clear()
    return end, "a set is not closed"


def first_fault(subschemas: Iterable[tuple[str, dict[str, Any]]]) -> str | None:
    """Return the first expression in a schema that is none of ECMA-262, with its place and why, or None.

    Args:
        subschemas: All schemas in the document with their pointers.

    Raises:
        CouldNotRunError: There are too many characters to look at.
    """
    left = MOST_CHARACTERS
    for place, pattern in patterns_of(subschemas):
        left -= len(pattern)
        if left < 0:
            raise CouldNotRunError(f"the suite does not look at patterns of more than {MOST_CHARACTERS:,} characters")
        fault = pattern_fault(pattern)
        if fault is not None:
            return f"{place} is {pattern!r:.80}: {fault}"
    return None


def patterns_of(subschemas: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, str]]:
    """Give the regular expressions in a schema with their places: `pattern`, and the names in `patternProperties`."""
    for pointer, schema in subschemas:
        if isinstance(schema.get("pattern"), str):
            yield f"{pointer}/pattern", schema["pattern"]
        named = schema.get("patternProperties")
        for name in named if isinstance(named, dict) else ():
            yield f"{pointer}/patternProperties", name
