"""All that the suite knows of one requirement: what it says, what is asked, what breaks it, and how to mend that."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from conformance.contract.claim import CHAT, CONFIGURATION
from conformance.contract.recipe import COMPLETION, Recipe
from conformance.contract.recipe_book import RecipeBook
from conformance.contract.requirement import Requirement
from conformance.reports.causes import usual_causes
from conformance.reports.examples import ShownExchange, example_of
from conformance.reports.mending import how_to_mend
from conformance.reports.sentences import named_in, sentences
from conformance.reports.sources import links_of
from conformance.run.contracts import in_contracts
from conformance.run.registry import all_requirements, recipe_book


@dataclass(frozen=True)
class Section:
    """A part of an explanation.

    Attributes:
        title: What it is about.
        lines: What it says, a line or a paragraph each.
    """

    title: str
    lines: tuple[str, ...]


def cost_of(requirement: Requirement, book: RecipeBook) -> str:
    """Return `paid` if a model must answer to decide it, else `free`."""
    return "paid" if book.cost(requirement.dependencies) is COMPLETION else "free"


@cache
def explanation_named(name: str) -> tuple[Section, ...]:
    """Explain a requirement in a report, which others read elsewhere; empty of one that this suite does not have."""
    requirement = all_requirements().get(name)
    return () if requirement is None else tuple(explanation(requirement, recipe_book(), "dial-conformance"))


def explanation_with_source(requirement: Requirement, book: RecipeBook, command: str) -> Iterator[Section]:
    """Explain a requirement to who has the documents, as `explanation` does."""
    cited = [one for name in named_in(requirement.source) if (one := sentences().get(name)) is not None]
    said = (f"{one.id}: {one.text}" for one in cited)
    yield Section("source", (requirement.source, *said, *links_of(requirement.source)))
    contracts = tuple(in_contracts(requirement.id))
    yield from (Section("contracts", one) for one in (contracts,) if one)
    yield from explanation(requirement, book, command)


def explanation(requirement: Requirement, book: RecipeBook, command: str) -> Iterator[Section]:
    """Explain a requirement.

    Args:
        requirement: The requirement.
        book: The recipes.
        command: How the suite is called.
    """
    asked = [book[name] for name in book.exchanges(requirement.needs)]
    yield Section("in force", (_versions(requirement),))
    yield Section("about", tuple(_about(requirement, book)))
    if requirement.requires:
        yield Section("must hold first", (", ".join(requirement.requires),))
    requests = tuple(f"{one.name}: {_first_words(one)}{_option(one)}" for one in asked)
    yield Section("what is asked", requests or (_asks_nothing(requirement, book),))
    yield Section("what it costs", (_cost(requirement, book, asked),))
    yield from _examples(requirement.id)
    causes = usual_causes(requirement.id)
    if causes:
        yield Section("what usually breaks it", tuple(f"{one}." for one in causes))
    yield Section("how to mend it", tuple(how_to_mend(requirement, book)))
    yield Section("to check it alone", tuple(_again(requirement, book, asked, command)))


def _asks_nothing(requirement: Requirement, book: RecipeBook) -> str:
    if book.sees_every_exchange(requirement.needs):
        return "nothing of its own: it looks at every answer of the run"
    return "nothing: it looks at no answer"


def _versions(requirement: Requirement) -> str:
    if requirement.since and requirement.until:
        return f"from DIAL Core {requirement.since} until {requirement.until}, where it is gone"
    if requirement.since:
        return f"since DIAL Core {requirement.since}"
    return f"until DIAL Core {requirement.until}, where it is gone" if requirement.until else "in every DIAL Core"


def _about(requirement: Requirement, book: RecipeBook) -> Iterator[str]:
    if not book.of_a_deployment(requirement.dependencies):
        yield "the DIAL, once"
        return
    claimed = {CHAT: " that answers chat completions", CONFIGURATION: " that claims a configuration"}
    which = claimed[requirement.claims] if requirement.claims else ""
    names = " or ".join(one.name for one in requirement.profiles)
    profile = f", if it was named as a {names}" if names else ""
    cases = ", for each configuration that is tried" if book.case_recipe(requirement.dependencies) else ""
    yield f"each deployment{which}{profile}{cases}"


def _first_words(one: Recipe) -> str:
    words = " ".join((inspect.getdoc(one.function) or "").split())
    return words.partition(". ")[0].rstrip(".")


def _option(one: Recipe) -> str:
    return f" (with {' and '.join(one.opt_in)})" if one.opt_in else ""


def _cost(requirement: Requirement, book: RecipeBook, asked: Sequence[Recipe]) -> str:
    if cost_of(requirement, book) == "free":
        proof = " Its refusals count only if a model accepted a valid request, which is paid."
        wrong = " What is accepted all the same may be billed."
        accepted = wrong if any(one.refused for one in asked) else ""
        return f"Nothing: no model answers.{accepted}{proof if requirement.proven_by else ''}"
    paid = [one.name for one in asked if one.cost is COMPLETION]
    return f"A model answers: {', '.join(paid)}. Each exchange is made once in a run, whoever needs it."


def _examples(name: str) -> Iterator[Section]:
    found = example_of(name)
    if found is not None:
        if found.kept is not None:
            yield Section("it holds here", tuple(_exchange(found.kept)))
        wrong = (f"expected: {found.expected}", f"got: {found.got}")
        yield Section(f"it does not hold here (defect {found.defect})", (*_exchange(found.broken), *wrong))


def _exchange(one: ShownExchange) -> Iterator[str]:
    yield f"> {one.request}"
    yield from (f"> {one.body}",) if one.body else ()
    yield f"< {one.answer}"
    yield f"< {one.text}"


def _again(requirement: Requirement, book: RecipeBook, asked: Sequence[Recipe], command: str) -> Iterator[str]:
    if not asked and book.sees_every_exchange(requirement.needs):
        yield f"{command} --live --dial-deployment NAME (all of it: alone, it would see almost no answer)"
        return
    options = "".join(dict.fromkeys(f" {option}" for one in asked for option in one.opt_in))
    deployment = " --dial-deployment NAME" if book.of_a_deployment(requirement.dependencies) else ""
    named = [f" {one.flag} NAME" for one in requirement.profiles] or [deployment]
    yield from (f"{command} --live{one} --requirement {requirement.id}{options}" for one in named)
