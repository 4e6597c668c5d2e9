"""The command `python -m conformance.merge`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from conformance.contract.exchange import printable
from conformance.merge.merging import merge
from conformance.merge.shards import MergeError
from conformance.reports.document import Report, UnreadableReportError
from conformance.reports.reading import read_report
from conformance.reports.summary import summary
from conformance.reports.writing import write_badge, write_html, write_json, write_step_summary
from conformance.run.command import Command, answer, complain
from conformance.run.overview import Overview


def main(arguments: Sequence[str] | None = None, program: str = "python -m conformance.merge") -> int:
    """Merge reports.

    Args:
        arguments: The command line; that of the process by default.
        program: How it is called.

    Returns:
        The exit code of the merged run, or 4 if there is none.
    """
    given = _command(program).parse_args(arguments)
    try:
        merged = merge(_read(given.reports), allow_partial=given.allow_partial)
    except (UnreadableReportError, MergeError) as error:
        return complain(str(error))
    try:
        written = [*_written(merged, given)]
    except OSError as error:
        return complain(f"the merged report cannot be written: {error.filename}: {error.strerror or error}")
    told = [line.text for line in summary(_overview(merged), merged.results, merged.run.exit_code)]
    text = "\n".join(map(printable, [*told, *written, ""]))
    if given.output is not None:
        answer(text)
    else:
        sys.stderr.write(text)
        answer(json.dumps(merged.to_plain(), indent=1) + "\n")
    return merged.run.exit_code


def _command(program: str) -> Command:
    command = Command(
        prog=program,
        description="Merge the reports of the shards of one run. The exit code is that of the merged run, or 4.",
    )
    command.add_argument("reports", nargs="+", type=Path, metavar="REPORT", help="what --shard and --report-json wrote")
    command.add_argument("--output", type=Path, metavar="FILE", help="write the report there; otherwise it is printed")
    command.add_argument("--report-html", type=Path, metavar="FILE", help="write it as one page too")
    command.add_argument("--badge", type=Path, metavar="FILE", help="write its state as a badge too")
    command.add_argument(
        "--allow-partial", action="store_true", help="shards may be missing; what passed is incomplete then (10)"
    )
    return command


def _read(paths: Sequence[Path]) -> dict[str, Report]:
    reports: dict[str, Report] = {}
    for path in paths:
        if str(path) in reports:
            raise MergeError(f"{path} is given twice")
        reports[str(path)] = read_report(path)
    return reports


def _written(report: Report, given: argparse.Namespace) -> Iterator[str]:
    summary_of_github = os.environ.get("GITHUB_STEP_SUMMARY")
    for write, path in (
        (write_json, given.output),
        (write_html, given.report_html),
        (write_badge, given.badge),
        (write_step_summary, Path(summary_of_github) if summary_of_github else None),
    ):
        if path is not None:
            yield write(report, path)


def _overview(report: Report) -> Overview:
    run, plan = report.run, report.plan
    how = f"replayed from {run.dial} (recorded {run.recorded})" if run.mode == "replayed" else f"live at {run.dial}"
    return Overview(
        f"DIAL Core {run.core}, {how}",
        plan.checks,
        plan.requests,
        plan.completions,
        plan.dollars,
        run.notes,
        free=run.free,
        replayed=run.mode == "replayed",
        interrupted=run.interrupted,
        retries=plan.retries,
        deployments=len(report.deployments),
        contract=run.contract,
    )


if __name__ == "__main__":
    sys.exit(main())
