"""Options that do nothing beside others: each is refused, or told in a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

Given = Any
"""The options of a session, by their names."""


class Combination(NamedTuple):
    """An option that does nothing in some runs.

    Attributes:
        applies: Tells whether it was given in such a run.
        said: What it is told.
        refused: It is surely a mistake: exit code 4, and nothing is asked. Otherwise it is told at the end, because
            somebody may give the same options to all runs.
    """

    applies: Callable[[Given], bool]
    said: str
    refused: bool = False


def done_by_nothing(given: Given) -> Iterator[Combination]:
    """Return which of the options that were given do nothing.

    Args:
        given: The options of a session.
    """
    return (one for one in COMBINATIONS if one.applies(given))


def _replays(given: Given) -> bool:
    return not given.live and getattr(given, "record_mode", None) in (None, "none")  # it is pytest-recording's


def _live_only(name: str, default: object, why: str) -> Combination:
    """Make the combination of an option that only a live run has a use for."""
    option = f"--{name.replace('_', '-')}"
    return Combination(
        lambda given: _replays(given) and getattr(given, name, default) != default,
        f"{option} does nothing in a replay: {why}",
    )


def _decides_nothing(name: str, *, without: object = None) -> Combination:
    """Make the combination of an option about verdicts with `--plan`, which comes to none."""
    option = f"--{name.replace('_', '-')}"
    return Combination(
        lambda given: given.plan and getattr(given, name, without) != without,
        f"{option} does nothing with --plan, which decides nothing",
    )


COMBINATIONS: Final = (
    Combination(
        lambda given: _replays(given) and given.dial_url is not None,
        "--dial-url names a DIAL to ask, and a replay asks none: give --live too",
        refused=True,
    ),
    Combination(
        lambda given: given.plan and given.collectonly,
        "--plan does nothing with --collect-only, which lists the checks",
    ),
    Combination(
        lambda given: given.write_baseline and bool(given.baseline) and given.collectonly,
        "--write-baseline writes what a run decides, and --collect-only decides nothing: leave out one of them",
        refused=True,
    ),
    _live_only("clients", default=False, why="the official clients ask a DIAL, so give --live"),
    _live_only("jobs", default=8, why="it reads one file after the other; -n 2 replays in two processes"),
    _live_only("jobs_per_deployment", default=4, why="it reads one file after the other"),
    _live_only("exchange_timeout", default=60, why="nothing is waited for"),
    _live_only("deadline", default=20.0, why="nothing is waited for"),
    _decides_nothing("baseline"),
    _decides_nothing("fail_on", without="must"),
    Combination(
        lambda given: given.live and given.jobs_per_deployment > max(given.jobs, 4),
        "--jobs-per-deployment does nothing above --jobs: give more --jobs",
    ),
    Combination(
        lambda given: given.collectonly and any((given.report_json, given.report_html, given.badge, given.reproduce)),
        "--report-json, --report-html, --badge and --reproduce do nothing with --collect-only, which checks nothing",
    ),
)
