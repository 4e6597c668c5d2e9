"""Computes the cases of hostile schemas, in a process of its own: `python -m tests.cases.computed_under_watch`.

Those that a checker meets as answers go the whole way, from the answer to the cases.

A process that takes too long, or asks the network, must not take the test run with it.
"""

from __future__ import annotations

import json
import resource
import signal
import socket
import sys
from types import FrameType
from typing import Any, Final, NoReturn

from conformance.cases.engine import UncountableSchemaError, cases_of
from tests.cases.hostile_schemas import HOSTILE
from tests.cases.treated import treated

SECONDS: Final = 4
"""Of processor time for one schema: the bound is two, which `make benchmark` holds; a busy machine counts more."""


def forbidden(*_: object, **__: object) -> NoReturn:
    raise AssertionError("the network was asked")


def too_long(_: int, __: FrameType | None) -> NoReturn:
    raise TimeoutError


def outcome(name: str) -> dict[str, Any]:
    """Tell what becomes of a schema."""
    document = HOSTILE[name]()
    whole_way = name.startswith(("pattern: ", "value: "))
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        if whole_way:
            return treated(document)
        cases = cases_of(document)
    except UncountableSchemaError as error:
        return {"reason": str(error)}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return {"accepted": len(cases.accepted), "refused": len(cases.refused), "missing": cases.missing}


def main() -> None:
    """Write a line of JSON for each schema, and one for the memory that they took."""
    socket.socket = socket.getaddrinfo = socket.create_connection = forbidden  # type: ignore[assignment,misc]  # on purpose
    signal.signal(signal.SIGPROF, too_long)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name in HOSTILE:
        try:
            found = outcome(name)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must tell it
            found = {"failure": f"{type(error).__name__}: {error}"[:300]}
        sys.stdout.write(f"{json.dumps({'schema': name, **found})}\n")
    taken = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    sys.stdout.write(f"{json.dumps({'megabytes': taken})}\n")


if __name__ == "__main__":
    main()
