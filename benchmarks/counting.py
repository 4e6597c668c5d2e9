"""How many requests a live run makes, and how many of them a model answers."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.figure import Figure
from conformance.contract.exchange import API_KEY, OTHER_API_KEY
from conformance.contract.recipe import OptIn
from conformance.run.planned_checks import PlannedCheck
from conformance.run.registry import all_requirements
from conformance.run.run import Run
from conformance.run.settings import Settings
from conformance.wire.cassettes.folder import read_meta
from tests.running import CORE_25, EVERYTHING
from tests.served_set import KEY, OTHER_KEY, ServedSet, answering_ordinary

DALLE3 = "dall-e-3"


def requests_for_each_exchange() -> list[Figure]:
    """Count the HTTP requests of a live run in threads that asks everything, and the exchanges that it asked.

    What the captures of the set have no answer to was asked all the same.
    """
    with ServedSet(CORE_25) as served:
        settings = live_settings(
            served, read_meta(CORE_25).deployments, opt_ins=frozenset(EVERYTHING) & frozenset(OptIn)
        )
        run = Run(settings)
        run.ask(planned(run))
        run.finish(complete=True, whole=True)
    exchanges, requests = len(set(run.resolver.exchanges.asked)), len(served.asked)
    return [
        Figure(
            "HTTP requests / distinct exchanges",
            requests / exchanges,
            1.0,
            exact=True,
            detail=f"{requests} / {exchanges}",
        )
    ]


def completions_of_a_default_run() -> list[Figure]:
    """Count what a model answers with 200 when one healthy DALL-E 3 is checked without any option.

    Three accepted configurations, none, null, `{}`, one stream, the request of ordinary clients, and one value that the
    schema forbids and a model may take all the same.
    """
    with ServedSet(CORE_25, answering_ordinary(CORE_25)) as served:
        run = Run(live_settings(served, (DALLE3,)))
        run.ask(planned(run))
        run.finish(complete=True, whole=True)
    return [Figure("completions answered 200 in a default run of one DALL-E 3", served.completions, 9)]


def planned(run: Run) -> Sequence[PlannedCheck]:
    """Return all checks of a run."""
    return [check for requirement in all_requirements().values() for check in run.checks_of(requirement)]


def live_settings(
    served: ServedSet, deployments: Sequence[str], *, opt_ins: frozenset[str] = frozenset(), jobs: int = Settings.jobs
) -> Settings:
    """Return the settings of a run that asks a served set about deployments."""
    return Settings(
        live=True,
        url=served.url,
        credentials={API_KEY: KEY, OTHER_API_KEY: OTHER_KEY},
        dalle3=DALLE3,
        deployments=tuple(deployments),
        opt_ins=opt_ins,
        jobs=jobs,
    )
