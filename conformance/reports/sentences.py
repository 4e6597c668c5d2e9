"""The sentences of the contract that bind, each with its id, as docs/dial-api.md marks them.

`[DIAL-4.2-3]` stands before a sentence, or in a row of a table: the third of section 4.2. It ends where the next one
begins, with its full stop, or with the row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from typing import Final

from conformance.reports.sources import CONTRACT, document

_MARK: Final = re.compile(r"\[(?P<id>DIAL-(?P<section>NOTEBOOK|\d+(?:\.\d+)?)-\d+)\] ")
_ID: Final = re.compile(r"DIAL-(?:NOTEBOOK|\d+(?:\.\d+)?)-\d+")
_BLOCK: Final = re.compile(r"\n\s*\n|\n(?=[|#]|\* )")
_END: Final = re.compile(r"\.(?:\*\*)?\s+(?=[A-Z`*\"(])")
_CODE: Final = re.compile(r"`[^`]*`")
_LEFT_OVER: Final = re.compile(r"[;,]?\s*(?:then)?\s*$")
_NOT_TESTED: Final = re.compile(r"^\| (?P<ids>DIAL-[^|]+) \| (?P<because>[^|]+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Sentence:
    """A sentence of the contract that binds.

    Attributes:
        id: Its id, such as `DIAL-4.2-3`.
        section: Where it stands: `4.2`, or `NOTEBOOK`.
        text: What it says, on one line.
    """

    id: str
    section: str
    text: str


def named_in(text: str) -> tuple[str, ...]:
    """Return the ids of the sentences that a text names, such as the source of a requirement."""
    return tuple(dict.fromkeys(_ID.findall(text)))


@cache
def sentences() -> Mapping[str, Sentence]:
    """Read the sentences of the contract; none if its document is not installed."""
    path = document(CONTRACT)
    return {} if path is None else sentences_of(path.read_text(encoding="utf-8"))


def sentences_of(markdown: str) -> Mapping[str, Sentence]:
    """Read the sentences of a document, in its order.

    Args:
        markdown: Its text.

    Raises:
        ValueError: An id is used twice.
    """
    found: dict[str, Sentence] = {}
    for block in _BLOCK.split(markdown):
        for one in _sentences_in(block):
            if one.id in found:
                raise ValueError(f"docs/dial-api.md has {one.id} twice: give the second one the next free number")
            found[one.id] = one
    return found


def not_tested(markdown: str) -> Mapping[str, str]:
    """Read why sentences are not tested: the table in the last section of the document.

    Args:
        markdown: Its text.
    """
    rows = _NOT_TESTED.finditer(markdown)
    return {name: row["because"].strip() for row in rows for name in named_in(row["ids"])}


def _sentences_in(block: str) -> Iterator[Sentence]:
    marks = list(_MARK.finditer(block))
    for mark, after in zip_longest(marks, marks[1:]):
        text = block[mark.end() : len(block) if after is None else after.start()]
        about, _, before = block[: mark.start()].lstrip("| ").partition("|")
        in_row = block.startswith("|")
        about = about.strip() if before and not about.strip().isdigit() else ""
        yield Sentence(mark["id"], mark["section"], _read_row(text, about) if in_row else _read(text))


def _read_row(text: str, about: str) -> str:
    """Put cells together: what the row is about comes first, also where the sentence stands in another cell."""
    first, *others = (cell.strip() for cell in (f"{about} | {text}" if about else text).split("|"))
    said = "; ".join(filter(None, others))
    return " ".join((f"{first}: {said}" if said else first).split())


def _read(text: str) -> str:
    masked = _CODE.sub(lambda code: "X" * len(code[0]), text)  # a full stop in code ends no sentence
    end = _END.search(masked)
    return " ".join(_LEFT_OVER.sub("", text[: end.start() + 1] if end else text).split())
