"""docs/requirements.md, written from the checks: `python -m conformance.reports.requirements docs/requirements.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from conformance.contract.claim import CHAT, CONFIGURATION
from conformance.contract.declaration import DeclarationError
from conformance.contract.recipe import Recipe
from conformance.contract.recipe_book import RecipeBook
from conformance.contract.requirement import Requirement
from conformance.contract.verdict import ExitCode
from conformance.reports.explanation import cost_of
from conformance.run.registry import all_requirements, recipe_book

_HEAD: Final = """\
# Requirements

Written by `make docs` from the checks. A test holds it current.

* **level**: a violated MUST fails the run. A SHOULD gives advice (RFC 2119).
* **about**: a requirement is decided once for the DIAL, or for each deployment, or for each case of a deployment.
* **requires**: what must hold first, for the same deployment and case. If one of these requirements does not hold, this
  one "could not run". One in brackets counts only if the answer without what this one is about has the same status.
  Cases are made from the schema: if there is one, CONF-01, CONF-04, CONF-05 and CONF-06 come before every case.
  Without the claim or the profile, this one is "not claimed".
* **cost**: paid if a model must answer. A refusal is free. But it proves something only if a valid request was
  accepted, and that costs a completion.
* **source**: the sentences of [dial-api.md](dial-api.md) that it tests, by their ids; [contract.md](contract.md) has
  the same by sentence.

There is no CLI-07 for `aidial-integration-langchain`: its release 0.2.1 wants openai < 2 and langchain-openai < 0.4, so
installing it would replace the openai 2 that the other CLI requirements are decided with.
"""


def requirements_page(requirements: Iterable[Requirement], book: RecipeBook) -> str:
    """Write the page.

    Args:
        requirements: Sorted by id.
        book: The recipes, which tell the cost and whether a requirement is about the DIAL or a deployment.
    """
    return "\n".join(_lines(requirements, book)) + "\n"


def _lines(requirements: Iterable[Requirement], book: RecipeBook) -> Iterator[str]:
    yield from _HEAD.splitlines()
    for chapter, found in groupby(requirements, key=lambda one: one.chapter):
        group = list(found)
        yield ""
        yield f"## {chapter}: {_title(group)}"
        yield ""
        yield "| id | level | sentence | about | requires | cost | source |"
        yield "|---|---|---|---|---|---|---|"
        for one in group:
            after = ", ".join(_after(one, book))
            cells = [one.id, str(one.level), one.sentence, _scope(one, book), after, cost_of(one, book), one.source]
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _title(chapter: Sequence[Requirement]) -> str:
    """The first words of the module that the chapter's checks are in."""
    documentation = sys.modules[chapter[0].check.__module__].__doc__ or ""
    return documentation.partition("\n")[0].partition(":")[0].rstrip(".")


def _scope(requirement: Requirement, book: RecipeBook) -> str:
    scope = "deployment" if book.of_a_deployment(requirement.dependencies) else "the DIAL"
    return f"{scope}, case" if book.case_recipe(requirement.dependencies) else scope


_CLAIMS: Final = {CHAT: "claim: chat completions", CONFIGURATION: "claim: configuration"}


def _after(requirement: Requirement, book: RecipeBook) -> Iterator[str]:
    """Give what a requirement waits for: itself, or because of the facts and exchanges that its check takes."""
    used: list[Requirement | Recipe] = [requirement, *_used(requirement.needs, book)]
    yield from sorted({name for one in used for name in one.requires} - {requirement.id})
    if requirement.unless_like:
        yield f"({requirement.unless_like[0]})"
    yield from dict.fromkeys(_CLAIMS[one.claims] for one in used if one.claims)
    yield from dict.fromkeys(f"profile: {profile.name}" for one in used for profile in one.profiles)


def _used(names: Iterable[str], book: RecipeBook) -> Iterator[Recipe]:
    """Give the facts and exchanges that cannot be left out, without those of the requirements that these wait for."""
    for name in names:
        recipe = book.get(name)
        if recipe is not None:  # else it is a value that the run gives
            yield recipe
            yield from _used([one for one in recipe.needs if one not in recipe.optional], book)


def main(document: Path) -> int:
    """Write the page into a file.

    Returns:
        0, or 4 if a requirement or a recipe is declared wrongly.
    """
    try:
        page = requirements_page(all_requirements().values(), recipe_book())
    except DeclarationError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return ExitCode.USAGE_ERROR
    document.write_text(page, encoding="utf-8")
    return ExitCode.PASSED


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
