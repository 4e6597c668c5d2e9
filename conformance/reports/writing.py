"""Writes a report to files; each function returns a line for the terminal."""

from __future__ import annotations

import contextlib
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from conformance.reports.document import Report
from conformance.reports.terminal import counted

if TYPE_CHECKING:
    from conformance.reports.collecting import Lookup

INDEX: Final = "index.txt"
"""What says which script is for what."""
_ERRORS: Final = "backslashreplace"  # half a surrogate is no UTF-8; this is also how JSON writes it


def json_of(report: Report) -> str:
    """Write it as the text of JSON (docs/report.schema.json)."""
    plain = report.to_plain()
    try:
        return json.dumps(plain, ensure_ascii=False, indent=1, allow_nan=False)
    except ValueError:
        return json.dumps(_in_words(plain), ensure_ascii=False, indent=1)


def write_json(report: Report, path: Path) -> str:
    """Write it as JSON."""
    _replace(path, json_of(report) + "\n")
    return f"the report is in {path}"


def write_html(report: Report, path: Path) -> str:
    """Write it as a page that needs nothing else."""
    from conformance.reports.html import page  # noqa: PLC0415 - only who wants it pays for it

    _replace(path, page(report))
    return f"the page is in {path}"


def write_badge(report: Report, path: Path) -> str:
    """Write a badge: SVG, or JSON for the endpoint of shields.io if the file is called so."""
    from conformance.reports.badge import badge  # noqa: PLC0415 - only who wants it pays for it

    _replace(path, badge(report, as_json=path.suffix == ".json"))
    return f"the badge is in {path}"


def write_step_summary(report: Report, path: Path) -> str:
    """Add a summary in Markdown to what GitHub shows of the job."""
    from conformance.reports.markdown import step_summary  # noqa: PLC0415 - only who wants it pays for it

    with path.open("a", encoding="utf-8", errors=_ERRORS) as file:
        file.write(step_summary(report))
    return "the summary is on the page of the workflow run"


def write_reproduction(report: Report, folder: Path, lookup: Lookup, *, advisory: bool = False) -> str:
    """Write the files that show each violation again; old ones of ours go, what else is in the folder stays.

    Args:
        report: The report.
        folder: The folder, which is made if it is not there.
        lookup: Gives an exchange by its name, as a whole.
        advisory: What is advisory too, because it fails the run.
    """
    from conformance.reports.reproduction import reproductions, stale  # noqa: PLC0415 - only who wants it pays for it

    folder.mkdir(parents=True, exist_ok=True)
    for old in stale(folder):
        old.unlink()
        with contextlib.suppress(OSError):  # there is something else in it
            old.parent.rmdir()
    scripts = 0
    for name, content in reproductions(report, lookup, advisory=advisory):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        if content.startswith(b"#!"):
            path.chmod(0o755)
            scripts += 1
    return f"{counted(scripts, 'script')} to reproduce what is violated: see {folder / INDEX}"


def _in_words(value: Any) -> Any:
    """Write infinity as a text: 1e999 in a schema is read as that, and JSON has none (RFC 8259 section 6)."""
    if isinstance(value, dict):
        return {name: _in_words(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_in_words(one) for one in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _replace(path: Path, text: str) -> None:
    """Write a file as a whole or not at all: an old report must not be lost to a full disk."""
    if path.exists() and not path.is_file():  # such as /dev/stdout
        path.write_text(text, encoding="utf-8", errors=_ERRORS)
        return
    place = path.resolve()
    beside = place.with_name(f".{place.name}.new")
    try:
        beside.write_text(text, encoding="utf-8", errors=_ERRORS)
        beside.replace(place)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
