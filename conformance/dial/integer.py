"""Integers of an answer: 1.0 is one too, because JSON has only one kind of number (JSON Schema 2020-12, 6.1.1)."""

from __future__ import annotations

from typing import TypeGuard


def is_integer(value: object) -> TypeGuard[int | float]:
    """Tell whether a value is a number without a fraction, however it is written."""
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def is_count(value: object) -> TypeGuard[int | float]:
    """Tell whether a value is such a number of at least 0."""
    return is_integer(value) and value >= 0
