"""`dial-conformance list`: the requirements, one a line, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from conformance.contract.declaration import DeclarationError
from conformance.contract.recipe_book import RecipeBook
from conformance.contract.requirement import Requirement, matches
from conformance.contract.verdict import ExitCode
from conformance.reports.explanation import cost_of
from conformance.run.command import Command, answer, complain
from conformance.run.registry import all_requirements, checks_given, recipe_book
from conformance.run.suggestions import close_to, did_you_mean, requirements_close_to


def main(arguments: Sequence[str], program: str = "dial-conformance list") -> int:
    """List requirements.

    Args:
        arguments: The command line after the word.
        program: How it is called.

    Returns:
        0, or 4 if nothing fits what was given.
    """
    given = _command(program).parse_args(arguments)
    try:
        checks = checks_given(given.checks)
        book, known = recipe_book(checks), all_requirements(checks)
    except DeclarationError as error:
        return complain(str(error))
    chapters = sorted({one.chapter for one in known.values()})
    if given.chapter and given.chapter.upper() not in chapters:
        meant = did_you_mean(close_to(given.chapter, chapters)) or f": there are {', '.join(chapters)}"
        return complain(f"there is no chapter {given.chapter}{meant}")
    for pattern in given.ids:
        if not any(matches(name, [pattern]) for name in known):
            return complain(f"no requirement is {pattern}{did_you_mean(requirements_close_to(pattern, known))}")
    found = [
        one
        for one in known.values()
        if (not given.ids or matches(one.id, given.ids))
        and given.chapter in (None, one.chapter, one.chapter.lower())
        and given.level in (None, one.level.lower())
        and given.cost in (None, cost_of(one, book))
    ]
    if not found:
        return complain("no requirement fits all of that")
    if given.format == "json":
        answer(json.dumps([_plain(one, book) for one in found], indent=1, ensure_ascii=False) + "\n")
    else:
        answer("".join(f"{line}\n" for line in _lines(found, book)))
    return ExitCode.PASSED


def _command(program: str) -> Command:
    command = Command(prog=program, description="List the requirements: id, level, cost and sentence.")
    add = command.add_argument
    add("ids", nargs="*", metavar="ID", help="only these: ids and globs, such as CHAT-05 'CONF-*'")
    add("--chapter", metavar="CHAPTER", help="only those of one chapter, such as CHAT")
    add("--level", type=str.lower, choices=["must", "should"], help="only those of one level")
    add("--cost", type=str.lower, choices=["free", "paid"], help="only those that cost nothing, or a completion")
    add("--checks", action="append", default=[], metavar="DIR", help="also those of own checks, as in a run")
    add("--format", choices=["text", "json"], default="text", help="how to write them")
    return command


def _lines(found: Sequence[Requirement], book: RecipeBook) -> Iterator[str]:
    width = max(len(one.id) for one in found)
    for one in found:
        yield f"{one.id:<{width}}  {one.level:<6}  {cost_of(one, book)}  {one.sentence}"


def _plain(one: Requirement, book: RecipeBook) -> dict[str, Any]:
    return {
        "id": one.id,
        "level": str(one.level),
        "sentence": one.sentence,
        "source": one.source,
        "cost": cost_of(one, book),
        "about": "deployment" if book.of_a_deployment(one.dependencies) else "dial",
        "since": one.since,
        "until": one.until,
        "requires": list(one.requires),
    }
