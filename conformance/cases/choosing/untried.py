"""Which locations of a schema no case tries, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

from conformance.cases.choosing.refused import Refused
from conformance.cases.faults.fault import Path
from conformance.cases.schema.json_value import pointer_of, values_at
from conformance.contract.case import escaped

_LONGEST_SHOWN: Final = 100
_WHOLE: Final = "the configuration"
_NOT_DOCUMENTED: Final = "it may be left out, and no value of it is documented"
_THOROUGH_TRIES: Final = "--thorough tries it"


def untried_of(
    refused: Refused, accepted: Collection[Any], thorough: Collection[Any], broken: Collection[Path]
) -> tuple[str, ...]:
    """Tell which locations have no accepted or no refused case, and why.

    Args:
        refused: What knows the locations.
        accepted: The configurations that any run asks.
        thorough: Those that a thorough run asks beside these.
        broken: Where the refused cases have their faults, and where the values stand that make these.
    """

    def also_thorough(path: Path, is_wanted: Callable[[Any], bool]) -> str:
        tried = any(is_wanted(one) for value in thorough for one in values_at(value, path))
        return f" ({_THOROUGH_TRIES})" if tried else ""

    reasons: dict[Path, str] = {}
    for path, what in refused.missing():
        reasons.setdefault(path, what)
    found: list[tuple[Path, str]] = []
    for path in refused.locations:
        if not any(True for value in accepted for _ in values_at(value, path)):
            found.append((path, f"any value ({_NOT_DOCUMENTED}){also_thorough(path, lambda _: True)}"))
        if path and not any(one[: len(path)] == path for one in broken):
            why = f"no case for {reasons[path]}" if path in reasons else "its schema forbids nothing there"
            found.append((path, f"a wrong value ({why})"))
    for path, what in refused.untried:
        is_tried = what == "null" and any(one is None for value in accepted for one in values_at(value, path))
        more = also_thorough(path, lambda one: one is None) if what == "null" else ""
        found += [] if is_tried else [(path, what + more)]
    return tuple(dict.fromkeys(f"not tried at {place_of(path)}: {what}" for path, what in found))


def place_of(path: Path) -> str:
    """Return the JSON pointer of a location as it is shown."""
    return shown(pointer_of(path)) or _WHOLE


def shown(text: str) -> str:
    """Cut a text that is too long to be shown, and escape what no terminal shows."""
    text = escaped(text[: _LONGEST_SHOWN + 1])
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 3]}..."
