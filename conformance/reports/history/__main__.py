"""The command `dial-conformance history`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from conformance.contract.verdict import ExitCode
from conformance.reports.document import UnreadableReportError
from conformance.reports.history.markdown import markdown
from conformance.reports.history.model import History
from conformance.reports.history.plain import plain
from conformance.reports.history.reading import HistoryError, read_history
from conformance.reports.history.sections import headline
from conformance.run.command import Command, answer, complain


def main(arguments: Sequence[str] | None = None, program: str = "python -m conformance.reports.history") -> int:
    """Make one page of many reports.

    Args:
        arguments: The command line; that of the process by default.
        program: How it is called.

    Returns:
        0, or 4 if there is nothing to read, or it cannot be written.
    """
    command = _command(program)
    given = command.parse_args(arguments)
    written = given.format or ("markdown" if given.output is None else _BY_NAME.get(given.output.suffix.lower()))
    if written is None:
        names = ", ".join(sorted(_BY_NAME))
        return complain(f"--output={given.output}: its name ends in none of {names}: add --format")
    if given.output is not None and given.output.is_dir():
        return complain(f"{given.output} is a folder: give the name of a file")
    try:
        history = read_history(given.reports)
    except (UnreadableReportError, HistoryError, OSError) as error:
        return complain(str(error))
    text = _FORMATS[written](history)
    if given.output is None:
        answer(text)
        return ExitCode.PASSED
    try:
        given.output.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        return complain(f"{given.output} cannot be written: {error.strerror or error}")
    answer("\n".join([headline(history), *history.notes, f"the history is in {given.output}", ""]))
    return ExitCode.PASSED


def _command(program: str) -> Command:
    command = Command(
        prog=program,
        description="Make one page of many reports: what came and went, since when, what flaps, what it took."
        " The reports are only read.",
    )
    add = command.add_argument
    add(
        "reports",
        nargs="+",
        type=Path,
        metavar="REPORT",
        help="what --report-json or `dial-conformance merge` wrote, of any DIAL and release; or a folder of such files",
    )
    add("--output", type=Path, metavar="FILE", help="write it there; otherwise it is printed")
    add(
        "--format",
        choices=sorted(_FORMATS),
        help="how to write it; without it, the name of FILE says so (.html, .json, .md); what is printed is markdown",
    )
    return command


def _json(history: History) -> str:
    return json.dumps(plain(history), indent=1) + "\n"


def _html(history: History) -> str:
    from conformance.reports.history.html import page  # noqa: PLC0415 - only who wants it pays for it

    return page(history)


_FORMATS: Final[Mapping[str, Callable[[History], str]]] = {"html": _html, "json": _json, "markdown": markdown}
_BY_NAME: Final = {".html": "html", ".htm": "html", ".json": "json", ".md": "markdown"}


if __name__ == "__main__":
    sys.exit(main())
