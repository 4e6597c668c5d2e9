"""Writes a baseline: what is violated is added, what no longer applies is removed, and the rest stays as it is written.

A baseline is kept by people, so its text is changed and not made anew: comments, order and spelling stay.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from conformance.contract.result import Result
from conformance.contract.verdict import Verdict
from conformance.reports.baseline.entry import Baseline, Entry, place_of
from conformance.reports.baseline.judging import EntryProblem
from conformance.reports.baseline.reading import BaselineError, entries_of, read_text, root_of
from conformance.wire.cassettes.file import dump_yaml

REASON: Final = "TODO: say why"
_HEAD: Final = "# Violations that are known, and why: docs/baseline.md\n"
_DASH = re.compile(r"\s*-(\s|$)")


class Change(NamedTuple):
    """What is to become of a baseline.

    Attributes:
        new: The entries to add.
        gone: The entries to remove.
    """

    new: Sequence[Entry]
    gone: Sequence[Entry]


def change_of(
    baseline: Baseline, problems: Iterable[EntryProblem], results: Iterable[Result], verdicts: set[Verdict]
) -> Change:
    """Tell what a run adds to a baseline, and what it removes.

    An expired entry stays as it is, and what it was about is not added anew: its time is given by people.

    Args:
        baseline: The baseline so far.
        problems: What is wrong with it.
        results: The results of the run.
        verdicts: Those that fail a run.
    """
    gone = [one.entry for one in problems if one.superfluous]
    wrong = (one for one in results if one.verdict in verdicts)
    unknown = (one for one in wrong if not any(baseline.about(one.requirement, place_of(one))))
    pairs = sorted({(one.requirement, one.deployment or "") for one in unknown})
    new = [Entry(name, REASON, glob.escape(deployment) if deployment else None) for name, deployment in pairs]
    return Change(new, gone)


def write_baseline(baseline: Baseline, change: Change) -> None:
    """Write the changed baseline, as a whole or not at all.

    Raises:
        BaselineError: The file cannot be changed.
        OSError: It cannot be written.
    """
    path = baseline.path
    old = read_text(path) if path.exists() else _HEAD
    text = changed(old, path, change)
    kept = [one for one in baseline.entries if one not in change.gone]
    if sorted(map(_values, entries_of(text, path))) != sorted(map(_values, [*kept, *change.new])):
        raise BaselineError(f"{path} could not be changed safely, and is as it was: write it as a list of `- ` entries")
    if path.exists() and text == old:
        return
    target = path.resolve()
    beside = target.with_name(f".{target.name}.new")
    beside.write_bytes(text.encode())
    beside.replace(target)


def refuse_to_write(path: Path) -> None:
    """See that a file can be written, before anything is asked.

    Raises:
        BaselineError: It cannot.
    """
    if path.is_dir():
        raise BaselineError(f"--baseline={path} is a folder: give the name of a file")
    if not path.absolute().parent.is_dir():
        raise BaselineError(f"--baseline={path}: there is no folder {path.parent}: make it first")
    root = root_of(read_text(path), path) if path.exists() else None
    if root is not None and root.flow_style and root.value:
        raise BaselineError(f"{path}:{root.start_mark.line + 1}: write the list with a line `- ` for each entry")


def changed(text: str, path: Path, change: Change) -> str:
    """Return the text of a baseline with a change made: new entries come before the first that sorts after them."""
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += "\n"
    root = root_of(text, path)
    nodes = root.value if root is not None else []
    if root is not None and not nodes:
        del lines[root.start_mark.line : root.end_mark.line + 1]
    blocks = _blocks(lines, nodes)
    keys = [_key(one) for one in entries_of(text, path)]
    new = sorted(change.new, key=_key)
    gone = {one.line for one in change.gone}
    made = lines[: blocks[0].first] if blocks else lines
    for block, key, node in zip(blocks, keys, nodes, strict=True):
        while new and _key(new[0]) < key:
            made += _written(new.pop(0), lines, blocks)
        is_gone = node.start_mark.line + 1 in gone
        made += lines[block.end : block.next] if is_gone else lines[block.first : block.next]
    for entry in new:
        made += _written(entry, lines, blocks)
    is_empty = not change.new and len(gone) == len(nodes)
    return "".join([*made, "[]\n"] if is_empty else made)


class _Block(NamedTuple):
    """The lines of an entry: the comments right above it, the entry to its end, and what is there before the next."""

    first: int
    dash: int
    end: int
    next: int


def _blocks(lines: Sequence[str], nodes: Sequence[Any]) -> list[_Block]:
    dashes = [_dash(lines, node.start_mark.line) for node in nodes]
    firsts = [_with_comments(lines, dash) for dash in dashes]
    if firsts and firsts[0] == 0 < dashes[0]:
        firsts[0] = dashes[0]  # the comments at the top are about the file
    ends = [_end(lines, node) for node in nodes]
    nexts = [following for _, following in pairwise([*firsts, len(lines)])]
    return [_Block(*one) for one in zip(firsts, dashes, ends, nexts, strict=True)]


def _dash(lines: Sequence[str], start: int) -> int:
    return next((number for number in range(start, -1, -1) if _DASH.match(lines[number])), start)


def _with_comments(lines: Sequence[str], dash: int) -> int:
    first = dash
    while first and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return first


def _end(lines: Sequence[str], node: Any) -> int:
    """Return the number of the line after the last one of an entry."""
    mark = node.value[-1][1].end_mark
    end = mark.line + 1 if mark.column else mark.line
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return int(end)


def _written(entry: Entry, lines: Sequence[str], blocks: Sequence[_Block]) -> list[str]:
    fields = {"requirement": entry.requirement, "deployment": entry.deployment, "reason": entry.reason}
    text = dump_yaml([{name: value for name, value in fields.items() if value is not None}]).decode()
    indent, line_end = "", "\n"
    if blocks:
        like = lines[blocks[0].dash]
        indent = like[: len(like) - len(like.lstrip())]
        line_end = "\r\n" if like.endswith("\r\n") else "\n"
    return [f"{indent}{line}{line_end}" for line in text.splitlines()]


def _key(entry: Entry) -> tuple[str, str]:
    return entry.requirement, entry.deployment or ""


def _values(entry: Entry) -> tuple[str, ...]:
    return entry.requirement, entry.deployment or "", entry.case or "", entry.note
