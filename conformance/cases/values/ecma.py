"""What ECMA-262 writes in another way than Python (JSON Schema 2020-12 core, section 6.4)."""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(
    r"(?P<property>\\[pP]\{[^{}]*\})|(?P<group>\(\?<(?=[A-Za-z_]))|(?P<set>\[\^?)|\\.|\]", re.DOTALL
)
_LETTERS: Final = {
    "L": "A-Za-z\u00c0-\ud7ff", "Letter": "A-Za-z\u00c0-\ud7ff", "Alphabetic": "A-Za-z\u00c0-\ud7ff",
    "Lu": "A-Z", "Uppercase_Letter": "A-Z", "Ll": "a-z", "Lowercase_Letter": "a-z",
    "N": "0-9", "Nd": "0-9", "Number": "0-9", "P": "!-/:;?@", "Punctuation": "!-/:;?@", "S": "$+<=>",
    "Z": " ", "Zs": " ", "Script=Latin": "A-Za-z", "Script=Cyrillic": "\u0400-\u04ff", "Script=Greek": "\u0391-\u03c9",
}  # fmt: skip
"""Some of the characters that have a property of Unicode."""


def in_python(pattern: str) -> tuple[str, bool]:
    """Write an expression as Python reads it.

    Args:
        pattern: The expression.

    Returns:
        The expression, and whether it is the same one: properties of Unicode, which Python's own module does not know,
        are replaced by some of the characters that have them.
    """
    if "\\p{" not in pattern and "\\P{" not in pattern and "(?<" not in pattern:
        return pattern, True
    written, end, is_in_set, is_same = "", 0, False, True
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        if token["property"]:
            is_same = False
            text = _characters(text, is_in_set=is_in_set)
        elif token["group"] and not is_in_set:
            text = "(?P<"
        elif token["set"]:
            is_in_set = True
        elif text == "]":
            is_in_set = False
        written, end = written + pattern[end : token.start()] + text, token.end()
    return written + pattern[end:], is_same


def _characters(text: str, *, is_in_set: bool) -> str:
    found = _LETTERS.get(text[3:-1].removeprefix("General_Category=").removeprefix("gc="), r"\w")
    if text[1] == "P":
        return r"\W" if is_in_set else f"[^{found}]"
    return found if is_in_set else f"[{found}]"
