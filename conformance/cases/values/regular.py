"""Regular expressions of a schema: how long matching can take, and texts that match (2020-12 core, section 6.4).

Both read the tree of Python's own parser. An expression that it cannot read has neither cost nor examples.
"""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any, Final

import regex

from conformance.cases.values.ecma import in_python
from conformance.dial.pattern import SlowPatternError, found

_LONGEST_PATTERN: Final = 1_000
_READ_DIFFERENTLY: Final = ("[[", "--", "&&", "~~", "||")
"""In a set: Python warns that it will read them in another way some day."""

_MOST_WAYS: Final = 10**9
_SET: Final = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\.", re.DOTALL)
_FLAGS: Final = re.compile(r"\(\?[a-zA-Z]+\)")
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_ ./:@+,;!#$%&*=?~'\"()<>[]{}|^`\\é"
REPEATS: Final = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")

Node = tuple[Any, Any]


@cache
def _parser() -> Any:
    return importlib.import_module("re._parser")  # it has no public name since sre_parse is deprecated


@lru_cache(maxsize=256)
def _tree(pattern: str) -> tuple[Node, ...] | None:
    if len(pattern) > _LONGEST_PATTERN:
        return None
    if any(text in one for one in _SET.findall(pattern) for text in _READ_DIFFERENTLY):
        return None
    try:
        return tuple(_parser().parse(in_python(pattern)[0]))
    except (re.error, OverflowError, RecursionError, Warning):
        return None


def matching_cost(pattern: str, length: int) -> int | None:
    """Bound the steps that a backtracking search takes.

    Args:
        pattern: The regular expression.
        length: Of the text.

    Returns:
        At most so many steps, capped; None if the expression cannot be read.
    """
    tree = _tree(pattern)
    if tree is None:
        return None
    starts = 1 if tree and name_of(tree[0]) == "AT" and str(tree[0][1]) == "AT_BEGINNING" else length + 1
    return min(starts * _ways(tree, length) * (length + _least_steps(tree)), _MOST_WAYS)


def parts_of(pattern: str) -> tuple[Node, ...] | None:
    """Return the tree of an expression that can be followed without going back.

    Returns:
        Its parts; None if it cannot be read, has flags, or has properties of Unicode that only another module knows.
    """
    tree = _tree(pattern)
    return tree if tree is not None and in_python(pattern)[1] and not _FLAGS.search(pattern) else None


def is_found(pattern: str, text: str) -> bool | None:
    """Tell whether an expression matches somewhere in a text, None if it cannot be read or takes too long."""
    own, is_same = in_python(pattern)
    try:
        return re.search(own, text) is not None if is_same else found(pattern, text)
    except (re.error, regex.error, SlowPatternError, OverflowError, RecursionError, Warning):
        return None


def example(pattern: str, length: int = 0, turn: int = 0) -> str | None:
    """Write a text that matches, as short as can be, or of a length if the expression lets it grow.

    Args:
        pattern: The regular expression.
        length: How long the text should be, if it can.
        turn: Which letter to prefer, so that different turns give different texts.

    Returns:
        The text, which the validator must still confirm (lookaheads are not looked at), or None.
    """
    tree = _tree(pattern)
    if tree is None:
        return None
    shortest = _Writer(0, turn).text(tree)
    if shortest is None or len(shortest) >= length:
        return shortest
    return _Writer(length - len(shortest), turn).text(tree)


def name_of(node: Node) -> str:
    """Return what kind of part a node of the tree is."""
    return str(node[0])


def _ways(nodes: Iterable[Node], length: int) -> int:
    """Bound the ways in which a text of that length can be tried."""
    ways = 1
    for node in nodes:
        ways = min(ways * _ways_of(node, length), _MOST_WAYS)
    return ways


def _ways_of(node: Node, length: int) -> int:
    name, value = name_of(node), node[1]
    if name in REPEATS:
        least, most, inner = value
        fewest, greatest = min(int(least), length), min(int(most), length)
        once = _ways(inner, length)
        if once == 1:
            return greatest - fewest + 1
        return _MOST_WAYS if greatest * math.log10(once) > math.log10(_MOST_WAYS) else once ** (greatest + 1)
    ways = [_ways(inner, length) for inner in _inner(name, value)]
    return sum(ways) or 1


def _least_steps(nodes: Iterable[Node]) -> int:
    """Count the steps of one way, with all repeats written out as often as they must be."""
    return min(1 + sum(_least_steps_of(node) for node in nodes), _MOST_WAYS)


def _least_steps_of(node: Node) -> int:
    name, value = name_of(node), node[1]
    if name in REPEATS:
        return max(1, int(value[0])) * _least_steps(value[2])
    return sum(_least_steps(inner) for inner in _inner(name, value)) or 1


def _inner(name: str, value: Any) -> tuple[Iterable[Node], ...]:
    if name == "BRANCH":
        return tuple(value[1])
    if name == "GROUPREF_EXISTS":
        return tuple(alternative for alternative in value[1:] if alternative is not None)
    if name in {"SUBPATTERN", "ASSERT", "ASSERT_NOT"}:
        return (value[-1],)
    return (value,) if name == "ATOMIC_GROUP" else ()


class _Writer:
    """Writes one matching text; `spare` more characters go into the first repeats that have room."""

    def __init__(self, spare: int, turn: int) -> None:
        self._spare = spare
        self._letters = _ALPHABET[turn % len(_ALPHABET) :] + _ALPHABET[: turn % len(_ALPHABET)]
        self._groups: dict[int, str] = {}
        self._writers: dict[str, Callable[[Any], str | None]] = {
            "ANY": lambda _: self._letters[0],
            "ASSERT": lambda _: "",
            "ASSERT_NOT": lambda _: "",
            "AT": lambda _: "",
            "ATOMIC_GROUP": self.text,
            "BRANCH": lambda value: self.text(value[1][0]),
            "GROUPREF": self._groups.get,
            "IN": self._letter,
            "LITERAL": chr,
            "NOT_LITERAL": lambda value: next(letter for letter in self._letters if ord(letter) != value),
            "SUBPATTERN": self._group,
            **dict.fromkeys(REPEATS, self._repeated),
        }

    def text(self, nodes: Iterable[Node]) -> str | None:
        written = ""
        for node in nodes:
            write = self._writers.get(name_of(node))
            part = None if write is None else write(node[1])
            if part is None:
                return None
            written += part
        return written

    def _group(self, value: tuple[int | None, int, int, Iterable[Node]]) -> str | None:
        number, _, _, nodes = value
        written = self.text(nodes)
        if number is not None and written is not None:
            self._groups[number] = written
        return written

    def _repeated(self, value: tuple[Any, Any, Iterable[Node]]) -> str | None:
        least, most, inner = value
        nodes = tuple(inner)
        spare, self._spare = self._spare, 0
        once = self.text(nodes)
        more = 0
        if once:
            more = min(spare // len(once), int(most) - int(least))
        self._spare = spare - more * len(once or "")
        times = int(least) + more
        if once is None or times * len(once) > _LONGEST_PATTERN + spare:
            return "" if times == 0 else None
        return once * times

    def _letter(self, items: list[Node]) -> str | None:
        negated = bool(items) and name_of(items[0]) == "NEGATE"
        wanted = items[1:] if negated else items
        for letter in self._letters:
            if has_letter(items, letter):
                return letter
        first = next((item for item in wanted if name_of(item) in {"LITERAL", "RANGE"}), None)
        if negated or first is None:
            return None
        return chr(first[1] if name_of(first) == "LITERAL" else first[1][0])


def has_letter(items: list[Node], letter: str) -> bool:
    """Tell whether a set has a letter."""
    negated = bool(items) and name_of(items[0]) == "NEGATE"
    return any(_has(item, letter) for item in (items[1:] if negated else items)) != negated


def _has(item: Node, letter: str) -> bool:
    name, value = name_of(item), item[1]
    if name == "LITERAL":
        return ord(letter) == int(value)
    if name == "RANGE":
        return int(value[0]) <= ord(letter) <= int(value[1])
    word = letter.isalnum() or letter == "_"
    return {
        "CATEGORY_DIGIT": letter.isdigit(),
        "CATEGORY_NOT_DIGIT": not letter.isdigit(),
        "CATEGORY_SPACE": letter.isspace(),
        "CATEGORY_NOT_SPACE": not letter.isspace(),
        "CATEGORY_WORD": word,
        "CATEGORY_NOT_WORD": not word,
    }.get(str(value), False)
