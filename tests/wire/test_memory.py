"""What was computed is remembered: each value once, for however many threads."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from conformance.run.memory import Memory

THREADS = 64
SECONDS = 100


class Computation:
    """Counts how often it is done; the first time it waits until everybody has asked for it."""

    def __init__(self, result: object = None, error: BaseException | None = None, askers: int = 0) -> None:
        self.times = 0
        self.asked = threading.Semaphore(0)
        self._askers = askers
        self._result = result
        self._error = error
        self._lock = threading.Lock()

    def __call__(self) -> object:
        with self._lock:
            self.times += 1
            first = self.times == 1
        if first:
            assert all(self.asked.acquire(timeout=SECONDS) for _ in range(self._askers))
        if self._error is not None:
            raise self._error
        return self._result


class Key:
    """A key that gives other threads their turn whenever it is looked up."""

    def __hash__(self) -> int:
        time.sleep(0)
        return 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key)


def asked_by_all(memory: Memory, computation: Computation) -> list[object]:
    """What each of many threads gets, that ask at the same moment: the value, or the exception."""
    barrier = threading.Barrier(THREADS, timeout=SECONDS)

    def ask(_: int) -> object:
        barrier.wait()
        computation.asked.release()
        try:
            return memory.once(Key(), computation)
        except ValueError as error:
            return error

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(ask, range(THREADS), timeout=SECONDS))


@pytest.mark.parametrize("value", ["an answer", None, 0, ""], ids=repr)
def test_value_is_computed_once(value: object) -> None:
    memory, computation = Memory(), Computation(value, askers=THREADS)
    assert asked_by_all(memory, computation) == [value] * THREADS
    assert computation.times == 1
    assert memory.known(Key())


def test_failure_is_remembered_like_a_value() -> None:
    error = ValueError("a dead door")
    memory, computation = Memory(), Computation(error=error, askers=THREADS)
    assert all(got is error for got in asked_by_all(memory, computation))
    with pytest.raises(ValueError, match="a dead door"):
        memory.once(Key(), Computation("too late"))
    assert computation.times == 1
    assert not memory.known(Key())


def test_keys_are_apart() -> None:
    memory = Memory()
    assert [memory.once(key, Computation(key)) for key in ("a", "b", ("a", 1), "a")] == ["a", "b", ("a", 1), "a"]


def test_one_value_may_need_another() -> None:
    memory = Memory()
    assert memory.once("image", lambda: ("image of", memory.once("completion", Computation("a cube")))) == (
        "image of",
        "a cube",
    )
    assert memory.known("completion")


def test_what_is_under_way_is_not_known() -> None:
    memory = Memory()
    assert memory.once("key", lambda: memory.known("key")) is False
    assert memory.known("key")
    assert not memory.known("another")
