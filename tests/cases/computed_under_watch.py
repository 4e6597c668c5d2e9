"""Computes the cases of hostile schemas, in a process of its own: `python -m tests.cases.computed_under_watch`.

Those that a checker meets as answers go the whole way, from the answer to the cases.

A process that takes too long, or asks the network, must not take the test run with it.
"""

from __future__ import annotations

import cProfile
import gc
import json
import pstats
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, NoReturn

from conformance.cases.engine import UncountableSchemaError, cases_of
from tests.cases.hostile_schemas import HOSTILE
from tests.cases.treated import treated

SECONDS: Final = 2
"""Of processor time for one schema. A busy machine counts more: what takes longer is computed again, and counted."""
MOST_CALLS: Final = 20_000_000
"""Of functions: what two seconds of a processor to itself are at least. The count is the same on every machine."""
_SECONDS_TO_COUNT: Final = 60


class TooLongError(BaseException):
    """It takes too long; nothing must take this for an error of its own."""


def forbidden(*_: object, **__: object) -> NoReturn:
    raise AssertionError("the network was asked")


def too_long(_: int, __: FrameType | None) -> NoReturn:
    raise TooLongError


@contextmanager
def watched(seconds: float) -> Iterator[None]:
    """Allow so much processor time.

    Raises:
        TooLongError: It were more.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def calls_of(compute: Callable[[], object]) -> int:
    """Return how many functions are called by another one.

    No garbage is collected meanwhile: what others hang on that, and what garbage calls at its end, would be counted.
    """
    profile = cProfile.Profile()
    gc.disable()
    try:
        profile.runcall(compute)
    finally:
        gc.enable()
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # typeshed does not have it


def outcome(name: str) -> dict[str, Any]:
    """Tell what becomes of a schema; if that takes too long, how many calls it takes."""
    document = HOSTILE[name]()
    try:
        with watched(SECONDS):
            return _outcome(name, document)
    except TooLongError:
        with watched(_SECONDS_TO_COUNT):
            calls = calls_of(lambda: _outcome(name, document))
            return {**_outcome(name, document), "calls": calls}


def _outcome(name: str, document: dict[str, Any]) -> dict[str, Any]:
    if name.startswith(("pattern: ", "value: ")):
        return treated(document)
    try:
        cases = cases_of(document)
    except UncountableSchemaError as error:
        return {"reason": str(error)}
    return {"accepted": len(cases.accepted), "refused": len(cases.refused), "missing": cases.missing}


def main() -> None:
    """Write a line of JSON for each schema, and one for the memory that they took."""
    socket.socket = socket.getaddrinfo = socket.create_connection = forbidden  # type: ignore[assignment,misc]  # on purpose
    signal.signal(signal.SIGPROF, too_long)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name in HOSTILE:
        try:
            found = outcome(name)
        except (Exception, TooLongError) as error:  # noqa: BLE001 - whatever it is, the test must tell it
            found = {"failure": f"{type(error).__name__}: {error}"[:300]}
        sys.stdout.write(f"{json.dumps({'schema': name, **found})}\n")
    taken = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    sys.stdout.write(f"{json.dumps({'megabytes': taken})}\n")


if __name__ == "__main__":
    main()
