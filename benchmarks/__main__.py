"""`python -m benchmarks`: measure, and print each figure with its bound. The exit code is 1 if a bound is exceeded."""

from __future__ import annotations

import sys
import time

from tabulate import tabulate

from benchmarks.computing import cases_of_the_largest
from benchmarks.counting import completions_of_a_default_run, requests_for_each_exchange
from benchmarks.figure import Figure
from benchmarks.importing import import_of_the_plugin, start_of_other_sessions
from benchmarks.living import live_wall_time
from benchmarks.planning import plan_of_many
from benchmarks.racing import exchanges_lost_in_the_race
from benchmarks.remembering import history_of_many
from benchmarks.replaying import replay_against_empty_tests, replay_of_many
from benchmarks.reporting import report_of_many
from benchmarks.sharding import shards_of_many

_MEASURED = (
    replay_against_empty_tests,
    import_of_the_plugin,
    start_of_other_sessions,
    requests_for_each_exchange,
    exchanges_lost_in_the_race,
    live_wall_time,
    completions_of_a_default_run,
    replay_of_many,
    plan_of_many,
    shards_of_many,
    cases_of_the_largest,
    report_of_many,
    history_of_many,
)


def main() -> int:
    """Measure everything, one after the other, and print it."""
    figures: list[Figure] = []
    for measure in _MEASURED:
        print(f"measuring: {measure.__name__.replace('_', ' ')}", file=sys.stderr, flush=True)
        figures += measure()
    rows = [one.row for one in figures]
    print(tabulate(rows, headers=["figure", "measured", "bound", "", "made of"], disable_numparse=True))
    return 0 if all(one.kept for one in figures) else 1


if __name__ == "__main__":
    started = time.perf_counter()
    code = main()
    print(f"measured in {time.perf_counter() - started:.0f} s")
    raise SystemExit(code)
