"""docs/contract.md, the contract by sentence: `python -m conformance.reports.contract_page docs/contract.md`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from conformance.contract.declaration import place_of
from conformance.contract.requirement import Requirement
from conformance.contract.verdict import ExitCode
from conformance.reports.sentences import Sentence, named_in, not_tested, sentences_of
from conformance.reports.sources import headings_of
from conformance.run.registry import all_requirements

_HEAD: Final = """\
# The contract, sentence by sentence

Written by `make docs` from [dial-api.md](dial-api.md), the checks and the defects. A test holds it current.

* **sentence**: what binds, by the id that it has in dial-api.md, which also says how each fact is known.
  What was a row of a table is given cell by cell, with `;` between: its columns are there, where the heading leads.
* **tested by**: the requirements whose source is this sentence ([requirements.md](requirements.md)), each with the
  defects of the stand-in that prove that it can fail ([kill-matrix.md](kill-matrix.md)). Or why nothing tests it.
"""
_NOTEBOOK: Final = "The cookbook notebook"


def contract_page(markdown: str, requirements: Mapping[str, Requirement], defects: Mapping[str, list[str]]) -> str:
    """Write the page.

    Args:
        markdown: The text of dial-api.md.
        requirements: All of the suite, by id.
        defects: The names of the defects that were made for a requirement, by its id.

    Raises:
        ValueError: A sentence id is used twice.
    """
    return "\n".join(_lines(markdown, requirements, defects)) + "\n"


def untraced(markdown: str, requirements: Iterable[Requirement]) -> Iterator[str]:
    """Tell what is not traced between the contract and the requirements, a line each.

    Args:
        markdown: The text of dial-api.md.
        requirements: All of the suite.

    Raises:
        ValueError: A sentence id is used twice.
    """
    known, reasons, cited = sentences_of(markdown), not_tested(markdown), set[str]()
    for one in requirements:
        named = named_in(one.source)
        cited |= {*named}
        if not named:
            yield f"{place_of(one.check)}: {one.id}: its source is no sentence of docs/dial-api.md, such as DIAL-4.2-3"
        yield from (
            f"{place_of(one.check)}: {one.id}: its source is {name}, which docs/dial-api.md does not have"
            f"{_last_of_its_section(name, known)}"
            for name in named
            if name not in known
        )
    for name in known:
        if name not in cited and name not in reasons:
            place = _place(markdown, f"[{name}]")
            yield f"{place}: {name}: no requirement has it as its source, and section 19 does not say why"
    for name in reasons:
        place = _place(markdown, name, last=True)
        if name not in known:
            yield f"{place}: {name}: section 19 says why it is not tested, and there is no such sentence"
        if name in cited:
            yield f"{place}: {name}: section 19 says that it is not tested, and a requirement cites it"


def _place(markdown: str, text: str, *, last: bool = False) -> str:
    """Return the line of the contract in which a sentence is marked, or of the table at its end."""
    word = re.compile(rf"{re.escape(text)}(?!\d)")
    lines = [number for number, line in enumerate(markdown.splitlines(), 1) if word.search(line)]
    return f"docs/dial-api.md:{lines[-1 if last else 0]}"


def _last_of_its_section(name: str, known: Mapping[str, Sentence]) -> str:
    """Return the end of a message about a sentence that there is not: which numbers its section has."""
    section = name.rpartition("-")[0]
    numbers = [int(one.rpartition("-")[2]) for one in known if one.rpartition("-")[0] == section]
    return f"; the last one of its section is {section}-{max(numbers)}" if numbers else ""


def _lines(markdown: str, requirements: Mapping[str, Requirement], defects: Mapping[str, list[str]]) -> Iterator[str]:
    known, reasons = sentences_of(markdown), not_tested(markdown)
    testing: dict[str, list[str]] = {}
    for one in requirements.values():
        for name in named_in(one.source):
            testing.setdefault(name, []).append(one.id)
    yield from _HEAD.splitlines()
    yield ""
    yield (
        f"Of {len(known)} sentences, {len(testing)} are tested by {len(requirements)} requirements,"
        f" and {len(reasons)} are not."
    )
    sections: dict[str, list[Sentence]] = {}
    for each in known.values():
        sections.setdefault(each.section, []).append(each)
    headings = headings_of(markdown)
    for section, group in sections.items():
        unnamed = _NOTEBOOK if section == "NOTEBOOK" else f"Section {section}"
        # rows of a table have numbers too, such as 8.13: they are found in the section of that table
        _, above = headings.get(section.partition(".")[0], ("", ""))
        title, fragment = headings.get(section, (unnamed, above))
        yield ""
        yield f"## [{title}](dial-api.md#{fragment})" if fragment else f"## {title}"
        yield ""
        yield "| id | sentence | tested by |"
        yield "|---|---|---|"
        for sentence in group:
            tested = (
                f"{name} ({', '.join(defects.get(name, ['no defect']))})" for name in testing.get(sentence.id, [])
            )
            because = f"not tested, because {reasons[sentence.id]}" if sentence.id in reasons else ""
            yield _row(sentence, "; ".join(tested) or because)


def _row(one: Sentence, tested: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in (one.id, one.text, tested)) + " |"


def defects_by_requirement() -> Mapping[str, list[str]]:
    """Return the names of the defects that were made for each requirement, by its id."""
    from conformance.standin.defect import all_defects  # noqa: PLC0415 - only the page and its test need it

    found: dict[str, list[str]] = {}
    for one in all_defects().values():
        found.setdefault(one.requirement, []).append(one.name)
    return found


def main(document: Path) -> int:
    """Write the page into a file, beside which dial-api.md is.

    Returns:
        0, or 4 if the contract and the requirements do not fit together.
    """
    markdown = (document.parent / "dial-api.md").read_text(encoding="utf-8")
    try:
        requirements = all_requirements()
        problems = list(untraced(markdown, requirements.values()))
        page = contract_page(markdown, requirements, defects_by_requirement())
    except ValueError as error:
        problems = [str(error)]
    if problems:
        sys.stderr.write("".join(f"ERROR: {one}\n" for one in problems))
        return ExitCode.USAGE_ERROR
    document.write_text(page, encoding="utf-8")
    return ExitCode.PASSED


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
