"""Reads a page as a browser does, strictly: what a browser would put right is a fault here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

from conformance.reports.page.script import script

_VOID: Final = frozenset({"meta", "link", "img", "br", "input"})
_ALLOWED: Final = re.compile(
    "html|head|title|meta|link|style|body|a|header|nav|main|footer|section|article|div|p|span|h[1-4]|ul|li|dl|dt|dd"
    "|table|caption|thead|tbody|tr|th|td|details|summary|figure|figcaption|img|pre|code|b|small|br|svg|rect"
    "|h5|strong|em|ol|fieldset|legend|label|input|output|script"
)
_CITED: Final = (
    "https://www.rfc-editor.org/rfc/rfc",
    "https://github.com/epam/",
    "https://github.com/openai/openai-python",
    "https://platform.openai.com/docs/",
    "https://json-schema.org/draft/2020-12/",
    "https://html.spec.whatwg.org/",
    "https://fetch.spec.whatwg.org/",
)
"""Where a link may lead that is not to the page itself: a reader has to follow it, and nothing loads it."""
_ADDRESSES: Final = frozenset({"href", "src", "action", "data", "srcset", "poster", "background", "xlink:href"})


@dataclass
class Page:
    """What is on a page.

    Attributes:
        tags: Its elements, in their order.
        text: What it shows, without styles.
        titles: What is in attributes that are shown or read out.
        ids: The ids, in their order.
        links: The fragments that it links to, with the text of the link.
        pictures: The addresses of its pictures.
        style: Its style sheet.
        scripts: Its scripts.
        attributes: The names of all attributes.
    """

    tags: list[str] = field(default_factory=list)
    text: str = ""
    titles: str = ""
    ids: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    style: str = ""
    scripts: list[str] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)

    def texts_of(self, fragment: str) -> list[str]:
        """The texts of the links to a place."""
        return [text.strip() for target, text in self.links if target == fragment]


def read_page(html: str) -> Page:
    """Read a page that must be whole, safe and self-contained; its one script is that of the suite."""
    html.encode("utf-8")
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [], f"not closed: {reader.open}"
    page = reader.page
    assert len(page.ids) == len(set(page.ids)), "an id is given twice"
    missing = {target for target, _ in page.links} - set(page.ids)
    assert missing == set(), f"links to nowhere: {sorted(missing)[:5]}"
    assert all(one.startswith("data:image/png;base64,") for one in page.pictures)
    assert page.scripts == [str(script().text)]
    assert "url(" not in page.style
    assert "@import" not in page.style
    return page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[str] = []
        self._link: str | None = None

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "rect", f"<{tag}/>"
        self._look_at(tag, attrs)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look_at(tag, attrs)
        if tag not in _VOID:
            self.open.append(tag)

    def _look_at(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert _ALLOWED.fullmatch(tag), tag
        self.page.tags.append(tag)
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), attrs
        for name, value in attrs:
            self.page.attributes.add(name)
            assert value is not None, (tag, name)
            assert not name.startswith("on"), (tag, name)
            if name in _ADDRESSES:
                self._address(tag, value)
            elif name == "id":
                assert value.strip() == value != ""
                self.page.ids.append(value)
            elif name in ("aria-label", "alt"):
                self.page.titles += f"{value}\n"

    def _address(self, tag: str, value: str) -> None:
        if tag == "img":
            self.page.pictures.append(value)
        elif tag == "link":
            assert value == "data:,"
        elif urlsplit(value).scheme:
            assert tag == "a", tag
            assert value.startswith(_CITED), value
        else:
            parts = urlsplit(value)
            assert (parts.scheme, parts.netloc, parts.path, parts.query) == ("", "", "", ""), value
            self._link = value.removeprefix("#")
            self.page.links.append((self._link, ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}>"
        assert self.open.pop() == tag, f"</{tag}> does not belong here"
        if tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.page.style += data
            return
        if self.open and self.open[-1] == "script":
            self.page.scripts.append(data)
            return
        self.page.text += data
        if self._link is not None:
            target, text = self.page.links[-1]
            self.page.links[-1] = (target, text + data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")
