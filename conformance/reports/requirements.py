"""docs/requirements.md, written from the checks: `python -m conformance.reports.requirements docs/requirements.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from conformance.contract.recipe import COMPLETION
from conformance.contract.recipe_book import RecipeBook
from conformance.contract.requirement import Requirement
from conformance.run.registry import all_requirements, recipe_book


def requirements_page(requirements: Iterable[Requirement], book: RecipeBook) -> str:
    """Write the page.

    Args:
        requirements: Sorted by id.
        book: The recipes, which tell the cost and whether a requirement is about the DIAL or a deployment.
    """
    return "\n".join(_lines(requirements, book)) + "\n"


def _lines(requirements: Iterable[Requirement], book: RecipeBook) -> Iterator[str]:
    yield "# Requirements"
    yield ""
    yield "Written by `make docs` from the checks; a test holds it current."
    yield ""
    yield "MUST fails a run, SHOULD advises (RFC 2119). Paid: a model answers what is looked at. Free: none does,"
    yield "but a refusal counts only if something valid was accepted too, which costs a completion."
    yield "A requirement is decided once per DIAL, or for each deployment under test, and for each case."
    yield "Sources that begin with dial-api are sections of [dial-api.md](dial-api.md)."
    for chapter, found in groupby(requirements, key=lambda one: one.chapter):
        group = list(found)
        yield ""
        yield f"## {chapter}: {_title(group)}"
        yield ""
        yield "| id | level | sentence | about | cost | source |"
        yield "|---|---|---|---|---|---|"
        for one in group:
            cells = [one.id, str(one.level), one.sentence, _scope(one, book), _cost(one, book), one.source]
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _title(chapter: Sequence[Requirement]) -> str:
    """The first words of the module that the chapter's checks are in."""
    documentation = sys.modules[chapter[0].check.__module__].__doc__ or ""
    return documentation.partition("\n")[0].partition(":")[0].rstrip(".")


def _scope(requirement: Requirement, book: RecipeBook) -> str:
    scope = "deployment" if book.of_a_deployment(requirement.dependencies) else "DIAL"
    return f"{scope}, case" if book.case_recipe(requirement.dependencies) else scope


def _cost(requirement: Requirement, book: RecipeBook) -> str:
    return "paid" if book.cost(requirement.dependencies) is COMPLETION else "free"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(requirements_page(all_requirements().values(), recipe_book()), encoding="utf-8")
