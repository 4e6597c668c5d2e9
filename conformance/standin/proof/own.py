"""`dial-conformance prove`: whether own checks see the defects that are made for them, and none in a healthy DIAL."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from conformance.contract.declaration import DeclarationError, nearest
from conformance.contract.requirement import Requirement
from conformance.contract.result import Result
from conformance.contract.verdict import ExitCode, Verdict
from conformance.run.command import Command, answer, complain
from conformance.run.control import DiscoveryError
from conformance.run.registry import checks_given, own_checks, recipe_book
from conformance.standin.core.http import Handler, IncomingRequest, Response, in_words
from conformance.standin.defect import DALLE3, BrokenDefectError, Defect
from conformance.standin.dial import KEYS, broken_by, sample_names, stand_in
from conformance.standin.own_proof import OwnProof, own_proof
from conformance.standin.proof.in_process import EVERYTHING, Accusation, accused, decided
from conformance.standin.proof.kept_answers import kept_answers
from conformance.standin.proof.row import CORE, MOST_VIOLATED, concerned


class _HarnessError(Exception):
    """A check or a defect failed by itself; the message says which, and how."""


def run(arguments: Sequence[str], program: str) -> int:
    """Prove own checks.

    Args:
        arguments: The command line after the word.
        program: How it is called.

    Returns:
        0 if each requirement is violated by a defect made for it, and holds of the healthy stand-in; 1 if not; 3 if a
        check or a defect failed by itself; 4 if the checks cannot be used.
    """
    given = _command(program).parse_args(arguments)
    try:
        checks = checks_given(given.checks)
        proof = own_proof(checks)
        requirements = {name: one for own in own_checks(checks) for name, one in own.requirements.items()}
        recipe_book(checks)
        wanted = _wanted(given.defect, proof, requirements)
    except ValueError as error:
        return complain(str(error))
    try:
        seen: dict[str, bool] = {}
        for line, name, good in _rows(_Proving(checks, proof), wanted, requirements, whole=not given.defect):
            answer(f"{line}\n")
            seen[name] = seen.get(name, True) and good
    except _HarnessError as error:
        complain(str(error))
        return ExitCode.HARNESS_ERROR
    except KeyboardInterrupt:
        complain("interrupted")
        return ExitCode.INTERRUPTED
    number, defects = sum(seen.values()), "1 defect" if len(wanted) == 1 else f"{len(wanted)} defects"
    answer(f"{number} of {len(requirements)} own requirements proven, by {defects}\n")
    return ExitCode.PASSED if all(seen.values()) else ExitCode.VIOLATED


def _command(program: str) -> Command:
    command = Command(
        prog=program,
        description="Run own checks, and those of the suite beside them, against the local stand-in: healthy, and"
        " broken by each of their defects. Nobody else is asked.",
    )
    add = command.add_argument
    add(
        "--checks",
        action="append",
        required=True,
        metavar="DIR",
        help="prove the checks in this folder, or of this package",
    )
    add("--defect", action="append", default=[], metavar="NAME", help="only by this defect; may be given again")
    return command


def _wanted(names: Sequence[str], proof: OwnProof, requirements: Mapping[str, Requirement]) -> list[Defect]:
    """Return the defects to try.

    Raises:
        DeclarationError: There is no such defect, or it is made for no requirement of these checks.
    """
    for name in names:
        if name not in proof.defects:
            raise DeclarationError(f"these checks have no defect {name}{nearest(name, proof.defects)}")
    found = [one for name, one in proof.defects.items() if not names or name in names]
    for one in found:
        if one.requirement not in requirements:
            meant = nearest(one.requirement, requirements)
            raise DeclarationError(f"{one.name} is made for {one.requirement}, which these checks do not have{meant}")
        if one.deployment not in sample_names(all_samples=True):
            meant = nearest(one.deployment, sample_names(all_samples=True))
            raise DeclarationError(f"{one.name} is at {one.deployment}, which the stand-in does not serve{meant}")
    return found


class _Proving:
    """Runs the suite with own checks against the stand-in."""

    def __init__(self, checks: tuple[str, ...], proof: OwnProof) -> None:
        self._checks = checks
        self._proof = proof
        self._healthy: dict[tuple[str, bool, tuple[str, ...]], list[Result]] = {}

    def healthy(self, core: str, deployments: tuple[str, ...], *, thorough: bool) -> list[Result]:
        """Return what comes of the healthy stand-in."""
        key = (core, thorough, deployments)
        if key not in self._healthy:
            self._healthy[key] = self._results((), core, deployments, thorough=thorough)
        return self._healthy[key]

    def accused_by(self, one: Defect) -> frozenset[Accusation]:
        """Return what is accused because of a defect."""
        deployments = concerned(one)
        before = accused(self.healthy(one.core, deployments, thorough=one.thorough))
        try:
            return accused(self._results([one], one.core, deployments, thorough=one.thorough)) - before
        except DiscoveryError:  # for which the suite finds no DIAL at all
            return frozenset()

    def _results(
        self, defects: Sequence[Defect], core: str, deployments: tuple[str, ...], *, thorough: bool
    ) -> list[Result]:
        with tempfile.TemporaryDirectory() as folder:
            has_all_samples = not set(deployments) <= set(sample_names())
            answering = kept_answers(core, has_all_samples=has_all_samples).behind
            gateway = stand_in(core, Path(folder), all_samples=has_all_samples, answering=answering)
            standin = broken_by([*self._proof.samples, *defects], gateway)
            opt_ins = EVERYTHING if thorough else frozenset[str]()
            broken: list[BrokenDefectError] = []
            found: list[Result] = []
            try:
                asked = _noting(standin, broken)
                with decided(asked, KEYS, deployments, opt_ins, traced=False, checks=self._checks) as (_, results):
                    found = results
            except DiscoveryError:
                if not broken:
                    raise
            if broken:  # whatever the suite made of it
                raise _HarnessError(str(broken[0])) from broken[0]
        for one in found:
            if one.verdict is Verdict.HARNESS_ERROR:
                case = f", {one.case}" if one.case else ""
                raise _HarnessError(f"{one.requirement} of {one.deployment or 'the DIAL'}{case}: {one.reason}")
        return found


def _noting(standin: Handler, broken: list[BrokenDefectError]) -> Handler:
    """Answer 500 where a defect is broken itself, and note that: it says nothing of the checks."""

    async def answer(request: IncomingRequest) -> Response:
        try:
            return await standin(request)
        except BrokenDefectError as error:
            broken.append(error)
            return in_words(500)

    return answer


def _rows(
    proving: _Proving, defects: Sequence[Defect], requirements: Mapping[str, Requirement], *, whole: bool
) -> Iterator[tuple[str, str, bool]]:
    """Give a line for each thing found, the requirement that it is about, and whether that is as it should be."""
    told: set[str] = set()
    for where in dict.fromkeys((one.core, concerned(one), one.thorough) for one in defects) or [
        (CORE, (DALLE3,), True)
    ]:
        for one in proving.healthy(where[0], where[1], thorough=where[2]):
            if one.requirement in requirements and one.verdict in (Verdict.VIOLATED, Verdict.ADVISORY):
                if one.requirement not in told:
                    found = f"expected {one.expected}, got {one.got}" if one.expected else one.got
                    yield f"{one.requirement} does not hold of the healthy stand-in: {found}", one.requirement, False
                told.add(one.requirement)
    for defect in defects:
        found_by = proving.accused_by(defect)
        seen = any(name == defect.requirement and at in (None, defect.deployment) for name, at, _ in found_by)
        others = sorted({name for name, _, _ in found_by} - {defect.requirement})
        tolerable = len(others) < MOST_VIOLATED or {*others} <= defect.also.keys()
        verb = "violates" if seen else "does not violate"
        link = ", and also" if seen else ", but"
        beside = f"{link} {', '.join(others)}" if others else ", and nothing else" if seen else ""
        much = "" if tolerable else f": more than {MOST_VIOLATED}, and `also` does not say why"
        line = f"{defect.name} {verb} {defect.requirement} at {defect.deployment}{beside}{much}"
        yield line, defect.requirement, seen and tolerable
    if whole:
        for name in sorted(requirements.keys() - {one.requirement for one in defects}):
            yield f"{name} has no defect: nothing shows that it can fail", name, False
