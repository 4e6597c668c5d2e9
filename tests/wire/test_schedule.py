"""The order of tasks, and how many run at once."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.run.schedule import Lane, run_all

Tasks = Mapping[int, frozenset[int]]
SECONDS = 100


class Performance:
    """Performs tasks, and notes which ran when, and how many at once."""

    def __init__(self, barrier: threading.Barrier | None = None) -> None:
        self.began: list[int] = []
        self.ended: list[int] = []
        self.at_once = 0
        self.at_once_in_lane: Counter[object] = Counter()
        self.too_early: list[int] = []
        self._running: Counter[object] = Counter()
        self._lock = threading.Lock()
        self._barrier = barrier

    def run(self, tasks: Tasks, jobs: int, lanes: Mapping[int, str] | None = None, per_lane: int = 1) -> Performance:
        lanes = lanes or {}

        def perform(task: int) -> None:
            lane = lanes.get(task)
            with self._lock:
                self.began.append(task)
                self.too_early += [task] * bool(tasks[task] & tasks.keys() - {*self.ended, task})
                self._running.update(["all", lane])
                self.at_once = max(self.at_once, self._running["all"])
                self.at_once_in_lane[lane] = max(self.at_once_in_lane[lane], self._running[lane])
            if self._barrier is not None:
                self._barrier.wait()
            with self._lock:
                self._running.subtract(["all", lane])
                self.ended.append(task)

        run_all(tasks, perform, jobs=jobs, lane=lambda task: Lane(lanes[task], per_lane) if task in lanes else None)
        return self


@st.composite
def graphs(draw: st.DrawFn) -> Tasks:
    """Tasks in any order, each waiting for any that are not waiting for it, and for some that are not there."""
    numbers = draw(st.permutations(range(draw(st.integers(0, 12)))))
    before = {number: draw(st.frozensets(st.integers(-2, number), max_size=4)) for number in numbers}
    return {number: before[number] for number in draw(st.permutations(numbers))}


@settings(max_examples=100)
@given(graphs(), st.integers(1, 5), st.integers(1, 3), st.dictionaries(st.integers(0, 11), st.sampled_from("ab")))
def test_every_task_runs_once_after_those_it_waits_for(
    tasks: Tasks, jobs: int, per_lane: int, lanes: dict[int, str]
) -> None:
    done = Performance().run(tasks, jobs, lanes, per_lane)
    assert sorted(done.ended) == sorted(tasks)
    assert done.too_early == []
    assert done.at_once <= jobs
    assert all(count <= per_lane for lane, count in done.at_once_in_lane.items() if lane is not None)


@given(graphs(), st.dictionaries(st.integers(0, 11), st.sampled_from("ab")))
def test_longest_chain_is_begun_first_and_otherwise_the_order_of_the_tasks_is_kept(
    tasks: Tasks, lanes: dict[int, str]
) -> None:
    began = Performance().run(tasks, 1, lanes).began
    assert began == Performance().run(dict(tasks), 1, lanes).began
    free = {task: frozenset[int]() for task in tasks}
    assert Performance().run(free, 1).began == list(free)
    chained = {**free, 90: frozenset[int](), 91: frozenset({90}), 92: frozenset({91})}
    assert Performance().run(chained, 1).began[:2] == [90, 91]


@pytest.mark.parametrize("jobs", [2, 8])
def test_as_many_run_at_once_as_may(jobs: int) -> None:
    tasks = {number: frozenset[int]() for number in range(3 * jobs)}
    done = Performance(threading.Barrier(jobs, timeout=SECONDS)).run(tasks, jobs)
    assert done.at_once == jobs
    assert len(done.ended) == len(tasks)


def test_full_lane_keeps_nobody_else_waiting() -> None:
    lanes = dict.fromkeys(range(6), "busy")
    tasks = {number: frozenset[int]() for number in range(12)}
    done = Performance(threading.Barrier(4, timeout=SECONDS)).run(tasks, 4, lanes, per_lane=2)
    assert done.at_once == 4
    assert done.at_once_in_lane["busy"] == 2
    assert len(done.ended) == len(tasks)


@pytest.mark.parametrize("jobs", [1, 4])
def test_a_lane_may_let_its_tasks_through_in_another_order(jobs: int) -> None:
    """As the window of refused requests does, which goes by an order of its own: here the last comes first."""
    done: set[int] = set()
    tasks = {number: frozenset[int]() for number in range(40)}

    def lane(task: int) -> Lane:
        return Lane("window", int(task == 39 or task + 1 in done))

    run_all(tasks, done.add, jobs=jobs, lane=lane)
    assert done == tasks.keys()


def test_a_lane_that_has_become_wider_is_used() -> None:
    """Three more begin when one has ended, and not one for one."""
    barrier = threading.Barrier(3, timeout=SECONDS)
    done: list[int] = []

    def perform(task: int) -> None:
        if task > 0:
            barrier.wait()
        done.append(task)

    tasks = {number: frozenset[int]() for number in range(4)}
    run_all(tasks, perform, jobs=4, lane=lambda _: Lane("window", 3 if done else 1))
    assert sorted(done) == [0, 1, 2, 3]


@pytest.mark.parametrize("jobs", [1, 3])
def test_tasks_that_wait_for_each_other_are_told(jobs: int) -> None:
    tasks = {1: frozenset({2}), 2: frozenset({3}), 3: frozenset({1}), 4: frozenset[int]()}
    with pytest.raises(ValueError, match="wait for each other"):
        Performance().run(tasks, jobs)


def test_many_tasks_in_a_chain_are_no_deep_recursion() -> None:
    chain = {number: frozenset({number + 1}) for number in range(3_000)}  # Python's own limit is 1,000
    assert Performance().run(chain, 1).ended == list(reversed(chain))


@pytest.mark.parametrize("thread", ["main", "worker"])
def test_ctrl_c_begins_nothing_more_and_waits_for_nobody(thread: str) -> None:
    """The system may give a signal to any thread of the process."""
    released, over = threading.Event(), threading.Semaphore(0)
    both = threading.Barrier(2, timeout=SECONDS, action=lambda: _press_ctrl_c(thread))
    began: list[int] = []
    waited_for: list[int] = []

    def perform(task: int) -> None:
        began.append(task)
        if task < 2:
            both.wait()
            released.wait(SECONDS)
            waited_for.append(task)
        over.release()

    tasks = {number: frozenset[int]() for number in range(10)}
    with pytest.raises(KeyboardInterrupt):
        run_all(tasks, perform, jobs=2, lane=lambda _: None)
    at_once = list(waited_for)
    released.set()
    assert all([over.acquire(timeout=SECONDS), over.acquire(timeout=SECONDS)])
    assert at_once == []
    assert sorted(began) == [0, 1]


def test_ctrl_c_of_a_single_job() -> None:
    began: list[int] = []

    def perform(task: int) -> None:
        began.append(task)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_all({1: frozenset(), 2: frozenset()}, perform, jobs=1, lane=lambda _: None)
    assert began == [1]


def _press_ctrl_c(thread: str) -> None:
    receiver = threading.main_thread().ident if thread == "main" else threading.get_ident()
    assert receiver is not None
    signal.pthread_kill(receiver, signal.SIGINT)
