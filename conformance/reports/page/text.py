"""Texts from strangers, so that they show what they are and no more than a reader wants."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any, Final

from markupsafe import Markup, escape

LONGEST_NAME: Final = 80
LONGEST_LINE: Final = 600
LONGEST_BODY: Final = 9_000
_KEPT = frozenset("\n\t")
_CUT = re.compile(r"\n\.\.\. \(\d+ bytes in all\)\Z")
_PART = re.compile(
    r"""
    "(?:[^"\\]|\\.)*"?  # a string; the end may be cut off
    | [{\[]\s*[}\]]       # nothing inside
    | [{}\[\],:]
    | [^\s"{}\[\],:]+""",
    re.VERBOSE | re.DOTALL,
)
_DEEPEST: Final = 12


class Allowance:
    """How many characters of details the page has left, so that no answer can make it too large to open."""

    def __init__(self, characters: int) -> None:
        self._left = characters

    def grants(self, *texts: str) -> bool:
        """Spend the room that texts take when they are escaped, or tell that there is none."""
        needed = sum(len(escape(visible(one))) for one in texts)
        if needed > self._left:
            return False
        self._left -= needed
        return True


def visible(value: Any) -> Any:
    """Spell out what would be invisible, or would change how other text is shown: controls, bidi, half surrogates.

    It is what the templates put every value through; what is Markup already, or no text, stays as it is.
    """
    if not isinstance(value, str) or isinstance(value, Markup) or value.replace("\n", "").isprintable():
        return value
    return "".join(one if _is_shown(one) else one.encode("unicode_escape").decode("ascii") for one in value)


def shortened(text: str, longest: int = LONGEST_LINE) -> str:
    """Cut a text, and say how much of it there was."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]}… ({len(text):,} characters in all)"


def name_of(text: str) -> str:
    """Cut a name."""
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def pretty(body: str) -> str:
    """Lay out a body that looks like JSON, and cut what is too long to read.

    Numbers, escapes and repeated keys stay as they came, which a parser would not keep; a body that is cut is laid out
    as far as it goes.
    """
    cut = _CUT.search(body)
    text, note = (body[: cut.start()], cut[0]) if cut else (body, "")
    return shortened(_laid_out(text) + note if text.lstrip().startswith(("{", "[")) else body, LONGEST_BODY)


def with_code(sentence: str) -> Markup:
    """Show what is between backticks as code."""
    parts = visible(sentence).split("`")
    if len(parts) % 2 == 0:
        return escape(visible(sentence))
    return Markup().join(Markup("<code>{}</code>").format(one) if odd % 2 else one for odd, one in enumerate(parts))


def time_of(moment: str) -> str:
    """Write a time in ISO 8601 as people do; what is none stays as it is."""
    try:
        return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError):
        return moment


def _laid_out(text: str) -> str:
    depth, pieces = 0, []
    for part in _PART.findall(text):
        if part in "}]":
            depth -= 1
            pieces.append(_line(depth))
        pieces.append(f"{part} " if part == ":" else "".join(part.split()) if part[0] in "{[" else part)
        if part in "{[":
            depth += 1
        if part in "{[,":
            pieces.append(_line(depth))
    return "".join(pieces)


def _line(depth: int) -> str:
    return "\n" + "  " * max(0, min(depth, _DEEPEST))


def _is_shown(character: str) -> bool:
    return character.isprintable() or character in _KEPT or unicodedata.category(character) == "Zs"
