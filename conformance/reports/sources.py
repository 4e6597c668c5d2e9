"""Where the contract says what a requirement says: its source as links, and the documents of the suite."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from conformance.run.command import shown_path

CONTRACT: Final = "dial-api.md"

_DISTRIBUTION: Final = "dial-conformance"
_IN_WHEEL: Final = "share/doc/dial-conformance"
_SENTENCE: Final = r"DIAL-(?P<of>NOTEBOOK|\d{1,3}(?:\.\d{1,3})?)-\d{1,3}"
_OURS: Final = re.compile(rf"dial-api (?P<sections>\d+(?:\.\d+)?(?:, \d+(?:\.\d+)?)*)|{_SENTENCE}")
"""Sentences of the contract, and its sections, which reports of former releases and own checks name."""
_RFC: Final = re.compile(r"RFC (?P<number>\d+)(?: section (?P<section>[\d.]+\d))?")
_HEADING: Final = re.compile(r"^#+ (?P<title>(?P<section>\d+(?:\.\d+)?)\.? .+)$", re.MULTILINE)
_PUBLIC: Final[Mapping[str, str]] = {
    "OpenAPI document of DIAL Core": "https://github.com/epam/ai-dial-core",
    "OpenAI API": "https://platform.openai.com/docs/api-reference/chat",
    "openai-python": "https://github.com/openai/openai-python",
    "aidial-client": "https://github.com/epam/ai-dial-client-python",
    "JSON Schema 2020-12 core": "https://json-schema.org/draft/2020-12/json-schema-core",
    "JSON Schema 2020-12 validation": "https://json-schema.org/draft/2020-12/json-schema-validation",
    "WHATWG HTML": "https://html.spec.whatwg.org/multipage/server-sent-events.html",
    "Fetch standard": "https://fetch.spec.whatwg.org/#http-cors-protocol",
}
_CITED: Final = re.compile(
    r"(?:dial-api |(?<=\d, ))(?P<section>\d{1,3}(?:\.\d{1,3})?)(?=[,;: ]|$)"
    rf"|{_SENTENCE}"
    r"|RFC (?P<rfc>\d{1,5})(?: section (?P<rfc_section>(?:\d{1,3}\.){0,5}\d{1,3}))?"
    rf"|{'|'.join(map(re.escape, _PUBLIC))}",
    re.ASCII,
)


def document(name: str) -> Path | None:
    """Return the file of a document: in a clone that of docs/, else that which came with the wheel; None without both.

    Args:
        name: Such as `dial-api.md`.
    """
    clone = Path(__file__).parents[2] / "docs" / name
    if clone.is_file():
        return clone
    try:
        files = distribution(_DISTRIBUTION).files or ()
    except PackageNotFoundError:
        return None
    found = (Path(str(one.locate())).resolve() for one in files if str(one).endswith(f"{_IN_WHEEL}/{name}"))
    return next((one for one in found if one.is_file()), None)


def linked(source: str, of_contract: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Give a source in pieces, each with the address that it leads to, or empty.

    Args:
        source: As a requirement names it; it may be a stranger's text.
        of_contract: Gives the address of a section of the contract by its number, or empty.
    """
    at = 0
    for found in _CITED.finditer(source):
        yield source[at : found.start()], ""
        yield found[0], _address(found, of_contract)
        at = found.end()
    yield source[at:], ""


def _address(found: re.Match[str], of_contract: Callable[[str], str]) -> str:
    if section := found["section"] or found["of"]:
        return of_contract(section)
    if found["rfc"]:
        return _of_rfc(found["rfc"], found["rfc_section"])
    return _PUBLIC.get(found[0], "")


def _of_rfc(number: str, section: str | None) -> str:
    return f"https://www.rfc-editor.org/rfc/rfc{number}{f'#section-{section}' if section else ''}"


def links_of(source: str) -> Iterator[str]:
    """Give the addresses that the parts of a source have, each once, in its order.

    Args:
        source: As a requirement names it: `DIAL-4.2-2; RFC 9110 section 8.3.1`.
    """
    yield from dict.fromkeys(_all_links_of(source))


def _all_links_of(source: str) -> Iterator[str]:
    for part in source.split(";"):
        for found in _OURS.finditer(part):
            yield from (_of_contract(one) for one in (found["sections"] or found["of"]).split(", "))
        for found in _RFC.finditer(part):
            yield _of_rfc(found["number"], found["section"])
        yield from (address for name, address in _PUBLIC.items() if name in part)
        if "cookbook notebook" in part:
            yield _of_contract("")


def _of_contract(section: str) -> str:
    path = document(CONTRACT)
    place = shown_path(path) if path else f"docs/{CONTRACT}"
    headings = _headings(path) if path else {}
    # rows of a table have numbers too, such as 8.13: they are found in the section of that table
    fragment = headings.get(section) or headings.get(section.partition(".")[0])
    return f"{place}#{fragment}" if fragment else place


@cache
def _headings(path: Path) -> Mapping[str, str]:
    return {section: fragment for section, (_, fragment) in headings_of(path.read_text(encoding="utf-8")).items()}


def headings_of(markdown: str) -> Mapping[str, tuple[str, str]]:
    """Return the title of each numbered section, and its fragment as GitHub and most others make it.

    Args:
        markdown: The text of a document.
    """
    return {
        found["section"]: (found["title"], re.sub(r"[^\w -]", "", found["title"].lower()).replace(" ", "-"))
        for found in _HEADING.finditer(markdown)
    }
