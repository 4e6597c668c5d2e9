"""The links inside of the documents lead somewhere; no network is needed to see that."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.running import ROOT

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"^ *(```|~~~).*?^ *\1$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_ELSEWHERE = re.compile(r"[a-z][a-z+.-]*:")


@cache
def tracked() -> tuple[Path, ...]:
    """The files that git has, or will have."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(  # noqa: S603 - our own arguments
        command,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return tuple(ROOT / name for name in listed.stdout.split("\0") if name)


def documents() -> list[Path]:
    return [one for one in tracked() if one.suffix in (".md", ".ipynb") and one.is_file()]


@cache
def text_of(document: Path) -> str:
    """The Markdown of a document, without what is code."""
    text = document.read_text()
    if document.suffix == ".ipynb":
        cells: list[dict[str, Any]] = json.loads(text)["cells"]
        text = "\n\n".join("".join(one["source"]) for one in cells if one["cell_type"] == "markdown")
    return _BLOCK.sub("", text)


@cache
def anchors(document: Path) -> frozenset[str]:
    """What a link to a place in a document may name, as GitHub and mkdocs make it of the headings."""
    headings = re.findall(r"^#+ +(.+?) *$", text_of(document), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings)
    own = re.findall(r'<a (?:id|name)="([^"]+)"', text_of(document))
    return frozenset([*plain, *own])


def wrong_in(document: Path) -> list[str]:
    """The links that lead nowhere."""
    wrong = []
    for target in _LINK.findall(_CODE.sub("", text_of(document))):
        if _ELSEWHERE.match(target):
            continue
        name, _, place = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        if path not in tracked() and not (path.is_dir() and any(path in one.parents for one in tracked())):
            wrong.append(f"{target}: there is no such file")
        elif place and path.suffix == ".md" and place not in anchors(path):
            wrong.append(f"{target}: there is no such heading")
    return wrong


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    assert wrong_in(document) == []


def test_what_leads_nowhere_is_seen(tmp_path: Path) -> None:
    document = tmp_path / "a.md"
    document.write_text("# A b\n[x](#a-b) [y](#c) [z](b.md) `[code](c.md)` [w](https://example.org)\n")
    assert [one.partition(":")[0] for one in wrong_in(document)] == ["#a-b", "#c", "b.md"]


def test_the_site_and_the_index_have_every_document() -> None:
    pages = {path.name for path in tracked() if path.parent == ROOT / "docs" and path.suffix == ".md"}
    navigation = str(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"])
    index = (ROOT / "docs" / "index.md").read_text()
    assert {one for one in pages if f"'{one}'" not in navigation} == set()
    assert {one for one in pages - {"index.md"} if f"]({one})" not in index} == set()
