"""What the benchmarks measure with: nothing here depends on how fast the machine is."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.copies import copied_set
from benchmarks.figure import Figure
from benchmarks.shortest import Limit, longest_chain, shortest_time
from tests.running import Suite

NOTHING = frozenset[str]()


@pytest.mark.parametrize(
    ("value", "exact", "kept"),
    [(1.5, False, True), (1.0, False, True), (1.6, False, False), (1.5, True, True), (1.4, True, False)],
)
def test_a_bound_is_kept(value: float, exact: bool, kept: bool) -> None:  # noqa: FBT001 - a parameter
    assert Figure("any", value, 1.5, exact=exact).kept is kept


def test_the_longest_chain_counts() -> None:
    before = {"a": NOTHING, "b": frozenset("a"), "c": frozenset("a"), "d": frozenset("bc")}

    assert longest_chain(before, {"a": 1, "b": 2, "c": 4, "d": 8}) == 13


def test_nothing_takes_no_time() -> None:
    assert shortest_time({}, {}, ()) == 0


def test_what_is_not_asked_is_not_waited_for() -> None:
    assert longest_chain({"a": frozenset({"elsewhere"})}, {"a": 1}) == 1


@pytest.mark.parametrize(("at_once", "seconds"), [(1, 9), (2, 5), (3, 3), (4, 3), (9, 1)])
def test_a_limit_lets_so_many_through_at_once(at_once: int, seconds: float) -> None:
    tasks = frozenset("123456789")

    assert shortest_time(dict.fromkeys(tasks, NOTHING), dict.fromkeys(tasks, 1), [Limit(tasks, at_once)]) == seconds


def test_limits_one_after_the_other_add_up() -> None:
    first, second = frozenset("1234"), frozenset("5678")
    before = {**dict.fromkeys(first, NOTHING), **dict.fromkeys(second, first)}
    limits = [Limit(first, 2), Limit(second, 4), Limit(first | second, 8)]

    assert shortest_time(before, dict.fromkeys(before, 1), limits) == 3


def test_a_limit_counts_from_where_its_last_tasks_can_begin() -> None:
    late = frozenset("1234")
    before = {"early": NOTHING, "slow": NOTHING, **dict.fromkeys(late, frozenset({"slow"}))}
    latency = {"early": 1.0, "slow": 10.0, **dict.fromkeys(late, 1.0)}

    assert shortest_time(before, latency, [Limit(late | {"early"}, 2)]) == 12


def test_a_copied_set_replays_like_the_recorded_one(suite: Suite) -> None:
    names = copied_set(suite.folder / "copies", 2)

    run = suite.replay("--dial-deployment=b[0-9]*", cassettes=Path("copies"))

    assert run.exit_code == 0, run.output
    assert "could not run" not in run.counts, run.output
    assert {name for name in names if f"[{name}-answer=1]" in run.junit} == {"b000000", "b000001"}
