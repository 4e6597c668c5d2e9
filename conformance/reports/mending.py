"""How to mend what does not hold: where the fault usually is, and what to change there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from conformance.contract.recipe_book import RecipeBook
from conformance.contract.requirement import Requirement

_OF_THE_DIAL: Final = (
    "Look at DIAL Core and at what stands before it (ingress, proxy, API management): ask Core itself, past them."
    " If it answers well there, mend the ingress; otherwise the version or the settings of Core."
)
_OF_A_DEPLOYMENT: Final = (
    "Look at the adapter or the application behind the deployment: ask it without DIAL Core before it."
    " If it answers well there, mend the entry of the deployment in Core's configuration."
)
_BY_CORE: Final = frozenset({"AUTH", "FEAT", "FILE", "INFO", "LIM", "LIST"})
"""Chapters about what Core itself answers, also where they are about a deployment."""
_BY_CHAPTER: Final[Mapping[str, str]] = {
    "ATT": "The adapter makes the attachments: mend how it fills title, type, data and url, and where it stores files.",
    "AUTH": "Core decides who may ask. Mend the ingress if it answers in Core's place (a login page, a cache), or"
    " Core's keys and roles.",
    "CHAT": "The adapter or the application answers completions: mend how it reads the request, validates its"
    " configuration, and builds the answer or the error.",
    "CLI": "The official clients read less than HTTP allows: mend the field or the status that stopped them.",
    "CONF": "The application publishes the schema, at the configuration endpoint that Core's configuration names: mend"
    " the schema, or that entry.",
    "FEAT": "Core's configuration of the deployment names the endpoints of its features: name those that there are, and"
    " no others.",
    "FILE": "Core serves files: mend its storage, what the ingress does to paths and headers, or what the adapter"
    " wrote.",
    "LIM": "Core counts requests and tokens by the limits of roles: mend its configuration of limits.",
    "LIST": "Core makes the listing from its configuration: mend the entry of the deployment there.",
    "STRM": "The adapter or the application streams: mend how it ends the stream and numbers what it sends; see that no"
    " proxy buffers or changes it.",
}


@cache
def _of_requirements() -> Mapping[str, str]:
    found: dict[str, str] = tomllib.loads(files("conformance.reports").joinpath("mending.toml").read_text("utf-8"))
    return found


def how_to_mend(requirement: Requirement, book: RecipeBook) -> Iterator[str]:
    """Say where to look, what to change, and when it is right.

    Args:
        requirement: What does not hold.
        book: The recipes, which tell whether it is about a deployment.
    """
    by_core = requirement.chapter in _BY_CORE
    of_a_deployment = book.of_a_deployment(requirement.dependencies)
    own = _of_requirements().get(requirement.id)
    if own is not None:
        yield own
    elif requirement.chapter in _BY_CHAPTER and (by_core or of_a_deployment):
        yield _BY_CHAPTER[requirement.chapter]
    yield _OF_A_DEPLOYMENT if of_a_deployment and not by_core else _OF_THE_DIAL
