"""In which time a plan could be done at best, whoever does it."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Generic, TypeVar

Task = TypeVar("Task", bound=Hashable)


@dataclass(frozen=True)
class Limit(Generic[Task]):
    """Tasks of which only so many may be done at once."""

    tasks: frozenset[Task]
    at_once: int


def longest_chain(before: Mapping[Task, frozenset[Task]], latency: Mapping[Task, float]) -> float:
    """Return how long the longest chain of tasks takes, each after those it waits for."""
    return shortest_time(before, latency, ())


def shortest_time(
    before: Mapping[Task, frozenset[Task]], latency: Mapping[Task, float], limits: Collection[Limit[Task]]
) -> float:
    """Return a time below which the tasks cannot all be done.

    It is the longest chain, where a task that waits for many of one limit waits at least for as long as the limit needs
    for these: of nine tasks of 0.2 s, three at once, the last cannot end before 0.6 s. No schedule is faster; whether
    one is as fast is not said.

    Args:
        before: Each task with those it waits for.
        latency: How long each takes.
        limits: How many may be done at once.
    """
    start: dict[Task, float] = {}
    waits_for: dict[Task, frozenset[Task]] = {}
    for task in TopologicalSorter({one: others & before.keys() for one, others in before.items()}).static_order():
        direct = before[task] & before.keys()
        waits_for[task] = direct.union(*(waits_for[one] for one in direct))
        start[task] = _earliest(waits_for[task], start, latency, limits)
    return _earliest(frozenset(before), start, latency, limits)


def _earliest(
    done: frozenset[Task],
    start: Mapping[Task, float],
    latency: Mapping[Task, float],
    limits: Collection[Limit[Task]],
) -> float:
    """Return when all these tasks can be done at the earliest."""
    ends = [start[task] + latency[task] for task in done]
    ends += [end for limit in limits for end in _ends(limit.at_once, limit.tasks & done, start, latency)]
    return max(ends, default=0.0)


def _ends(
    at_once: int, tasks: Collection[Task], start: Mapping[Task, float], latency: Mapping[Task, float]
) -> Iterator[float]:
    """Give when the tasks that cannot begin before some time can be done at the earliest, for each such time."""
    latest_first = sorted(tasks, key=lambda task: start[task], reverse=True)
    total, shortest = 0.0, math.inf
    for count, task in enumerate(latest_first, start=1):
        total, shortest = total + latency[task], min(shortest, latency[task])
        rounds = math.ceil(count / at_once)
        yield start[task] + max(total / at_once, rounds * shortest)
