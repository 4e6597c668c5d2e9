"""What GitHub shows beside a workflow run: workflow commands in the log.

See "Workflow commands for GitHub Actions" in GitHub's documentation, and `actions/toolkit` for the escaping.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from conformance.contract.exchange import printable
from conformance.contract.verdict import Verdict
from conformance.reports.document import Report
from conformance.reports.findings import Finding, counts_line, failing, findings_of
from conformance.reports.page.outcome import outcome_of
from conformance.reports.terminal import counted

MOST: Final = 10
"""So many of a kind GitHub shows of one step."""
_LONGEST: Final = 2_000
_MOST_CASES: Final = 3
_MOST_LINES: Final = 20


def workflow_commands(report: Report) -> Iterator[str]:
    """Give the commands: errors for what fails the run, warnings for advice, and a notice of all in numbers.

    A run that fails without a finding, such as an incomplete one, has one error that says why.

    Args:
        report: The report. What the baseline knows is in the notice only.
    """
    results, ended = report.results, outcome_of(report)
    title = f"DIAL conformance: {ended.word.lower()}"
    wrong = findings_of([*failing(results), *(one for one in results if one.verdict is Verdict.HARNESS_ERROR)])
    yield from _commands("error", wrong)
    if report.run.exit_code and not wrong:
        yield _command("error", title, _lines([ended.sentence, *ended.more, ended.exit_code, *report.run.notes]))
    yield from _commands(
        "warning", findings_of(one for one in results if one.verdict is Verdict.ADVISORY and not one.known)
    )
    yield _command("notice", title, counts_line(results))


def _commands(kind: str, found: Sequence[Finding]) -> Iterator[str]:
    shown = found if len(found) <= MOST else found[: MOST - 1]
    yield from (_command(kind, _title(one), _message(one)) for one in shown)
    if len(found) > len(shown):
        more = counted(len(found) - len(shown), f"more {kind}")
        yield _command(kind, "DIAL conformance", f"and {more}: the summary of the run has them all")


def _title(finding: Finding) -> str:
    one = finding.first
    return f"{one.requirement} ({one.level}) {one.verdict}: {finding.place}"


def _message(finding: Finding) -> str:
    cases = ", ".join(finding.cases[:_MOST_CASES])
    more = len(finding.cases) - _MOST_CASES
    lines = [finding.first.sentence]
    lines += [f"cases: {cases}{f' and {more} more' if more > 0 else ''}"] if cases else []
    lines += [f"{name}: {text}" for name, text in finding.texts]
    lines += [finding.first.curl] if finding.first.curl else []
    return _lines(lines)


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(printable(line[:_LONGEST]) for line in islice(lines, _MOST_LINES))


def _command(kind: str, title: str, message: str) -> str:
    return f"::{kind} title={_in_property(printable(title[:_LONGEST]))}::{_in_data(message)}"


def _in_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _in_property(text: str) -> str:
    return _in_data(text).replace(":", "%3A").replace(",", "%2C")
