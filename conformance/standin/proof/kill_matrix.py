"""The kill matrix: which requirements each defect violates, computed by running the suite against the stand-in.

`python -m conformance.standin.proof.kill_matrix docs/kill-matrix.md` computes it anew, and fails if the document was
not current; `--defect NAME` computes one row of it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from conformance.contract.declaration import DeclarationError, nearest
from conformance.contract.result import Result
from conformance.contract.verdict import ExitCode, Verdict
from conformance.run.control import DiscoveryError
from conformance.run.registry import all_requirements, recipe_book
from conformance.standin.defect import DALLE3, Defect, all_defects
from conformance.standin.dial import KEYS, broken_by, sample_names, stand_in
from conformance.standin.proof.in_process import EVERYTHING, Accusation, accused, check
from conformance.standin.proof.kept_answers import KeptAnswers

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


def row(defect: Defect, deployments: tuple[str, ...] = sample_names()) -> Row:
    """Run the suite against the stand-in with that defect.

    The requirement that it is made for counts only where the defect can be seen: at its deployment, or of the DIAL. A
    defect for which the suite finds no DIAL at all, violates nothing. One that is seen at none of these deployments is
    put around the stand-in with all samples, and its own is checked beside the one with which the DIAL is asked.

    Args:
        defect: What is wrong with the stand-in.
        deployments: Which of its deployments are checked.

    Raises:
        RuntimeError: The suite itself failed.
    """
    if defect.deployment not in deployments:
        deployments = concerned(defect)  # a sample of the later captures
    try:
        with_it = accused(results([defect], defect.core, thorough=defect.thorough, deployments=deployments))
        found = with_it - healthy(defect.core, thorough=defect.thorough, deployments=deployments)
    except DiscoveryError:
        found = frozenset()
    seen = {requirement for requirement, deployment, _ in found if deployment in (None, defect.deployment)}
    others = {requirement for requirement, _, _ in found} - {defect.requirement}
    return Row(defect.name, defect.requirement, frozenset(others | seen & {defect.requirement}))


def concerned(defect: Defect) -> tuple[str, ...]:
    """Return which deployments tell nearly all of a defect: its own, and the one with which the DIAL itself is asked.

    A row of these takes a third of the time. What the defect does to the others is known by the whole matrix only.
    """
    return (DALLE3,) if defect.deployment == DALLE3 else (DALLE3, defect.deployment)


@cache
def healthy(
    core: str = CORE, *, thorough: bool = True, deployments: tuple[str, ...] = sample_names()
) -> frozenset[Accusation]:
    """Return what the suite says of the healthy stand-in: the advice that it gives the real Core of that version."""
    return accused(results((), core, thorough=thorough, deployments=deployments))


def results(
    defects: Iterable[Defect],
    core: str = CORE,
    *,
    thorough: bool = True,
    deployments: tuple[str, ...] = sample_names(),
) -> list[Result]:
    """Run the whole suite against a new stand-in.

    Args:
        defects: What is wrong with it.
        core: Which Core it answers like.
        thorough: Whether everything is asked that is not by default.
        deployments: Which of its deployments are checked.

    Raises:
        RuntimeError: The suite itself failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        is_of_all = not set(deployments) <= set(sample_names())
        answering = _kept_answers(core, is_of_all=is_of_all).behind
        gateway = stand_in(core, Path(folder), all_samples=is_of_all, answering=answering)
        found = check(broken_by(defects, gateway), KEYS, deployments, EVERYTHING if thorough else frozenset())
    for one in found:
        if one.verdict is Verdict.HARNESS_ERROR:
            raise RuntimeError(f"{one.requirement} {one.case or ''}: {one.reason}")
    return found


@cache
def _kept_answers(core: str, *, is_of_all: bool) -> KeptAnswers:
    """Return what the deployments of such a stand-in answered in this process."""
    del core, is_of_all  # another stand-in has other deployments
    return KeptAnswers()


def matrix(processes: int | None = None) -> list[Row]:
    """Compute all rows, in processes that share the defects."""
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(_row_of, all_defects()))


def written(rows: Sequence[Row]) -> str:
    """Write the matrix as a document."""
    return "\n".join([*_head(rows), *_by_requirement(rows), "", *_by_defect(rows), ""])


def _row_of(name: str) -> Row:
    return row(all_defects()[name])


def _head(rows: Sequence[Row]) -> Iterator[str]:
    requirements = all_requirements()
    killed = {one.requirement for one in rows if one.killed}
    yield "# The kill matrix"
    yield ""
    yield "Written by `make kill-matrix`, and held current by tests: the whole suite is run against the stand-in, once"
    yield "for each defect, and what it accuses beyond what it says of the healthy one is shown here."
    yield ""
    yield f"* {len(requirements)} requirements, {len(killed)} of them violated by a defect made for them"
    yield f"* {len(rows)} defects, {sum(one.killed for one in rows)} of them seen, and called by the right requirement"
    yield f"* {sum(len(one.unexpected) for one in rows)} pairs of a defect and another requirement that it violates"
    yield ""


def _by_requirement(rows: Sequence[Row]) -> Iterator[str]:
    yield "## Requirement x defect"
    yield ""
    yield "| requirement | violated by | and, made for another one, by |"
    yield "|---|---|---|"
    for requirement in all_requirements():
        own = [one.defect for one in rows if one.requirement == requirement and one.killed]
        others = [one.defect for one in rows if requirement in one.unexpected]
        yield f"| {requirement} | {', '.join(own)} | {', '.join(others)} |"


def _by_defect(rows: Sequence[Row]) -> Iterator[str]:
    defects = all_defects()
    yield "## The defects"
    yield ""
    yield "| defect | made for | seen at | violates, too | what is wrong |"
    yield "|---|---|---|---|---|"
    for one in rows:
        broken = defects[one.defect]
        others = ", ".join(sorted(one.unexpected))
        yield f"| {one.defect} | {one.requirement} | {broken.deployment} | {others} | {broken.sentence} |"


def main(arguments: Sequence[str]) -> int:
    """Compute the matrix, or some rows of it, and print what is to be known of it.

    Returns:
        0, or 1 if a defect is not seen, or violates too many others, or the document was not current; 4 if a
        requirement or a recipe is declared wrongly.
    """
    try:
        all_requirements(), recipe_book()
    except DeclarationError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return ExitCode.USAGE_ERROR
    options = _parser().parse_args(arguments)
    rows = [row(one) for one in options.defect] if options.defect else matrix()
    lines = map(_line_of, rows) if options.defect else _lines(rows)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    good = all(one.killed and one.tolerable for one in rows)
    if options.document is None or options.defect:
        return 0 if good else 1
    current = _written_to(options.document, written(rows))
    return 0 if good and current else 1


def _written_to(document: Path, text: str) -> bool:
    """Write the document, and tell whether it was current."""
    if document.is_file() and document.read_text(encoding="utf-8") == text:
        return True
    document.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{document} was not current: it is written anew\n")
    return False


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    """Say what is wrong with each row, and what all of them come to."""
    for one in rows:
        if not one.killed:
            yield f"{one.defect} does not violate {one.requirement} at {all_defects()[one.defect].deployment}"
        if not one.tolerable:
            yield f"{one.defect} violates more than {MOST_VIOLATED} requirements, and does not say why"
    yield from (line.removeprefix("* ") for line in _head(rows) if line.startswith("* "))


def _line_of(one: Row) -> str:
    """Say what one defect violates."""
    at = all_defects()[one.defect].deployment
    if one.requirement not in all_requirements():
        meant = nearest(one.requirement, all_requirements())
        return f"{one.defect} is made for {one.requirement}, which is no requirement{meant}"
    found = f"violates {one.requirement} at {at}" if one.killed else f"does not violate {one.requirement} at {at}"
    others = ", ".join(sorted(one.unexpected))
    return f"{one.defect} {found}" + (f", and also {others}" if others else ", and nothing else" if one.killed else "")


def _defect(name: str) -> Defect:
    found = all_defects().get(name)
    if found is None:
        raise argparse.ArgumentTypeError(f"there is no defect {name}{nearest(name, all_defects())}")
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m conformance.standin.proof.kill_matrix", allow_abbrev=False)
    parser.add_argument("document", nargs="?", type=Path, help="where to write the matrix; it takes two minutes")
    parser.add_argument(
        "--defect",
        action="append",
        default=[],
        type=_defect,
        metavar="NAME",
        help="compute this one only",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
