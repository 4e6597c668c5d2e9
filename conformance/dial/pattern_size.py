"""How large a regular expression becomes when it is compiled: what compiles it writes repetitions out.

`((a{1000}){1000}){1000}` has 24 characters and takes gigabytes. So its size is counted first, on the text, and what is
too large is never given to a compiler.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MOST_CHARACTERS: Final = 5_000
"""Of a regular expression, and of what it stands for when its repetitions are written out."""

_TOKEN: Final = re.compile(
    r"""
    (?P<escape> \\ (?: [pPu]\{[^{}]*\} | . ) )
    | (?P<set> \[ \^? \]? (?: \\. | [^\]\\] )* \] )
    | (?P<unclosed> \[ )
    | (?P<open> \( (?: \? (?: [:=!>] | <[=!] | P?<\w+> | -?[ims]+:) )? (?!\?) )
    | (?P<back> \(\?P=\w+\) )
    | (?P<flags> \(\?[ims]+\) )
    | (?P<foreign> \(\? )
    | (?P<close> \) )
    | (?P<or> \| )
    | (?P<simple> [?*+] )
    | (?P<counted> \{ (?P<least>\d*) (?P<comma>,?) (?P<most>\d*) \} )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
"""One part of a regular expression; `foreign` is a group that ECMA-262 has not, such as a comment or a recursion."""


@dataclass(slots=True)
class _Group:
    """What was read of a group: all of it but its last part, and that."""

    before: int = 0
    last: int = 0

    def add(self, size: int) -> None:
        self.before, self.last = self.before + self.last, size


def too_large(pattern: str) -> str | None:
    """Tell why a regular expression must not be compiled, None if it may be.

    Args:
        pattern: A stranger's text (JSON Schema 2020-12 core, section 6.4: an expression of ECMA-262).

    Returns:
        The end of a sentence that begins with the pattern.
    """
    if len(pattern) > MOST_CHARACTERS:
        return f"is longer than {MOST_CHARACTERS} characters"
    size = size_of(pattern)
    if size is None:
        return "has a group that ECMA-262 does not have"
    if size > MOST_CHARACTERS:
        return f"stands for more than {MOST_CHARACTERS} characters"
    return None


@lru_cache(maxsize=1_024)
def size_of(pattern: str) -> int | None:
    """Count the characters and sets of an expression whose repetitions are written out as often as they must be.

    Args:
        pattern: The expression; if it is none, any number is right.

    Returns:
        The count, at least as large as what a compiler makes of it; None if it has a group that is not ECMA-262's.
    """
    groups = [_Group()]
    for token in _TOKEN.finditer(pattern):
        kind, current = token.lastgroup, groups[-1]
        if token["foreign"] is not None:
            return None
        if token["unclosed"] is not None:
            return 0  # no compiler takes it
        if token["open"] is not None:
            groups.append(_Group())
        elif token["close"] is not None and len(groups) > 1:
            inner = groups.pop()
            groups[-1].add(1 + inner.before + inner.last)
        elif token["simple"] is not None or token["counted"] not in {None, "{}", "{,}"}:
            current.last *= _times(token)
        elif kind != "flags":
            current.add(1 + len(token["set"] or "") // 8)
        if groups[-1].last > MOST_CHARACTERS:
            return groups[-1].last
    return sum(1 + group.before + group.last for group in groups)


def _times(token: re.Match[str]) -> int:
    """Count the copies that a repetition makes: of what must be there, and one more if there may be more of it."""
    if token["simple"] is not None:
        return 2 if token["simple"] == "+" else 1
    least = min(int(token["least"][:9] or 0), MOST_CHARACTERS + 1)
    is_open = bool(token["comma"]) and token["least"] != token["most"]
    return max(1, least + (1 if is_open and least else 0))
