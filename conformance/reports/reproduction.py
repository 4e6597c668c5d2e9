"""What shows violations again: for each exchange that shows one a folder with two scripts and the cassette."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from conformance.contract.exchange import printable
from conformance.contract.result import Result
from conformance.reports.collecting import Lookup
from conformance.reports.document import Report
from conformance.reports.findings import counts_line, failing
from conformance.reports.scripts import MARK, python_script, shell_script
from conformance.reports.terminal import OF_THE_DIAL
from conformance.reports.writing import INDEX
from conformance.wire.cassettes.file import write_cassette

SHELL: Final = "reproduce.sh"
PYTHON: Final = "reproduce.py"
CASSETTE: Final = "cassette.yaml"
MOST_FOLDERS: Final = 1_000

_MOST_RESULTS: Final = 10
_LONGEST_NAME: Final = 100
_LONGEST_LINE: Final = 500
_BEGINNING: Final = 200


def reproductions(report: Report, lookup: Lookup, *, advisory: bool = False) -> Iterator[tuple[str, bytes]]:
    """Give the files: the name of each below the folder, and its content.

    A folder is called after the first violation that its exchange shows; `index.txt` lists all of them. What the
    baseline knows is left out.

    Args:
        report: The report.
        lookup: Gives an exchange by its name, as a whole.
        advisory: What is advisory too, because it fails the run (`--fail-on=should`).
    """
    sources = {one.id: one.source for one in report.requirements}
    lines = [counts_line(report.results), ""]
    folders: dict[str, str] = {}
    for name, alike in _by_exchange(failing(report.results, advisory=advisory)).items():
        exchange = lookup(name) if name else None
        if exchange is None or len(folders) == MOST_FOLDERS:
            why = "no exchange shows it" if exchange is None else f"not among the first {MOST_FOLDERS}"
            lines += [f"({why})  {_label(one)}" for one in alike]
            continue
        folder = _folder(alike[0], folders)
        comments = list(_comments(alike, sources))
        yield f"{folder}/{SHELL}", shell_script(exchange.request, comments).encode()
        yield f"{folder}/{PYTHON}", python_script(exchange.request, comments).encode()
        yield f"{folder}/{CASSETTE}", write_cassette(exchange)
        lines += [f"{folder}  {_label(one)}" for one in alike]
    yield INDEX, ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def stale(folder: Path) -> Iterator[Path]:
    """Return what an earlier run wrote: the files beside a script of ours, and no others."""
    for script in sorted(folder.glob(f"*/{SHELL}")):
        with script.open("rb") as file:
            ours = file.read(_BEGINNING).split(b"\n")[1:2] == [MARK.encode()]
        if ours:
            yield from (path for name in (PYTHON, CASSETTE, SHELL) if (path := script.with_name(name)).is_file())


def _by_exchange(results: Iterable[Result]) -> Mapping[str, Sequence[Result]]:
    """Group results by the exchange that shows them, which is the first that each rests on."""
    grouped: dict[str, list[Result]] = {}
    for one in results:
        grouped.setdefault(one.exchanges[0] if one.exchanges else "", []).append(one)
    return grouped


def _folder(result: Result, taken: dict[str, str]) -> str:
    """Name a folder so that any file system takes it: a name that had to be changed, or is taken, gets a digest."""
    wanted = ".".join(one for one in (result.requirement, result.deployment, result.case) if one)
    name = re.sub(r"[^A-Za-z0-9._=-]+", "_", wanted)[:_LONGEST_NAME].strip("._")
    if name != wanted or name.casefold() in taken:
        digest = hashlib.sha256(repr((result.requirement, result.deployment, result.case)).encode()).hexdigest()
        name = f"{name}.{digest[:8]}"
    taken[name.casefold()] = wanted
    return name


def _comments(results: Sequence[Result], sources: Mapping[str, str]) -> Iterator[str]:
    for one in results[:_MOST_RESULTS]:
        source = sources.get(one.requirement)
        yield f"{one.requirement} ({one.level}) {one.sentence}{f' [{source}]' if source else ''}"
        yield f"  {one.verdict}: {_place(one)}"
        yield from ([f"  fault:    {one.fault}"] if one.fault else [])
        yield f"  expected: {one.expected}"
        yield f"  got:      {one.got}"
        yield from ([f"  note:     {one.hint}"] if one.hint else [])
    if len(results) > _MOST_RESULTS:
        yield f"and {len(results) - _MOST_RESULTS} more that {INDEX} lists"


def _label(result: Result) -> str:
    return printable(f"{result.requirement}: {_place(result)}")[:_LONGEST_LINE]


def _place(result: Result) -> str:
    return f"{result.deployment or OF_THE_DIAL}{f', {result.case}' if result.case else ''}"
