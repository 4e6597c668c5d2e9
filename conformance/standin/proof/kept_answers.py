"""What the deployments of the stand-in answered, kept for the next run of the same process.

A defect is put around the gateway, so what is behind the gateway is as healthy with it as without it, and answers the
same to the same. To have the apps of the SDK answer again for each of hundreds of defects takes a third of the time of
all. So an answer is kept, and given to who asks the same as the same one in turn: the second time that a run asks
something, it gets the second answer, with an id of its own.

An answer is not kept where more than the answer comes of it: a completion of the image adapter stores its picture in
the files of the gateway, which are new in each run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from conformance.standin.core.deployment import ServedDeployment
from conformance.standin.core.http import Handler, Headers, IncomingRequest, Response
from conformance.standin.defect import DALLE3, GPT_IMAGE_1

_STORING = frozenset({DALLE3, GPT_IMAGE_1})
"""Deployments whose completions store pictures."""


class _Asked(NamedTuple):
    deployment: str
    method: str
    target: str
    headers: Headers
    body: bytes


@dataclass(frozen=True)
class _Kept:
    response: Response
    pieces: tuple[bytes, ...] | None

    def again(self) -> Response:
        return replace(self.response, pieces=None if self.pieces is None else _given(self.pieces))


class KeptAnswers:
    """The answers of all runs of a process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[_Asked, int], _Kept] = {}

    def behind(self, deployment: ServedDeployment) -> ServedDeployment:
        """Return a deployment that answers as it did, for one run: its turns are counted from now on.

        Args:
            deployment: A healthy one of a new stand-in.
        """
        if deployment.answers is None:
            return deployment
        return replace(deployment, answers=self._answering(deployment.id, deployment.answers))

    def _answering(self, name: str, answers: Handler) -> Handler:
        turns: Counter[_Asked] = Counter()

        async def again(request: IncomingRequest) -> Response:
            # the key is made anew for each request; it opens the files of the gateway alone
            headers = request.without_header("api-key").headers
            asked = _Asked(name, request.method, request.target, headers, request.body)
            turn = asked, turns[asked]
            turns[asked] += 1
            if turn not in self._kept:
                response = await answers(request)
                if name in _STORING and request.method == "POST" and response.status == 200:
                    return response
                pieces = None if response.pieces is None else tuple([piece async for piece in response.pieces])
                self._kept[turn] = _Kept(response, pieces)
            return self._kept[turn].again()

        return again


@cache
def kept_answers(core: str, *, has_all_samples: bool) -> KeptAnswers:
    """Return what the deployments of such a stand-in answered in this process."""
    del core, has_all_samples  # another stand-in has other deployments
    return KeptAnswers()


async def _given(pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
