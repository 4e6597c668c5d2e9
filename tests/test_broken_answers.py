"""Many ways to be wrong: each deviation of a DIAL is found, and only the requirement that it breaks is accused.

That every requirement can fail at all is held by the defects of the stand-in, in tests/standin/test_kill_matrix.py.
"""

from __future__ import annotations

import pytest

from conformance.contract.requirement import MUST
from conformance.contract.verdict import Verdict
from conformance.run.registry import all_requirements
from tests.broken_answers import BROKEN
from tests.broken_answers.change import Broken
from tests.replaying import (
    EVERYTHING,
    ChangedDial,
    accused,
    harness_errors,
    read_set,
    results,
    results_of_change,
    unbroken,
)

DEPLOYMENTS = ("dall-e-3", "echo", "buttons", "echo-application", "search")

ROWS = [
    pytest.param(requirement, row, id=f"{requirement}-{row.how}", marks=[pytest.mark.long] if place else [])
    for requirement, rows in BROKEN.items()
    for place, row in enumerate(rows)
]
"""The first of each requirement is seen by `make test`, the others by `make test-long`."""


@pytest.mark.parametrize(("requirement", "row"), ROWS)
def test_only_the_broken_requirement_is_accused(requirement: str, row: Broken) -> None:
    dial = ChangedDial(read_set(), row.places)
    found = results_of_change(dial, row.deployment, row.opt_ins)
    assert harness_errors(found) == []
    assert dial.unchanged == []
    # what the recorded answers break anyway may not be asked any more, once a deployment accepts what it must refuse
    assert accused(found) - (unbroken(row.deployment, row.opt_ins) - {requirement}) == {requirement}
    level = all_requirements()[requirement].level
    verdicts = {one.verdict for one in found if one.requirement == requirement}
    assert (Verdict.VIOLATED if level is MUST else Verdict.ADVISORY) in verdicts


@pytest.mark.long
@pytest.mark.parametrize(("requirement", "row"), ROWS[::30])
def test_a_change_is_seen_by_who_looks_at_it_alone(requirement: str, row: Broken) -> None:
    known = unbroken(row.deployment, row.opt_ins) - {requirement}
    some = results_of_change(ChangedDial(read_set(), row.places), row.deployment, row.opt_ins)
    whole = results(ChangedDial(read_set(), row.places), row.deployment, opt_ins=row.opt_ins)
    assert accused(some) - known == accused(whole) - known


def test_every_row_is_of_a_requirement() -> None:
    assert BROKEN.keys() - all_requirements().keys() == set()


@pytest.mark.parametrize("opt_ins", [frozenset(), EVERYTHING], ids=["default", "everything"])
@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_unbroken_answers_are_not_accused(deployment: str, opt_ins: frozenset[str]) -> None:
    found = results(ChangedDial(read_set()), deployment, opt_ins=opt_ins)
    assert harness_errors(found) == []
    assert accused(found) == unbroken(deployment, opt_ins)
