"""What a word that fits nothing was probably meant to be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Final

_MOST: Final = 3
_ID: Final = re.compile(r"(?P<chapter>[A-Z][A-Z0-9]*)-[][0-9*?-]+")
_WILDCARDS: Final = re.compile(r"\[[^]]*\]|[*?]")


def close_to(word: str, known: Iterable[str], *, likeness: float = 0.6) -> list[str]:
    """Return the known words that are nearest to one, the nearest first, in any letter case.

    Args:
        word: What was given; the wildcards of a glob do not count.
        known: What it could be.
        likeness: How alike they must be, from 0 to 1 (difflib's ratio).
    """
    names: dict[str, list[str]] = {}
    for one in known:
        names.setdefault(one.casefold(), []).append(one)
    if word.casefold() in names:
        return names[word.casefold()][:_MOST]
    plain = _WILDCARDS.sub("", word).casefold() or word.casefold()
    found = get_close_matches(plain, names, n=_MOST, cutoff=likeness)
    return [name for one in found for name in names[one]][:_MOST]


def requirements_close_to(pattern: str, ids: Iterable[str]) -> list[str]:
    """Return which requirements, or which glob of them, were probably meant.

    Args:
        pattern: What was given to `--requirement`.
        ids: All ids.
    """
    known = list(ids)
    given = pattern.strip().upper()
    same = [one for one in known if _parts(one) == _parts(given)]  # CHAT-5, CHAT_05 and chat05 are CHAT-05
    if same:
        return same
    chapters = {one.rpartition("-")[0]: f"{one.rpartition('-')[0]}-*" for one in known}
    chapter = _parts(given)[0]
    if chapter in chapters:
        return [chapters[chapter]] if given == chapter else []
    meant = close_to(chapter, chapters)
    if not meant:
        return []
    number = re.search(r"\d+$", given)
    corrected = [f"{one}-{int(number[0]):02}" for one in meant] if number else []
    return [one for one in corrected if one in known] or [chapters[one] for one in meant]


def did_you_mean(found: Iterable[str]) -> str:
    """Return the end of a message: empty if there is nothing to suggest."""
    words = " or ".join(found)
    return f"; did you mean {words}?" if words else ""


def meant_or_own(pattern: str, ids: Iterable[str], checks: Collection[str], otherwise: str = "") -> str:
    """Return the end of a message about an id or a glob that fits no requirement; empty if there is nothing to say.

    Args:
        pattern: What was given.
        ids: All ids.
        checks: The own checks that were given; without them, an id of a strange chapter is probably one of theirs.
        otherwise: What is said first where no id is close.
    """
    known = list(ids)
    if meant := did_you_mean(requirements_close_to(pattern, known)):
        return meant
    own = _ID.fullmatch(pattern.strip().upper())
    is_strange = own is not None and own["chapter"] not in {one.rpartition("-")[0] for one in known}
    return otherwise + ("; those of own checks need --checks DIR" if is_strange and not checks else "")


def _parts(requirement_id: str) -> tuple[str, int | None]:
    """Take an id apart: its chapter, and its number or None."""
    found = re.fullmatch(r"([A-Z]+)(?:[-_ ]*(\d{1,4}))?.*", requirement_id)
    if found is None:
        return requirement_id, None
    return found[1], int(found[2]) if found[2] else None
