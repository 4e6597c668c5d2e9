"""`dial-conformance explain`: all that the suite knows of a requirement."""

from __future__ import annotations

import shlex
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from conformance.contract.declaration import DeclarationError
from conformance.contract.recipe_book import RecipeBook
from conformance.contract.requirement import Requirement, matches
from conformance.contract.verdict import ExitCode
from conformance.reports.explanation import explanation_with_source
from conformance.run.command import Command, answer, complain, program_here, shown_path
from conformance.run.registry import all_requirements, checks_given, own_checks, recipe_book
from conformance.run.suggestions import meant_or_own

_WIDEST: Final = 100
_NARROWEST: Final = 40
_INDENT: Final = "  "
_WHOLE: Final = ("http", "> ", "< ", "expected:", "got:")


def main(arguments: Sequence[str], program: str = "dial-conformance explain") -> int:
    """Explain requirements.

    Args:
        arguments: The command line after the word.
        program: How it is called.

    Returns:
        0, or 4 if there is no such requirement.
    """
    command = Command(prog=program, description="Explain requirements, and how to mend what breaks them.")
    command.add_argument(
        "ids", nargs="+", metavar="ID", help="explain this requirement, such as CHAT-05, or those that fit a glob"
    )
    command.add_argument("--checks", action="append", default=[], metavar="DIR", help="know own checks, as in a run")
    given = command.parse_args(arguments)
    try:
        checks = checks_given(given.checks)
        book, known = recipe_book(checks), all_requirements(checks)
    except DeclarationError as error:
        return complain(str(error))
    for pattern in given.ids:
        if not any(matches(name, [pattern]) for name in known):
            meant = meant_or_own(pattern, known, checks, f"; `{program_here()} list` shows all")
            return complain(f"there is no requirement {pattern}{meant}")
    width = max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size().columns))
    own = {name: given for given in checks for one in own_checks((given,)) for name in one.requirements}
    called = {name: f"{program_here()} --checks {shlex.quote(shown_path(Path(own[name])))}" for name in own}
    texts = [
        "\n".join(_lines(one, book, width, called.get(name, program_here())))
        for name, one in known.items()
        if matches(name, given.ids)
    ]
    answer("\n\n".join(texts) + "\n")
    return ExitCode.PASSED


def _lines(requirement: Requirement, book: RecipeBook, width: int, command: str) -> Iterator[str]:
    yield from _wrapped(f"{requirement.id} ({requirement.level}) {requirement.sentence}", width, "")
    for section in explanation_with_source(requirement, book, command):
        yield ""
        yield f"{section.title}:"
        for line in section.lines:
            yield from _wrapped(line, width, _INDENT)


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    """Break a text into lines; what is to be copied, an address or a command, stays whole."""
    if text.startswith(_WHOLE) or " --live" in text:
        return [indent + text]
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
