"""Copies of the caller's key that must open nothing: what stands for each in a request, and how it is made.

Each is as secret as the key itself: who reads it knows nearly all of that. So they stand among the credentials of a
run, and what keeps a key out of cassettes, reports and logs does the same for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from conformance.contract.exchange import API_KEY

CHANGED: Final = "$DIAL_API_KEY_CHANGED"
OTHER_CASE: Final = "$DIAL_API_KEY_IN_OTHER_CASE"
CUT: Final = "$DIAL_API_KEY_CUT"

_SHORTEST_KEY: Final = 9
_LAST: Final = "0a1b"


def with_key_variants(credentials: Mapping[str, str]) -> dict[str, str]:
    """Return credentials with copies of the caller's key, by their placeholders; as they are if there is no key.

    One that would be a key that is known is left out, such as a key without letters in another case.

    Raises:
        ValueError: The key is so short that one of them could not be kept out of reports.
    """
    key = credentials.get(API_KEY)
    if key is None:
        return dict(credentials)
    if len(key) < _SHORTEST_KEY:
        raise ValueError(
            f"DIAL_API_KEY is shorter than {_SHORTEST_KEY} characters: with --key-variants it is cut, and what is left"
            " could not be kept out of reports; use a longer key, or leave the option out"
        )
    known = set(credentials.values())
    made = {placeholder: _first_unknown(variants(key), known) for placeholder, (variants, _) in VARIANTS.items()}
    return {**credentials, **{placeholder: value for placeholder, value in made.items() if value is not None}}


def _first_unknown(values: list[str], known: set[str]) -> str | None:
    return next((one for one in values if one not in known), None)


VARIANTS: Final[Mapping[str, tuple[Callable[[str], list[str]], str]]] = {
    CHANGED: (lambda key: [key[:-1] + last for last in _LAST], "the key with another last character"),
    OTHER_CASE: (lambda key: [key.swapcase()], "the key with its letters in the other case"),
    CUT: (lambda key: [key[:-1]], "the key without its last character"),
}
"""Of each placeholder: what may stand in for it, the first that is no known key, and what it is in words."""
