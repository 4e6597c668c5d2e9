"""Whether a regular expression matches, without going back: for those with which a backtracking search could take long.

All positions that a part can end at are found from all that it can begin at, so the work grows with the text and the
expression, never with the ways through them. It is counted, so that it is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from conformance.cases.values.regular import REPEATS, Node, has_letter, name_of

Positions = frozenset[int]

_POSITIONS_PER_STEP: Final = 4


class UnmatchableError(Exception):
    """The expression has a part that cannot be followed in this way, or takes more steps than are allowed."""


class Matcher:
    """Searches one text.

    Attributes:
        steps: How much was done.
    """

    def __init__(self, text: str, most: int) -> None:
        """Begin.

        Args:
            text: The text.
            most: How many steps may be made.
        """
        self._text: Final = text
        self._most: Final = most
        self.steps = 0
        self._parts: Final[dict[str, Callable[[Any, Positions], Positions]]] = {
            "ANY": lambda _, starts: self._one(starts, lambda letter: letter != "\n"),
            "ASSERT": lambda value, starts: self._looking(value, starts, found=True),
            "ASSERT_NOT": lambda value, starts: self._looking(value, starts, found=False),
            "AT": self._at,
            "BRANCH": lambda value, starts: frozenset().union(*(self.ends(nodes, starts) for nodes in value[1])),
            "IN": lambda value, starts: self._one(starts, lambda letter: has_letter(value, letter)),
            "LITERAL": lambda value, starts: self._one(starts, lambda letter: ord(letter) == value),
            "NOT_LITERAL": lambda value, starts: self._one(starts, lambda letter: ord(letter) != value),
            "SUBPATTERN": self._group,
            **dict.fromkeys(REPEATS[:2], self._repeated),
        }

    def is_found(self, nodes: Iterable[Node]) -> bool:
        """Tell whether an expression matches somewhere.

        Raises:
            UnmatchableError: That cannot be told.
        """
        return bool(self.ends(nodes, frozenset(range(len(self._text) + 1))))

    def ends(self, nodes: Iterable[Node], starts: Positions) -> Positions:
        """Return where parts can end that follow each other, if they begin at one of those positions."""
        for node in nodes:
            self.steps += 1 + len(starts) // _POSITIONS_PER_STEP
            part = self._parts.get(name_of(node))
            if part is None or self.steps > self._most:
                raise UnmatchableError
            starts = part(node[1], starts)
        return starts

    def _one(self, starts: Positions, fits: Callable[[str], bool]) -> Positions:
        return frozenset(start + 1 for start in starts if start < len(self._text) and fits(self._text[start]))

    def _group(self, value: tuple[int | None, int, int, Iterable[Node]], starts: Positions) -> Positions:
        _, added, removed, nodes = value
        if added or removed:
            raise UnmatchableError  # flags change what letters are the same
        return self.ends(nodes, starts)

    def _repeated(self, value: tuple[Any, Any, Iterable[Node]], starts: Positions) -> Positions:
        least, most, nodes = int(value[0]), int(value[1]), value[2]
        for _ in range(least):
            before, starts = starts, self.ends(nodes, starts)
            if not starts or starts == before:
                break
        found = latest = starts
        times = least
        while latest and times < most:
            latest = self.ends(nodes, latest) - found
            found |= latest
            times += 1
        return found

    def _looking(self, value: tuple[int, Any], starts: Positions, *, found: bool) -> Positions:
        direction, nodes = value
        width = 0 if direction > 0 else nodes.getwidth()[0]
        return frozenset(
            start
            for start in starts
            if (start >= width and bool(self.ends(nodes, frozenset({start - width})))) is found
        )

    def _at(self, value: Any, starts: Positions) -> Positions:
        end = len(self._text)
        places: dict[str, Callable[[int], bool]] = {
            "AT_BEGINNING": lambda start: start == 0,
            "AT_BEGINNING_STRING": lambda start: start == 0,
            "AT_BOUNDARY": lambda start: self._is_word(start - 1) != self._is_word(start),
            "AT_END": lambda start: start == end or (start == end - 1 and self._text[start] == "\n"),
            "AT_END_STRING": lambda start: start == end,
            "AT_NON_BOUNDARY": lambda start: self._is_word(start - 1) == self._is_word(start),
        }
        if str(value) not in places:
            raise UnmatchableError
        return frozenset(start for start in starts if places[str(value)](start))

    def _is_word(self, position: int) -> bool:
        letter = self._text[position : position + 1] if position >= 0 else ""
        return letter.isalnum() or letter == "_"
