"""Makes the exchanges of a plan: which begins next, and how many at once. What must come first is said in plan.py.

Each task waits for others (graphlib knows which are ready). Of the ready ones the first by rank begins, unless its lane
is full:

```plain
            all it waits for is done            a thread is free,
                 (graphlib)                     and its lane is not full
   waiting ------------------> ready (a heap) ------------------------> running ------> done
                                 ^    |                                                  |
                                 |    | its lane is full                                 |
                                 |    v                                                  |
                               parked (a heap for each lane) <---- one of the lane is done: the first comes back
```

* **Rank.** First the task after which the longest chain of others is left, because the run cannot end before that chain
  does; of two alike the first in the order of the plan, so that two runs do the same. How long tasks really take is not
  known before; only that a completion takes longer than a listing, and one with a lane is a completion.
* **Parked.** Without it, a heap whose first hundred tasks are of one full lane is searched anew for each task of
  another lane, which is quadratic in a plan of thousands. A parked task comes back with its rank, so nobody overtakes
  it for good.
* **A lane is asked for again at each turn**, because its limit may have changed: after three wrongly accepted requests
  none is to begin before the other has its answer, and after a refusal more may (`admission.py`). A limit of 0 says
  that the turn of this very task has not come; when the last one of the lane is done, all parked ones are looked at.
* **One thread decides.** Only the thread that called `run_all` looks at heaps and lanes; workers take a task from one
  queue and give it back through another. So there is no lock here, and the order does not depend on which worker is
  the faster, but only on which task ended first.
* **With one job there are no threads**, but the order is the same: a replay comes to what the live run came to.
* **Ctrl-C.** Python gives it to the main thread between two instructions, and a wait without a timeout may never see
  it; hence the looks, five in a second. The workers are daemons, and nobody waits for them: a request under way may
  take its minute of silence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final, Generic, NamedTuple, TypeVar

Task = TypeVar("Task", bound=Hashable)

_SECONDS_BETWEEN_LOOKS: Final = 0.2
_MOST_OF_A_LANE: Final = 8
"""So many come back from a lane at once, as it may have become wider: few, so that no heap is searched anew."""

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
        ValueError: Tasks wait for each other.
    """
    queue = _Queue(tasks, lane)
    if jobs == 1:  # in the same order as with many threads, so that a replay comes to what the live run came to
        while (task := queue.next()) is not None:
            perform(task)
            queue.done(task)
        return
    jobs = min(jobs, len(tasks))
    with _workers(perform, jobs) as (begin, ended):
        running = 0
        while queue.left:
            while running < jobs and (task := queue.next()) is not None:
                begin.put(task)
                running += 1
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
    """Which task may begin next. Here a task is its number in the plan: pairs of tasks are many, and compared often."""

    def __init__(self, tasks: Mapping[Task, frozenset[Task]], lane: Callable[[Task], Lane | None]) -> None:
        self._tasks = tuple(tasks)
        self._numbers = {task: number for number, task in enumerate(self._tasks)}
        before = {self._numbers[task]: self._numbers_of(others, task) for task, others in tasks.items()}
        self.left = len(tasks)
        self._lane = lane
        self._busy: Counter[Hashable] = Counter()
        self._ranks = self._ranked(before)
        self._parked: defaultdict[Hashable, list[tuple[int, int]]] = defaultdict(list)
        self._ready: list[tuple[int, int]] = []
        self._waiting = TopologicalSorter(before)
        self._waiting.prepare()
        self._take_ready()

    def next(self) -> Task | None:
        """Take the next task that may begin now, or None."""
        while self._ready:
            rank, number = heappop(self._ready)
            task = self._tasks[number]
            lane = self._lane(task)
            if lane is None or self._busy[lane.name] < lane.jobs:
                if lane is not None:
                    self._busy[lane.name] += 1
                return task
            heappush(self._parked[lane.name], (rank, number))
        return None

    def done(self, task: Task) -> None:
        """Note that a task is done, which may let others begin."""
        self.left -= 1
        lane = self._lane(task)
        if lane is not None:
            self._busy[lane.name] -= 1
            parked = self._parked[lane.name]
            # where nobody of the lane is under way nobody else would call the others back
            for _ in range(min(_MOST_OF_A_LANE, len(parked)) if self._busy[lane.name] else len(parked)):
                heappush(self._ready, heappop(parked))
        self._waiting.done(self._numbers[task])
        self._take_ready()

    def _numbers_of(self, others: frozenset[Task], task: Task) -> frozenset[int]:
        """Return the numbers of those that a task waits for: of what is in the plan, and not the task itself."""
        found = (self._numbers.get(one) for one in others)
        return frozenset(number for number in found if number is not None) - {self._numbers[task]}

    def _take_ready(self) -> None:
        for number in self._waiting.get_ready():
            heappush(self._ready, (self._ranks[number], number))

    def _ranked(self, before: Mapping[int, frozenset[int]]) -> dict[int, int]:
        """Rank the tasks: first those after which the longest chain is left, otherwise in their order.

        Raises:
            ValueError: Tasks wait for each other.
        """
        try:
            order = list(TopologicalSorter(before).static_order())
        except CycleError as error:
            circle = " -> ".join(str(self._tasks[number]) for number in error.args[1])
            raise ValueError(f"tasks wait for each other: {circle}") from None
        after: dict[int, int] = dict.fromkeys(before, 0)
        chains: dict[int, int] = {}
        for number in reversed(order):
            chain = chains[number] = after[number] + (_FAST if self._lane(self._tasks[number]) is None else _SLOW)
            for other in before[number]:
                after[other] = max(after[other], chain)
        by_chain = sorted(before, key=lambda number: -chains[number])
        return {number: rank for rank, number in enumerate(by_chain)}
