"""How close a live run comes to the shortest time that its plan allows."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.counting import DALLE3, live_settings, planned
from benchmarks.figure import Figure
from benchmarks.sessions import session
from benchmarks.shortest import Limit, longest_chain, shortest_time
from conformance.contract.recipe import COMPLETION, FREE, Node
from conformance.run.refusals import MOST_REFUSED_AT_ONCE, doubtful_of
from conformance.run.run import Run
from conformance.run.wrongly_accepted import MOST_WRONGLY_ACCEPTED
from conformance.wire.cassettes.folder import read_meta
from tests.running import CHECKS, CORE_25, credentials
from tests.served_set import Asked, ServedSet

_SECONDS_OF_A_COMPLETION: Final = 0.6
_SECONDS: Final = 0.1
_ROUNDS: Final = 2


def live_wall_time() -> list[Figure]:
    """Compare the time of live runs with the shortest in which their exchanges could be made."""
    return [*_wall_time("one DALL-E 3", [DALLE3]), _wall_time("all of a set", read_meta(CORE_25).deployments)[0]]


def _wall_time(of_what: str, deployments: Sequence[str]) -> list[Figure]:
    """Measure a live run against a server that takes its time: 600 ms for a completion, else 100 ms.

    The numerator is the time by the clock from the beginning of the collection to the last verdict, so planning and
    checking are in it, and the start-up of pytest is not. The server is in another process.

    The denominator is the largest of

    * the longest chain of latencies: the control request, then the listings, then the schemas, then the plan along all
      its edges (what a recipe needs, `after=`, accepted before refused, and so on);
    * the total latency / jobs;
    * that chain, where a task that waits for several of one limit waits until the limit has let them all through
      (`benchmarks.shortest`). The limits are those that the suite promises: completions of one deployment, 8 at once,
      as many of those that it should refuse; of those that a careless deployment accepts three, and one at each
      property; and one of those that it may answer with 5xx.

    No schedule that keeps these promises is faster, so 1.0 is as good as it gets. That the windows begin narrower, and
    grow with what was learnt, is not in it.

    The second figure has the longest chain alone below it: how much longer the limits make a run.
    """
    best = _best(deployments)
    taken = min(_live(deployments) for _ in range(_ROUNDS))
    shortest = max(best.chain, best.share, best.limited)
    return [
        Figure(
            f"live, {of_what}: wall time / shortest possible",
            taken / shortest,
            1.15,
            detail=f"{taken:.2f} s / {shortest:.2f} s (chain {best.chain:.2f} s, total / jobs {best.share:.2f} s,"
            f" chain through limits {best.limited:.2f} s)",
        ),
        Figure(
            f"live, {of_what}: wall time / longest chain",
            taken / best.chain,
            1.5,
            detail=f"{taken:.2f} s / {best.chain:.2f} s",
        ),
    ]


def _live(deployments: Sequence[str]) -> float:
    options = [f"--dial-deployment={name}" for name in deployments]
    with ServedSet(CORE_25, _slow) as served:
        arguments = (str(CHECKS), "--live", f"--dalle3-deployment={DALLE3}", *options)
        return session(*arguments, **credentials(served.url)).wall


def _slow(asked: Asked) -> None:
    time.sleep(_seconds(asked))


def _seconds(asked: Asked) -> float:
    return _SECONDS_OF_A_COMPLETION if asked.is_chat else _SECONDS


@dataclass(frozen=True)
class _Best:
    """The shortest time of a run in seconds, in the three senses that `_wall_time` tells."""

    chain: float
    share: float
    limited: float


def _best(deployments: Sequence[str]) -> _Best:
    """Plan a run and make it without any delay, one exchange after the other, so that each request has its name."""
    with ServedSet(CORE_25) as served:
        settings = live_settings(served, deployments)
        run = Run(live_settings(served, deployments, jobs=1))
        checks = planned(run)
        discovery = run.resolver.exchanges.asked
        plan = run.plan(lambda: checks).exchanges
        run.ask(checks)
        run.finish(complete=True, whole=True)
        latency = {
            name: _seconds(asked) for name, asked in zip(run.resolver.exchanges.asked, served.asked, strict=True)
        }
    before = _edges(discovery, plan, latency)
    limits = _limits(run, plan, settings.jobs_per_deployment)
    whole = Limit(frozenset(latency), settings.jobs)
    return _Best(
        chain=longest_chain(before, latency),
        share=sum(latency.values()) / settings.jobs,
        limited=shortest_time(before, latency, [whole, *limits]),
    )


def _edges(
    discovery: Sequence[str], plan: Mapping[Node, frozenset[Node]], asked: Collection[str]
) -> dict[str, frozenset[str]]:
    """Return what was asked, each with what it waits for."""
    control = discovery[0]
    schemas = {name for name in discovery if name.endswith("/configuration")}
    listings = set(discovery) - schemas - {control}
    before = {control: frozenset[str]()}
    before |= dict.fromkeys(listings, frozenset({control}))
    before |= dict.fromkeys(schemas, frozenset({control, *listings}))
    for node, others in plan.items():
        if node.name in asked and node.name not in before:
            before[node.name] = frozenset(discovery) | {one.name for one in others if one.name in asked}
    return before


def _limits(run: Run, plan: Collection[Node], of_a_deployment: int) -> list[Limit[str]]:
    """Return how many completions may be asked at once of each deployment."""
    completions, refused, risky = (defaultdict[str, set[str]](set) for _ in range(3))
    for node in plan:
        recipe = run.book[node.recipe]
        if node.deployment is not None and (recipe.cost is COMPLETION or recipe.refused):
            completions[node.deployment.id].add(node.name)
            if recipe.refused and recipe.cost is FREE and not recipe.risky:
                refused[node.deployment.id].add(node.name)
            if recipe.risky:
                risky[node.deployment.id].add(node.name)
    return [
        *(Limit(frozenset(names), of_a_deployment) for names in completions.values()),
        *(Limit(frozenset(names), MOST_REFUSED_AT_ONCE) for names in refused.values()),
        *(Limit(frozenset(names), 1) for names in risky.values()),
        *(
            limit
            for kinds in doubtful_of(dict.fromkeys(plan, frozenset())).values()
            for of in kinds
            for limit in _doubtful(of)
        ),
    ]


def _doubtful(nodes: Sequence[Node]) -> Iterator[Limit[str]]:
    """Give the limits of near misses, or of lax values."""
    at: defaultdict[str | None, set[str]] = defaultdict(set)
    for node in nodes:
        at[None if node.case is None else node.case.faulty_property].add(node.name)
    yield Limit(frozenset(node.name for node in nodes), MOST_WRONGLY_ACCEPTED)
    yield from (Limit(frozenset(names), 1) for names in at.values())
