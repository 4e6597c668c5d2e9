"""In which order, and how many at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from heapq import heapify, heappop, heappush
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final, Generic, NamedTuple, TypeVar

Task = TypeVar("Task", bound=Hashable)

_SECONDS_BETWEEN_LOOKS: Final = 0.2
_FAST, _SLOW = 1, 4
"""How long tasks take, compared with each other: a model thinks longer than a listing."""


class Lane(NamedTuple):
    """A narrower limit: how many tasks of one name at once."""

    name: Hashable
    jobs: int


def run_all(
    tasks: Mapping[Task, frozenset[Task]],
    perform: Callable[[Task], None],
    *,
    jobs: int,
    lane: Callable[[Task], Lane | None],
) -> None:
    """Perform tasks in parallel threads, each after those it waits for, those first for which most others wait.

    Args:
        tasks: Each task with the tasks it waits for; what is not among the tasks is not waited for.
        perform: Does one. It must not raise: what goes wrong is its own to remember.
        jobs: How many at once.
        lane: Which narrower limit a task falls under, if any; what has one is taken to be slow.

    Raises:
        KeyboardInterrupt: Ctrl-C; tasks that have not begun are dropped.
    """
    queue = _Queue(tasks, lane)
    if jobs == 1:  # in the same order as with many threads, so that a replay comes to what the live run came to
        while queue.left:
            queue.perform_next(perform)
        return
    jobs = min(jobs, len(tasks))
    with _workers(perform, jobs) as (begin, ended):
        running = 0
        while queue.left:
            while running < jobs and (task := queue.next()) is not None:
                begin.put(task)
                running += 1
            if not running:
                raise ValueError(f"{queue.left} tasks wait for each other")
            queue.done(_next(ended))
            running -= 1


def _next(ended: SimpleQueue[Task]) -> Task:
    while True:
        with suppress(Empty):
            # Ctrl-C may be given to another thread, and then it does not end a wait without a timeout
            return ended.get(timeout=_SECONDS_BETWEEN_LOOKS)


@contextmanager
def _workers(
    perform: Callable[[Task], None], jobs: int
) -> Iterator[tuple[SimpleQueue[Task | None], SimpleQueue[Task]]]:
    """Give a queue of tasks to begin and one of tasks that ended. An interrupted run does not wait for the threads."""
    begin: SimpleQueue[Task | None] = SimpleQueue()
    ended: SimpleQueue[Task] = SimpleQueue()

    def work() -> None:
        while (task := begin.get()) is not None:
            perform(task)
            ended.put(task)

    for number in range(jobs):
        Thread(target=work, name=f"exchange-{number}", daemon=True).start()
    try:
        yield begin, ended
    finally:
        for _ in range(jobs):
            begin.put(None)


class _Queue(Generic[Task]):
    """Which task may begin next."""

    def __init__(self, tasks: Mapping[Task, frozenset[Task]], lane: Callable[[Task], Lane | None]) -> None:
        self.left = len(tasks)
        self._lane = lane
        self._busy: Counter[Hashable] = Counter()
        self._followers: defaultdict[Task, list[Task]] = defaultdict(list)
        self._missing: dict[Task, int] = {}
        for task, others in tasks.items():
            before = {other for other in others if other in tasks and other != task}
            self._missing[task] = len(before)
            for other in before:
                self._followers[other].append(task)
        self._ranks = self._ranked(tasks)
        self._parked: defaultdict[Hashable, list[tuple[int, Task]]] = defaultdict(list)
        self._ready = [(self._ranks[task], task) for task, count in self._missing.items() if not count]
        heapify(self._ready)

    def next(self) -> Task | None:
        """Take the next task that may begin now, or None."""
        while self._ready:
            rank, task = heappop(self._ready)
            lane = self._lane(task)
            if lane is None or self._busy[lane.name] < lane.jobs:
                if lane is not None:
                    self._busy[lane.name] += 1
                return task
            heappush(self._parked[lane.name], (rank, task))
        return None

    def perform_next(self, perform: Callable[[Task], None]) -> None:
        """Take the next task that may begin now, and perform it.

        Raises:
            ValueError: There is none, because all wait for each other.
        """
        task = self.next()
        if task is None:
            raise ValueError(f"{self.left} tasks wait for each other")
        perform(task)
        self.done(task)

    def done(self, task: Task) -> None:
        """Note that a task is done, which may let others begin."""
        self.left -= 1
        lane = self._lane(task)
        if lane is not None:
            self._busy[lane.name] -= 1
            if self._parked[lane.name]:
                heappush(self._ready, heappop(self._parked[lane.name]))
        for follower in self._followers[task]:
            self._missing[follower] -= 1
            if not self._missing[follower]:
                heappush(self._ready, (self._ranks[follower], follower))

    def _ranked(self, tasks: Mapping[Task, frozenset[Task]]) -> dict[Task, int]:
        """Number the tasks: first those after which the longest chain is left, otherwise in their order."""
        chains: dict[Task, int] = {}
        for task in reversed(ordered(tasks)):
            own = _FAST if self._lane(task) is None else _SLOW
            chains[task] = own + max((chains[follower] for follower in self._followers[task]), default=0)
        by_chain = sorted(tasks, key=lambda task: -chains[task])
        return {task: rank for rank, task in enumerate(by_chain)}


def ordered(tasks: Mapping[Task, frozenset[Task]]) -> Sequence[Task]:
    """Return the tasks so that each comes after those it waits for, otherwise in their order."""
    done: dict[Task, None] = {}
    stack: list[Task] = list(tasks)[::-1]
    entered: set[Task] = set()
    while stack:
        task = stack.pop()
        if task in done:
            continue
        before = [other for other in tasks[task] if other in tasks and other not in done and other != task]
        if before and task in entered:
            raise ValueError(f"tasks wait for each other: {task}")
        if before:
            entered.add(task)
            stack += [task, *before]
        else:
            done[task] = None
    return tuple(done)
