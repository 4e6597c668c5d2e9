"""What became of a run against a dead server."""

from __future__ import annotations

from conformance.contract.requirement import MUST, Requirement
from conformance.run.registry import all_requirements, recipe_book
from tests.running import SuiteRun

_AT_FIRST = frozenset({"listing", "models", "applications", "version", "deployment_alone"})
"""What is asked before there is a plan, so that a server that dies then has answered it."""


def must_passed(run: SuiteRun, *, died: bool) -> list[str]:
    """The MUST requirements that passed; of a server that died, those that rest on nothing that it said before."""
    known = all_requirements()
    passed = sorted(one for one in run.requirements("passed") if known[one].level is MUST)
    return [one for one in passed if not (died and _rests_on_the_beginning(known[one]))]


def told(run: SuiteRun) -> str:
    """The one line that says what is wrong with the server, or nothing if there is none, or more than one."""
    complaints = [line.removeprefix("ERROR: ") for line in run.err.splitlines() if line.startswith("ERROR: ")]
    notes = [line for line in run.out.splitlines() if line.startswith("the DIAL went down during the run: ")]
    lines = complaints + notes
    return lines[0] if len(lines) == 1 else ""


def _rests_on_the_beginning(requirement: Requirement) -> bool:
    book = recipe_book()
    exchanges = {*book.exchanges(requirement.dependencies)}
    everything = "every_exchange" in book.closure(requirement.dependencies)
    return bool(exchanges) and exchanges <= _AT_FIRST and not everything
