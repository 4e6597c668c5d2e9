"""The sections of the contract that a report cites, so that a link to one leads to what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from conformance.reports.page.anchors import Anchors
from conformance.reports.sources import CONTRACT, document, linked

_NUMBERED: Final = re.compile(r"(\d+(?:\.\d+)?)\.? ")
_TOP: Final = "h2"
_ONE_LEVEL_DOWN: Final = {"h2": "h3", "h3": "h4", "h4": "h5"}


@dataclass(frozen=True)
class Contract:
    """The contract as the page shows it.

    Attributes:
        html: The sections that are cited; empty if none is, or if the document was not installed.
        sources: Each source in pieces, with where they lead to, or empty.
    """

    html: Markup
    sources: Mapping[str, tuple[tuple[str, str], ...]]


def contract_of(sources: Iterable[str], anchors: Anchors) -> Contract:
    """Lay out what sources cite.

    Args:
        sources: As requirements name them; they may be strangers' texts.
        anchors: Takes the ids of the sections.
    """
    distinct = list(dict.fromkeys(sources))
    chapters = _chapters()
    numbers = {number for tokens in chapters.values() for number in _numbers(tokens)}
    cited: set[str] = set()

    def address(section: str) -> str:
        # rows of a table have numbers too, such as 8.13: they are found in the chapter of that table
        chapter = section.partition(".")[0]
        cited.add(chapter)
        place = section if section in numbers else chapter
        return f"#contract-{place}" if place in numbers else ""

    pieces = {one: tuple(linked(one, address)) for one in distinct}
    shown = [tokens for chapter, tokens in chapters.items() if chapter in cited]
    html = Markup().join(_html(tokens, anchors) for tokens in shown)
    return Contract(html, pieces)


@cache
def _chapters() -> Mapping[str, Sequence[Token]]:
    """Return the document by its chapters."""
    path = document(CONTRACT)
    if path is None:
        return {}
    tokens = _markdown().parse(path.read_text(encoding="utf-8"))
    begins = [at for at, one in enumerate(tokens) if one.type == "heading_open" and one.tag == _TOP]
    parts = (tokens[at:end] for at, end in zip(begins, [*begins[1:], len(tokens)], strict=True))
    return {number: part for part in parts if (number := _number(part[1].content))}


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _number(title: str) -> str:
    found = _NUMBERED.match(title)
    return found[1] if found else ""


def _numbers(tokens: Sequence[Token]) -> Iterator[str]:
    for one, inline in pairwise(tokens):
        if one.type == "heading_open" and (number := _number(inline.content)):
            yield number


def _html(tokens: Sequence[Token], anchors: Anchors) -> Markup:
    """Write tokens; what is between them is ours, and HTML in the document is shown as text."""
    markdown, written, tables = _markdown(), [], 0
    number = ""
    for at, one in enumerate(tokens):
        attributes = dict(one.attrs)
        tag = one.tag
        if one.type in ("heading_open", "heading_close"):
            tag = _ONE_LEVEL_DOWN.get(one.tag, one.tag)
        if one.type == "heading_open" and (number := _number(tokens[at + 1].content)):
            attributes["id"] = anchors.claim("contract", number)
        children = None if one.children is None else [each for each in one.children if not each.type.startswith("link")]
        shown = one.copy(tag=tag, attrs=attributes, children=children)
        if one.type == "table_open":
            tables += 1
            label = f"Table {tables} of section {number}"
            written.append(f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">')
        written.append(markdown.renderer.render([shown], markdown.options, {}))
        if one.type == "table_close":
            written.append("</div>\n")
    return Markup("".join(written))  # noqa: S704 - the document of the suite, which markdown-it has escaped
