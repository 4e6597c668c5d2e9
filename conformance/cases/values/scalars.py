"""Numbers and texts that an alternative allows (JSON Schema 2020-12 validation, sections 6.2 and 6.3)."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, count
from typing import Any, Final

from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.json_value import is_finite
from conformance.cases.values.formats import LONGEST_TEXT, formats_of, is_of, of_length, texts_of
from conformance.cases.values.regular import example

_LARGE: Final = 10**21
_FIRST_INTEGERS: Final = 8
"""Before a number that is none: where integers are not allowed, it is."""
_MIXTURES: Final = ("aA0!", "aA0", "a0", "0a", "A0-")
_MORE_LENGTHS: Final = 5
_PLAIN: Final = "text"
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


class Range:
    """The numbers between an alternative's bounds, exactly."""

    def __init__(self, alternative: Alternative) -> None:
        steps = [_exact(one) for one in _numbers(alternative, "multipleOf")]
        steps += [Fraction(1)] if "number" not in alternative.types else []
        self.step: Final = _common_multiple(steps)
        low = [(_exact(one), False) for one in _numbers(alternative, "minimum")]
        low += [(_exact(one), True) for one in _numbers(alternative, "exclusiveMinimum")]
        high = [(_exact(one), False) for one in _numbers(alternative, "maximum")]
        high += [(_exact(one), True) for one in _numbers(alternative, "exclusiveMaximum")]
        self.lowest: Final = self._attained(max(low), 1) if low else None
        self.highest: Final = self._attained(min(high, key=lambda one: (one[0], not one[1])), -1) if high else None
        self._low: Final = max(low)[0] if low else None
        self._high: Final = min(high)[0] if high else None

    @property
    def is_bounded(self) -> bool:
        """Whether it says anything but the type."""
        return self._low is not None or self._high is not None or self.step not in {None, Fraction(1)}

    @property
    def inside(self) -> Fraction:
        """A number between the bounds."""
        step = self.step or Fraction(1)
        if self._low is not None and self._high is not None:
            middle = (self._low + self._high) / 2
            return middle if self.step is None else math.floor(middle / step) * step
        if self._low is not None:
            return (self._low if self.lowest is None else self.lowest) + step
        if self._high is not None:
            return (self._high if self.highest is None else self.highest) - step
        return step

    def ends(self) -> Iterator[Any]:
        """Give the least and the greatest number."""
        return (one for values in self.each_end() for one in values)

    def each_end(self) -> tuple[list[Any], list[Any]]:
        """Return the least number, and the greatest, each in a list that is empty if there is none."""
        low, high = ([] if one is None else [as_json(one)] for one in (self.lowest, self.highest))
        return low, high

    def numbers(self) -> Iterator[Any]:
        """Give numbers, the plainest first, without end."""
        yield as_json(self.inside)
        yield from self.ends()
        start, step = (self.inside if self.lowest is None else self.lowest), self.step or Fraction(1)
        for times in count(1):
            yield as_json(start + times * step)
            yield as_json((self.inside if self.highest is None else self.highest) - times * step)
            if self.step is None and times == _FIRST_INTEGERS:
                yield as_json(start + Fraction(1, 2))

    def _attained(self, bound: tuple[Fraction, bool], direction: int) -> Fraction | None:
        value, is_open = bound
        if self.step is None:
            return None if is_open else value
        steps = value / self.step
        nearest = (math.ceil(steps) if direction > 0 else math.floor(steps)) * self.step
        return nearest + direction * self.step if is_open and nearest == value else nearest


def as_json(number: Fraction) -> Any:
    """Write a number as JSON has it: an integer without a point, unless it is very large."""
    if number.denominator == 1 and abs(number) < _LARGE:
        return number.numerator
    return float(number) if abs(number) <= sys.float_info.max else math.inf


def written(alternative: Alternative, length: int, turn: int = 0) -> str | None:
    """Write a text of a length, or of the length nearest to it that the alternative's pattern allows.

    Args:
        alternative: Its first pattern is followed, the validator must confirm the others.
        length: How many characters.
        turn: Which letter to prefer.

    Returns:
        The text, or None if it would be too long or the pattern cannot be followed.
    """
    if length > LONGEST_TEXT:
        return None
    patterns = alternative.values("pattern")
    if patterns:
        return example(patterns[0], length, turn)
    return _LETTERS[turn % len(_LETTERS)] * length


def texts(alternative: Alternative) -> Iterator[str]:
    """Give texts that the alternative may allow, the plainest first; where it names formats, only such of these."""
    shortest = max(1, alternative.most("minLength"))
    formats = known_formats(alternative)
    plain = [] if alternative.values("pattern") or formats else [_PLAIN]
    lengths = chain([shortest], ([shortest + 1] * len(_LETTERS)), range(shortest + 1, shortest + 9))
    found = (written(alternative, length, turn) for turn, length in enumerate(lengths))
    for name in formats:
        yield from texts_of(name, alternative.most("minLength"), alternative.least("maxLength"))
    yield from plain
    candidates = (text for text in chain(found, [""], _mixed(alternative)) if text is not None)
    yield from (text for text in candidates if all(is_of(name, text) for name in formats))


def _mixed(alternative: Alternative) -> Iterator[str]:
    """Give texts of letters, digits and signs, as lookaheads of patterns often want them together: for passwords."""
    for pattern in alternative.values("pattern")[:1]:
        shortest = example(pattern, alternative.most("minLength")) if "(?" in pattern else None
        for length in range(len(shortest), len(shortest) + _MORE_LENGTHS) if shortest is not None else ():
            yield from ((one * length)[:length] for one in _MIXTURES)


def known_formats(alternative: Alternative) -> tuple[str, ...]:
    """Return the formats that an alternative names for its texts, those that are known."""
    return formats_of(one.schema for one in alternative.subschemas)


def unwritten(alternative: Alternative) -> Iterator[str]:
    """Give what is not written of texts that have both a format and lengths: those of a length that it never has."""
    for name in known_formats(alternative):
        for length in _lengths(alternative) if not alternative.values("pattern") else ():
            if of_length(name, length) is None:
                yield f"a text of the format {name} and the length {length}"


def has_lengths(alternative: Alternative) -> bool:
    """Tell whether an alternative says anything about a text but its type."""
    return bool(alternative.most("minLength") or alternative.values("maxLength") or alternative.values("pattern"))


def text_ends(alternative: Alternative) -> Iterator[str]:
    """Give a text of the least and of the greatest length."""
    formats = known_formats(alternative)
    of_formats = (of_length(name, end) for end in _lengths(alternative) for name in formats)
    found = of_formats if formats else (written(alternative, end) for end in _lengths(alternative))
    return (text for text in found if text is not None)


def _lengths(alternative: Alternative) -> list[int]:
    shortest, longest = alternative.most("minLength"), alternative.least("maxLength")
    return [*([shortest] if shortest else []), *([] if longest is None else [longest])]


def _numbers(alternative: Alternative, keyword: str) -> list[Any]:
    return [one for one in alternative.values(keyword) if is_finite(one)]


def _exact(number: float) -> Fraction:
    return Fraction(repr(number))


def _common_multiple(steps: list[Fraction]) -> Fraction | None:
    if not steps:
        return None
    numerator, denominator = math.lcm(*(one.numerator for one in steps)), math.gcd(*(one.denominator for one in steps))
    return Fraction(numerator, denominator)
