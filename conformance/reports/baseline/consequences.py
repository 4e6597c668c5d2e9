"""What could not be decided because of a violation that is known: it does not fail the run either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.reports.prerequisites import prerequisites_in

_WAITS: Final = frozenset({Verdict.COULD_NOT_RUN, Verdict.NOT_PROVEN})


def that_count(results: Sequence[Result]) -> Iterator[Result]:
    """Give the results that decide how a run ends: neither known, nor undecided because of what is known."""
    consequences = {id(one) for one in consequences_of_known(results)}
    return (one for one in results if not one.known and id(one) not in consequences)


def consequences_of_known(results: Iterable[Result]) -> Iterator[Result]:
    """Give the results that are undecided because of a known violation, at the same deployment or of the DIAL.

    A check of the DIAL may rest on any deployment. If what speaks first is violated there and is not known, that fails
    the run itself.
    """
    waiting: list[Result] = []
    known: set[tuple[str, str | None]] = set()
    named: set[str] = set()
    for one in results:
        if one.known:
            known.add((one.requirement, one.deployment))
            named.add(one.requirement)
        elif one.verdict in _WAITS:
            waiting.append(one)
    if known:
        for one in waiting:
            names = prerequisites_in(one.reason)
            at_dial = one.deployment is None and any(name in named for name in names)
            if at_dial or any((name, place) in known for name in names for place in (one.deployment, None)):
                yield one
