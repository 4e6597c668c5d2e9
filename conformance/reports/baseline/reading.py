"""Reads a baseline: a YAML list of entries, whose lines are kept for what is said of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from conformance.contract.exchange import printable
from conformance.reports.baseline.entry import Baseline, Entry
from conformance.wire.cassettes.file import UnreadableYamlError, compose_yaml

LARGEST_FILE: Final = 8 * 1024 * 1024
_FIELDS: Final = ("requirement", "deployment", "case", "reason", "ticket", "expires")
_NEEDED: Final = ("requirement", "reason")
_NULL: Final = "tag:yaml.org,2002:null"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class BaselineError(ValueError):
    """A baseline that cannot be used; the message names the file and the line."""


def read_baseline(path: Path, today: date, *, may_be_missing: bool = False) -> Baseline:
    """Read a baseline.

    Args:
        path: The file.
        today: The day by which entries expire.
        may_be_missing: A file that is not there is an empty one: it is about to be written.

    Raises:
        BaselineError: It cannot be read, or is no baseline.
    """
    if may_be_missing and not path.exists():
        return Baseline(path, (), today)
    return Baseline(path, entries_of(read_text(path), path), today)


def read_text(path: Path) -> str:
    """Read the text of a baseline, with its line ends.

    Raises:
        BaselineError: It cannot be read.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BaselineError(f"{path} is larger than {LARGEST_FILE} bytes")
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise BaselineError(f"--baseline={path}: there is no such file; --write-baseline makes it") from None
    except UnicodeDecodeError:
        raise BaselineError(f"--baseline={path} is no text in UTF-8") from None
    except OSError as error:
        raise BaselineError(f"--baseline={path} cannot be read: {error.strerror or error}") from None


def entries_of(text: str, path: Path) -> tuple[Entry, ...]:
    """Read the entries of a text.

    Args:
        text: The YAML.
        path: The file, for what is said of it.

    Raises:
        BaselineError: It is no baseline.
    """
    return tuple(_entry(node, path) for node in nodes_of(text, path))


def nodes_of(text: str, path: Path) -> list[Any]:
    """Return the YAML nodes of the entries of a text.

    Raises:
        BaselineError: It is no list.
    """
    root = root_of(text, path)
    if root is None:
        return []
    if root.id != "sequence":
        raise _error(path, root, "a baseline is a list of entries, each beginning with `- requirement: ...`")
    return list(root.value)


def root_of(text: str, path: Path) -> Any:
    """Return the YAML node of a text; None if there is nothing but comments.

    Raises:
        BaselineError: It is not YAML.
    """
    try:
        return compose_yaml(text)
    except UnreadableYamlError as error:
        raise BaselineError(f"{path}:{error.line}: this is not YAML: {printable(str(error))}") from None


def _entry(node: Any, path: Path) -> Entry:
    if node.id != "mapping":
        raise _error(path, node, "an entry has fields, such as `requirement: CHAT-05` and `reason: ...`")
    found: dict[str, str] = {}
    expires = None
    for name, value, where in _fields(node, path):
        if name in found:
            raise _error(path, where, f"`{name}` is there twice")
        found[name] = value
        expires = _date(value, path, where) if name == "expires" else expires
    for name in _NEEDED:
        if name not in found:
            raise _error(path, node, f"the entry has no `{name}`")
    return Entry(
        requirement=found["requirement"].upper(),
        reason=found["reason"],
        deployment=found.get("deployment"),
        case=found.get("case"),
        ticket=found.get("ticket"),
        expires=expires,
        line=node.start_mark.line + 1,
    )


def _fields(node: Any, path: Path) -> Iterator[tuple[str, str, Any]]:
    """Give the name, the text and the place of each field; every value is the text that it is written as."""
    for key, value in node.value:
        if key.id != "scalar" or key.value not in _FIELDS:
            named = f"`{printable(key.value):.40}`" if key.id == "scalar" else "this"
            raise _error(path, key, f"{named} is no field of an entry: there are {', '.join(_FIELDS)}")
        if value.id != "scalar":
            raise _error(path, value, f"`{key.value}` is no text")
        given = " ".join(value.value.split()) if key.value in ("reason", "ticket") else value.value
        text = printable(given)
        if not text.strip() or value.tag == _NULL:
            raise _error(path, key, f"`{key.value}` is empty")
        yield key.value, text, value


def _date(text: str, path: Path, where: Any) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _error(path, where, f"`expires: {text:.40}` is no day: give one such as 2026-12-31")


def _error(path: Path, node: Any, problem: str) -> BaselineError:
    return BaselineError(f"{path}:{node.start_mark.line + 1}: {problem}")
