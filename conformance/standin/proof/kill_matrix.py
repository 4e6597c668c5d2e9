"""The kill matrix: which requirements each defect violates, computed by running the suite against the stand-in.

`python -m conformance.standin.proof.kill_matrix docs/kill-matrix.md` computes it anew, and fails if the document was
not current; `--defect NAME` computes one row of it.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from conformance.contract.declaration import DeclarationError, nearest
from conformance.contract.verdict import ExitCode
from conformance.run.registry import all_requirements, recipe_book
from conformance.standin.defect import BrokenDefectError, Defect, all_defects
from conformance.standin.proof.row import MOST_VIOLATED, Row, healthy, row


def matrix(processes: int | None = None) -> list[Row]:
    """Compute all rows, in processes that share the defects."""
    with ProcessPoolExecutor(processes, initializer=_get_ready) as pool:
        return list(pool.map(_row_of, all_defects()))


def written(rows: Sequence[Row]) -> str:
    """Write the matrix as a document."""
    return "\n".join([*_head(rows), *_by_requirement(rows), "", *_by_defect(rows), ""])


def _get_ready() -> None:
    """Run the healthy stand-in, and let the collector of garbage pass over all that is there by then."""
    healthy()
    gc.freeze()


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
        requirement or a recipe is declared wrongly, or a defect fails.
    """
    try:
        all_requirements(), recipe_book()
    except DeclarationError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return ExitCode.USAGE_ERROR
    options = _parser().parse_args(arguments)
    try:
        rows = [row(one) for one in options.defect] if options.defect else matrix()
    except BrokenDefectError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return ExitCode.USAGE_ERROR
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
