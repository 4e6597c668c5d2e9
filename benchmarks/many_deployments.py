"""`python -m benchmarks.many_deployments COUNT`: a stand-in with so many deployments, which takes its time.

It prints its address, and answers until it is ended. What was asked of it so far is told at `COUNTED`.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from conformance.standin.core.asgi import application
from conformance.standin.core.deployment import ServedDeployment
from conformance.standin.core.http import Handler, IncomingRequest, Response, in_json
from conformance.standin.core.release import CORE_RELEASES
from conformance.standin.core.serving import ended_by_signals, listen, serve
from conformance.standin.dial import stand_in
from conformance.standin.request_kinds import asks_completion

COUNTED: Final = "/counted"
"""Where it tells how many requests it got, and how many completions it answered with 200; that is not counted."""

_CORE: Final = "0.25"
_ORIGINAL: Final = "buttons"
"""A small one with a configuration, so that it has cases."""
_SECONDS_OF_A_COMPLETION: Final = 0.05
_SECONDS: Final = 0.01
_HOST: Final = "127.0.0.1"
_OK: Final = 200


def main(count: int) -> None:
    """Serve, until the process is ended.

    Args:
        count: How many deployments.
    """
    with listen(_HOST, 0) as listening, ended_by_signals(), tempfile.TemporaryDirectory() as folder:
        samples: dict[str, ServedDeployment] = {}

        def noted(one: ServedDeployment) -> ServedDeployment:
            return samples.setdefault(one.id, one)

        gateway = stand_in(_CORE, Path(folder), answering=noted)
        for one in _copies(samples[_ORIGINAL], count):
            gateway.add(one)
        handler = _counting(gateway)
        serve(
            application(handler, CORE_RELEASES[_CORE].largest_upload),
            _HOST,
            listening,
            lambda url: print(url, flush=True),
        )


def _copies(original: ServedDeployment, count: int) -> Iterator[ServedDeployment]:
    for number in range(count):
        yield replace(original, id=f"{original.id}-{number:04}", known_as=original.known_as or original.id)


def _counting(handler: Handler) -> Handler:
    counted: Counter[str] = Counter()

    async def answer(request: IncomingRequest) -> Response:
        if request.path == COUNTED:
            return in_json(counted)
        is_completion = asks_completion(request)
        await asyncio.sleep(_SECONDS_OF_A_COMPLETION if is_completion else _SECONDS)
        response = await handler(request)
        counted["requests"] += 1
        counted["completions"] += is_completion and response.status == _OK
        return response

    return answer


if __name__ == "__main__":
    main(int(sys.argv[1]))
