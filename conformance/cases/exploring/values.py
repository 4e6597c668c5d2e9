"""Values that may stand at a location, and such as a careless validator lets pass: strategies of Hypothesis.

Each value comes with its kind, so that what is tried can be spread over all kinds. The simplest value of a kind comes
first, as Hypothesis wants it: to shrink is to go back to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import mul
from typing import Any, Final

from hypothesis import strategies as st

from conformance.cases.schema.alternative import Alternative
from conformance.cases.schema.json_value import is_finite, type_of
from conformance.cases.values.samples import Samples

Kinds = list[tuple[str, st.SearchStrategy[Any]]]
"""Strategies of values, each with the kind of its values."""

LENGTHS: Final = (1, 2, 3, 5, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 200, 255, 256, 257, 511, 512,
                  513, 1000, 1023, 1024, 1025, 2047, 2048, 2049, 4095, 4096, 4097, 8000)  # fmt: skip
"""Of texts: at those that programs like, and one beside them."""
SIZES: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 20, 21, 32, 33, 50, 51, 64, 65, 100, 101, 128, 129, 256, 257)
"""Of arrays, likewise."""
DEPTHS: Final = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 32)
RARE: Final = {
    "a letter of another script": "\u00e9\u00df\u0130\u0660\uff21",
    "a control character": "\u0000\u001b\t",
    "a space of another kind": "\u00a0\u2028\u200b\ufeff\u00ad",
    "a mark": "\u0301\u202e\ufffd",
    "a character beyond 16 bits": "\U0001f600\U00010400",
    "a character of syntax": "\\\"'<%${;",
}
"""Characters that programs treat in their own way."""
NAMES: Final = {
    "a name that a language knows": ("__proto__", "constructor", "__class__"),
    "an odd name": ("", " ", "a.b", "a/b", "$ref", "\u00e9", "\u0130", "\u0000"),
}
"""Names of properties that no schema declares."""
NUMBERS: Final = tuple(
    sorted(
        {
            sign * (2**power + distance)
            for power in (7, 8, 15, 16, 31, 32, 53, 62, 63, 64, 100)
            for distance in (-1, 0, 1)
            for sign in (1, -1)
        }
        | {0, -1, 10**6, 10**9, 10**18, 10**21, 10**30},
        key=lambda number: (abs(number), number < 0),
    )
)
_FLOATS: Final = {"a small fraction": (0.5, -0.5, 1e-7, -1e-320), "a large float": (1e22, 1e100, 1e308, -1e308)}
_FAULTS: Final[tuple[Any, ...]] = ({"key": "value"}, [1], 42, "text", [], {}, [{}])
_BITS: Final = (8, 16, 32, 53, 54, 64, 128)
_FEW: Final = 4
_MOST_BOUNDS: Final = 8


class Values:
    """Makes the strategies of the values of one schema."""

    def __init__(self, samples: Samples) -> None:
        """Begin.

        Args:
            samples: Finds what is allowed.
        """
        self._samples: Final = samples

    def of(self, alternatives: Iterable[Alternative]) -> Kinds:
        """Return strategies for the values of a location, each with the kind of its values.

        Args:
            alternatives: What may apply there.
        """
        known = list(alternatives)
        types = {name for one in known for name in one.types}
        allowed = [value for one in known for value in self._samples.of(one.subschemas)[:_FEW] if value is not None]
        found: Kinds = [("allowed", _of(allowed))] if allowed else []
        found += [(f"a wrong type: {type_of(value)}", st.just(value)) for value in _wrong(types)[:_FEW]]
        if types & {"integer", "number"}:
            found += _numbers(known)
        if "string" in types:
            found += _texts(known, [value for value in allowed if isinstance(value, str)])
        if "array" in types:
            found += self._arrays(known, [value for value in allowed if isinstance(value, list)])
        if "object" in types:
            bases = _of([value for value in allowed if isinstance(value, dict)] or [{}])
            found += [(kind, st.tuples(_of(names), bases).map(_with_name)) for kind, names in NAMES.items()]
        return found

    def _arrays(self, known: list[Alternative], allowed: list[list[Any]]) -> Kinds:
        items = [value for one in known for value in self._samples.of(one.item(0))[:_FEW]] or [0]
        types = {name for one in known for each in self._samples.alternatives.of(one.item(0)) for name in each.types}
        wrong = _wrong(types)[:_FEW]
        found: Kinds = []
        for kind, sizes in _in_groups(SIZES, "items"):
            found.append((kind, st.tuples(_of(sizes), _of(items)).map(_repeated)))
            if wrong:
                found.append(
                    (f"{kind}, the last is wrong", st.tuples(_of(sizes), _of(items), _of(wrong)).map(_with_wrong_item))
                )
        inner = _of([[], *items, *allowed])
        return [
            *found,
            *((kind, st.tuples(_of(some), inner).map(_deep)) for kind, some in _in_groups(DEPTHS, "levels")),
        ]


def _numbers(known: list[Alternative]) -> Kinds:
    keywords = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    bounds = [one for each in known for keyword in keywords for one in each.values(keyword) if is_finite(one)]
    near = [int(bound) + distance for bound in bounds[:_MOST_BOUNDS] for distance in (0, -1, 1)]
    groups: dict[str, list[int]] = {}
    for number in NUMBERS:
        bits = next(bits for bits in _BITS if abs(number).bit_length() <= bits)
        groups.setdefault(f"a {'negative ' if number < 0 else ''}number of {bits} bits", []).append(number)
    found: Kinds = [("a number at a bound", _of(near))] if near else []
    found += [(kind, _of(numbers)) for kind, numbers in groups.items()]
    return [*found, ("a number", st.integers()), *((kind, _of(numbers)) for kind, numbers in _FLOATS.items())]


def _texts(known: list[Alternative], allowed: list[str]) -> Kinds:
    longest = [int(one) + 1 for each in known for one in each.values("maxLength") if one < LENGTHS[-1]]
    letter = _of(dict.fromkeys("a" + "".join(allowed)[:_FEW]))
    found: Kinds = [("the empty text", st.just(""))]
    for kind, lengths in _in_groups(sorted({*LENGTHS, *longest}), "characters"):
        found.append((kind, st.tuples(_of(lengths), letter).map(lambda one: mul(*one))))
    beside = st.tuples(_of(["", *allowed]), st.booleans())
    found += [(kind, st.tuples(_of([*letters, letters]), beside).map(_beside)) for kind, letters in RARE.items()]
    letters = _of(["a", "A", "0", " ", "-", "_", ".", *"".join(RARE.values())])
    return [*found, ("a text", st.lists(letters, max_size=8).map("".join))]


def _in_groups(numbers: Iterable[int], unit: str) -> list[tuple[str, list[int]]]:
    """Put sizes together that are alike: up to four times the one before."""
    groups: dict[int, list[int]] = {}
    for number in numbers:
        groups.setdefault((number.bit_length() + 1) // 2, []).append(number)
    return [(f"up to {group[-1]} {unit}", group) for group in groups.values()]


def _with_name(one: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    name, base = one
    return {**base, name: 1}


def _deep(one: tuple[int, Any]) -> Any:
    depth, value = one
    for _ in range(depth):
        value = [value]
    return value


def _repeated(one: tuple[int, Any]) -> list[Any]:
    size, item = one
    return [item] * size


def _with_wrong_item(one: tuple[int, Any, Any]) -> list[Any]:
    size, item, wrong = one
    return [*[item] * (size - 1), wrong]


def _beside(one: tuple[str, tuple[str, bool]]) -> str:
    character, (text, is_first) = one
    return f"{character}{text}" if is_first else f"{text}{character}"


def _wrong(types: set[str]) -> list[Any]:
    """Return values of types that are not admitted, and that nobody can read as one of these without loss."""
    is_full = {"array", "object"} & types
    return [one for one in _FAULTS if type_of(one) not in types and not (one in ([], {}) and is_full)]


def _of(values: Iterable[Any]) -> st.SearchStrategy[Any]:
    """Draw one of these; by its place, as Hypothesis writes out what it draws from, which may be long."""
    known = list(values)
    return st.integers(0, len(known) - 1).map(known.__getitem__)
