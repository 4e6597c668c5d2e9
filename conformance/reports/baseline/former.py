"""A former report as the baseline: what it has already is known, and only what is new fails a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from conformance.contract.result import Result
from conformance.contract.verdict import DOES_NOT_HOLD, Verdict
from conformance.reports.baseline.entry import Place, place_of
from conformance.reports.document import ReportedRun
from conformance.reports.reading import read_report

Checked = tuple[str, Place]
"""A requirement, and where it was checked."""


class Marks(Protocol):
    """Says which results are known."""

    def marked(self, result: Result, hide: Callable[[str], str]) -> Result:
        """Return a result, with the reason if it is known; `hide` takes secrets out of a text."""


@dataclass(frozen=True)
class FormerReport:
    """What a former report says did not hold.

    Attributes:
        path: The file.
        run: The run that it is of.
        found: What did not hold, with the verdict: what was advisory and is violated now is new, as another case is.
        deployments: What was under test.
    """

    path: Path
    run: ReportedRun
    found: Mapping[Checked, Verdict]
    deployments: tuple[str, ...]

    def marked(self, result: Result, hide: Callable[[str], str]) -> Result:
        """Return a result, with the reason if the former report has it already."""
        if result.verdict not in DOES_NOT_HOLD or result.known:
            return result
        if self.found.get((result.requirement, place_of(result))) is not result.verdict:
            return result
        return replace(result, known=hide(self.note))

    @property
    def note(self) -> str:
        """Why a result is known."""
        return f"{self.path.name} has it already ({self.run.began[:10]}, Core {self.run.core})"

    def no_longer(self, results: Iterable[Result]) -> Sequence[Checked]:
        """Return what did not hold and passes now."""
        passed = {(one.requirement, place_of(one)) for one in results if one.verdict is Verdict.PASSED}
        return [one for one in self.found if one in passed]


def read_former(path: Path) -> FormerReport:
    """Read a former report.

    Raises:
        UnreadableReportError: It cannot be read; the message is one line that begins with the name of the file.
    """
    report = read_report(path)
    found = {(one.requirement, place_of(one)): one.verdict for one in report.results if one.verdict in DOES_NOT_HOLD}
    return FormerReport(path, report.run, found, tuple(one.id for one in report.deployments))
