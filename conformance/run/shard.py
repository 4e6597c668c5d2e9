"""A shard: one of n parts of the deployments under test, so that n machines check them at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Self, TypeVar

T = TypeVar("T")

_MOST_DIGITS: Final = 6
_DIGITS_OF_DOLLARS: Final = 6


@dataclass(frozen=True, order=True)
class Shard:
    """One of the parts.

    Attributes:
        count: How many there are.
        number: Which one this is, from 1.
    """

    count: int
    number: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `2/8`.

        Raises:
            ValueError: It is no shard; the message says why.
        """
        found = re.fullmatch(rf"(\d{{1,{_MOST_DIGITS}}})/(\d{{1,{_MOST_DIGITS}}})", text, re.ASCII)
        if found is None:
            raise ValueError("give which part of how many, such as 2/8")
        number, count = map(int, found.groups())
        if not 1 <= number <= count:
            raise ValueError("the parts count from 1, so the first of 8 is 1/8 and the last is 8/8")
        return cls(count, number)

    @property
    def is_first(self) -> bool:
        """It is the one that decides what is the DIAL's, and of no deployment."""
        return self.number == 1

    def share_of(self, whole: int) -> int:
        """Return the part of a number that is this shard's. The shares of all shards are the whole, and differ by 1."""
        return whole // self.count + (self.number <= whole % self.count)

    def share_of_dollars(self, whole: Decimal) -> Decimal:
        """Return the part of an amount that is this shard's, counted in millionths, or finer if the amount is."""
        exponent = whole.as_tuple().exponent
        digits = max(_DIGITS_OF_DOLLARS, -exponent if isinstance(exponent, int) else 0)
        share = Decimal(self.share_of(int(whole.scaleb(digits)))).scaleb(-digits)
        return Decimal(f"{share.normalize():f}")

    def part_of(self, everything: Iterable[T], name: Callable[[T], str], first: str | None = None) -> Sequence[T]:
        """Return every n-th of the sorted ones: the same on each machine, in whatever order a DIAL lists them.

        Args:
            everything: All deployments.
            name: Gives what they are sorted by.
            first: Which of them is in the first part: the one of which is asked what is asked of any.
        """
        ordered = sorted(everything, key=name)
        place = next((place for place, one in enumerate(ordered) if name(one) == first), 0)
        return ordered[self.offset(place) :: self.count]

    def offset(self, place: int) -> int:
        """Return where this part begins, if so many deployments stand before one of the first part."""
        return (place + self.number - 1) % self.count
