"""One row of the kill matrix: what the suite accuses because of one defect of the stand-in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.run.control import DiscoveryError
from conformance.run.registry import recipe_book
from conformance.standin.defect import DALLE3, Defect, all_defects
from conformance.standin.dial import KEYS, broken_by, sample_names, stand_in
from conformance.standin.proof.affected import Affected, HealthyAnswer, HealthyRun, affected
from conformance.standin.proof.in_process import EVERYTHING, Accusation, accused, decided
from conformance.standin.proof.kept_answers import kept_answers

CORE: Final = "0.25"
MOST_VIOLATED: Final = 3
"""Requirements that one defect may violate, unless it says why it violates more."""


@dataclass(frozen=True)
class Row:
    """What one defect violates.

    Attributes:
        defect: Its name.
        requirement: The requirement that it is made for.
        violated: What the suite accuses because of it.
    """

    defect: str
    requirement: str
    violated: frozenset[str]

    @property
    def killed(self) -> bool:
        """The suite sees the defect, and calls it by its name."""
        return self.requirement in self.violated

    @property
    def tolerable(self) -> bool:
        """It violates few others, or says why it violates more."""
        return len(self.violated) <= MOST_VIOLATED or self.unexpected <= all_defects()[self.defect].also.keys()

    @property
    def unexpected(self) -> frozenset[str]:
        """What is accused beside the requirement that it is made for."""
        return self.violated - {self.requirement}


class Target(NamedTuple):
    """A stand-in, and what of it is checked how.

    Attributes:
        core: Which Core it answers like.
        thorough: Whether everything is asked that is not by default.
        deployments: Which of its deployments are checked.
    """

    core: str = CORE
    thorough: bool = True
    deployments: tuple[str, ...] = sample_names()

    @property
    def has_all_samples(self) -> bool:
        """A deployment among them is one of the later captures."""
        return not set(self.deployments) <= set(sample_names())


class Healthy(NamedTuple):
    """A run of the whole suite against the healthy stand-in.

    Attributes:
        answers: What was answered, in the order in which it was asked.
        accused: What the suite says of it: the advice that it gives the real Core of that version.
    """

    answers: tuple[HealthyAnswer, ...]
    accused: frozenset[Accusation]


def row(defect: Defect, *, whole: bool = False) -> Row:
    """Run the suite against the stand-in with that defect, and tell what it accuses because of it.

    The requirement that it is made for counts only where the defect can be seen: at its deployment, or of the DIAL. A
    defect for which the suite finds no DIAL at all, violates nothing. One that is seen at a sample of the later
    captures is put around the stand-in with all samples, and is checked beside the one with which the DIAL is asked.

    Args:
        defect: What is wrong with the stand-in.
        whole: Run the whole suite, also where most of it would come out as without the defect (see `affected`).

    Raises:
        RuntimeError: The suite itself failed.
    """
    target = target_of(defect)
    anew = None if whole else _affected(defect, target)
    violated = _violated(defect, target, anew)
    if anew is not None and defect.requirement not in violated:
        violated = _violated(defect, target, None)
    return Row(defect.name, defect.requirement, violated)


def target_of(defect: Defect) -> Target:
    """Return what is checked to see a defect."""
    deployments = sample_names() if defect.deployment in sample_names() else concerned(defect)
    return Target(defect.core, defect.thorough, deployments)


def concerned(defect: Defect) -> tuple[str, ...]:
    """Return which deployments tell nearly all of a defect: its own, and the one with which the DIAL is asked."""
    return (DALLE3,) if defect.deployment == DALLE3 else (DALLE3, defect.deployment)


@cache
def healthy(target: Target = Target()) -> Healthy:  # noqa: B008 - it is a constant
    """Run the whole suite against the healthy stand-in, once in a process."""
    run = HealthyRun()
    found = accused(results((), target, run=run))
    return Healthy(tuple(run.answers), found)


def results(
    defects: Iterable[Defect],
    target: Target = Target(),  # noqa: B008 - it is a constant
    requirements: tuple[str, ...] = (),
    run: HealthyRun | None = None,
) -> list[Result]:
    """Run the suite against a new stand-in.

    Args:
        defects: What is wrong with it.
        target: Which stand-in it is, and what is checked.
        requirements: The ids of the requirements that are decided; all if none is given.
        run: Notes what is asked and answered, or None.

    Raises:
        RuntimeError: The suite itself failed.
    """
    run = run or HealthyRun()
    opt_ins = EVERYTHING if target.thorough else frozenset[str]()
    with tempfile.TemporaryDirectory() as folder:
        answering = kept_answers(target.core, has_all_samples=target.has_all_samples).behind
        gateway = stand_in(target.core, Path(folder), all_samples=target.has_all_samples, answering=answering)
        handler = broken_by(defects, run.around(gateway))
        keys, deployments = KEYS, target.deployments
        with decided(handler, keys, deployments, opt_ins, requirements, traced=False, around=run.named) as (_, found):
            pass
    for one in found:
        if one.verdict is Verdict.HARNESS_ERROR:
            raise RuntimeError(f"{one.requirement} {one.case or ''}: {one.reason}")
    return found


def _affected(defect: Defect, target: Target) -> Affected | None:
    with tempfile.TemporaryDirectory() as folder:
        # without kept answers: this one is not asked in turn, and what it stored is not there for the others
        otherwise = stand_in(target.core, Path(folder), all_samples=target.has_all_samples)
        return affected(defect, healthy(target).answers, otherwise, target.deployments, recipe_book())


def _violated(defect: Defect, target: Target, anew: Affected | None) -> frozenset[str]:
    """Return what is accused because of a defect, in a run of the whole suite or of what it affects."""
    some = target if anew is None else target._replace(deployments=anew.deployments)
    try:
        with_it = accused(results([defect], some, () if anew is None else anew.requirements))
    except DiscoveryError:
        return frozenset()
    found = with_it - healthy(target).accused
    seen = {requirement for requirement, deployment, _ in found if deployment in (None, defect.deployment)}
    others = {requirement for requirement, _, _ in found} - {defect.requirement}
    return frozenset(others | seen & {defect.requirement})
