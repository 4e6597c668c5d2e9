"""Options that do nothing in this run: each is refused, or named in a line at its end."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass

from conformance.run.options import OPTIONS, Idle, In, Option
from conformance.run.settings import Settings


@dataclass(frozen=True)
class Conflict:
    """Options that do nothing in this run.

    Attributes:
        message: Which they are, why, and what to do.
        refused: It is surely a mistake: nothing is asked.
    """

    message: str
    refused: bool = False


def conflicts(given: Namespace) -> Iterator[Conflict]:
    """Return what was given and does nothing; options with the same reason share a line.

    Args:
        given: All options of the session, pytest's own too. Their values are right.

    Yields:
        What the table of options says, in its order; then what it cannot say.
    """
    found: dict[Idle, list[str]] = {}
    for option in OPTIONS:
        for idle in option.idle:
            if is_run(idle.where, given) and _matters(option, given):
                found.setdefault(idle, []).append(option.flag)
    for idle, flags in found.items():
        does = "does" if len(flags) == 1 else "do"
        advice = [idle.instead, f"leave out {_joined(flags)}" if idle.refused else ""]
        message = "; ".join(filter(None, [idle.why, ", or ".join(filter(None, advice))]))
        yield Conflict(f"{_joined(flags)} {does} nothing {idle.where}: {message}", idle.refused)
    if given.live and _jobs(given, "jobs_per_deployment") > max(_jobs(given, "jobs"), Settings.jobs_per_deployment):
        yield Conflict("--jobs-per-deployment does nothing above --jobs: give more --jobs")
    yield from _see_age(given)


def _see_age(given: Namespace) -> Iterator[Conflict]:
    """Say so where no set is replayed whose age could matter."""
    if given.live and given.max_age is not None and getattr(given, "record_mode", None) != "once":
        yield Conflict("--max-age does nothing in a live run: no set is replayed")


def is_run(where: In, given: Namespace) -> bool:
    """Tell whether this is such a run.

    Args:
        where: The kind of run.
        given: All options of the session.
    """
    if where is In.REPLAY:
        return not given.live and getattr(given, "record_mode", None) in (None, "none")
    return bool(given.plan if where is In.PLAN else given.collectonly)


def _matters(option: Option, given: Namespace) -> bool:
    """Tell whether an option was given, and is not what holds without it."""
    value = option.value(given)
    return value is not None and value != option.default


def _jobs(given: Namespace, field: str) -> int:
    option = next(one for one in OPTIONS if one.field == field)
    value: int = option.value(given) or option.default
    return value


def _joined(flags: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(flags[:-1]), flags[-1]]))
