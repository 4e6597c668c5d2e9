"""Reads a report file: whatever is in it, there is a report or one clear line."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

from conformance.contract.exchange import excerpt
from conformance.reports.document import Report, UnreadableReportError, see_format

LARGEST: Final = 500_000_000
"""Bytes of a file that is read: several times the report of a thousand deployments."""
LARGEST_NUMBER: Final = 10**15
DEEPEST: Final = 250
"""Levels of a schema that is read: more than a run reads of an answer."""


def read_report(path: Path) -> Report:
    """Read a report that a run or a merge wrote.

    Raises:
        UnreadableReportError: It cannot be read; the message is one line that begins with the name of the file.
    """
    with _one_line(path):
        report = Report.from_plain(_of_a_known_format(_document(path)))
        _check(report, Report, "the report")
        return report


class Outline(NamedTuple):
    """What a history needs of a report: nothing of it is made into objects that is thousandfold.

    Attributes:
        report: The report without results and exchanges; of the deployments only what they are called.
        results: The results, as they stand in the file; nobody has looked what they are.
        exchanges: The exchanges, in the same way.
    """

    report: Report
    results: Sequence[Any]
    exchanges: Mapping[str, Any]


def read_outline(path: Path) -> Outline:
    """Read a report that a run or a merge wrote, as far as a history needs it.

    Raises:
        UnreadableReportError: It cannot be read; the message is one line that begins with the name of the file.
    """
    with _one_line(path):
        plain = _of_a_known_format(_document(path))
        results, exchanges = _parts(plain)
        named = [{name: one[name] for name in ("id", "kind")} for one in _objects(plain.get("deployments"))]
        report = Report.from_plain({**plain, "deployments": named, "results": [], "exchanges": {}})
        _check(report, Report, "the report")
        return Outline(report, results, exchanges)


def _of_a_known_format(plain: Any) -> Mapping[str, Any]:
    if not isinstance(plain, dict):
        raise UnreadableReportError("it is no report of this suite")
    if "format" in plain:
        see_format(str(plain["format"]))
    return plain


def _parts(plain: Mapping[str, Any]) -> tuple[Sequence[Any], Mapping[str, Any]]:
    results, exchanges = plain.get("results"), plain.get("exchanges")
    if not isinstance(results, list) or not isinstance(exchanges, dict):
        raise UnreadableReportError("it is no report of this suite: it has no results, or no exchanges")
    return results, exchanges


def _objects(value: Any) -> Sequence[Mapping[str, Any]]:
    """See that these are the deployments of a report."""
    if isinstance(value, list) and all(isinstance(one, dict) and one.keys() >= {"id", "kind"} for one in value):
        return value
    raise UnreadableReportError("it is no report of this suite: its deployments are none")


@contextmanager
def _one_line(path: Path) -> Iterator[None]:
    """Say in one line what is wrong with a file."""
    try:
        yield
    except OSError as error:
        raise UnreadableReportError(f"{path} cannot be read: {error.strerror or error}") from None
    except RecursionError:
        raise UnreadableReportError(f"{path}: it is nested too deep for a report") from None
    except UnreadableReportError as error:
        raise UnreadableReportError(f"{path}: {excerpt(str(error))}") from None


def _document(path: Path) -> Any:
    if path.stat().st_size > LARGEST:
        raise UnreadableReportError(f"it has more than {LARGEST // 1_000_000} MB, and no report has")
    content = path.read_bytes()
    try:
        document = json.loads(content.decode("utf-8"))
    except ValueError as error:
        raise UnreadableReportError(f"it is no JSON: {error}") from None
    if b"\\ud" not in content and b"\\uD" not in content:
        return document
    # half a surrogate can be written in JSON, but not in UTF-8, so no output could hold it
    return json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))


def _check(value: Any, hint: Any, where: str) -> None:
    """See that a value is what the model says: who works with a report need not look again."""
    origin, inner = get_origin(hint) or hint, get_args(hint)
    if hint is Any:
        _check_depth(value, where)
    elif isinstance(hint, type) and is_dataclass(hint):
        for name, of_field in _hints(hint).items():  # what is no such object did not come through from_plain
            if name != "results":  # whatever they were, they are texts now
                _check(getattr(value, name), of_field, name)
    elif origin in (Union, types.UnionType):
        if value is not None:
            _check(value, inner[0], where)
    elif not _is_a(value, origin):
        raise UnreadableReportError(f"it is no report of this suite: {where} cannot be {excerpt(repr(value))}")
    elif origin is tuple:
        _check_members(value, inner, where)
    elif origin is Mapping:
        _check_members(tuple(value.values()), (inner[1], ...), where)


def _check_members(members: tuple[Any, ...], hints: tuple[Any, ...], where: str) -> None:
    of_each = (hints[0],) * len(members) if hints[-1] is ... else hints
    if len(of_each) != len(members):
        raise UnreadableReportError(f"it is no report of this suite: {where} cannot have {len(members)} values")
    for member, hint in zip(members, of_each, strict=True):
        _check(member, hint, where)


def _check_depth(value: Any, where: str) -> None:
    level = [value]
    for _ in range(DEEPEST):
        if not level:
            return
        level = [
            inner
            for one in level
            if isinstance(one, dict | list | tuple)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    raise UnreadableReportError(f"it is no report of this suite: {where} is nested too deep")


def _is_a(value: Any, kind: type) -> bool:
    if isinstance(value, bool):
        return kind is bool
    if kind in (int, float):
        return isinstance(value, (int, kind)) and -LARGEST_NUMBER < value < LARGEST_NUMBER
    return isinstance(value, kind)


@cache
def _hints(kind: type) -> dict[str, Any]:
    found = get_type_hints(kind)
    return {one.name: found[one.name] for one in fields(kind)}
