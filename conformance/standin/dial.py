"""The stand-in as a whole: a gateway, the sample deployments behind it, and the defects around it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from conformance.standin.core.callers import Project
from conformance.standin.core.deployment import ServedDeployment
from conformance.standin.core.gateway import Gateway
from conformance.standin.core.http import Handler, IncomingRequest, Response
from conformance.standin.core.release import CORE_RELEASES
from conformance.standin.defect import DALLE3, Defect, SampleAnswer
from conformance.standin.samples import sample_deployments
from conformance.standin.samples.all_samples import ORDER, all_sample_deployments, custom_id

KEYS: Final = ("standin-key-1", "standin-key-2")
"""The keys of its two projects, if no others are given; they open nothing else."""
PROJECTS: Final = ("Verification", "Other")


UNWELL: Final = ("dead", "limited", "embedding", "forbidden")
"""Samples for which no good completion is to be had."""


def stand_in(  # noqa: PLR0913 - one for each thing in which stand-ins differ
    core: str,
    storage: Path,
    keys: Sequence[str] = KEYS,
    deployments: Iterable[ServedDeployment] = (),
    *,
    all_samples: bool = False,
    answering: Callable[[ServedDeployment], ServedDeployment] = lambda one: one,
) -> Gateway:
    """Make a healthy stand-in.

    It is healthy where the real Core 0.18 is not: its feature endpoints get a key. Without one an app of the SDK
    refuses to tell its schema (dial-api 11.5), which the defect `no-key-for-feature-endpoints` shows.

    Args:
        core: Which Core it answers like: one of `CORE_RELEASES`.
        storage: A folder for its files.
        keys: The keys of its projects.
        deployments: Deployments beside the samples, or instead of those with the same id.
        all_samples: Whether the samples of the later captures are there too.
        answering: Returns what is put behind the gateway in place of a deployment.
    """
    projects = [Project(name, key) for name, key in zip(PROJECTS, keys, strict=False)]
    gateway = Gateway(replace(CORE_RELEASES[core], key_to_feature_endpoints=True), projects, storage)
    samples = all_sample_deployments(gateway, projects[0].bucket) if all_samples else sample_deployments(gateway)
    for one in (*samples, *deployments):
        gateway.add(answering(one))
    return gateway


def sample_names(*, all_samples: bool = False) -> tuple[str, ...]:
    """Return the samples that are to be checked; the others show how a DIAL answers for what is dead or forbidden.

    Args:
        all_samples: Whether those of the later captures are there too.
    """
    first = (DALLE3, "echo", "echo-application", "buttons", "search")
    if not all_samples:
        return first
    others = [one for one in ORDER if one not in (*first, *UNWELL)]
    return (*first, *others, custom_id(Project(PROJECTS[0], KEYS[0]).bucket))


def broken_by(defects: Iterable[Defect | SampleAnswer], healthy: Handler) -> Handler:
    """Put defects and sample answers around a stand-in, the first of them innermost."""
    for one in defects:
        healthy = one.around(healthy)
    return healthy


def late_by(seconds: float, handler: Handler) -> Handler:
    """Answer each request that much later."""

    async def late(request: IncomingRequest) -> Response:
        await asyncio.sleep(seconds)
        return await handler(request)

    return late
