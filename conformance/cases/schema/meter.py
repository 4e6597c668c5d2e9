"""How much work the cases of one schema may take, so that no schema can keep the suite busy.

The bounds are counts, not seconds: the same schema meets them everywhere or nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from conformance.cases.schema.json_value import identity
from conformance.cases.values.matching import Matcher, UnmatchableError
from conformance.cases.values.regular import is_found, matching_cost, parts_of

MOST_STEPS: Final = 50_000
_MOST_PER_MATCH: Final = 1_000_000
_DEAR_MATCH: Final = 20_000
_MATCHING_PER_STEP: Final = 100
_STEPS_TO_COMPILE: Final = 25
_CHARACTERS_PER_STEP: Final = 10
_MOST_PARTS: Final = 20_000
_PARTS_PER_STEP: Final = 20
_VALUES_PER_STEP: Final = 100
_DEEPEST: Final = 100


class UncountableSchemaError(ValueError):
    """No cases can be computed from this schema within the bounds; the message is one line that says why."""


class OutOfStepsError(UncountableSchemaError):
    """It takes more steps than are allowed: less may be computed instead."""


class UndecidedError(Exception):
    """Whether the schema allows a value is left open: validators differ, or it would take too long."""


class Meter:
    """What one computation of cases has done so far, and what it need not do again."""

    def __init__(self) -> None:
        self._left = MOST_STEPS
        self._depth = 0
        self._matches: dict[tuple[str, str], bool | None] = {}
        self._enums: dict[int, frozenset[Any]] = {}

    def charge(self, steps: int = 1) -> None:
        """Count steps.

        Raises:
            OutOfStepsError: It were too many.
        """
        self._left -= steps
        if self._left < 0:
            raise OutOfStepsError(f"its cases take more than {MOST_STEPS} steps")

    def allow(self, steps: int) -> None:
        """Allow at least so many steps more."""
        self._left = max(self._left, steps)

    @contextmanager
    def share(self, steps: int) -> Iterator[None]:
        """Allow only so many steps for a part of the work.

        Raises:
            OutOfStepsError: It were too many.
        """
        before = self._left
        self._left = allowed = min(steps, before)
        try:
            yield
        finally:
            self._left = before - (allowed - self._left)

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Go one subschema deeper. What has no end must not run into Python's own bound: extension modules abort there.

        Raises:
            UncountableSchemaError: It is too deep.
        """
        if self._depth == _DEEPEST:
            raise UncountableSchemaError("it is nested too deeply, or refers to itself without end")
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def charge_for(self, *values: Any) -> None:
        """Count the evaluation of a keyword with those values."""
        size = sum(len(value) for value in values if isinstance(value, (dict, list)))
        self.charge(1 + size // _VALUES_PER_STEP)

    def matches(self, pattern: str, text: str) -> bool:
        """Tell whether a regular expression matches somewhere in a text.

        Raises:
            UndecidedError: It could take long, or Python cannot read it.
        """
        if (pattern, text) not in self._matches:
            self._matches[pattern, text] = self._found(pattern, text)
        known = self._matches[pattern, text]
        if known is None:
            raise UndecidedError
        return known

    def _found(self, pattern: str, text: str) -> bool | None:
        """Search in the way that is surely cheap; a backtracking search costs what it may take at worst."""
        if text.endswith("\n") and "$" in pattern:
            return None  # Python's `$` stands before it, too, that of ECMA-262 does not
        cost = matching_cost(pattern, len(text))
        if cost is None or cost > _DEAR_MATCH:
            found = self._found_without_going_back(pattern, text)
            if found is not None or cost is None or cost > _MOST_PER_MATCH:
                return found
        self.charge(_STEPS_TO_COMPILE + len(pattern) // _CHARACTERS_PER_STEP + cost // _MATCHING_PER_STEP)
        return is_found(pattern, text)

    def _found_without_going_back(self, pattern: str, text: str) -> bool | None:
        parts = parts_of(pattern)
        if parts is None:
            return None
        matcher = Matcher(text, _MOST_PARTS)
        try:
            return matcher.is_found(parts)
        except UnmatchableError:
            return None
        finally:
            self.charge(_STEPS_TO_COMPILE + matcher.steps // _PARTS_PER_STEP)

    def is_in(self, value: Any, enum: list[Any]) -> bool:
        """Tell whether an `enum` has a value."""
        if id(enum) not in self._enums:
            self.charge_for(enum)
            self._enums[id(enum)] = frozenset(identity(each) for each in enum)
        return identity(value) in self._enums[id(enum)]


_METER: ContextVar[Meter] = ContextVar("meter")


@contextmanager
def metering(meter: Meter) -> Iterator[None]:
    """Count what is done in this context."""
    token = _METER.set(meter)
    try:
        yield
    finally:
        _METER.reset(token)


def current_meter() -> Meter:
    """Return the meter of this context."""
    return _METER.get()


def charge(steps: int = 1) -> None:
    """Count steps of the computation in this context."""
    _METER.get().charge(steps)
