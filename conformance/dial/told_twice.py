"""Streams that tell the text of their block answer more than once, which no other answer of a model looks like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

_FEWEST = 3
"""Deltas that are a text from its beginning each: two may be so by chance."""
_SHORTEST = 6
"""Characters of a text: "1" and "11" may be two answers of a model."""


def is_told_twice(pieces: Sequence[str], text: str) -> bool:
    """Tell whether the pieces of a stream are a text with all of it told more than once, and not that text.

    Args:
        pieces: The deltas of the stream, none of them empty.
        text: The text of the block answer, ends trimmed.
    """
    if len(text) < _SHORTEST:
        return False
    return "".join(pieces).strip() != text and any(one.strip() == text for one in _told_once(pieces))


def _told_once(pieces: Sequence[str]) -> Iterator[str]:
    """Give the texts that the pieces may be a repetition of."""
    if len(pieces) >= _FEWEST and all(after.startswith(before) for before, after in pairwise(pieces)):
        yield pieces[-1]
    half, odd = divmod(len(pieces), 2)
    if not odd and pieces[::2] == pieces[1::2]:
        yield "".join(pieces[::2])
    if not odd and pieces[:half] == pieces[half:]:
        yield "".join(pieces[:half])
    beginnings = [one[: len(one) // 2] for one in pieces]
    if all(one == beginning * 2 for one, beginning in zip(pieces, beginnings, strict=True)):
        yield "".join(beginnings)
    whole = "".join(pieces[:-1])
    if pieces and whole.strip() == pieces[-1].strip():
        yield whole
