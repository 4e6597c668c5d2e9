"""The command `python -m conformance.compare`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from conformance.compare.comparison import UnknownDeploymentError, compare
from conformance.compare.model import Comparison
from conformance.compare.sections import headline, runs, sections
from conformance.contract.verdict import ExitCode
from conformance.reports.document import UnreadableReportError
from conformance.reports.reading import read_report
from conformance.run.command import Command, answer, complain


def main(arguments: Sequence[str] | None = None, program: str = "python -m conformance.compare") -> int:
    """Compare two reports, or two deployments.

    Args:
        arguments: The command line; that of the process by default.
        program: How it is called.

    Returns:
        1 if something got worse, 0 if nothing did, 4 if there is nothing to compare.
    """
    command = _command(program)
    given = command.parse_args(arguments)
    if given.new is None and given.deployment is None:
        command.error("give two reports, or one and --deployment OLD NEW")
    try:
        old = read_report(given.old)
        new = read_report(given.new) if given.new is not None else old
        found = compare(old, new, tuple(given.deployment) if given.deployment else None)
    except (UnreadableReportError, UnknownDeploymentError) as error:
        return complain(str(error))
    worse = found.worse(advisory=given.fail_on == "should", schema=given.fail_on_schema)
    text = _FORMATS[given.format](found, worse)
    if given.output is None:
        answer(text)
    else:
        try:
            given.output.write_text(text, encoding="utf-8")
        except OSError as error:
            return complain(f"{given.output} cannot be written: {error.strerror or error}")
    return ExitCode.VIOLATED if worse else ExitCode.PASSED


def _command(program: str) -> Command:
    command = Command(
        prog=program,
        description="Compare two reports, or two deployments. It ends with 1 if something got worse, else with 0.",
    )
    add = command.add_argument
    add("old", type=Path, metavar="OLD", help="what --report-json or `dial-conformance merge` wrote")
    add(
        "new",
        type=Path,
        nargs="?",
        metavar="NEW",
        help="what the same wrote later; without it, OLD is compared with itself",
    )
    add("--deployment", nargs=2, metavar=("OLD", "NEW"), help="compare only this one of OLD with this one of NEW")
    add("--format", choices=sorted(_FORMATS), default="terminal", help="how to write what differs")
    add("--output", type=Path, metavar="FILE", help="write it there; otherwise it is printed")
    add(
        "--fail-on",
        choices=["must", "should"],
        default="must",
        help="call a new violation worse (must), or a new advisory too (should)",
    )
    add("--fail-on-schema", action="store_true", help="call a schema worse that allows less, or may")
    return command


def _terminal(comparison: Comparison, worse: Sequence[str]) -> str:
    lines = [headline(comparison, worse), *runs(comparison)]
    for section in sections(comparison):
        lines += ["", f"{section.title}:"]
        for item in section.items:
            lines += [f"  {item.text}", *(f"    {one}" for one in item.details)]
    return "\n".join([*lines, ""])


def _markdown(comparison: Comparison, worse: Sequence[str]) -> str:
    lines = [f"## DIAL conformance: {_escaped(headline(comparison, worse))}", ""]
    lines += [f"* {_escaped(one)}" for one in runs(comparison)]
    for section in sections(comparison):
        lines += ["", f"### {_escaped(section.title)}", ""]
        for item in section.items:
            lines += [f"* {_escaped(item.text)}", *(f"  * {_escaped(one)}" for one in item.details)]
    return "\n".join([*lines, ""])


def _json(comparison: Comparison, worse: Sequence[str]) -> str:
    return json.dumps({**comparison.to_plain(), "worse": [*worse]}, indent=1) + "\n"


_FORMATS: Final[Mapping[str, Callable[[Comparison, Sequence[str]], str]]] = {
    "terminal": _terminal,
    "markdown": _markdown,
    "json": _json,
}


def _escaped(text: str) -> str:
    """Write a stranger's text so that it means nothing to Markdown or HTML (CommonMark 2.5), nor mentions anybody."""
    return re.sub(r"""[^\w .,;=+?%/()"'-]|_|(?<=www)\.""", lambda found: f"&#{ord(found[0])};", text)


if __name__ == "__main__":
    sys.exit(main())
