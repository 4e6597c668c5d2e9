"""Where a run writes what it has to say, beside the terminal."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

_NAMED: Final = ("report_json", "report_html", "badge", "reproduce")


class OutputError(ValueError):
    """A file that cannot be written; the message says which, and why."""


@dataclass(frozen=True)
class Outputs:
    """The files that were asked for.

    Attributes:
        report_json: The report as JSON.
        report_html: The report as a page.
        badge: The state as a badge: SVG, or JSON for shields.io if it is called so.
        junitxml: The report that pytest writes itself.
        reproduce: A folder for a script for each violation.
        step_summary: Where GitHub reads a summary in Markdown from.
        annotations: Tell GitHub of violations, at the terminal.
    """

    report_json: Path | None = None
    report_html: Path | None = None
    badge: Path | None = None
    junitxml: Path | None = None
    reproduce: Path | None = None
    step_summary: Path | None = None
    annotations: bool = False

    @property
    def any(self) -> bool:
        """Something was asked for that the suite writes."""
        return any(getattr(self, one.name) for one in fields(self) if one.name != "junitxml")

    def check(self) -> None:
        """See that files can be written before anything is asked.

        Raises:
            OutputError: One cannot.
        """
        files = {"--report-json": self.report_json, "--report-html": self.report_html, "--badge": self.badge}
        taken: dict[Path, str] = {}
        for option, path in files.items():
            if path is None:
                continue
            _check(option, path, _why_no_file)
            other = taken.setdefault(path.resolve(), option)
            if other != option:
                raise OutputError(f"{option}={path} is the file of {other} too: give another name")
        if self.junitxml is not None:
            _check("--junitxml", self.junitxml, _why_no_junit)
        if self.reproduce is not None:
            _check("--reproduce", self.reproduce, _why_no_folder)


def read_outputs(option: Any, environment: Mapping[str, str]) -> Outputs:
    """Put together what was asked for on the command line, and by GitHub's environment.

    Args:
        option: The options, by their names.
        environment: The environment.

    Raises:
        OutputError: A name is empty.
    """
    for name in _NAMED:
        if getattr(option, name) == "":
            raise OutputError(f"{_option(name)} is empty: give a name, or leave it out")
    summary = environment.get("GITHUB_STEP_SUMMARY")
    return Outputs(
        **{name: Path(given) for name in _NAMED if (given := getattr(option, name)) is not None},
        junitxml=Path(option.xmlpath) if getattr(option, "xmlpath", None) else None,
        step_summary=Path(summary) if summary else None,
        annotations=environment.get("GITHUB_ACTIONS") == "true",
    )


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _check(option: str, path: Path, why: Callable[[Path], str]) -> None:
    try:
        problem = why(path)
    except OSError as error:  # such as a name that is too long
        problem = f" cannot be written: {error.strerror or error}"
    if problem:
        raise OutputError(f"{option}={path}{problem}")


def _why_no_file(path: Path) -> str:
    folder = path.absolute().parent
    if path.is_dir():
        return " is a folder: give the name of a file"
    if not folder.is_dir():
        return f": there is no folder {path.parent}: make it first"
    # a file is written beside the old one, which it then replaces
    needed = [path] if path.exists() and not path.is_file() else [folder, *([path] if path.exists() else [])]
    return "" if all(os.access(one, os.W_OK) for one in needed) else " cannot be written: permission denied"


def _why_no_junit(path: Path) -> str:
    return "" if path.parent.is_dir() and os.access(path, os.W_OK) else _why_no_folder(path.absolute().parent)


def _why_no_folder(path: Path) -> str:
    nearest = next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
    if not nearest.is_dir():
        return f": {nearest} is a file: give the name of a folder"
    return "" if os.access(nearest, os.W_OK) else " cannot be written: permission denied"
